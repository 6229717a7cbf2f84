package booking

import (
	"slices"
	"strconv"

	"marquee/internal/contract"
	"marquee/internal/id"
)

// Seat is one numbered seat of an event.
type Seat struct {
	ID         string
	TypeID     string // the ticket type that admits to it
	Section    string
	Row        string
	Number     int
	Accessible bool // kept for people who need it: best available hands it out only when asked for
	// SectionPosition and RowPosition say where it is in the plan: 0 and 0 is the best row.
	SectionPosition, RowPosition int
}

// Label is how people call the seat, for example "Stalls, row C, seat 12".
func (s *Seat) Label() string {
	return s.Section + ", row " + s.Row + ", seat " + strconv.Itoa(s.Number)
}

// Plan returns the seats of a seating plan in its order. Their ids follow from the event and the place, so they are the same wherever
// and however often they are computed.
func Plan(eventID string, p *contract.Seating) []*Seat {
	if p == nil {
		return nil
	}
	var seats []*Seat
	for s, section := range p.Sections {
		for r, row := range section.Rows {
			for _, n := range row.Numbers() {
				seats = append(seats, &Seat{
					ID:     id.Of("sea", eventID, section.Name, row.Name, n),
					TypeID: section.TicketTypeID, Section: section.Name, Row: row.Name, Number: n,
					Accessible: slices.Contains(row.Accessible, n), SectionPosition: s, RowPosition: r,
				})
			}
		}
	}
	return seats
}

// labels names seats for people.
func labels(seats []*Seat) []string {
	var out []string
	for _, s := range seats {
		out = append(out, s.Label())
	}
	return out
}

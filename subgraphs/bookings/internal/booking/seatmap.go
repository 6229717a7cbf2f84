package booking

import "context"

// SeatStatus is whether a seat can be had; the GraphQL enum SeatStatus.
type SeatStatus string

// The statuses of a seat.
const (
	SeatFree SeatStatus = "FREE"
	SeatHeld SeatStatus = "HELD"
	SeatSold SeatStatus = "SOLD"
)

// SeatStatusOf is the status of a seat whose booking stands there; "" for no booking.
func SeatStatusOf(s Status) SeatStatus {
	switch s {
	case "":
		return SeatFree
	case Held:
		return SeatHeld
	default:
		return SeatSold
	}
}

// SeatMap is the numbered seats of an event and which of them are free, all at one moment.
type SeatMap struct{ Sections []*SeatMapSection }

// SeatMapSection is a part of the house. Its seats are all of one ticket type.
type SeatMapSection struct {
	Name   string
	TypeID string
	Rows   []*SeatMapRow

	seats *seats
}

// TicketType is the type that admits to the section.
func (s *SeatMapSection) TicketType() *TicketType { return &TicketType{ID: s.TypeID, seats: s.seats} }

// SeatMapRow is seats beside each other.
type SeatMapRow struct {
	Name  string
	Seats []*MapSeat
}

// MapSeat is a seat and whether it can be had.
type MapSeat struct {
	*Seat
	Status SeatStatus
}

// SeatMap returns the numbered seats of an event; nil if it has none.
func (s *Office) SeatMap(ctx context.Context, eventID string) (*SeatMap, error) {
	if !isID(eventID) {
		return nil, nil
	}
	all, err := s.store.SeatMap(ctx, eventID)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	m := &SeatMap{}
	var section *SeatMapSection
	var row *SeatMapRow
	var types []string
	for i, seat := range all {
		newSection := i == 0 || all[i-1].SectionPosition != seat.SectionPosition
		if newSection {
			section = &SeatMapSection{Name: seat.Section, TypeID: seat.TypeID}
			m.Sections = append(m.Sections, section)
			types = append(types, seat.TypeID)
		}
		if newSection || all[i-1].RowPosition != seat.RowPosition {
			row = &SeatMapRow{Name: seat.Row}
			section.Rows = append(section.Rows, row)
		}
		row.Seats = append(row.Seats, seat)
	}
	shared := s.seats(nil, types)
	for _, section := range m.Sections {
		section.seats = shared
	}
	return m, nil
}

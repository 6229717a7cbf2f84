package contract

import "slices"

// Seating is the plan of an event's numbered seats, the best section first.
type Seating struct {
	Sections []SeatSection `json:"sections"`
}

// SeatSection is a part of the house whose seats one ticket type admits to, its best row first.
type SeatSection struct {
	Name         string    `json:"name"`
	TicketTypeID string    `json:"ticketTypeId"`
	Rows         []SeatRow `json:"rows"`
}

// SeatRow is seats with the numbers First, First + Step, … : Count of them, but for those in Without.
type SeatRow struct {
	Name       string `json:"name"`
	First      int    `json:"first"`
	Step       int    `json:"step"`
	Count      int    `json:"count"`
	Without    []int  `json:"without,omitempty"`    // numbers that do not exist, for example where a pillar stands
	Accessible []int  `json:"accessible,omitempty"` // numbers of seats for wheelchairs and the like
}

// Numbers returns the numbers of the row's seats, rising.
func (r SeatRow) Numbers() []int {
	numbers := make([]int, 0, r.Count)
	for i := range r.Count {
		if n := r.First + i*r.Step; !slices.Contains(r.Without, n) {
			numbers = append(numbers, n)
		}
	}
	return numbers
}

// Seats returns how many seats of each ticket type there are; nil for no plan.
func (s *Seating) Seats() map[string]int {
	if s == nil {
		return nil
	}
	of := map[string]int{}
	for _, section := range s.Sections {
		for _, row := range section.Rows {
			of[section.TicketTypeID] += len(row.Numbers())
		}
	}
	return of
}

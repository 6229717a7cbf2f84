package event

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"marquee/internal/contract"
	"marquee/internal/errs"
	"marquee/internal/viewer"
)

// Limits of seating plans.
const (
	mostSections   = 100
	mostRows       = 500
	mostInRow      = 500
	mostSeats      = 50_000
	highestSeat    = 9_999
	longestSection = 50
	longestRow     = 10
)

// Codes of SetSeating beside those of Update.
const (
	InvalidSeating     errs.Code = "INVALID_SEATING"
	TicketTypeNotFound errs.Code = "TICKET_TYPE_NOT_FOUND"
	SeatingFixed       errs.Code = "SEATING_FIXED"
)

// Seating is the plan of an event's numbered seats.
type Seating struct{ Sections []*SeatingSection }

// SeatingSection is a part of the house; the GraphQL type of the name.
type SeatingSection struct {
	Name       string
	TicketType *TicketType
	Rows       []contract.SeatRow
}

// SeatCount is how many seats there are in all.
func (s *Seating) SeatCount() int {
	n := 0
	for _, section := range s.Sections {
		for _, row := range section.Rows {
			n += len(row.Numbers())
		}
	}
	return n
}

// SetEventSeatingInput is a seating plan to set.
type SetEventSeatingInput struct {
	EventID  string
	Version  int
	Sections []*SeatingSectionInput
}

// SeatingSectionInput is a section of it.
type SeatingSectionInput struct {
	Name         string
	TicketTypeID string
	Rows         []*SeatingRowInput
}

// SeatingRowInput is a row of it.
type SeatingRowInput struct {
	Name               string
	First, Step, Count int
	Without            []int
	Accessible         []int
}

// SetSeating gives an event of the viewer's numbered seats. EVENT_NOT_FOUND, EVENT_CANCELLED, VERSION_CONFLICT (which comes with the
// event as it is now), INVALID_SEATING, TICKET_TYPE_NOT_FOUND, SEATING_FIXED.
func (s *Events) SetSeating(ctx context.Context, v *viewer.Viewer, in SetEventSeatingInput) (*Event, error) {
	now := s.now()
	e, err := s.change(ctx, v, in.EventID, func(e *Event) ([]contract.Message, error) {
		switch {
		case e.Status == Cancelled:
			return nil, errs.New(EventCancelled, "A cancelled event cannot be changed.").At("input", "eventId")
		case e.Version != in.Version:
			return nil, errs.New(VersionConflict, "Somebody changed the event in the meantime. Look at it again.").At("input", "version")
		}
		plan, err := in.plan(e)
		if err != nil {
			return nil, err
		}
		if e.PublishedAt != nil && !keeps(e.Seating, plan) {
			return nil, errs.New(SeatingFixed, "The event is published: seats can be added but not taken away.").At("input", "sections")
		}
		e.Seating = plan
		e.TicketTypes = seated(e.TicketTypes, plan)
		e.byHand()
		return s.changed(e, now), nil
	})
	if is(err, EventNotFound) {
		err = errEventNotFound.At("input", "eventId")
	}
	if err != nil && !is(err, VersionConflict) {
		return nil, err
	}
	return e, err
}

// plan checks the input and returns the plan it describes; nil for none.
func (in SetEventSeatingInput) plan(e *Event) (*contract.Seating, error) {
	var wrong errs.List
	if len(in.Sections) > mostSections {
		return nil, errs.New(InvalidSeating, fmt.Sprintf("A plan has at most %d sections.", mostSections)).At("input", "sections")
	}
	plan := &contract.Seating{}
	names := map[string]bool{}
	for i, section := range in.Sections {
		at := func(rest ...string) []string { return append([]string{"input", "sections", strconv.Itoa(i)}, rest...) }
		if why := line("The name of a section", section.Name, 1, longestSection); why != "" {
			wrong.Add(InvalidSeating, why, at("name")...)
		}
		if names[section.Name] {
			wrong.Add(InvalidSeating, "Two sections have the same name.", at("name")...)
		}
		names[section.Name] = true
		if !slices.ContainsFunc(e.TicketTypes, func(t *TicketType) bool { return t.ID == section.TicketTypeID }) {
			wrong.Add(TicketTypeNotFound, "The event has no such kind of ticket.", at("ticketTypeId")...)
		}
		if n := len(section.Rows); n < 1 || n > mostRows {
			wrong.Add(InvalidSeating, fmt.Sprintf("A section has 1 to %d rows.", mostRows), at("rows")...)
			continue
		}
		to := contract.SeatSection{Name: section.Name, TicketTypeID: section.TicketTypeID}
		rows := map[string]bool{}
		for n, row := range section.Rows {
			if rows[row.Name] {
				wrong.Add(InvalidSeating, "Two rows of a section have the same name.", at("rows", strconv.Itoa(n), "name")...)
			}
			rows[row.Name] = true
			row.check(func(field, why string) { wrong.Add(InvalidSeating, why, at("rows", strconv.Itoa(n), field)...) })
			to.Rows = append(to.Rows, contract.SeatRow(*row))
		}
		plan.Sections = append(plan.Sections, to)
	}
	if err := wrong.Err(); err != nil {
		return nil, err
	}
	total := 0
	for _, n := range plan.Seats() {
		total += n
	}
	switch {
	case total > mostSeats:
		return nil, errs.New(InvalidSeating, fmt.Sprintf("A plan has at most %d seats.", mostSeats)).At("input", "sections")
	case total == 0:
		return nil, nil
	}
	return plan, nil
}

func (r *SeatingRowInput) check(refuse func(field, why string)) {
	if why := line("The name of a row", r.Name, 1, longestRow); why != "" {
		refuse("name", why)
	}
	switch {
	case r.Step != 1 && r.Step != 2:
		refuse("step", "Neighbours' numbers differ by 1 or 2.")
		return
	case r.Count < 1 || r.Count > mostInRow:
		refuse("count", fmt.Sprintf("A row has 1 to %d seats.", mostInRow))
		return
	case r.First < 1 || r.First+(r.Count-1)*r.Step > highestSeat:
		refuse("first", fmt.Sprintf("Seats have numbers from 1 to %d.", highestSeat))
		return
	}
	of := func(field string, numbers []int) {
		seen := map[int]bool{}
		for _, n := range numbers {
			if seen[n] || n < r.First || n > r.First+(r.Count-1)*r.Step || (n-r.First)%r.Step != 0 {
				refuse(field, "Each is a number of the row and stands here once.")
				return
			}
			seen[n] = true
		}
	}
	of("without", r.Without)
	of("accessible", r.Accessible)
}

// keeps reports whether every seat of the plan before is in the plan after, with the same ticket type. An event that was published
// without a plan cannot get one: its tickets have no seats.
func keeps(before, after *contract.Seating) bool {
	if before == nil {
		return after == nil
	}
	type place struct{ section, row, ticketType string }
	seats := map[place]map[int]bool{}
	if after != nil {
		for _, section := range after.Sections {
			for _, row := range section.Rows {
				in := map[int]bool{}
				for _, n := range row.Numbers() {
					in[n] = true
				}
				seats[place{section.Name, row.Name, section.TicketTypeID}] = in
			}
		}
	}
	for _, section := range before.Sections {
		for _, row := range section.Rows {
			for _, n := range row.Numbers() {
				if !seats[place{section.Name, row.Name, section.TicketTypeID}][n] {
					return false
				}
			}
		}
	}
	return true
}

// seated returns the ticket types with the capacities that the plan gives them.
func seated(types []*TicketType, plan *contract.Seating) []*TicketType {
	seats := plan.Seats()
	out := make([]*TicketType, len(types))
	for i, t := range types {
		c := *t
		if n := seats[t.ID]; n > 0 {
			c.Capacity = n
		}
		out[i] = &c
	}
	return out
}

// SeatingOf returns the plan of an event's seats; nil if it has none.
func (s *Events) SeatingOf(ctx context.Context, e *Event) (*Seating, error) {
	plans, err := s.store.Seatings(ctx, []string{e.ID})
	if err != nil || plans[e.ID] == nil {
		return nil, err
	}
	types := map[string]*TicketType{}
	for _, t := range e.TicketTypes {
		types[t.ID] = t
	}
	plan := &Seating{}
	for _, section := range plans[e.ID].Sections {
		// A type that the event had when it was loaded may be gone since: then so is its section.
		if t := types[section.TicketTypeID]; t != nil {
			plan.Sections = append(plan.Sections, &SeatingSection{Name: section.Name, TicketType: t, Rows: section.Rows})
		}
	}
	return plan, nil
}

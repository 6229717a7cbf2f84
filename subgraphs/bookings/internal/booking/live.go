package booking

import (
	"context"

	"marquee/internal/errs"
	"marquee/internal/viewer"
)

// Availability returns how many seats of an event are left now. Error: NOT_FOUND for an event not published.
func (s *Office) Availability(ctx context.Context, eventID string) (*EventAvailability, error) {
	found, err := s.events(ctx, []string{eventID})
	if err != nil {
		return nil, err
	}
	if found[eventID] == nil {
		return nil, errs.New(errs.NotFound, "There is no such event.").At("eventId")
	}
	return found[eventID], nil
}

// Events returns the part of events that this subgraph adds, for ids whose existence is the events subgraph's to tell.
func (s *Office) Events(ids []string) []*Event {
	out := make([]*Event, len(ids))
	shared := s.seats(ids, nil)
	for i, id := range ids {
		out[i] = &Event{ID: id, seats: shared}
	}
	return out
}

// TicketTypes does the same for ticket types.
func (s *Office) TicketTypes(ids []string) []*TicketType {
	out := make([]*TicketType, len(ids))
	shared := s.seats(nil, ids)
	for i, id := range ids {
		out[i] = &TicketType{ID: id, seats: shared}
	}
	return out
}

func (s *Office) seats(eventIDs, typeIDs []string) *seats {
	return &seats{
		events: batch[*EventAvailability]{ids: eventIDs, load: s.events},
		types:  batch[*TicketTypeAvailability]{ids: typeIDs, load: s.types},
	}
}

func (s *Office) events(ctx context.Context, ids []string) (map[string]*EventAvailability, error) {
	found, err := s.store.EventAvailability(ctx, known(ids), viewer.From(ctx).Owns)
	if err != nil {
		return nil, err
	}
	for id, a := range found {
		types := make([]string, len(a.TicketTypes))
		a.seats = s.seats([]string{id}, types)
		for i, t := range a.TicketTypes {
			types[i], t.seats = t.TypeID, a.seats
		}
	}
	return found, nil
}

func (s *Office) types(ctx context.Context, ids []string) (map[string]*TicketTypeAvailability, error) {
	found, err := s.store.TypeAvailability(ctx, known(ids))
	if err != nil {
		return nil, err
	}
	for id, t := range found {
		t.seats = s.seats(nil, []string{id})
	}
	return found, nil
}

// attach lets bookings that came together load the availability of their events and types together.
func (s *Office) attach(bookings []*Booking) {
	var events, types, tickets []string
	seen := map[string]bool{}
	note := func(list *[]string, id string) {
		if !seen[id] {
			seen[id] = true
			*list = append(*list, id)
		}
	}
	for _, b := range bookings {
		note(&events, b.EventID)
		for _, id := range b.TypeIDs() {
			note(&types, id)
		}
		for _, t := range b.Tickets {
			tickets = append(tickets, t.ID)
		}
	}
	shared := s.seats(events, types)
	scans := &batch[[]*TicketScan]{ids: tickets, load: s.store.Scans}
	for _, b := range bookings {
		b.seats = shared
		for _, i := range b.Items {
			i.seats = shared
		}
		for _, g := range b.Guests {
			g.seats = shared
		}
		for _, t := range b.Tickets {
			t.scans = scans
		}
	}
}

// one attaches a single booking.
func (s *Office) one(b *Booking, err error) (*Booking, error) {
	if err != nil {
		return nil, err
	}
	s.attach([]*Booking{b})
	return b, nil
}

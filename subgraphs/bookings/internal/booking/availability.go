package booking

import (
	"context"
	"errors"
	"sync"
)

// EventAvailability is how many seats of an event are left. Revision grows with every change.
type EventAvailability struct {
	EventID     string
	Capacity    int
	Held        int
	Sold        int
	TicketTypes []*TicketTypeAvailability // those on sale, in the organiser's order
	Revision    int

	seats *seats
}

// TicketTypeAvailability is how many seats of one ticket type are left.
type TicketTypeAvailability struct {
	TypeID   string
	Capacity int
	Held     int
	Sold     int

	seats *seats
}

// Event is which event.
func (a *EventAvailability) Event() *Event { return &Event{ID: a.EventID, seats: a.seats} }

// Available is how many can be booked now.
func (a *EventAvailability) Available() int { return a.Capacity - a.Held - a.Sold }

// TicketType is which type.
func (a *TicketTypeAvailability) TicketType() *TicketType {
	return &TicketType{ID: a.TypeID, seats: a.seats}
}

// Available is how many can be booked now.
func (a *TicketTypeAvailability) Available() int { return a.Capacity - a.Held - a.Sold }

// Sum adds the stock of one event's types up. Types off sale count in the totals, as their seats may still be taken, but are not listed.
// The revision is the sum of theirs: every change of stock raises exactly its own row's, so the sum over one snapshot of the database
// grows with each, and no row is shared by the types.
func Sum(eventID string, stock []*Stock) *EventAvailability {
	a := &EventAvailability{EventID: eventID, TicketTypes: []*TicketTypeAvailability{}}
	for _, s := range stock {
		a.Capacity, a.Held, a.Sold, a.Revision = a.Capacity+s.Capacity, a.Held+s.Held, a.Sold+s.Sold, a.Revision+s.Revision
		if s.OnSale {
			a.TicketTypes = append(a.TicketTypes, s.Availability())
		}
	}
	return a
}

// Availability is the stock as others see it.
func (s *Stock) Availability() *TicketTypeAvailability {
	return &TicketTypeAvailability{TypeID: s.TypeID, Capacity: s.Capacity, Held: s.Held, Sold: s.Sold}
}

// User is somebody with an account; owned by the users subgraph.
type User struct{ ID string }

// IsEntity marks a federation entity.
func (*User) IsEntity() {}

// Event is the part of an event that this subgraph adds.
type Event struct {
	ID string

	seats *seats
}

// IsEntity marks a federation entity.
func (*Event) IsEntity() {}

// Availability is the event's seats; nil until it has been published. The first call for any of the events that came together loads all.
func (e *Event) Availability(ctx context.Context) (*EventAvailability, error) {
	if e.seats == nil {
		return nil, errUnloaded
	}
	return e.seats.events.get(ctx, e.ID)
}

// TicketType is the part of a ticket type that this subgraph adds.
type TicketType struct {
	ID string

	seats *seats
}

// IsEntity marks a federation entity.
func (*TicketType) IsEntity() {}

// Availability is the type's seats; nil until its event has been published. Loads as Event.Availability does.
func (t *TicketType) Availability(ctx context.Context) (*TicketTypeAvailability, error) {
	if t.seats == nil {
		return nil, errUnloaded
	}
	return t.seats.types.get(ctx, t.ID)
}

var errUnloaded = errors.New("booking: availability asked of an object that did not come from a use case")

// seats loads the availability of objects that came together, once, when the first asks.
type seats struct {
	events batch[*EventAvailability]
	types  batch[*TicketTypeAvailability]
}

// batch loads values for a set of ids with one call.
type batch[V any] struct {
	ids  []string
	load func(ctx context.Context, ids []string) (map[string]V, error)

	once sync.Once
	got  map[string]V
	err  error
}

// get returns the value of an id, the zero value when there is none.
func (b *batch[V]) get(ctx context.Context, id string) (V, error) {
	b.once.Do(func() { b.got, b.err = b.load(ctx, b.ids) })
	return b.got[id], b.err
}

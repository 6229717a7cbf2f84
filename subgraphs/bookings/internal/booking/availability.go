package booking

import (
	"context"
	"errors"
	"math"
	"sync"

	"marquee/internal/contract"
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
	Together int // how many more admissions the event has for all types; at least what Available tells

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
func (a *TicketTypeAvailability) Available() int {
	return max(min(a.Capacity-a.Held-a.Sold, a.Together), 0)
}

// Sum adds the stock of one event's types up: the admissions, those of types that are not public only for who sees the whole. Types off
// sale count in the totals, as their seats may still be taken, but are not listed. Where all types share a capacity the event has no
// more than that. The revision is the sum of the rows': every change of stock raises exactly its own rows', so the sum over one snapshot
// of the database grows with each.
func Sum(eventID string, stock []*Stock, whole bool) *EventAvailability {
	a := &EventAvailability{EventID: eventID, TicketTypes: []*TicketTypeAvailability{}}
	together := math.MaxInt
	for _, s := range stock {
		if s.Kind == house {
			together = s.Free()
		}
	}
	for _, s := range stock {
		a.Revision += s.Revision
		if s.Kind == house {
			continue
		}
		seen := whole || s.Visibility == contract.Public
		if seen && s.OnSale {
			a.TicketTypes = append(a.TicketTypes, s.Availability(together))
		}
		if seen && s.Kind == contract.Admission {
			a.Capacity, a.Held, a.Sold = a.Capacity+s.Capacity, a.Held+s.Held, a.Sold+s.Sold
		}
	}
	a.Capacity = a.Held + a.Sold + min(a.Capacity-a.Held-a.Sold, together)
	return a
}

// Availability is the stock as others see it. together is how many more admissions the event has for all types.
func (s *Stock) Availability(together int) *TicketTypeAvailability {
	if s.Kind != contract.Admission {
		together = math.MaxInt
	}
	return &TicketTypeAvailability{TypeID: s.TypeID, Capacity: s.Capacity, Held: s.Held, Sold: s.Sold, Together: together}
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

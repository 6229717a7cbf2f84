package store

import (
	"context"
	"fmt"
	"sync"

	"marquee/internal/errs"
	"marquee/subgraphs/bookings/internal/booking"
)

const (
	atOnce  = 128  // most orders in one transaction
	waiting = 5000 // most orders of one event that wait
)

// line is where orders wait, one queue an event. While a transaction of the event is under way the next orders gather, and then go
// together: an event in demand needs one transaction, and one lock of its stock, for many orders, an event in no demand waits for
// nothing. Orders keep their order. Two processes may each have a line of the same event: what is safe is so in the row.
type line struct {
	place func(orders []*booking.Order)

	mu     sync.Mutex
	queues map[string][]*call
}

type call struct {
	order *booking.Order
	done  chan struct{}
}

// newLine returns a line in front of place, which decides and writes orders of one event, no two with the same claim, and sets their
// outcomes.
func newLine(place func(orders []*booking.Order)) *line {
	return &line{place: place, queues: map[string][]*call{}}
}

// wait queues an order until its outcome is set. The error tells that it is not: OVERLOADED when it was turned away, the context's
// when the caller left (the order may still be placed: its key tells).
func (l *line) wait(ctx context.Context, o *booking.Order) error {
	c := &call{order: o, done: make(chan struct{})}
	l.mu.Lock()
	queue, working := l.queues[o.Input.EventID]
	if len(queue) >= waiting {
		l.mu.Unlock()
		return errs.New(errs.Overloaded, "Very many people are booking this event right now; try again in a moment.")
	}
	l.queues[o.Input.EventID] = append(queue, c)
	l.mu.Unlock()
	if !working {
		go l.work(o.Input.EventID) // ends when the queue is empty
	}
	select {
	case <-c.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (l *line) work(eventID string) {
	for {
		calls := l.take(eventID)
		if len(calls) == 0 {
			return
		}
		orders := make([]*booking.Order, len(calls))
		for i, c := range calls {
			orders[i] = c.order
		}
		l.guarded(orders)
		for _, c := range calls {
			close(c.done)
		}
	}
}

// take removes the next orders from the queue; none means that the queue is gone.
func (l *line) take(eventID string) []*call {
	l.mu.Lock()
	defer l.mu.Unlock()
	type name struct{ scope, key string }
	claimed := map[name]bool{}
	var now, later []*call
	for _, c := range l.queues[eventID] {
		claim := name{c.order.Claim.Scope, c.order.Claim.Key}
		if len(now) == atOnce || claimed[claim] {
			later = append(later, c)
			continue
		}
		claimed[claim] = true
		now = append(now, c)
	}
	if len(now) == 0 {
		delete(l.queues, eventID)
	} else {
		l.queues[eventID] = later
	}
	return now
}

// guarded turns a panic into the orders' error: it must not end the process from a goroutine of ours.
func (l *line) guarded(orders []*booking.Order) {
	defer func() {
		if p := recover(); p != nil {
			for _, o := range orders {
				o.Booking, o.Err = nil, fmt.Errorf("hold: panic: %v", p)
			}
		}
	}()
	l.place(orders)
}

package store

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"marquee/internal/errs"
)

const (
	atOnce  = 128  // most requests in one transaction
	waiting = 5000 // most requests of one event that wait
)

// line is where requests wait, one queue an event. While a transaction of the event is under way the next requests gather, and then go
// together: an event in demand needs one transaction, and one lock of its stock, for many requests, an event in no demand waits for
// nothing. Requests keep their order. Two processes may each have a line of the same event: what is safe is so in the row.
type line[T any] struct {
	place func(items []T)         // decides and writes requests of one event and sets their outcomes
	names func(item T) []string   // what no two requests of one transaction may share
	fail  func(item T, err error) // sets the outcome

	mu     sync.Mutex
	queues map[string][]*call[T]
}

type call[T any] struct {
	item T
	done chan struct{}
}

func newLine[T any](place func([]T), names func(T) []string, fail func(T, error)) *line[T] {
	return &line[T]{place: place, names: names, fail: fail, queues: map[string][]*call[T]{}}
}

// wait queues a request until its outcome is set. The error tells that it is not: OVERLOADED when it was turned away, the context's
// when the caller left (the request may still be carried out: its key tells).
func (l *line[T]) wait(ctx context.Context, eventID string, item T) error {
	c := &call[T]{item: item, done: make(chan struct{})}
	l.mu.Lock()
	queue, working := l.queues[eventID]
	if len(queue) >= waiting {
		l.mu.Unlock()
		return errs.New(errs.Overloaded, "Very many people are booking this event right now; try again in a moment.")
	}
	l.queues[eventID] = append(queue, c)
	l.mu.Unlock()
	if !working {
		go l.work(eventID) // ends when the queue is empty
	}
	select {
	case <-c.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (l *line[T]) work(eventID string) {
	for {
		calls := l.take(eventID)
		if len(calls) == 0 {
			return
		}
		items := make([]T, len(calls))
		for i, c := range calls {
			items[i] = c.item
		}
		l.guarded(items)
		for _, c := range calls {
			close(c.done)
		}
	}
}

// take removes the next requests from the queue; none means that the queue is gone.
func (l *line[T]) take(eventID string) []*call[T] {
	l.mu.Lock()
	defer l.mu.Unlock()
	taken := map[string]bool{}
	var now, later []*call[T]
	for _, c := range l.queues[eventID] {
		names := l.names(c.item)
		if len(now) == atOnce || slices.ContainsFunc(names, func(n string) bool { return taken[n] }) {
			later = append(later, c)
			continue
		}
		for _, n := range names {
			taken[n] = true
		}
		now = append(now, c)
	}
	if len(now) == 0 {
		delete(l.queues, eventID)
	} else {
		l.queues[eventID] = later
	}
	return now
}

// guarded turns a panic into the requests' error: it must not end the process from a goroutine of ours.
func (l *line[T]) guarded(items []T) {
	defer func() {
		if p := recover(); p != nil {
			for _, item := range items {
				l.fail(item, fmt.Errorf("bookings: panic: %v", p))
			}
		}
	}()
	l.place(items)
}

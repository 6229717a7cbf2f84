package store

import (
	"context"
	"fmt"
	"sync"

	"marquee/internal/errs"
)

const (
	atOnce  = 512  // most requests in one transaction
	waiting = 5000 // most requests of one event that wait
	desks   = 4    // most transactions of one line at a time
)

// line is where requests wait, one queue an event. A few desks take from it: each takes what has gathered, in turn from all events that
// wait, and carries it out in one transaction. So an event in demand needs one transaction, and one lock of its stock, for many requests;
// a thousand events with a request each need few transactions too; and a request that comes when nobody works waits for nothing. An event
// is at one desk at a time, and its requests keep their order; events share a transaction evenly. Two processes may each have a line of
// the same event: what is safe is so in the row.
type line[T any] struct {
	place func(items []T) error   // decides and writes requests and sets their outcomes; an error says that nothing came of any
	names func(item T) []string   // what no two requests of one transaction may share
	fail  func(item T, err error) // sets the outcome

	mu     sync.Mutex
	queues map[string]*queue[T] // of events that wait or are at a desk
	turn   []*queue[T]          // those that wait and are at no desk, the next one first
	busy   int                  // desks at work
}

type queue[T any] struct {
	event  string
	calls  []*call[T]
	atDesk bool
}

type call[T any] struct {
	item T
	done chan struct{}
}

func newLine[T any](place func([]T) error, names func(T) []string, fail func(T, error)) *line[T] {
	return &line[T]{place: place, names: names, fail: fail, queues: map[string]*queue[T]{}}
}

// wait queues a request until its outcome is set. The error tells that it is not: OVERLOADED when it was turned away, the context's
// when the caller left (the request may still be carried out: its key tells).
func (l *line[T]) wait(ctx context.Context, eventID string, item T) error {
	c := &call[T]{item: item, done: make(chan struct{})}
	if !l.enter(eventID, c) {
		return errs.New(errs.Overloaded, "Very many people are booking this event right now; try again in a moment.")
	}
	select {
	case <-c.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// enter puts a call into its event's queue and sees to it that somebody works; false means that the queue is full.
func (l *line[T]) enter(eventID string, c *call[T]) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	q := l.queues[eventID]
	if q == nil {
		q = &queue[T]{event: eventID}
		l.queues[eventID] = q
	}
	if len(q.calls) >= waiting {
		return false
	}
	q.calls = append(q.calls, c)
	if !q.atDesk && len(q.calls) == 1 {
		l.turn = append(l.turn, q)
	}
	if len(l.turn) > 0 && l.busy < desks {
		l.busy++
		go l.work() // ends when nobody waits
	}
	return true
}

func (l *line[T]) work() {
	for {
		calls, from := l.take()
		if len(calls) == 0 {
			return
		}
		items := make([]T, len(calls))
		for i, c := range calls {
			items[i] = c.item
		}
		l.carryOut(items)
		for _, c := range calls {
			close(c.done)
		}
		l.leave(from)
	}
}

// take removes the next requests from the queues of events at no desk and brings those events to one; none means that the desk closes.
func (l *line[T]) take() (calls []*call[T], from []*queue[T]) {
	l.mu.Lock()
	defer l.mu.Unlock()
	taken := map[string]bool{}
	room := atOnce
	from = l.turn[:min(len(l.turn), atOnce)]
	for _, all := range []bool{false, true} { // first an equal share for each, then what room is left
		share := max(1, atOnce/max(1, len(from)))
		for _, q := range from {
			if all {
				share = room
			}
			got := l.takeFrom(q, min(share, room), taken)
			calls, room = append(calls, got...), room-len(got)
		}
	}
	if len(calls) == 0 {
		l.busy--
		return nil, nil
	}
	l.turn = append([]*queue[T](nil), l.turn[len(from):]...)
	for _, q := range from {
		q.atDesk = true
	}
	return calls, from
}

// takeFrom takes up to n calls off a queue, passing over those that share a name with one that was taken.
func (l *line[T]) takeFrom(q *queue[T], n int, taken map[string]bool) (calls []*call[T]) {
	var passed []*call[T]
	seen := 0
	for _, c := range q.calls {
		if len(calls) == n {
			break
		}
		seen++
		if l.claim(c.item, taken) {
			calls = append(calls, c)
		} else {
			passed = append(passed, c)
		}
	}
	q.calls = append(passed, q.calls[seen:]...)
	return calls
}

// claim adds the names of an item to those taken, unless one of them is there.
func (l *line[T]) claim(item T, taken map[string]bool) bool {
	names := l.names(item)
	for _, n := range names {
		if taken[n] {
			return false
		}
	}
	for _, n := range names {
		taken[n] = true
	}
	return true
}

// leave lets events wait for a desk again, or forgets them when nobody of theirs waits.
func (l *line[T]) leave(from []*queue[T]) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, q := range from {
		q.atDesk = false
		if len(q.calls) > 0 {
			l.turn = append(l.turn, q)
		} else {
			delete(l.queues, q.event)
		}
	}
}

// carryOut places requests together. If that fails, the fault may lie with one of them: the halves are tried apart, and so on, so that
// in the end only those at fault fail. A database that does not answer is nobody's fault.
func (l *line[T]) carryOut(items []T) {
	err := l.guarded(items)
	if err == nil {
		return
	}
	if code := errs.CodeOf(err); len(items) == 1 || code == errs.Unavailable || code == errs.Timeout {
		for _, item := range items {
			l.fail(item, err)
		}
		return
	}
	half := len(items) / 2
	l.carryOut(items[:half])
	l.carryOut(items[half:])
}

// guarded turns a panic into an error: it must not end the process from a goroutine of ours.
func (l *line[T]) guarded(items []T) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("bookings: panic: %v", p)
		}
	}()
	return l.place(items)
}

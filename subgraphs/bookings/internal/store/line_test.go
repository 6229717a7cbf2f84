package store

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"marquee/internal/errs"
	"marquee/subgraphs/bookings/internal/booking"
)

func order(event, key string) *booking.Order {
	return &booking.Order{ID: key, Claim: booking.Claim{Scope: "s", Key: key}, Input: booking.HoldSeatsInput{EventID: event}}
}

// desk is a place function that takes one batch at a time when told to.
type desk struct {
	began chan struct{}
	next  chan struct{}
	mu    sync.Mutex
	seen  [][]string
}

func newDesk() *desk { return &desk{began: make(chan struct{}, 100), next: make(chan struct{})} }

func (d *desk) place(orders []*booking.Order) error {
	d.began <- struct{}{}
	<-d.next
	var keys []string
	for _, o := range orders {
		keys = append(keys, o.Claim.Key)
		o.Booking = &booking.Booking{ID: o.ID}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.seen = append(d.seen, keys)
	return nil
}

// queued waits until n orders of the event wait.
func queued(l *line[*booking.Order], event string, n int) {
	for {
		l.mu.Lock()
		got := 0
		if q := l.queues[event]; q != nil {
			got = len(q.calls)
		}
		l.mu.Unlock()
		if got == n {
			return
		}
		runtime.Gosched()
	}
}

func TestOrdersGatherWhileOthersAreWritten(t *testing.T) {
	t.Parallel()
	d := newDesk()
	l := newHolds(d.place)
	var wg sync.WaitGroup
	submit := func(o *booking.Order, queue int) {
		wg.Go(func() {
			if err := wait(t.Context(), l, o); err != nil || o.Booking == nil || o.Booking.ID != o.ID {
				t.Errorf("%s: %v %+v", o.ID, err, o.Booking)
			}
		})
		if queue > 0 {
			queued(l, "e", queue)
		}
	}
	submit(order("e", "first"), 0)
	<-d.began
	var want []string
	for i := range atOnce + 2 {
		key := fmt.Sprint("key-", i)
		submit(order("e", key), i+1)
		want = append(want, key)
	}
	submit(order("e", "key-0"), atOnce+3) // the same claim again: never in one batch with the first
	other := order("f", "other")
	submit(other, 0)
	<-d.began // another event waits for nobody
	d.next <- struct{}{}
	d.next <- struct{}{}
	for range 2 {
		<-d.began
		d.next <- struct{}{}
	}
	wg.Wait()
	d.mu.Lock()
	defer d.mu.Unlock()
	batches := slices.DeleteFunc(d.seen, func(b []string) bool { return len(b) == 1 && (b[0] == "other" || b[0] == "first") })
	if len(batches) != 2 || !slices.Equal(batches[0], want[:atOnce]) || !slices.Equal(batches[1], append(want[atOnce:], "key-0")) {
		t.Errorf("batches: %v", batches)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.queues) != 0 {
		t.Errorf("queues left: %v", l.queues)
	}
}

func TestAFullQueueTurnsAway(t *testing.T) {
	t.Parallel()
	d := newDesk()
	l := newHolds(d.place)
	gone, leave := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { _ = wait(gone, l, order("e", "first")) })
	<-d.began
	for i := range waiting {
		wg.Go(func() {
			if err := wait(gone, l, order("e", fmt.Sprint(i))); !errors.Is(err, context.Canceled) {
				t.Errorf("who leaves: %v", err)
			}
		})
	}
	queued(l, "e", waiting)
	if err := wait(t.Context(), l, order("e", "one too many")); errs.CodeOf(err) != errs.Overloaded {
		t.Errorf("one too many: %v", err)
	}
	leave()
	wg.Wait()
	close(d.next) // and the queue is worked off
	queued(l, "e", 0)
}

func TestAPanicIsTheOrdersError(t *testing.T) {
	t.Parallel()
	l := newHolds(func([]*booking.Order) error { panic("out of paper") })
	o := order("e", "k")
	if err := wait(t.Context(), l, o); err != nil || o.Err == nil || !strings.Contains(o.Err.Error(), "out of paper") || errs.CodeOf(o.Err) != errs.Internal {
		t.Errorf("%v, %v", err, o.Err)
	}
}

func wait(ctx context.Context, l *line[*booking.Order], o *booking.Order) error {
	return l.wait(ctx, o.Input.EventID, o)
}

// While all desks are taken the requests of many events gather, and then go together, each event with its share.
func TestEventsShareATransaction(t *testing.T) {
	t.Parallel()
	d := newDesk()
	l := newHolds(d.place)
	var wg sync.WaitGroup
	submit := func(event, key string, queue int) {
		wg.Go(func() {
			if err := wait(t.Context(), l, order(event, key)); err != nil {
				t.Errorf("%s: %v", key, err)
			}
		})
		if queue > 0 {
			queued(l, event, queue)
		}
	}
	for i := range desks {
		submit(fmt.Sprint("taken-", i), "first", 0)
		<-d.began
	}
	for i := range atOnce {
		submit("hot", fmt.Sprint("hot-", i), i+1)
	}
	for i := range 3 {
		submit(fmt.Sprint("cold-", i), fmt.Sprint("cold-", i), 1)
	}
	close(d.next)
	wg.Wait()
	for range 2 {
		<-d.began
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	batches := slices.DeleteFunc(d.seen, func(b []string) bool { return b[0] == "first" })
	if len(batches) != 2 || len(batches[0]) != atOnce || len(batches[1]) != 3 {
		t.Fatalf("%d batches", len(batches))
	}
	for i := range 3 {
		if key := fmt.Sprint("cold-", i); !slices.Contains(batches[0], key) {
			t.Errorf("%s waited for the second transaction", key)
		}
	}
	if want := fmt.Sprint("hot-", atOnce-1); batches[1][2] != want {
		t.Errorf("the last is %s", batches[1][2])
	}
}

// One request that cannot be carried out costs nobody else anything, whether it fails or panics; a database that is away fails all at once.
func TestOnlyTheRequestAtFaultFails(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]func() error{
		"error":       func() error { return errors.New("of this one") },
		"panic":       func() error { panic("of this one") },
		"unavailable": func() error { return errs.New(errs.Unavailable, "away") },
	} {
		tries := 0
		l := newHolds(func(orders []*booking.Order) error {
			tries++
			for _, o := range orders {
				if o.Claim.Key == "13" {
					return fault()
				}
			}
			for _, o := range orders {
				o.Booking = &booking.Booking{ID: o.ID}
			}
			return nil
		})
		var all []*booking.Order
		for i := range 20 {
			all = append(all, order("e", fmt.Sprint(i)))
		}
		l.carryOut(all)
		for i, o := range all {
			if bad := i == 13 || name == "unavailable"; (o.Err != nil) != bad || (o.Booking == nil) != bad {
				t.Errorf("%s: order %d: %+v, %v", name, i, o.Booking, o.Err)
			}
		}
		if name == "unavailable" && tries != 1 || tries > 11 {
			t.Errorf("%s: %d tries", name, tries)
		}
	}
}

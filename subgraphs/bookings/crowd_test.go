package bookings_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"

	"marquee/internal/errs"
	"marquee/internal/id"
	"marquee/internal/viewer"
	"marquee/subgraphs/bookings/internal/booking"
	"marquee/subgraphs/bookings/internal/store"
)

// crowd runs n tries by many goroutines.
func crowd(goroutines, n int, try func(i int)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range goroutines {
		wg.Go(func() {
			for i := next.Add(1); i <= int64(n); i = next.Add(1) {
				try(int(i))
			}
		})
	}
	wg.Wait()
}

// watched recounts the seats of the database over and over until stopped, and returns how often.
func (b *bench) watched() (stop func() int) {
	done, ended := make(chan struct{}), make(chan struct{})
	samples := 0
	go func() {
		defer close(ended)
		for {
			if wrong := recount(b.t, b); wrong != "" {
				b.t.Errorf("sample %d: %s", samples, wrong)
				return
			}
			samples++
			select {
			case <-done:
				return
			default:
			}
		}
	}()
	return func() int { close(done); <-ended; return samples }
}

// Two processes sell the same event side by side: safety must not rest on the queue in front of the database.
func TestACrowdNeverOversells(t *testing.T) {
	t.Parallel()
	b := start(t)
	e := b.published(2500, 1000)
	d := b.Deps
	other := booking.New(store.New(d.DB, d.Jobs, d.Outbox, d.PubSub, d.Now), d.Now)
	stop := b.watched()
	var got, soldOut atomic.Int64
	crowd(200, 10_000, func(i int) {
		box := b.box
		if i%2 == 0 {
			box = other
		}
		who := &viewer.Viewer{UserID: fmt.Sprint("usr_", i)}
		_, err := box.Hold(t.Context(), who, wish(e, 0, 1))
		switch {
		case err == nil:
			got.Add(1)
		case errs.CodeOf(err) == booking.SoldOut:
			soldOut.Add(1)
		default:
			t.Error(err)
		}
	})
	t.Logf("%d samples, %d held, %d sold out", stop(), got.Load(), soldOut.Load())
	if got.Load() != 1000 || soldOut.Load() != 9000 {
		t.Errorf("%d holds and %d refusals, want 1000 and 9000", got.Load(), soldOut.Load())
	}
	b.wantSeats(e, [3]int{1000, 1000, 0})
	b.conserved()
	if n := len(b.PublishedTo(t, "booking.held")); n != 1000 {
		t.Errorf("%d messages booking.held", n)
	}
}

// Many types in any order, with holds, captures, cancellations and capacity changes at once: nobody waits in a circle, nothing is lost.
func TestManyTypesInAnyOrderDoNotDeadlock(t *testing.T) {
	t.Parallel()
	b := start(t)
	e := b.published(0, 60, 60, 60, 60, 60)
	d := b.Deps
	boxes := []*booking.Office{
		b.box, booking.New(store.New(d.DB, d.Jobs, d.Outbox, d.PubSub, d.Now), d.Now),
		booking.New(store.New(d.DB, d.Jobs, d.Outbox, d.PubSub, d.Now), d.Now),
	}
	stop := b.watched()
	crowd(24, 600, func(i int) {
		r := rand.New(rand.NewPCG(1, uint64(i)))
		box, who := boxes[i%3], &viewer.Viewer{UserID: fmt.Sprint("usr_", i%40)}
		in := booking.HoldSeatsInput{EventID: e.EventID, IdempotencyKey: id.New("key")}
		for _, k := range r.Perm(5)[:1+r.IntN(4)] {
			in.Items = append(in.Items, &booking.HoldItemInput{TicketTypeID: e.TicketTypes[k].TicketTypeID, Quantity: 1 + r.IntN(3)})
		}
		held, err := box.Hold(t.Context(), who, in)
		if err != nil {
			if errs.CodeOf(err) != booking.SoldOut {
				t.Error(err)
			}
			return
		}
		switch r.IntN(4) {
		case 0:
			_, err = box.Confirm(t.Context(), who, held.ID, id.New("key"))
		case 1:
			_, err = box.Cancel(t.Context(), who, held.ID, id.New("key"), nil)
		case 2:
			if _, err = box.Confirm(t.Context(), who, held.ID, id.New("key")); err == nil {
				_, err = box.Cancel(t.Context(), who, held.ID, id.New("key"), nil)
			}
		case 3:
			if i%10 == 0 {
				next := e
				next.Version = 1 + i
				b.publish(next)
			}
		}
		if err != nil {
			t.Error(err)
		}
	})
	t.Logf("%d samples", stop())
	b.conserved()
}

// rounds is for longer runs than CI has time for: 1,000 of them take some minutes.
var rounds = flag.Int("bookings.rounds", 10, "how often one key is used by many at once")

// One key, many at once: one booking, one answer, one message.
func TestOneKeyManyTimesAtOnce(t *testing.T) {
	t.Parallel()
	b := start(t)
	d := b.Deps
	other := booking.New(store.New(d.DB, d.Jobs, d.Outbox, d.PubSub, d.Now), d.Now)
	for round := range *rounds {
		e := b.published(100, 50)
		in := wish(e, 0, 2)
		answers := make([]string, 100)
		crowd(100, 100, func(i int) {
			box := b.box
			if i%2 == 0 {
				box = other
			}
			held, err := box.Hold(t.Context(), ada, in)
			if err != nil {
				t.Error(err)
				return
			}
			item := held.Items[0]
			answers[i-1] = fmt.Sprint(held.ID, held.Reference, held.Status, held.Total, held.ExpiresAt, item.TypeID, item.Name, item.Quantity, item.UnitPrice)
		})
		for _, a := range answers {
			if a != answers[0] {
				t.Fatalf("round %d: two answers:\n%s\n%s", round, a, answers[0])
			}
		}
		b.wantSeats(e, [3]int{50, 2, 0})

		changed := in
		changed.Items = []*booking.HoldItemInput{{TicketTypeID: in.Items[0].TicketTypeID, Quantity: 3}}
		if _, err := b.box.Hold(t.Context(), ada, changed); errs.CodeOf(err) != "IDEMPOTENCY_KEY_REUSED" {
			t.Fatalf("another request under the key: %v", err)
		}
		if _, err := b.box.Hold(t.Context(), bob, in); err != nil {
			t.Fatalf("the same key of somebody else: %v", err)
		}
	}
	if n := len(b.PublishedTo(t, "booking.held")); n != 2**rounds {
		t.Errorf("%d messages booking.held, want %d", n, 2**rounds)
	}
	b.conserved()
}

// A refused request does not use its key up.
func TestARefusedKeyCanBeTriedAgain(t *testing.T) {
	t.Parallel()
	b := start(t)
	e := b.published(100, 2)
	first := b.hold(ada, e, 0, 2)
	in := wish(e, 0, 1)
	if _, err := b.box.Hold(t.Context(), bob, in); errs.CodeOf(err) != booking.SoldOut {
		t.Fatal(err)
	}
	if _, err := b.box.Cancel(t.Context(), ada, first.ID, id.New("key"), nil); err != nil {
		t.Fatal(err)
	}
	if _, err := b.box.Hold(t.Context(), bob, in); err != nil {
		t.Fatal(err)
	}
	b.wantSeats(e, [3]int{2, 1, 0})
}

// The same for requests refused in one transaction with others that were not.
func TestKeysRefusedInACrowdCanBeTriedAgain(t *testing.T) {
	t.Parallel()
	b := start(t)
	e := b.published(100, 30)
	wishes := make([]booking.HoldSeatsInput, 300)
	held := make([]*booking.Booking, len(wishes))
	crowd(150, len(wishes), func(i int) {
		wishes[i-1] = wish(e, 0, 1)
		k, err := b.box.Hold(t.Context(), ada, wishes[i-1])
		if err != nil && errs.CodeOf(err) != booking.SoldOut {
			t.Error(err)
		}
		held[i-1] = k
	})
	for _, k := range held {
		if k == nil {
			continue
		}
		if _, err := b.box.Cancel(t.Context(), ada, k.ID, id.New("key"), nil); err != nil {
			t.Fatal(err)
		}
	}
	again := 0
	for i, k := range held {
		if k != nil || again == 30 {
			continue
		}
		again++
		if got, err := b.box.Hold(t.Context(), ada, wishes[i]); err != nil || got.Status != booking.Held {
			t.Fatalf("try %d: %+v, %v", again, got, err)
		}
	}
	b.wantSeats(e, [3]int{30, 30, 0})
	b.conserved()
}

// A cancel repeated at once: one cancellation, equal answers.
func TestOneCancelManyTimesAtOnce(t *testing.T) {
	t.Parallel()
	b := start(t)
	e := b.published(100, 5)
	held, key := b.hold(ada, e, 0, 3), id.New("key")
	crowd(50, 100, func(int) {
		got, err := b.box.Cancel(t.Context(), ada, held.ID, key, nil)
		if err != nil {
			t.Error(err)
		} else if got.Status != booking.Expired || got.Revision != 2 {
			t.Errorf("%s revision %d", got.Status, got.Revision)
		}
	})
	b.wantTold(held.ID, "booking.held", "booking.expired")
	b.wantSeats(e, [3]int{5, 0, 0})
}

// Who leaves while waiting has not broken the queue for others.
func TestLeavingTheQueue(t *testing.T) {
	t.Parallel()
	b := start(t)
	e := b.published(100, 100)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	crowd(20, 60, func(i int) {
		ctx := t.Context()
		if i%3 == 0 {
			ctx = gone
		}
		if _, err := b.box.Hold(ctx, ada, wish(e, 0, 1)); err != nil && !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
	b.eventually("all holds are written", func() bool { return b.seats(e)[1] >= 40 })
	b.conserved()
}

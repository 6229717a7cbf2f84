package bookings_test

import (
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"testing"

	"marquee/internal/contract"
	"marquee/internal/errs"
	"marquee/internal/id"
	"marquee/internal/viewer"
	"marquee/subgraphs/bookings/internal/booking"
	"marquee/subgraphs/bookings/internal/store"
)

func some(n int) *int { return &n }

// want is a hold of several types by their place in the event.
func want(e contract.Event, quantities map[int]int) booking.HoldSeatsInput {
	in := booking.HoldSeatsInput{EventID: e.EventID, IdempotencyKey: id.New("key")}
	for i, t := range e.TicketTypes {
		if n := quantities[i]; n > 0 {
			in.Items = append(in.Items, &booking.HoldItemInput{TicketTypeID: t.TicketTypeID, Quantity: n})
		}
	}
	return in
}

// try holds and compares the code of the refusal, "" for success.
func (b *bench) try(who *viewer.Viewer, in booking.HoldSeatsInput, code errs.Code) *booking.Booking {
	b.t.Helper()
	held, err := b.box.Hold(b.t.Context(), who, in)
	if errs.CodeOf(err) != code {
		b.t.Fatalf("got %v, want %q", err, code)
	}
	return held
}

func TestAddOnsGoWithAdmissions(t *testing.T) {
	t.Parallel()
	b := start(t)
	e := b.event(1000, 10, 5)
	e.TicketTypes[1].Kind, e.TicketTypes[1].MaxPerAdmission = contract.AddOn, some(2)
	b.publish(e)
	b.try(ada, want(e, map[int]int{1: 1}), booking.AdmissionRequired)
	b.try(ada, want(e, map[int]int{0: 1, 1: 3}), booking.InvalidQuantity)
	held := b.try(ada, want(e, map[int]int{0: 2, 1: 4}), "")
	b.try(bob, want(e, map[int]int{0: 1, 1: 2}), booking.SoldOut)
	b.wantSeats(e, [3]int{10, 2, 0})
	b.capture(held)
	b.wantSeats(e, [3]int{10, 0, 2})
	b.conserved()
}

func TestTypesThatAreNotListed(t *testing.T) {
	t.Parallel()
	b := start(t)
	e := b.event(1000, 10, 5, 5)
	e.TicketTypes[1].Visibility, e.TicketTypes[2].Visibility = contract.Hidden, contract.AccessCode
	b.publish(e)
	b.try(ada, want(e, map[int]int{1: 2}), "")
	b.try(ada, want(e, map[int]int{2: 1}), booking.CodeRequired)
	b.try(ada, booking.HoldSeatsInput{EventID: e.EventID, IdempotencyKey: id.New("key"), Items: []*booking.HoldItemInput{{TicketTypeID: e.EventID, Quantity: 1}}}, booking.TicketTypeNotFound)
	query := `{ _entities(representations: [{__typename: "Event", id: "` + e.EventID + `"}]) { ... on Event { availability { capacity held ticketTypes { held } } } } }`
	if got := string(b.Do(t, ada, query, nil).Data); got != `{"_entities":[{"availability":{"capacity":10,"held":0,"ticketTypes":[{"held":0}]}}]}` {
		t.Errorf("the public sees %s", got)
	}
	if got := string(b.Do(t, organizer, query, nil).Data); got != `{"_entities":[{"availability":{"capacity":20,"held":2,"ticketTypes":[{"held":0},{"held":2},{"held":0}]}}]}` {
		t.Errorf("the organiser sees %s", got)
	}
}

// The capacity that types share holds at every sampled instant, whatever crowd comes from however many processes, and was counted over
// what was sold before there was one.
func TestACrowdKeepsTheSharedCapacity(t *testing.T) {
	t.Parallel()
	b := start(t)
	e := b.event(0, 400, 400, 400)
	b.publish(e)
	d := b.Deps
	other := booking.New(store.New(d.DB, d.Jobs, d.Outbox, d.PubSub, d.Now), d.Now)
	b.hold(ada, e, 0, 10)
	e.Capacity, e.Version = some(500), 2
	stop := b.watched()
	var got atomic.Int64
	got.Store(10)
	crowd(100, 2500, func(i int) {
		if i == 100 {
			b.publish(e) // in the midst of it
			return
		}
		r := rand.New(rand.NewPCG(7, uint64(i)))
		box := b.box
		if i%2 == 0 {
			box = other
		}
		who := &viewer.Viewer{UserID: fmt.Sprint("usr_", i)}
		n := 1 + r.IntN(2)
		held, err := box.Hold(t.Context(), who, want(e, map[int]int{r.IntN(3): n}))
		switch {
		case err == nil && i%5 == 0:
			if _, err := box.Cancel(t.Context(), who, held.ID, id.New("key"), nil); err != nil {
				t.Error(err)
			}
		case err == nil:
			got.Add(int64(n))
		case errs.CodeOf(err) != booking.SoldOut:
			t.Error(err)
		}
	})
	t.Logf("%d samples", stop())
	a := b.seats(e)
	if a[0] != 500 || a[1] != int(got.Load()) || a[1] < 495 {
		t.Errorf("capacity, held, sold %v; %d got seats", a, got.Load())
	}
	b.conserved()
}

func TestOnePersonsLimit(t *testing.T) {
	t.Parallel()
	b := start(t)
	e := b.event(1000, 50, 50)
	e.TicketTypes[0].PerPersonLimit, e.PerPersonLimit = some(4), some(6)
	b.publish(e)
	first := b.try(ada, want(e, map[int]int{0: 3}), "")
	b.try(ada, want(e, map[int]int{0: 2}), booking.PerPersonLimit)
	b.try(ada, want(e, map[int]int{0: 1, 1: 3}), booking.PerPersonLimit)
	b.try(ada, want(e, map[int]int{1: 3}), "")
	b.try(bob, want(e, map[int]int{0: 4, 1: 2}), "")
	// What ends gives the right back, and money that comes late does not take it twice.
	b.clock.Forward(booking.HoldFor)
	if _, err := b.store.Expire(t.Context(), first.ID); err != nil {
		t.Fatal(err)
	}
	second := b.try(ada, want(e, map[int]int{0: 3}), "")
	b.capture(second)
	b.capture(first)
	b.wantStatus(second.ID, booking.Confirmed, "")
	b.wantStatus(first.ID, booking.Expired, contract.HoldExpired)
	b.wantTold(first.ID, "booking.held", "booking.expired", "booking.payment_rejected")
	b.conserved()
}

// One account orders from many places at once.
func TestOnePersonsLimitInACrowd(t *testing.T) {
	t.Parallel()
	b := start(t)
	d := b.Deps
	other := booking.New(store.New(d.DB, d.Jobs, d.Outbox, d.PubSub, d.Now), d.Now)
	e := b.event(0, 500, 500)
	e.TicketTypes[0].PerPersonLimit, e.PerPersonLimit = some(3), some(5)
	b.publish(e)
	var got [2]atomic.Int64
	crowd(80, 400, func(i int) {
		box := b.box
		if i%2 == 0 {
			box = other
		}
		k := i / 2 % 2
		_, err := box.Hold(t.Context(), ada, want(e, map[int]int{k: 1}))
		switch {
		case err == nil:
			got[k].Add(1)
		case errs.CodeOf(err) != booking.PerPersonLimit:
			t.Error(err)
		}
	})
	if first, second := got[0].Load(), got[1].Load(); first > 3 || first+second != 5 {
		t.Errorf("%d and %d tickets of one person", first, second)
	}
	b.conserved()
}

func TestAHoldIsExtendedOnce(t *testing.T) {
	t.Parallel()
	b := start(t)
	e := b.published(1000, 5)
	held := b.hold(ada, e, 0, 1)
	const extend = `mutation($i: ExtendHoldInput!) { answer: extendHold(input: $i) { object: booking { status extendable holdExpiresAt } userErrors { field message code } } }`
	in := func() map[string]any { return map[string]any{"bookingId": held.ID, "idempotencyKey": id.New("key")} }
	if got := b.mutate(bob, extend, in()).codes(); got != "BOOKING_NOT_FOUND input.bookingId" {
		t.Errorf("somebody else: %s", got)
	}
	again := in()
	first := b.mutate(ada, extend, again)
	if got := b.mutate(ada, extend, again); string(got.Object) != string(first.Object) || first.codes() != "" {
		t.Errorf("%s %s, again %s", first.Object, first.codes(), got.Object)
	}
	if got := b.mutate(ada, extend, in()).codes(); got != "ALREADY_EXTENDED input.bookingId" {
		t.Errorf("twice: %s", got)
	}
	told := b.PublishedTo(t, "booking.held")
	if m := decode[contract.BookingHeld](t, told[len(told)-1].Payload); m.Revision != 2 || !m.HoldExpiresAt.Equal(held.ExpiresAt.Add(booking.HoldFor)) {
		t.Errorf("told %+v", m)
	}
	b.clock.Forward(booking.HoldFor) // its first end
	if _, err := b.store.Expire(t.Context(), held.ID); err != nil {
		t.Fatal(err)
	}
	b.wantStatus(held.ID, booking.Held, "")
	b.clock.Forward(booking.HoldFor)
	if got := b.mutate(ada, extend, in()).codes(); got != "HOLD_EXPIRED input.bookingId" {
		t.Errorf("too late: %s", got)
	}
	if _, err := b.store.Expire(t.Context(), held.ID); err != nil {
		t.Fatal(err)
	}
	b.wantStatus(held.ID, booking.Expired, contract.HoldExpired)
	b.conserved()
}

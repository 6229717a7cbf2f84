package bookings_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"marquee/internal/bus"
	"marquee/internal/contract"
	"marquee/internal/errs"
	"marquee/internal/id"
	"marquee/internal/money"
	"marquee/internal/service/servicetest"
	"marquee/internal/viewer"
	"marquee/subgraphs/bookings/internal/booking"
)

func TestCaptureConfirms(t *testing.T) {
	t.Parallel()
	b := start(t)
	e := b.published(2500, 10)
	k := b.hold(ada, e, 0, 3)
	if k.Total.Amount != 7500 || k.Total.Currency != "EUR" || k.Status != booking.Held || !k.ExpiresAt.Equal(b.clock.Now().Add(10*time.Minute)) {
		t.Fatalf("held: %+v", k)
	}
	b.wantSeats(e, [3]int{10, 3, 0})
	m := b.capture(k)
	got := b.wantStatus(k.ID, booking.Confirmed, "")
	if len(got.Tickets) != 3 || got.PaymentID != m.PaymentID || got.HoldExpiresAt() != nil || got.Revision != 2 {
		t.Errorf("confirmed: %+v", got)
	}
	b.wantSeats(e, [3]int{10, 0, 3})
	b.wantTold(k.ID, "booking.held", "booking.confirmed")
	told := decode[contract.BookingConfirmed](t, b.PublishedTo(t, "booking.confirmed")[0].Payload)
	if told.PaymentID != m.PaymentID || len(told.TicketIDs) != 3 || told.OrganizerID != organizer.UserID || told.EventTitle != "A Night" ||
		told.TotalAmount != 7500 || told.Revision != 2 || !reflect.DeepEqual(told.Items[0], contract.BookingItem{TicketTypeID: e.TicketTypes[0].TicketTypeID, Name: "Row 1", Quantity: 3, UnitAmount: 2500}) {
		t.Errorf("told %+v", told)
	}
	b.capture(k) // a second payment of the same booking
	b.wantTold(k.ID, "booking.held", "booking.confirmed", "booking.payment_rejected")
	b.conserved()
}

func TestAHoldEndsAtItsTime(t *testing.T) {
	t.Parallel()
	b := start(t)
	e := b.published(100, 4)
	k := b.hold(ada, e, 0, 4)
	if _, err := b.box.Hold(t.Context(), bob, wish(e, 0, 1)); errs.CodeOf(err) != booking.SoldOut {
		t.Fatal(err)
	}
	b.clock.Forward(booking.HoldFor - time.Microsecond)
	if got, err := b.store.Expire(t.Context(), k.ID); err != nil || got.Status != booking.Held {
		t.Fatalf("a moment too early: %v, %v", got, err)
	}
	// The job stands far in the future of the server's clock: this is the sweep's.
	b.clock.Forward(time.Microsecond)
	b.eventually("the sweep ends the hold", func() bool { return b.now(k.ID).Status == booking.Expired })
	b.wantStatus(k.ID, booking.Expired, "HOLD_EXPIRED")
	b.wantSeats(e, [3]int{4, 0, 0})
	b.wantTold(k.ID, "booking.held", "booking.expired")
	b.hold(bob, e, 0, 4)
	b.conserved()
}

// The job alone, at its time by the server's clock, and by the domain's clock too early: it comes again.
func TestTheJobEndsTheHold(t *testing.T) {
	t.Parallel()
	b := start(t)
	e := b.published(100, 4)
	k := b.hold(ada, e, 0, 1)
	var jobs int
	if err := b.Deps.DB.QueryRow(t.Context(), `select count(*) from river_job where kind = 'expire_hold' and args ->> 'bookingId' = $1
		and abs(extract(epoch from scheduled_at - $2)) < 1`, k.ID, k.ExpiresAt).Scan(&jobs); err != nil || jobs != 1 {
		t.Fatalf("%d jobs, %v", jobs, err)
	}
	if _, err := b.Deps.DB.Exec(t.Context(), "update river_job set scheduled_at = now(), state = 'available' where kind = 'expire_hold'"); err != nil {
		t.Fatal(err)
	}
	b.eventually("the early job is put off", func() bool {
		var state string
		_ = b.Deps.DB.QueryRow(t.Context(), "select state from river_job where kind = 'expire_hold' and scheduled_at > now()").Scan(&state)
		return state == "scheduled"
	})
	b.wantStatus(k.ID, booking.Held, "")
}

func TestLateMoney(t *testing.T) {
	t.Parallel()
	b := start(t)
	e := b.published(100, 4, 4)

	early := b.hold(ada, e, 0, 2) // time is up, the end not yet written: the hold still stands
	b.clock.Forward(booking.HoldFor)
	late := b.hold(bob, e, 1, 3)
	b.capture(early)
	if s := b.now(early.ID).Status; s != booking.Confirmed {
		t.Fatalf("paid at the last moment: %s", s) // held or re-seated, whoever was first
	}

	b.clock.Forward(booking.HoldFor)
	b.expired(late)
	b.wantSeats(e, [3]int{8, 0, 2})
	b.capture(late) // seats are still free
	got := b.wantStatus(late.ID, booking.Confirmed, "")
	if len(got.Tickets) != 3 || got.EndedAt != nil {
		t.Errorf("re-seated: %+v", got)
	}
	b.wantTold(late.ID, "booking.held", "booking.expired", "booking.confirmed")
	b.wantSeats(e, [3]int{8, 0, 5})

	gone := b.hold(ada, e, 1, 1)
	b.clock.Forward(booking.HoldFor)
	b.expired(gone)
	b.hold(bob, e, 1, 1)
	b.capture(gone) // somebody else has the seat
	b.wantStatus(gone.ID, booking.Expired, "HOLD_EXPIRED")
	b.wantTold(gone.ID, "booking.held", "booking.expired", "booking.payment_rejected")

	released := b.hold(ada, e, 0, 1)
	if _, err := b.box.Cancel(t.Context(), ada, released.ID, id.New("key"), nil); err != nil {
		t.Fatal(err)
	}
	b.capture(released) // given up: not re-seated though seats are free
	b.wantStatus(released.ID, booking.Expired, "RELEASED")
	b.wantTold(released.ID, "booking.held", "booking.expired", "booking.payment_rejected")

	wrong := b.hold(ada, e, 0, 1)
	less := contract.PaymentCaptured{PaymentID: id.New("pay"), BookingID: wrong.ID, EventID: e.EventID, Amount: 99, Currency: "EUR"}
	b.Deliver(t, less)
	b.wantStatus(wrong.ID, booking.Held, "")
	b.wantTold(wrong.ID, "booking.held", "booking.payment_rejected")

	nobody := contract.PaymentCaptured{PaymentID: id.New("pay"), BookingID: id.New("bkg"), EventID: e.EventID, Amount: 1, Currency: "EUR"}
	b.Deliver(t, nobody)
	b.Deliver(t, nobody)
	b.wantTold(nobody.BookingID, "booking.payment_rejected")
	b.conserved()
}

// expired runs what the job runs, until the hold has ended.
func (b *bench) expired(k *booking.Booking) {
	b.t.Helper()
	if _, err := b.store.Expire(b.t.Context(), k.ID); err != nil {
		b.t.Fatal(err)
	}
	b.wantStatus(k.ID, booking.Expired, "HOLD_EXPIRED")
}

// A booking is paid twice; the first payment is refunded in full by the organiser. Whatever the order and the number of deliveries of
// these messages, one payment at most confirms, each other one is rejected once, and a refunded one leaves nothing confirmed behind.
// Captures that come together are decided as if each came alone: paid twice, told twice, of nobody, delivered again.
func TestCapturesTogether(t *testing.T) {
	t.Parallel()
	b := start(t)
	e, f := b.published(100, 40), b.published(100, 40)
	var held []*booking.Booking
	var events []bus.Event
	paid := func(k *booking.Booking) bus.Event {
		return servicetest.EventOf(t, contract.PaymentCaptured{
			PaymentID: id.New("pay"), BookingID: k.ID, EventID: k.EventID, UserID: k.UserID, Amount: k.Total.Amount, Currency: k.Total.Currency, At: b.clock.Now(),
		})
	}
	for i := range 20 {
		k := b.hold(ada, []contract.Event{e, f}[i%2], 0, 2)
		held, events = append(held, k), append(events, paid(k))
	}
	published := events[3]
	published.ID = id.New("evn") // the same payment told of by another event
	events = append(events, paid(held[5]), published, paid(&booking.Booking{ID: id.New("bkg"), EventID: e.EventID, Total: money.Of(1, "EUR")}))
	for _, some := range [][]bus.Event{events, events[10:]} {
		for i, err := range b.Instance.Inbox().Deliver(t.Context(), some) {
			if err != nil {
				t.Fatalf("message %d: %v", i, err)
			}
		}
	}
	for i, k := range held {
		b.wantStatus(k.ID, booking.Confirmed, "")
		if i == 5 {
			b.wantTold(k.ID, "booking.held", "booking.confirmed", "booking.payment_rejected")
		} else {
			b.wantTold(k.ID, "booking.held", "booking.confirmed")
		}
	}
	b.wantSeats(e, [3]int{40, 0, 20})
	b.wantSeats(f, [3]int{40, 0, 20})
	b.conserved()
}

func TestPaymentMessagesInAnyOrder(t *testing.T) {
	t.Parallel()
	b := start(t)
	e := b.published(100, 100_000)
	for seed := range 60 {
		r := rand.New(rand.NewPCG(7, uint64(seed)))
		k := b.hold(ada, e, 0, 1)
		one := contract.PaymentCaptured{PaymentID: id.New("pay"), BookingID: k.ID, EventID: e.EventID, UserID: ada.UserID, Amount: 100, Currency: "EUR"}
		two := one
		two.PaymentID = id.New("pay")
		partly := refundOf(one)
		partly.Amount, partly.Left = 40, 60
		messages := []contract.Message{one, two, partly, refundOf(one), one, refundOf(one), two}
		var events []bus.Event
		for _, m := range messages {
			events = append(events, servicetest.EventOf(t, m))
		}
		events = append(events, events[:4]...) // redeliveries
		r.Shuffle(len(events), func(i, j int) { events[i], events[j] = events[j], events[i] })
		for _, ev := range events {
			b.DeliverEvent(t, ev)
		}
		firstCapture := slices.IndexFunc(events, func(ev bus.Event) bool { return ev.Topic == "payment.captured" })
		winner := decode[contract.PaymentCaptured](t, events[firstCapture].Payload).PaymentID
		refundFirst := false
		for _, ev := range events[:firstCapture] {
			refundFirst = refundFirst || decode[contract.PaymentRefunded](t, ev.Payload).Left == 0
		}
		got := b.now(k.ID)
		topics := map[string]int{}
		for _, ev := range b.Published(t) {
			if ev.Key == k.ID {
				topics[ev.Topic]++
			}
		}
		told := fmt.Sprint(got.Status, topics)
		var want []string
		switch {
		case winner == two.PaymentID:
			// two confirmed; one is rejected, or known as refunded before its capture came
			want = []string{
				"CONFIRMED" + fmt.Sprint(map[string]int{"booking.held": 1, "booking.confirmed": 1, "booking.payment_rejected": 1}),
				"CONFIRMED" + fmt.Sprint(map[string]int{"booking.held": 1, "booking.confirmed": 1}),
			}
		case refundFirst: // one counts for nothing, two confirms
			want = []string{"CONFIRMED" + fmt.Sprint(map[string]int{"booking.held": 1, "booking.confirmed": 1})}
		default: // one confirmed and was refunded; two is rejected
			want = []string{"CANCELLED" + fmt.Sprint(map[string]int{"booking.held": 1, "booking.confirmed": 1, "booking.cancelled": 1, "booking.payment_rejected": 1})}
		}
		if !slices.Contains(want, told) {
			t.Errorf("seed %d: %s, want one of %v", seed, told, want)
		}
	}
	b.conserved()
}

func TestARefundByTheOrganiserEndsTheBooking(t *testing.T) {
	t.Parallel()
	b := start(t)
	e := b.published(100, 5)
	k := b.hold(ada, e, 0, 2)
	m := b.capture(k)
	partly := refundOf(m)
	partly.Amount, partly.Left = 50, 150
	b.Deliver(t, partly)
	other := refundOf(m)
	other.Reason = contract.RefundBookingCancelled // follows from a cancellation, causes none
	b.Deliver(t, other)
	b.wantStatus(k.ID, booking.Confirmed, "")
	b.Deliver(t, refundOf(m))
	got := b.wantStatus(k.ID, booking.Cancelled, "REFUNDED")
	for _, ticket := range got.Tickets {
		if ticket.Status != booking.Void {
			t.Errorf("ticket %s", ticket.Status)
		}
	}
	b.wantSeats(e, [3]int{5, 0, 0})
	b.wantTold(k.ID, "booking.held", "booking.confirmed", "booking.cancelled")
	b.conserved()
}

func TestACalledOffEventEndsEveryBooking(t *testing.T) {
	t.Parallel()
	b := start(t)
	e := b.published(100, 2000)
	var all []*booking.Booking
	crowd(8, 260, func(i int) {
		if _, err := b.box.Hold(t.Context(), &viewer.Viewer{UserID: fmt.Sprint("usr_", i)}, wish(e, 0, 1+i%3)); err != nil {
			t.Error(err)
		}
	})
	list, err := b.box.OfEvent(t.Context(), organizer, e.EventID, nil, 100, nil)
	for ; err == nil; list, err = b.box.OfEvent(t.Context(), organizer, e.EventID, nil, 100, list.PageInfo.EndCursor) {
		all = append(all, list.Nodes()...)
		if !list.PageInfo.HasNextPage {
			break
		}
	}
	if err != nil || len(all) != 260 {
		t.Fatalf("%d bookings, %v", len(all), err)
	}
	for _, k := range all[:250] {
		b.capture(k)
	}
	cancelled := e
	cancelled.Version = 2
	b.Deliver(t, contract.EventCancelled{Event: cancelled, Reason: "The hall is flooded.", At: b.clock.Now()})
	late := all[250] // its money is under way when the event is called off
	b.capture(late)
	if s := b.now(late.ID).Status; s == booking.Confirmed {
		t.Error("money confirmed a booking of a called-off event")
	}
	if _, err := b.box.Hold(t.Context(), ada, wish(e, 0, 1)); errs.CodeOf(err) != booking.EventNotFound {
		t.Errorf("a hold for a called-off event: %v", err)
	}
	b.eventually("every booking has ended", func() bool { return b.seats(e) == [3]int{0, 0, 0} })
	for i, k := range all {
		if i < 250 {
			b.wantStatus(k.ID, booking.Cancelled, "EVENT_CANCELLED")
		} else {
			b.wantStatus(k.ID, booking.Expired, "EVENT_CANCELLED")
		}
	}
	told := b.PublishedTo(t, "booking.cancelled")
	if len(told) != 250 || decode[contract.BookingCancelled](t, told[0].Payload).Explanation != "The hall is flooded." {
		t.Errorf("%d cancellations told, the first %s", len(told), told[0].Payload)
	}
	if n := len(b.PublishedTo(t, "booking.expired")); n != 10 {
		t.Errorf("%d ends of holds told", n)
	}
	if n := len(b.PublishedTo(t, "booking.payment_rejected")); n != 1 {
		t.Errorf("%d payments rejected", n)
	}

	again := e
	again.Version = 3
	b.publish(again) // called off is for good
	b.wantSeats(e, [3]int{0, 0, 0})
	b.conserved()
}

func TestACancellationBeforeThePublication(t *testing.T) {
	t.Parallel()
	b := start(t)
	e := b.event(100, 10)
	cancelled := e
	cancelled.Version = 2
	b.Deliver(t, contract.EventCancelled{Event: cancelled})
	b.publish(e)
	if _, err := b.box.Hold(t.Context(), ada, wish(e, 0, 1)); errs.CodeOf(err) != booking.EventNotFound {
		t.Errorf("hold: %v", err)
	}
}

func TestCapacityFollowsTheOrganiserButNotBelowWhatIsTaken(t *testing.T) {
	t.Parallel()
	b := start(t)
	e := b.published(100, 10, 5)
	first, second := b.hold(ada, e, 0, 4), b.hold(bob, e, 0, 3)
	b.capture(first)

	less := e
	less.Version, less.TicketTypes = 3, slices.Clone(e.TicketTypes)
	less.TicketTypes[0].Capacity = 5
	b.publish(less)
	b.wantSeats(e, [3]int{7 + 5, 3, 4})
	old := e
	old.Version = 2
	b.publish(old) // older: ignored
	b.wantSeats(e, [3]int{7 + 5, 3, 4})
	if _, err := b.box.Hold(t.Context(), ada, wish(e, 0, 1)); errs.CodeOf(err) != booking.SoldOut {
		t.Errorf("a hold beyond the wanted capacity: %v", err)
	}
	if _, err := b.box.Cancel(t.Context(), bob, second.ID, id.New("key"), nil); err != nil {
		t.Fatal(err)
	}
	b.wantSeats(e, [3]int{5 + 5, 0, 4}) // shrunk to the target, one is free again
	b.hold(bob, e, 0, 1)

	more := e
	more.Version, more.TicketTypes = 4, e.TicketTypes[:1] // and the second type is taken off
	b.publish(more)
	b.wantSeats(e, [3]int{10, 1, 4})
	if _, err := b.box.Hold(t.Context(), ada, wish(e, 1, 1)); errs.CodeOf(err) != booking.TicketTypeNotFound {
		t.Errorf("a hold of a type taken off: %v", err)
	}
	b.conserved()
}

package bookings_test

import (
	"fmt"
	"strings"
	"testing"

	"marquee/internal/bus"
	"marquee/internal/contract"
	"marquee/internal/errs"
	"marquee/internal/id"
	"marquee/internal/service/servicetest"
	"marquee/subgraphs/bookings/internal/booking"
)

// digest is everything there is of bookings, table by table.
func (b *bench) digest() string {
	b.t.Helper()
	var out strings.Builder
	for _, from := range []string{
		"booking", "booking_item", "booking_seat", "seat_taken", "ticket", "ticket_type", "promo_code", "payment", "outbox", "inbox", "idempotency",
		"(select id, args from river_job where kind = 'expire_hold')",
	} {
		var sum string
		if err := b.Deps.DB.QueryRow(b.t.Context(), "select count(*) || ' ' || coalesce(md5(string_agg(x::text, '|' order by x::text)), '') from "+from+" x").Scan(&sum); err != nil {
			b.t.Fatal(from, err)
		}
		fmt.Fprintf(&out, "%s %s\n", from, sum)
	}
	return out.String()
}

// deliver hands a message to the inbox and returns what became of it.
func (b *bench) deliver(e bus.Event) error { return bus.One(b.t.Context(), b.Instance.Inbox(), e) }

// withSeats holds two of an event's numbered seats with the code LESS.
func (b *bench) withSeats(e contract.Event) *booking.Booking {
	b.t.Helper()
	return b.try(ada, with(wish(e, 0, 2), "less"), "")
}

func captureOf(k *booking.Booking) contract.PaymentCaptured {
	return contract.PaymentCaptured{
		PaymentID: id.New("pay"), BookingID: k.ID, EventID: k.EventID, UserID: k.UserID, Amount: k.Total.Amount, Currency: k.Total.Currency, At: k.CreatedAt,
	}
}

// disputeOf is news of a dispute over all of a payment.
func disputeOf(m contract.PaymentCaptured, status string) contract.PaymentDisputed {
	return contract.PaymentDisputed{
		PaymentID: m.PaymentID, DisputeID: "dsp_" + m.PaymentID, BookingID: m.BookingID, EventID: m.EventID, UserID: m.UserID, Status: status,
		Amount: m.Amount, Currency: m.Currency, Whole: true, At: m.At,
	}
}

// halfway is a step that moves stock: what comes before it, the tables it writes, and what is so when it is done.
type halfway struct {
	name    string
	writes  string
	prepare func(b *bench, e contract.Event) (step func() error, done func())
}

var steps = []halfway{
	{"a hold", "idempotency booking booking_item booking_seat seat_taken promo_code outbox river_job ticket_type", func(b *bench, e contract.Event) (func() error, func()) {
		in := with(wish(e, 0, 2), "less")
		return func() error { _, err := b.box.Hold(b.t.Context(), ada, in); return err }, func() {
			b.wantSeats(e, [3]int{10, 2, 0})
			b.wantUses(e, "LESS", 1)
		}
	}},
	{"free in one step", "idempotency booking booking_item booking_seat seat_taken ticket promo_code outbox ticket_type", func(b *bench, e contract.Event) (func() error, func()) {
		in := with(wish(e, 0, 2), "free")
		in.ConfirmIfFree = true
		return func() error { _, err := b.box.Hold(b.t.Context(), ada, in); return err }, func() {
			b.wantSeats(e, [3]int{10, 0, 2})
			b.wantUses(e, "FREE", 1)
		}
	}},
	{"late money that is seated elsewhere", "inbox booking booking_seat seat_taken ticket promo_code payment outbox ticket_type", func(b *bench, e contract.Event) (func() error, func()) {
		k := b.withSeats(e)
		b.clock.Forward(booking.HoldFor)
		if _, err := b.store.Expire(b.t.Context(), k.ID); err != nil {
			b.t.Fatal(err)
		}
		b.hold(bob, e, 0, 2) // the same seats
		message := servicetest.EventOf(b.t, captureOf(k))
		return func() error { return b.deliver(message) }, func() {
			if got := b.wantStatus(k.ID, booking.Confirmed, ""); got.Items[0].Seats[0].ID == k.Items[0].Seats[0].ID {
				b.t.Error("it has the seats of somebody else")
			}
			b.wantSeats(e, [3]int{10, 2, 2})
			b.wantUses(e, "LESS", 1)
		}
	}},
	{"a lost dispute", "inbox booking seat_taken ticket promo_code payment outbox ticket_type", func(b *bench, e contract.Event) (func() error, func()) {
		k := b.withSeats(e)
		message := servicetest.EventOf(b.t, disputeOf(b.capture(k), contract.DisputeLost))
		return func() error { return b.deliver(message) }, func() {
			b.wantStatus(k.ID, booking.Cancelled, contract.Refunded)
			b.wantSeats(e, [3]int{10, 0, 0})
			b.wantUses(e, "LESS", 0)
		}
	}},
	{"a cancellation", "idempotency booking seat_taken ticket promo_code outbox ticket_type", func(b *bench, e contract.Event) (func() error, func()) {
		k, key := b.withSeats(e), id.New("key")
		b.capture(k)
		return func() error { _, err := b.box.Cancel(b.t.Context(), ada, k.ID, key, nil); return err }, func() {
			b.wantStatus(k.ID, booking.Cancelled, contract.CancelledByHolder)
			b.wantSeats(e, [3]int{10, 0, 0})
			b.wantUses(e, "LESS", 0)
		}
	}},
	{"an extension", "idempotency booking outbox", func(b *bench, e contract.Event) (func() error, func()) {
		k, key := b.withSeats(e), id.New("key")
		return func() error { _, err := b.box.Extend(b.t.Context(), ada, k.ID, key); return err }, func() {
			if got := b.now(k.ID); !got.Extended || !got.ExpiresAt.Equal(k.ExpiresAt.Add(booking.HoldFor)) {
				b.t.Errorf("it ends %v, held until %v", got.ExpiresAt, k.ExpiresAt)
			}
		}
	}},
}

// Every step that moves stock fails at each of the tables it writes: nothing of it stays, and the same step, tried again as its caller
// does (the same key, the same message), takes effect once.
func TestEveryStepIsDoneOrNot(t *testing.T) {
	t.Parallel()
	for _, s := range steps {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			b := start(t)
			e := b.numbered(1000, 1)
			b.promo(e, "FREE", booking.PercentageOff, 10_000, func(in *booking.CreatePromoCodeInput) { in.MaxUses = some(1) })
			b.promo(e, "LESS", booking.AmountOff, 100, func(in *booking.CreatePromoCodeInput) { in.MaxUses = some(1) })
			step, done := s.prepare(b, e)
			before := b.digest()
			if _, err := b.Deps.DB.Exec(t.Context(), "create function fail() returns trigger language plpgsql as $$ begin raise exception 'disk full' using errcode = '53100'; end $$"); err != nil {
				t.Fatal(err)
			}
			for _, table := range strings.Fields(s.writes) {
				if _, err := b.Deps.DB.Exec(t.Context(), "create trigger fail before insert or update or delete on "+table+" for each row execute function fail()"); err != nil {
					t.Fatal(err)
				}
				if err := step(); errs.CodeOf(err) != errs.Unavailable {
					t.Fatalf("%s fails: %v", table, err)
				}
				if _, err := b.Deps.DB.Exec(t.Context(), "drop trigger fail on "+table); err != nil {
					t.Fatal(err)
				}
				if after := b.digest(); after != before {
					t.Errorf("%s fails, and something stays:\n%swas\n%s", table, after, before)
				}
			}
			for range 2 { // done, and the same again
				if err := step(); err != nil {
					t.Fatal(err)
				}
				done()
			}
			b.seated()
			b.conserved()
		})
	}
}

// A dispute ends a booking when it is lost and nothing of the money is left, once, whatever comes before, after or again.
func TestDisputes(t *testing.T) {
	t.Parallel()
	b := start(t)
	e := b.published(1000, 20)
	hear := func(m contract.PaymentDisputed) { b.Deliver(t, m) }
	k := b.hold(ada, e, 0, 2)
	paid := b.capture(k)
	part := disputeOf(paid, contract.DisputeLost)
	part.Whole = false
	for _, harmless := range []contract.PaymentDisputed{disputeOf(paid, contract.DisputeNeedsResponse), disputeOf(paid, contract.DisputeWon), part} {
		hear(harmless)
		b.wantStatus(k.ID, booking.Confirmed, "")
	}
	lost := b.Deliver(t, disputeOf(paid, contract.DisputeLost))
	b.DeliverEvent(t, lost) // the same event again
	hear(disputeOf(paid, contract.DisputeLost))
	hear(disputeOf(paid, contract.DisputeNeedsResponse)) // an older one, late
	got := b.wantStatus(k.ID, booking.Cancelled, contract.Refunded)
	for _, ticket := range got.Tickets {
		if ticket.Status != booking.Void {
			t.Errorf("a ticket is %s", ticket.Status)
		}
	}
	b.wantTold(k.ID, "booking.held", "booking.confirmed", "booking.cancelled")
	b.wantSeats(e, [3]int{20, 0, 0})

	// Told before the capture, it keeps the capture from buying anything.
	early := b.hold(ada, e, 0, 1)
	m := captureOf(early)
	hear(disputeOf(m, contract.DisputeLost))
	b.Deliver(t, m)
	b.wantStatus(early.ID, booking.Held, "")
	b.wantTold(early.ID, "booking.held")

	// Of a payment that did not buy the booking it changes nothing.
	bought := b.hold(bob, e, 0, 1)
	b.capture(bought)
	second := b.capture(bought)
	hear(disputeOf(second, contract.DisputeLost))
	b.wantStatus(bought.ID, booking.Confirmed, "")
	b.wantSeats(e, [3]int{20, 1, 1})
	b.conserved()
}

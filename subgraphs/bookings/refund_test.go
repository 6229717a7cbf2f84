package bookings_test

import (
	"testing"
	"time"

	"marquee/internal/contract"
	"marquee/internal/id"
	"marquee/internal/viewer"
	"marquee/subgraphs/bookings/internal/booking"
)

type quoteAnswer struct {
	Amount, Fee struct{ Amount int64 }
	Deadline    time.Time
	Cancellable bool
	PolicyText  string
}

func (b *bench) quote(who *viewer.Viewer, bookingID string) *quoteAnswer {
	b.t.Helper()
	var out struct{ RefundQuote *quoteAnswer }
	b.Do(b.t, who, `query($id: ID!) { refundQuote(bookingId: $id) { amount { amount } fee { amount } deadline cancellable policyText } }`,
		map[string]any{"id": bookingID}).Into(b.t, &out)
	return out.RefundQuote
}

func (b *bench) cancelFor(who *viewer.Viewer, bookingID string, expected any) answer {
	b.t.Helper()
	return b.mutate(who, cancelBooking, map[string]any{"bookingId": bookingID, "idempotencyKey": id.New("key"), "expectedRefund": expected})
}

// bought is a confirmed booking of two tickets at 1000 of an event with this policy.
func (b *bench) bought(p *contract.RefundPolicy) (contract.Event, *booking.Booking, contract.PaymentCaptured) {
	b.t.Helper()
	e := b.event(1000, 10)
	e.RefundPolicy = p
	e.TicketTypes[0].TaxRate, e.TicketTypes[0].TaxName = 1900, "VAT"
	b.publish(e)
	k := b.hold(ada, e, 0, 2)
	m := b.capture(k)
	return e, k, m
}

func (b *bench) cancelledMessage(bookingID string) contract.BookingCancelled {
	b.t.Helper()
	for _, e := range b.PublishedTo(b.t, contract.BookingCancelled{}.Topic()) {
		if e.Key == bookingID {
			return decode[contract.BookingCancelled](b.t, e.Payload)
		}
	}
	b.t.Fatalf("no cancellation of %s", bookingID)
	return contract.BookingCancelled{}
}

func TestTheRefundIsShownBeforeItIsConfirmed(t *testing.T) {
	t.Parallel()
	b := start(t)
	e, k, _ := b.bought(&contract.RefundPolicy{Allowed: true, RefundableUntilHours: 24, FeeBasisPoints: 1000, FeeAmount: 50})
	q := b.quote(ada, k.ID)
	if q == nil || q.Amount.Amount != 1750 || q.Fee.Amount != 250 || !q.Cancellable || !q.Deadline.Equal(e.StartsAt.Add(-24*time.Hour)) ||
		q.PolicyText != "Refundable until 24 hours before the event begins, less a fee of 10 % and 0.50 EUR." {
		t.Fatalf("%+v", q)
	}
	if b.quote(bob, k.ID) != nil {
		t.Error("another sees the quote")
	}
	if got := b.cancelFor(ada, k.ID, 2000).codes(); got != "QUOTE_CHANGED input.expectedRefund" {
		t.Error(got)
	}
	b.wantStatus(k.ID, booking.Confirmed, "")
	if got := b.cancelFor(ada, k.ID, 1750).codes(); got != "" {
		t.Error(got)
	}
	m := b.cancelledMessage(k.ID)
	if m.RefundAmount == nil || *m.RefundAmount != 1750 || m.Items[0].TaxRate != 1900 || m.Items[0].TaxName != "VAT" {
		t.Errorf("%+v", m)
	}
	if b.quote(ada, k.ID) != nil {
		t.Error("a cancelled booking has a quote")
	}
	b.conserved()
}

func TestTheDeadlineOfRefunds(t *testing.T) {
	t.Parallel()
	b := start(t)
	e, k, _ := b.bought(&contract.RefundPolicy{Allowed: true, RefundableUntilHours: 2})
	_, never, _ := b.bought(&contract.RefundPolicy{})
	_, forNothing, _ := b.bought(&contract.RefundPolicy{CancelWithoutRefund: true})
	b.clock.Forward(e.StartsAt.Add(-2 * time.Hour).Sub(b.clock.Now()))
	if q := b.quote(ada, k.ID); q.Cancellable || q.Amount.Amount != 0 || q.Fee.Amount != 2000 {
		t.Errorf("%+v", q)
	}
	for want, bookingID := range map[string]string{
		"REFUND_DEADLINE_PASSED input.bookingId": k.ID, "NOT_REFUNDABLE input.bookingId": never.ID, "": forNothing.ID,
	} {
		if got := b.cancelFor(ada, bookingID, 0).codes(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if m := b.cancelledMessage(forNothing.ID); m.RefundAmount == nil || *m.RefundAmount != 0 {
		t.Errorf("%+v", m)
	}
	// An event that is called off gives everything back.
	b.Deliver(t, contract.EventCancelled{Event: e})
	b.eventually("called off", func() bool { return b.now(k.ID).Status == booking.Cancelled })
	if m := b.cancelledMessage(k.ID); m.RefundAmount != nil {
		t.Errorf("%+v", m)
	}
	b.conserved()
}

func TestAQuoteCountsWhatWentBack(t *testing.T) {
	t.Parallel()
	b := start(t)
	_, k, paid := b.bought(&contract.RefundPolicy{Allowed: true, FeeBasisPoints: 5000})
	part := refundOf(paid)
	part.Amount, part.Left = 500, 1500
	b.Deliver(t, part)
	older := part
	older.RefundID, older.Amount, older.Left = id.New("ref"), 200, 1800 // told later
	b.Deliver(t, older)
	if q := b.quote(ada, k.ID); q.Amount.Amount != 750 || q.Fee.Amount != 750 {
		t.Errorf("%+v", q)
	}
	if len(b.now(k.ID).Tickets) != 2 {
		t.Error("a partial refund changed the tickets")
	}
}

package booking

import (
	"context"
	"fmt"
	"strings"
	"time"

	"marquee/internal/contract"
	"marquee/internal/errs"
	"marquee/internal/money"
	"marquee/internal/viewer"
)

// RefundQuote is what a holder gets back when they cancel now; the GraphQL type.
type RefundQuote struct {
	Amount      money.Money // goes back
	Fee         money.Money // stays with the organiser
	Deadline    time.Time   // until when money goes back
	Cancellable bool        // whether the policy lets the holder cancel
	PolicyText  string      // the policy as a sentence

	amount int64
	late   bool
}

// quote is what a cancellation at this instant gives back.
func (b *Booking) quote(show *Show, now time.Time) RefundQuote {
	q := b.policyNow(show).Quote(b.unrefunded(), show.StartsAt, now)
	return RefundQuote{
		Amount: money.Of(q.Amount, b.Total.Currency), Fee: money.Of(q.Fee, b.Total.Currency), Deadline: q.Deadline, Cancellable: q.Allowed,
		PolicyText: policyText(show.RefundPolicy, b.Total.Currency), amount: q.Amount, late: q.Late,
	}
}

// refuse returns why the holder may not cancel; nil if they may. expected is the refund they were shown, nil if they were not.
func (q RefundQuote) refuse(expected *int64) error {
	switch {
	case !q.Cancellable && q.late:
		return errs.New(DeadlinePassed, "The time to cancel with a refund has passed. Ask the organiser.").At("input", "bookingId")
	case !q.Cancellable:
		return errs.New(NotRefundable, "These tickets are not refunded. Ask the organiser.").At("input", "bookingId")
	case expected != nil && *expected != q.amount:
		return errs.New(QuoteChanged, "The refund has changed in the meantime: look at it again.").At("input", "expectedRefund")
	}
	return nil
}

// policyText says a policy as a sentence.
func policyText(p *contract.RefundPolicy, currency string) string {
	if p == nil {
		p = &contract.RefundPolicy{Allowed: true}
	}
	var s strings.Builder
	if p.Allowed {
		s.WriteString("Refundable until the event begins")
		if p.RefundableUntilHours > 0 {
			s.Reset()
			fmt.Fprintf(&s, "Refundable until %d hours before the event begins", p.RefundableUntilHours)
		}
		var fees []string
		if p.FeeBasisPoints > 0 {
			fees = append(fees, percent(p.FeeBasisPoints))
		}
		if p.FeeAmount > 0 {
			fees = append(fees, money.Of(p.FeeAmount, currency).Text())
		}
		if len(fees) > 0 {
			s.WriteString(", less a fee of " + strings.Join(fees, " and "))
		}
		s.WriteString(".")
	} else {
		s.WriteString("Not refundable.")
	}
	if p.CancelWithoutRefund {
		s.WriteString(" Otherwise bookings can be cancelled without a refund.")
	}
	return s.String()
}

// percent writes basis points, for example "12.5 %".
func percent(basisPoints int) string {
	s := fmt.Sprintf("%d.%02d", basisPoints/100, basisPoints%100)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".") + " %"
}

// RefundQuote returns what the holder of a booking gets back when they cancel now; nil for a booking that is not confirmed or that the
// viewer may not see.
func (s *Office) RefundQuote(ctx context.Context, v *viewer.Viewer, bookingID string) (*RefundQuote, error) {
	b, err := s.Booking(ctx, v, bookingID)
	if err != nil || b == nil || b.Status != Confirmed {
		return nil, err
	}
	show, err := s.store.Show(ctx, b.EventID)
	if err != nil || show == nil {
		return nil, err
	}
	q := b.quote(show, s.now())
	return &q, nil
}

// returned takes note of how much of the booking's money has gone back. Messages may come in any order: the most counts.
func (w *Work) returned(m contract.PaymentRefunded) {
	b := w.Booking
	if b == nil || b.Status != Confirmed || b.PaymentID != m.PaymentID {
		return
	}
	if back := b.Total.Amount - m.Left; back > b.Refunded {
		b.Refunded, w.Returned = back, true
	}
	if m.ForTickets > b.RefundedForTickets {
		b.RefundedForTickets, w.Returned = m.ForTickets, true
	}
}

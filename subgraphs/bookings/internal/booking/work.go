package booking

import (
	"time"

	"marquee/internal/contract"
	"marquee/internal/errs"
	"marquee/internal/viewer"
)

// Outcome is what became of a captured payment.
type Outcome string

// The outcomes of a payment.
const (
	PaymentConfirmed Outcome = "CONFIRMED" // it bought the booking
	PaymentRejected  Outcome = "REJECTED"  // it must go back
	PaymentRefunded  Outcome = "REFUNDED"  // it went back in full
)

// Payment is a payment this subgraph has decided about.
type Payment struct {
	ID      string
	Outcome Outcome
}

// Work is one booking with all that a rule needs, read under lock, and what the rule decided. Booking is nil when there is none with
// the id; Stock may be shared by several works of one transaction.
type Work struct {
	Now      time.Time
	Booking  *Booking
	Show     *Show
	Stock    Stocks
	Payments []Payment  // decided before
	Promo    PromoCodes // of the booking, under lock
	Taken    Taken      // what holders have; read only where a booking may be re-seated and the stock limits it

	Changed  bool      // the booking and its tickets are to be written
	Extended bool      // Booking.ExpiresAt is to be written
	Returned bool      // Booking.Refunded is to be written
	GivenUp  []*Ticket // given back singly: they, their items and seats, and the booking's amounts are to be written
	Reseated bool      // the booking has other numbered seats than it had
	Named    bool      // the booking has other guests or answers than it had
	Decided  []Payment
	Messages []contract.Message
}

func (w *Work) outcome(paymentID string) Outcome {
	for _, p := range w.Payments {
		if p.ID == paymentID {
			return p.Outcome
		}
	}
	return ""
}

func (w *Work) decide(paymentID string, o Outcome) {
	w.Decided = append(w.Decided, Payment{paymentID, o})
}

// Confirm confirms a hold that costs nothing.
// Errors: BOOKING_NOT_FOUND, NOT_HELD, HOLD_EXPIRED, PAYMENT_REQUIRED, ANSWERS_REQUIRED.
func (w *Work) Confirm(v *viewer.Viewer) error {
	b := w.Booking
	switch {
	case b == nil || !v.Owns(b.UserID):
		return errBookingNotFound
	case b.Status == Expired && *b.EndReason == contract.HoldExpired, b.Status == Held && !w.Now.Before(b.ExpiresAt):
		return errs.New(HoldExpired, "The hold has run out; book again.").At("input", "bookingId")
	case b.Status != Held || w.Show.Cancelled:
		return errs.New(NotHeld, "This booking is not held any more.").At("input", "bookingId")
	case b.Total.Amount > 0:
		return errs.New(PaymentRequired, "This booking costs something: pay it.").At("input", "bookingId")
	case b.AnswersMissing:
		return errs.New(AnswersRequired, "The organiser's questions need your answers first.").At("input", "bookingId")
	}
	w.Stock.each(b.Items, (*Stock).sell)
	w.confirm("")
	return nil
}

// Capture takes note that a payment of the booking was captured: the booking is confirmed, re-seated if its hold had ended and seats
// are free, or the payment is rejected. Told twice of one payment, it does nothing.
func (w *Work) Capture(m contract.PaymentCaptured) {
	b := w.Booking
	if w.outcome(m.PaymentID) != "" {
		return
	}
	fits := b != nil && b.Total.Amount == m.Amount && b.Total.Currency == m.Currency && !w.Show.Cancelled
	switch {
	case fits && b.Status == Held:
		w.Stock.each(b.Items, (*Stock).sell)
	case fits && b.Status == Expired && *b.EndReason == contract.HoldExpired && w.usable() && w.free():
		w.Stock.each(b.Items, (*Stock).seat)
		w.Stock.takeSeats(b)
		b.EndReason, b.EndedAt = nil, nil
		w.Taken.add(b, w.Stock)
		w.useCodes(1)
	default:
		w.decide(m.PaymentID, PaymentRejected)
		w.Messages = append(w.Messages, contract.PaymentRejected{BookingID: m.BookingID, PaymentID: m.PaymentID, At: w.Now})
		return
	}
	w.decide(m.PaymentID, PaymentConfirmed)
	w.confirm(m.PaymentID)
}

// confirm makes the booking confirmed, its seats being sold already.
func (w *Work) confirm(paymentID string) {
	w.Booking.Revision++
	w.Changed, w.Messages = true, append(w.Messages, w.Booking.confirm(paymentID, w.Show, w.Now))
	w.assign(nil)
}

// confirm makes the booking confirmed and returns what is to be told of it.
func (b *Booking) confirm(paymentID string, show *Show, now time.Time) contract.BookingConfirmed {
	b.Status, b.PaymentID, b.ConfirmedAt = Confirmed, paymentID, &now
	b.issue()
	b.Fit()
	m := contract.BookingConfirmed{Booking: b.message(show), PaymentID: paymentID, At: now}
	for _, t := range b.Tickets {
		m.TicketIDs = append(m.TicketIDs, t.ID)
	}
	return m
}

// Refunded takes note that money went back. Only a full refund by the organiser ends the booking that the payment bought; all others
// follow from what happened here. A refund told before its capture keeps the capture from confirming anything.
func (w *Work) Refunded(m contract.PaymentRefunded) {
	w.returned(m)
	if m.Left != 0 || m.Reason != contract.RefundOrganizer || w.outcome(m.PaymentID) == PaymentRefunded {
		return
	}
	w.decide(m.PaymentID, PaymentRefunded)
	if b := w.Booking; b != nil && b.Status == Confirmed && b.PaymentID == m.PaymentID {
		w.cancel(contract.Refunded, "", nil)
	}
}

// Disputed takes note of a dispute. Only a lost one that leaves nothing of the payment ends the booking: its tickets are void.
func (w *Work) Disputed(m contract.PaymentDisputed) {
	if m.Status != contract.DisputeLost || !m.Whole || w.outcome(m.PaymentID) == PaymentRefunded {
		return
	}
	w.decide(m.PaymentID, PaymentRefunded)
	if b := w.Booking; b != nil && b.Status == Confirmed && b.PaymentID == m.PaymentID {
		w.cancel(contract.Refunded, "", nil)
	}
}

// Cancel gives a hold up, or cancels a confirmed booking by the event's refund policy. expected is the refund that the holder was shown,
// in minor units; nil if they were not.
// Errors: BOOKING_NOT_FOUND, ALREADY_ENDED, TOO_LATE, REFUND_DEADLINE_PASSED, NOT_REFUNDABLE, QUOTE_CHANGED.
func (w *Work) Cancel(v *viewer.Viewer, expected *int64) error {
	b := w.Booking
	if b == nil || !v.Owns(b.UserID) {
		return errBookingNotFound
	}
	switch b.Status {
	case Held:
		w.end(contract.Released)
		return nil
	case Confirmed:
	default:
		return errs.New(AlreadyEnded, "This booking has ended already.").At("input", "bookingId")
	}
	if w.Show.Begun(w.Now) {
		return errs.New(TooLate, "The event has begun: it is too late to cancel.").At("input", "bookingId")
	}
	for _, t := range b.Tickets {
		if t.Status == CheckedIn {
			return errs.New(TooLate, "A ticket of this booking was used: it is too late to cancel.").At("input", "bookingId")
		}
	}
	q := b.quote(w.Show, w.Now)
	if err := q.refuse(expected); err != nil {
		return err
	}
	w.cancel(contract.CancelledByHolder, "", &q.amount)
	return nil
}

// Expire ends the hold if its time is up.
func (w *Work) Expire() {
	if b := w.Booking; b != nil && b.Status == Held && !w.Now.Before(b.ExpiresAt) {
		w.end(contract.HoldExpired)
	}
}

// CallOff ends the booking because its event will not take place.
func (w *Work) CallOff() {
	b := w.Booking
	switch {
	case b == nil || !w.Show.Cancelled:
	case b.Status == Held:
		w.end(contract.EventCalledOff)
	case b.Status == Confirmed:
		w.cancel(contract.EventCalledOff, w.Show.CancelReason, nil)
	}
}

// end ends a hold.
func (w *Work) end(reason EndReason) {
	w.Stock.each(w.Booking.Items, (*Stock).release)
	w.Stock.freeSeats(w.Booking)
	w.useCodes(-1)
	w.finish(Expired, reason)
	w.Messages = append(w.Messages, contract.BookingExpired{Booking: w.Booking.message(w.Show), Reason: string(reason), At: w.Now})
}

// cancel ends a confirmed booking. refund is what of its money goes back, in minor units; nil is all that is left.
func (w *Work) cancel(reason EndReason, explanation string, refund *int64) {
	w.Stock.each(w.Booking.Items, (*Stock).unsell)
	w.Stock.freeSeats(w.Booking)
	if !w.Show.Begun(w.Now) {
		w.useCodes(-1)
	}
	for _, t := range w.Booking.Tickets {
		t.Status = Void
	}
	w.finish(Cancelled, reason)
	w.Messages = append(w.Messages, contract.BookingCancelled{
		Booking: w.Booking.message(w.Show), Reason: string(reason),
		Explanation: explanation, RefundAmount: refund, At: w.Now,
	})
}

func (w *Work) finish(s Status, reason EndReason) {
	b := w.Booking
	b.Status, b.EndReason, b.EndedAt = s, &reason, &w.Now
	b.Revision++
	w.Changed = true
}

package booking

import (
	"marquee/internal/contract"
	"marquee/internal/errs"
	"marquee/internal/viewer"
)

// Extend lets a hold last HoldFor longer, once. The job that is to end it finds it not due and comes again.
// Errors: BOOKING_NOT_FOUND, HOLD_EXPIRED, NOT_HELD, ALREADY_EXTENDED.
func (w *Work) Extend(v *viewer.Viewer) error {
	b := w.Booking
	switch {
	case b == nil || !v.Owns(b.UserID):
		return errBookingNotFound
	case b.Status == Expired && *b.EndReason == contract.HoldExpired, b.Status == Held && !w.Now.Before(b.ExpiresAt):
		return errs.New(HoldExpired, "The hold has run out; book again.").At("input", "bookingId")
	case b.Status != Held || w.Show.Cancelled:
		return errs.New(NotHeld, "This booking is not held any more.").At("input", "bookingId")
	case b.Extended:
		return errs.New(AlreadyExtended, "A hold can be extended once.").At("input", "bookingId")
	}
	b.ExpiresAt, b.Extended = b.ExpiresAt.Add(HoldFor), true
	b.Revision++
	w.Changed, w.Extended = true, true
	w.Messages = append(w.Messages, contract.BookingHeld{Booking: b.message(w.Show), At: w.Now})
	return nil
}

// Extendable reports whether the hold can be extended.
func (b *Booking) Extendable() bool { return b.Status == Held && !b.Extended }

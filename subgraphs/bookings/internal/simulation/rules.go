package simulation

import (
	"slices"
	"time"

	"marquee/internal/contract"
	"marquee/internal/errs"
	"marquee/internal/viewer"
	"marquee/subgraphs/bookings/internal/booking"
)

// lapsed reports a hold that has ended by time, whether or not anybody has noticed.
func (m *model) lapsed(k *sale) bool {
	return k.status == booking.Expired && k.reason == contract.HoldExpired || k.status == booking.Held && !m.now.Before(k.expires)
}

// quote is what of a booking's money goes back when its holder cancels now, and whether it is too late for that.
func (m *model) quote(k *sale) (back int64, late bool) {
	left := k.total - k.refunded
	policy := m.event.RefundPolicy
	switch {
	case left == 0:
		return 0, false
	case policy == nil:
		return left, !m.now.Before(m.event.StartsAt)
	}
	return left - left/10, !m.now.Before(m.event.StartsAt.Add(-24 * time.Hour))
}

// refuseAct is why an act is refused; "" if it is not.
func (m *model) refuseAct(v *viewer.Viewer, a Act, k *sale, expected *int64) errs.Code {
	if v.UserID != k.who.UserID {
		return booking.BookingNotFound
	}
	if a == Cancel {
		return m.refuseCancel(k, expected)
	}
	switch {
	case m.lapsed(k):
		return booking.HoldExpired
	case k.status != booking.Held || m.cancelled:
		return booking.NotHeld
	case a == Confirm && k.total > 0:
		return booking.PaymentRequired
	case a == Extend && k.extended:
		return booking.AlreadyExtended
	}
	return ""
}

func (m *model) refuseCancel(k *sale, expected *int64) errs.Code {
	switch {
	case k.status == booking.Held:
		return ""
	case k.status != booking.Confirmed:
		return booking.AlreadyEnded
	case !m.now.Before(m.event.StartsAt):
		return booking.TooLate
	}
	back, late := m.quote(k)
	switch {
	case late:
		return booking.DeadlinePassed
	case expected != nil && *expected != back:
		return booking.QuoteChanged
	}
	return ""
}

// acted takes note of an act that was not refused.
func (m *model) acted(a Act, k *sale) {
	switch {
	case a == Confirm:
		k.status = booking.Confirmed
		m.tell("booking.confirmed", k.id, "")
	case a == Extend:
		k.extended, k.expires = true, k.expires.Add(booking.HoldFor)
		m.tell("booking.held", k.id, "")
	case k.status == booking.Held:
		m.end(k, contract.Released)
	default:
		back, _ := m.quote(k)
		m.cancel(k, contract.CancelledByHolder, show(&back))
	}
}

func (m *model) end(k *sale, reason string) {
	k.status, k.reason = booking.Expired, reason
	m.tell("booking.expired", k.id, reason)
}

func (m *model) cancel(k *sale, reason, back string) {
	k.status, k.reason, k.spent = booking.Cancelled, reason, !m.now.Before(m.event.StartsAt)
	m.tell("booking.cancelled", k.id, reason+" "+back)
}

// swept ends the holds whose time is up.
func (m *model) swept() {
	for _, k := range m.sales {
		if k.status == booking.Held && !m.now.Before(k.expires) {
			m.end(k, contract.HoldExpired)
		}
	}
}

// ended ends the bookings of an event that was called off.
func (m *model) ended() {
	for _, k := range m.sales {
		switch k.status {
		case booking.Held:
			m.end(k, contract.EventCalledOff)
		case booking.Confirmed:
			m.cancel(k, contract.EventCalledOff, show[int64](nil))
		}
	}
}

// heard takes note of a message of the bank that has arrived.
func (m *model) heard(message contract.Message) {
	switch p := message.(type) {
	case contract.PaymentCaptured:
		m.captured(p)
	case contract.PaymentRefunded:
		if k := m.find(p.BookingID); k.status == booking.Confirmed && k.paidBy == p.PaymentID {
			k.refunded = max(k.refunded, k.total-p.Left)
		}
		if p.Left == 0 && p.Reason == contract.RefundOrganizer {
			m.gone(p.PaymentID, p.BookingID)
		}
	case contract.PaymentDisputed:
		if p.Status == contract.DisputeLost && p.Whole {
			m.gone(p.PaymentID, p.BookingID)
		}
	}
}

// gone takes note that the whole of a payment went back: what it bought is cancelled.
func (m *model) gone(paymentID, bookingID string) {
	if m.decided[paymentID] == "gone" {
		return
	}
	m.decided[paymentID] = "gone"
	if k := m.find(bookingID); k.status == booking.Confirmed && k.paidBy == paymentID {
		m.cancel(k, contract.Refunded, show[int64](nil))
	}
}

func (m *model) captured(p contract.PaymentCaptured) {
	if m.decided[p.PaymentID] != "" {
		return
	}
	k := m.find(p.BookingID)
	ok := p.Amount == k.total && !m.cancelled
	switch {
	case ok && k.status == booking.Held:
	case ok && k.status == booking.Expired && k.reason == contract.HoldExpired && m.seatable(k):
	default:
		m.decided[p.PaymentID] = "rejected"
		m.tell("booking.payment_rejected", p.BookingID, p.PaymentID)
		return
	}
	m.decided[p.PaymentID] = "bought"
	k.status, k.reason, k.paidBy = booking.Confirmed, "", p.PaymentID
	m.tell("booking.confirmed", k.id, p.PaymentID)
}

// seatable reports whether a booking whose hold ran out can be had all the same. Its seats, if others have them, are exchanged: which it
// gets is seen in the picture.
func (m *model) seatable(k *sale) bool {
	if m.fits(k.who, k.n) != "" {
		return false
	}
	for _, c := range k.codes {
		if u := m.codes[c]; u.MaxUses != nil && m.uses(c, nil) >= *u.MaxUses || u.PerPerson != nil && m.uses(c, k.who) >= *u.PerPerson {
			return false
		}
	}
	if slices.ContainsFunc(k.seats, func(s string) bool { return m.owner(s) != "" }) {
		accessible := slices.ContainsFunc(m.seats, func(s *booking.Seat) bool { return s.ID == k.seats[0] && s.Accessible })
		if m.freeSeats(accessible) < len(k.seats) {
			return false
		}
		k.seats = nil // others
	}
	return true
}

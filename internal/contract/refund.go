package contract

import (
	"math/bits"
	"time"
)

// RefundPolicy is what a holder who cancels gets back. A nil policy gives everything back until the event begins. An event that is
// called off, and an organiser who decides so, give back without regard to it.
type RefundPolicy struct {
	Allowed              bool  `json:"allowed"`                        // false: holders get nothing back
	RefundableUntilHours int   `json:"refundableUntilHours,omitempty"` // hours before the start; 0 is until the start
	FeeBasisPoints       int   `json:"feeBasisPoints,omitempty"`       // of what was paid; 10000 is all of it
	FeeAmount            int64 `json:"feeAmount,omitempty"`            // minor units, once a booking
	CancelWithoutRefund  bool  `json:"cancelWithoutRefund,omitempty"`  // whether a holder who gets nothing back may cancel all the same
}

// RefundQuote is what a cancellation at one instant gives back.
type RefundQuote struct {
	Amount   int64     // minor units that go back
	Fee      int64     // minor units that stay with the organiser
	Deadline time.Time // until when money goes back
	Late     bool      // the deadline has passed
	Allowed  bool      // money goes back, or none was paid, or the policy lets holders cancel for nothing
}

// Quote says what a holder gets back of the minor units that are left of their payment, when they cancel at this instant an event that
// begins at startsAt. The share of the fee is rounded down, to the holder's advantage.
func (p *RefundPolicy) Quote(left int64, startsAt, at time.Time) RefundQuote {
	if p == nil {
		p = &RefundPolicy{Allowed: true}
	}
	q := RefundQuote{Deadline: startsAt.Add(-time.Duration(p.RefundableUntilHours) * time.Hour)}
	q.Late = !at.Before(q.Deadline)
	switch {
	case left <= 0:
		q.Allowed = true
	case !p.Allowed || q.Late:
		q.Fee, q.Allowed = left, p.CancelWithoutRefund
	default:
		q.Fee = min(left, share(left, p.FeeBasisPoints)+p.FeeAmount)
		q.Amount, q.Allowed = left-q.Fee, true
	}
	return q
}

// share is so many basis points of an amount, rounded down. The product has 128 bits: it cannot overflow.
func share(amount int64, basisPoints int) int64 {
	points := min(max(basisPoints, 0), 10_000)
	hi, lo := bits.Mul64(uint64(amount), uint64(points)) //nolint:gosec // neither is negative
	n, _ := bits.Div64(hi, lo, 10_000)
	return int64(n) //nolint:gosec // not more than the amount
}

// KinderThan reports whether no holder is worse off with this policy than with the other.
func (p *RefundPolicy) KinderThan(o *RefundPolicy) bool {
	full := RefundPolicy{Allowed: true}
	a, b := full, full
	if p != nil {
		a = *p
	}
	if o != nil {
		b = *o
	}
	return (a.Allowed || !b.Allowed) && a.RefundableUntilHours <= b.RefundableUntilHours && a.FeeBasisPoints <= b.FeeBasisPoints &&
		a.FeeAmount <= b.FeeAmount && (a.CancelWithoutRefund || !b.CancelWithoutRefund)
}

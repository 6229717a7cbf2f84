package payment

import (
	"errors"
	"time"
)

// ErrDiscrepancy says that the provider's books and ours disagree; a person must look.
var ErrDiscrepancy = errors.New("the provider's books and ours disagree")

// Apply moves a payment by the provider's answer and reports whether anything changed. A payment moves from PENDING to REQUIRES_ACTION
// and from both to CAPTURED or DECLINED, which are final here: a repeated or late answer changes nothing, so answers may come in any
// order and number. An answer that contradicts what is final, or names another amount or charge, is ErrDiscrepancy. What the answer tells
// besides (reference, card) is kept from the first one that tells it.
func (p *Payment) Apply(c Charge, declineCode string, at time.Time) (bool, error) {
	if c.State == Captured && c.Amount != p.Amount || p.Reference != "" && c.Reference != "" && c.Reference != p.Reference {
		return false, ErrDiscrepancy
	}
	if !p.Undecided() {
		if (p.Status == Declined) != (c.State == Declined) && (c.State == Captured || c.State == Declined) {
			return false, ErrDiscrepancy
		}
		return false, nil
	}
	told := p.learn(c)
	switch c.State {
	case Captured:
		p.Status, p.ActionURL, p.CapturedAt = Captured, nil, &at
	case Declined:
		p.Status, p.ActionURL, p.DeclineCode, p.DeclineReason = Declined, nil, &declineCode, &c.DeclineReason
	case RequiresAction:
		if p.Status == RequiresAction || c.ActionURL == "" {
			return told, nil
		}
		p.Status, p.ActionURL = RequiresAction, &c.ActionURL
	default:
		return told, nil
	}
	return true, nil
}

// learn takes over what an answer tells besides the state, and reports whether that is news.
func (p *Payment) learn(c Charge) bool {
	told := false
	if p.Reference == "" && c.Reference != "" {
		p.Reference, told = c.Reference, true
	}
	if c.Brand != "" && p.LastFour == "" && (c.Brand != p.Brand || c.LastFour != "") {
		p.Brand, p.LastFour, told = c.Brand, c.LastFour, true
	}
	if p.WatchUntil == nil && !c.WatchUntil.IsZero() {
		p.WatchUntil, told = &c.WatchUntil, true
	}
	return told
}

package payment

import (
	"errors"
	"time"
)

// ErrDiscrepancy says that the provider's books and ours disagree; a person must look.
var ErrDiscrepancy = errors.New("the provider's books and ours disagree")

// Apply moves a payment by the provider's answer and reports whether anything changed. A payment moves from PENDING to REQUIRES_ACTION
// and from both to CAPTURED or DECLINED, which are final here: a repeated or late answer changes nothing, so answers may come in any
// order and number. An answer that contradicts what is final, or names another amount, is ErrDiscrepancy.
func (p *Payment) Apply(c Charge, declineCode string, at time.Time) (bool, error) {
	if c.State == Captured && c.Amount != p.Amount {
		return false, ErrDiscrepancy
	}
	if !p.Undecided() {
		if (p.Status == Declined) != (c.State == Declined) && (c.State == Captured || c.State == Declined) {
			return false, ErrDiscrepancy
		}
		return false, nil
	}
	switch c.State {
	case Captured:
		p.Status, p.ActionURL, p.CapturedAt = Captured, nil, &at
	case Declined:
		p.Status, p.ActionURL, p.DeclineCode, p.DeclineReason = Declined, nil, &declineCode, &c.DeclineReason
	case RequiresAction:
		if p.Status == RequiresAction || c.ActionURL == "" {
			return false, nil
		}
		p.Status, p.ActionURL = RequiresAction, &c.ActionURL
	default:
		return false, nil
	}
	return true, nil
}

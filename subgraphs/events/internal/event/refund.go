package event

import (
	"marquee/internal/contract"
	"marquee/internal/errs"
)

const mostHours = 365 * 24 // between the last refund and the start

// RefundPolicyInput is what holders who cancel shall get back.
type RefundPolicyInput struct {
	Allowed              bool
	RefundableUntilHours *int // before the start; nil is until the start
	FeeBasisPoints       int
	FeeAmount            int64 // minor units
	CancelWithoutRefund  bool
}

// setRefundPolicy gives the event its policy; a nil input leaves it. INVALID_REFUND_POLICY where a value is out of range, or holders of
// a public event would get less than they were promised.
func setRefundPolicy(wrong *errs.List, e *Event, in *RefundPolicyInput) {
	if in == nil {
		return
	}
	refuse := func(message string, field ...string) {
		wrong.Add(InvalidRefund, message, append([]string{"input", "refundPolicy"}, field...)...)
	}
	p := &contract.RefundPolicy{
		Allowed: in.Allowed, FeeBasisPoints: in.FeeBasisPoints, FeeAmount: in.FeeAmount, CancelWithoutRefund: in.CancelWithoutRefund,
	}
	set(&p.RefundableUntilHours, in.RefundableUntilHours)
	if p.RefundableUntilHours < 0 || p.RefundableUntilHours > mostHours {
		refuse("The deadline is between 0 and 8,760 hours before the start.", "refundableUntilHours")
	}
	if p.FeeBasisPoints < 0 || p.FeeBasisPoints > 10_000 {
		refuse("The fee is between 0 and 10,000 basis points: 1000 is 10 %.", "feeBasisPoints")
	}
	if p.FeeAmount < 0 || p.FeeAmount > highestPrice {
		refuse("The fee is between 0 and 1,000,000,000 minor units.", "feeAmount")
	}
	if e.PublishedAt != nil && !p.KinderThan(e.RefundPolicy) {
		refuse("People have booked on the published policy: it may only become better for them.")
	}
	e.RefundPolicy = p
}

// checkTax checks the tax of a ticket type.
func checkTax(in *TicketTypeInput, refuse func(field, message string)) {
	if in.TaxRate < 0 || in.TaxRate > 10_000 {
		refuse("taxRate", "The rate is between 0 and 10,000 basis points: 1900 is 19 %.")
	}
	least := 0
	if in.TaxRate > 0 {
		least = 1
	}
	if why := line("The name of the tax", in.TaxName, least, 40); why != "" {
		refuse("taxName", why)
	}
}

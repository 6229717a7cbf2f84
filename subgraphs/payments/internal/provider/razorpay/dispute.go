package razorpay

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/razorpay/razorpay-go/requests"
	"github.com/razorpay/razorpay-go/resources"

	"marquee/internal/money"
	"marquee/subgraphs/payments/internal/payment"
)

// dispute is what is read of a dispute.
type dispute struct {
	ID             string `json:"id"`
	PaymentID      string `json:"payment_id"`
	Amount         int64  `json:"amount"`
	AmountDeducted int64  `json:"amount_deducted"`
	Currency       string `json:"currency"`
	Status         string `json:"status"`
	ReasonCode     string `json:"reason_code"`
	Reason         string `json:"reason_description"`
	CreatedAt      int64  `json:"created_at"`
}

// told says in the platform's words how a dispute stands. What was deducted from us is lost; a dispute that is closed without that is won.
func (d dispute) told() payment.ProviderDispute {
	out := payment.ProviderDispute{
		Reference: d.ID, Status: payment.DisputeNeedsResponse, Amount: money.Of(d.Amount, d.Currency), Reason: cmp.Or(d.Reason, d.ReasonCode),
		OpenedAt: time.Unix(d.CreatedAt, 0).UTC(),
	}
	switch {
	case d.Status == "lost", d.Status == "closed" && d.AmountDeducted > 0:
		out.Status, out.Amount.Amount = payment.DisputeLost, cmp.Or(d.AmountDeducted, d.Amount)
	case d.Status == "won", d.Status == "closed":
		out.Status = payment.DisputeWon
	}
	return out
}

// Disputes implements payment.Provider. Razorpay lists disputes by time only: those since the payment began are looked through.
func (p *Razorpay) Disputes(ctx context.Context, r payment.ChargeRef) ([]payment.ProviderDispute, error) {
	l, err := p.find(ctx, r)
	if errors.Is(err, payment.ErrUnknownCharge) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	paid := l.paidBy()
	if paid == "" {
		return nil, nil
	}
	var out []payment.ProviderDispute
	for d, err := range all[dispute](ctx, p, disputesList, r.CreatedAt.Add(-time.Minute), p.o.Now()) {
		if err != nil {
			return nil, err
		}
		if d.PaymentID == paid {
			out = append(out, d.told())
		}
	}
	slices.SortFunc(out, func(a, b payment.ProviderDispute) int {
		return cmp.Or(a.OpenedAt.Compare(b.OpenedAt), cmp.Compare(a.Reference, b.Reference))
	})
	return out, nil
}

func disputesList(q *requests.Request, query fields) (fields, error) {
	return (&resources.Dispute{Request: q}).All(query, nil)
}

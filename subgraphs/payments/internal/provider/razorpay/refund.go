package razorpay

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/razorpay/razorpay-go/requests"
	"github.com/razorpay/razorpay-go/resources"

	"marquee/internal/money"
	"marquee/subgraphs/payments/internal/payment"
)

// refund is what is read of a refund.
type refund struct {
	ID        string `json:"id"`
	PaymentID string `json:"payment_id"`
	Amount    int64  `json:"amount"`
	Currency  string `json:"currency"`
	Status    string `json:"status"`
	Notes     notes  `json:"notes"`
	CreatedAt int64  `json:"created_at"`
}

// Refund implements payment.Provider. Razorpay refuses another request under a key, and answers a repeated one as the first.
func (p *Razorpay) Refund(ctx context.Context, r payment.ProviderRefundRequest) error {
	no := func(format string, args ...any) error {
		return fmt.Errorf("%w: "+format, append([]any{payment.ErrRefused}, args...)...)
	}
	if why := unfit(r.Amount); why != "" {
		return no("%s", why)
	}
	if r.Amount.Currency != r.Charge.Amount.Currency {
		return no("the charge is in %s", r.Charge.Amount.Currency)
	}
	l, err := p.find(ctx, r.Charge)
	if errors.Is(err, payment.ErrUnknownCharge) {
		return no("%w", err)
	}
	if err != nil {
		return unavailable(err)
	}
	paid := l.paidBy()
	if paid == "" {
		return no("the charge is not captured")
	}
	var done refund
	err = p.api.patiently(ctx, func(q *requests.Request) (fields, error) {
		return (&resources.Payment{Request: q}).Refund(paid, int(r.Amount.Amount), fields{
			"speed": "normal", "receipt": r.Key, "notes": fields{"payment": r.Charge.Key, "refund": r.Key},
		}, map[string]string{"X-Refund-Idempotency": r.Key})
	}, &done)
	switch {
	case statusOf(err) == http.StatusBadRequest && strings.Contains(err.Error(), "same idempotency key"):
		return fmt.Errorf("%w: %w", payment.ErrKeyReused, err)
	case refusedForGood(err):
		return no("%w", err)
	case err != nil:
		return unavailable(err)
	case money.Of(done.Amount, done.Currency) != r.Amount:
		return fmt.Errorf("%w: refund %s is over %d %s", payment.ErrKeyReused, done.ID, done.Amount, done.Currency)
	}
	switch done.Status {
	case "processed":
		return nil
	case "pending", "created":
		return payment.ErrRefundUnderWay
	case "failed":
		return no("refund %s failed", done.ID)
	}
	return fmt.Errorf("refund %s has the status %q", done.ID, done.Status)
}

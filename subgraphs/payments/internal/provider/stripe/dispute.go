package stripe

import (
	"context"
	"slices"
	"strings"
	"time"

	sdk "github.com/stripe/stripe-go/v85"

	"marquee/subgraphs/payments/internal/payment"
)

// Disputes implements payment.Provider.
func (s *Stripe) Disputes(ctx context.Context, r payment.ChargeRef) ([]payment.ProviderDispute, error) {
	pi, err := s.intent(ctx, r)
	if err != nil {
		return nil, err
	}
	return s.disputes(ctx, pi.ID)
}

// disputes lists those of an intent, oldest first. Inquiries and disputes that Stripe prevented took no money and stop no refund: they are
// none, unless an inquiry becomes a dispute under the same id.
func (s *Stripe) disputes(ctx context.Context, intentID string) ([]payment.ProviderDispute, error) {
	all, err := insist(ctx, func() ([]*sdk.Dispute, error) {
		var out []*sdk.Dispute
		p := &sdk.DisputeListParams{PaymentIntent: sdk.String(intentID)}
		p.Limit = sdk.Int64(100)
		for d, err := range s.api.V1Disputes.List(ctx, p).All(ctx) {
			if err != nil {
				return nil, err
			}
			out = append(out, d)
		}
		return out, nil
	})
	if err != nil {
		return nil, err
	}
	slices.Reverse(all) // Stripe lists the newest first
	var out []payment.ProviderDispute
	for _, d := range all {
		status, ok := statusOf(d.Status)
		if !ok {
			continue
		}
		amount, err := fromStripe(d.Amount, d.Currency)
		if err != nil {
			return nil, err
		}
		out = append(out, payment.ProviderDispute{
			Reference: d.ID, Status: status, Amount: amount, Reason: reasonOf(d.Reason), OpenedAt: time.Unix(d.Created, 0).UTC(),
		})
	}
	return out, nil
}

func statusOf(s sdk.DisputeStatus) (payment.DisputeStatus, bool) {
	switch s {
	case sdk.DisputeStatusNeedsResponse, sdk.DisputeStatusUnderReview:
		return payment.DisputeNeedsResponse, true
	case sdk.DisputeStatusWon:
		return payment.DisputeWon, true
	case sdk.DisputeStatusLost:
		return payment.DisputeLost, true
	default:
		return "", false
	}
}

// reasonOf is Stripe's code as words, for example "product not received".
func reasonOf(r sdk.DisputeReason) string {
	if r == "" {
		return "general"
	}
	return strings.ReplaceAll(string(r), "_", " ")
}

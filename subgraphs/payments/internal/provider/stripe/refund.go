package stripe

import (
	"context"
	"errors"
	"fmt"

	sdk "github.com/stripe/stripe-go/v85"

	"marquee/subgraphs/payments/internal/payment"
)

// Refund implements payment.Provider. Stripe answers a refused request under a key with the same refusal for a day, so what can be known to
// be refused is not asked for.
func (s *Stripe) Refund(ctx context.Context, r payment.ProviderRefundRequest) error {
	pi, err := s.intent(ctx, r.Charge)
	var none *unchargeable
	if errors.Is(err, payment.ErrUnknownCharge) || errors.As(err, &none) {
		return fmt.Errorf("%w: there is no such charge", payment.ErrRefused)
	}
	if err != nil {
		return err
	}
	amount, err := toStripe(r.Amount)
	if err != nil {
		return errors.Join(payment.ErrRefused, err)
	}
	known, err := s.refundOf(ctx, pi.ID, r.Key)
	if err != nil {
		return err
	}
	if known == nil {
		if err := s.refundable(ctx, pi, r, amount); err != nil {
			return err
		}
		p := &sdk.RefundCreateParams{PaymentIntent: sdk.String(pi.ID), Amount: sdk.Int64(amount), Metadata: map[string]string{refundKey: r.Key}}
		p.SetIdempotencyKey(r.Key)
		known, err = insist(ctx, func() (*sdk.Refund, error) { return s.api.V1Refunds.Create(ctx, p) })
		if errors.Is(err, payment.ErrKeyReused) {
			return err
		}
		if refusedFor(err) != "" {
			return errors.Join(payment.ErrRefused, err)
		}
		if err != nil {
			return err
		}
		if known.LastResponse.Header.Get(replayed) != "" {
			if known, err = s.refundOf(ctx, pi.ID, r.Key); err != nil {
				return err
			}
			if known == nil {
				return fmt.Errorf("stripe: refund %s was made and is not there", r.Key)
			}
		}
	}
	switch {
	case known.Amount != amount || currencyOf(known.Currency) != r.Amount.Currency:
		return payment.ErrKeyReused
	case known.Status == sdk.RefundStatusSucceeded:
		return nil
	case known.Status == sdk.RefundStatusFailed, known.Status == sdk.RefundStatusCanceled:
		return fmt.Errorf("%w: refund %s is %s (%s)", payment.ErrRefused, known.ID, known.Status, known.FailureReason)
	default:
		return fmt.Errorf("%w: refund %s is %s", payment.ErrRefundUnderWay, known.ID, known.Status)
	}
}

// refundable returns ErrRefused for what Stripe would refuse.
func (s *Stripe) refundable(ctx context.Context, pi *sdk.PaymentIntent, r payment.ProviderRefundRequest, amount int64) error {
	charge := pi.LatestCharge
	switch {
	case pi.Status != sdk.PaymentIntentStatusSucceeded || charge == nil:
		return fmt.Errorf("%w: the charge is not captured", payment.ErrRefused)
	case currencyOf(pi.Currency) != r.Amount.Currency:
		return fmt.Errorf("%w: the charge is in %s", payment.ErrRefused, currencyOf(pi.Currency))
	case amount <= 0 || amount > pi.AmountReceived-charge.AmountRefunded:
		return fmt.Errorf("%w: more than is left", payment.ErrRefused)
	case !charge.Disputed:
		return nil
	}
	all, err := s.disputes(ctx, pi.ID)
	if err != nil {
		return err
	}
	for _, d := range all {
		if d.Status != payment.DisputeWon {
			return fmt.Errorf("%w: the charge is disputed", payment.ErrRefused)
		}
	}
	return nil
}

// refundOf finds a refund of an intent by our key; nil if there is none.
func (s *Stripe) refundOf(ctx context.Context, intentID, key string) (*sdk.Refund, error) {
	return insist(ctx, func() (*sdk.Refund, error) {
		p := &sdk.RefundListParams{PaymentIntent: sdk.String(intentID)}
		p.Limit = sdk.Int64(100)
		for r, err := range s.api.V1Refunds.List(ctx, p).All(ctx) {
			if err != nil {
				return nil, err
			}
			if r.Metadata[refundKey] == key {
				return r, nil
			}
		}
		return nil, nil
	})
}

package stripe

import (
	"context"
	"iter"
	"time"

	sdk "github.com/stripe/stripe-go/v85"

	"marquee/subgraphs/payments/internal/payment"
)

// Transactions implements payment.Provider. Stripe's balance is in the account's own currency, so what moved is read from charges,
// refunds and disputes. A lost dispute counts from its opening, when Stripe takes the money.
func (s *Stripe) Transactions(ctx context.Context, from, to time.Time) iter.Seq2[payment.ProviderTransaction, error] {
	return func(yield func(payment.ProviderTransaction, error) bool) {
		fail := func(err error) { yield(payment.ProviderTransaction{}, read(err)) }
		// one yields a movement; false ends the listing.
		one := func(kind payment.ProviderTransactionKind, id string, pi *sdk.PaymentIntent, refund string, amount int64, c sdk.Currency, created int64) bool {
			t := payment.ProviderTransaction{Kind: kind, Reference: id, RefundKey: refund, At: time.Unix(created, 0).UTC()}
			if pi != nil {
				t.ChargeKey = pi.Metadata[paymentKey]
			}
			var err error
			if t.Amount, err = fromStripe(amount, c); err != nil && t.ChargeKey != "" {
				fail(err)
				return false
			}
			return t.ChargeKey == "" && err != nil || yield(t, nil)
		}
		within := &sdk.RangeQueryParams{GreaterThanOrEqual: from.Unix(), LesserThan: to.Unix()}
		page := sdk.ListParams{Limit: sdk.Int64(100)}
		intent := sdk.StringSlice([]string{"data.payment_intent"})
		for c, err := range s.api.V1Charges.List(ctx, &sdk.ChargeListParams{ListParams: page, CreatedRange: within, Expand: intent}).All(ctx) {
			if err != nil {
				fail(err)
				return
			}
			if c.Paid && c.Captured && !one(payment.TransactionCapture, c.ID, c.PaymentIntent, "", c.AmountCaptured, c.Currency, c.Created) {
				return
			}
		}
		for r, err := range s.api.V1Refunds.List(ctx, &sdk.RefundListParams{ListParams: page, CreatedRange: within, Expand: intent}).All(ctx) {
			if err != nil {
				fail(err)
				return
			}
			if r.Status == sdk.RefundStatusSucceeded && !one(payment.TransactionRefund, r.ID, r.PaymentIntent, r.Metadata[refundKey], r.Amount, r.Currency, r.Created) {
				return
			}
		}
		for d, err := range s.api.V1Disputes.List(ctx, &sdk.DisputeListParams{ListParams: page, CreatedRange: within, Expand: intent}).All(ctx) {
			if err != nil {
				fail(err)
				return
			}
			if d.Status == sdk.DisputeStatusLost && !one(payment.TransactionDispute, d.ID, d.PaymentIntent, "", d.Amount, d.Currency, d.Created) {
				return
			}
		}
	}
}

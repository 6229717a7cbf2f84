package razorpay

import (
	"context"
	"iter"
	"time"

	"github.com/razorpay/razorpay-go/requests"
	"github.com/razorpay/razorpay-go/resources"

	"marquee/internal/money"
	"marquee/subgraphs/payments/internal/payment"
)

// received is what is read of a payment of Razorpay's.
type received struct {
	ID        string `json:"id"`
	Amount    int64  `json:"amount"`
	Currency  string `json:"currency"`
	Captured  bool   `json:"captured"`
	Notes     notes  `json:"notes"`
	CreatedAt int64  `json:"created_at"`
}

const listPage = 100

// all reads a collection of what was made in a period, page by page, newest first. Razorpay counts whole seconds and both ends.
func all[T any](ctx context.Context, p *Razorpay, list func(q *requests.Request, query fields) (fields, error), from, to time.Time) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for skip := 0; ; skip += listPage {
			var page struct {
				Items []T `json:"items"`
			}
			err := p.api.call(ctx, func(q *requests.Request) (fields, error) {
				return list(q, fields{"from": from.Unix(), "to": to.Add(time.Second).Unix(), "count": listPage, "skip": skip})
			}, &page)
			if err != nil {
				var none T
				yield(none, err)
				return
			}
			for _, one := range page.Items {
				if !yield(one, nil) {
					return
				}
			}
			if len(page.Items) < listPage {
				return
			}
		}
	}
}

// Transactions implements payment.Provider. What a lost dispute took is told at the moment the dispute was opened: Razorpay keeps no other.
func (p *Razorpay) Transactions(ctx context.Context, from, to time.Time) iter.Seq2[payment.ProviderTransaction, error] {
	return func(yield func(payment.ProviderTransaction, error) bool) {
		// tell completes a transaction and says whether to go on.
		tell := func(t payment.ProviderTransaction, at int64, theirs string, n notes) bool {
			if t.At = time.Unix(at, 0).UTC(); t.At.Before(from) || !t.At.Before(to) {
				return true
			}
			var err error
			t.ChargeKey, err = p.paymentOf(ctx, theirs, n)
			return yield(t, err) && err == nil
		}
		for r, err := range all[received](ctx, p, paymentsList, from, to) {
			if err != nil {
				yield(payment.ProviderTransaction{}, err)
				return
			}
			t := payment.ProviderTransaction{Kind: payment.TransactionCapture, Reference: r.ID, Amount: money.Of(r.Amount, r.Currency)}
			if r.Captured && !tell(t, r.CreatedAt, r.ID, r.Notes) {
				return
			}
		}
		for r, err := range all[refund](ctx, p, refundsList, from, to) {
			if err != nil {
				yield(payment.ProviderTransaction{}, err)
				return
			}
			t := payment.ProviderTransaction{Kind: payment.TransactionRefund, Reference: r.ID, RefundKey: r.Notes.refund(), Amount: money.Of(r.Amount, r.Currency)}
			if r.Status == "processed" && !tell(t, r.CreatedAt, r.PaymentID, r.Notes) {
				return
			}
		}
		for d, err := range all[dispute](ctx, p, disputesList, from, to) {
			if err != nil {
				yield(payment.ProviderTransaction{}, err)
				return
			}
			lost := d.told()
			t := payment.ProviderTransaction{Kind: payment.TransactionDispute, Reference: d.ID, Amount: lost.Amount}
			if lost.Status == payment.DisputeLost && !tell(t, d.CreatedAt, d.PaymentID, nil) {
				return
			}
		}
	}
}

func paymentsList(q *requests.Request, query fields) (fields, error) {
	return (&resources.Payment{Request: q}).All(query, nil)
}

func refundsList(q *requests.Request, query fields) (fields, error) {
	return (&resources.Refund{Request: q}).All(query, nil)
}

package sandbox

import (
	"context"
	"iter"
	"strconv"
	"time"

	"marquee/internal/money"
	"marquee/subgraphs/payments/internal/payment"
	"marquee/subgraphs/payments/internal/provider/sandbox/db"
)

const chargedBack = "CHARGED_BACK"

// disputed reports whether a charge's money is under dispute, or was lost by one.
func disputed(c db.SandboxCharge, now time.Time) bool {
	return c.DisputedAt != nil && c.State == captured && !now.Before(*c.DisputedAt) && (now.Before(*c.DisputeEnds) || !*c.DisputeWon)
}

// Disputes implements payment.Provider. A lost dispute takes its money, in the books, when it is first asked for after its end.
func (s *Sandbox) Disputes(ctx context.Context, r payment.ChargeRef) ([]payment.ProviderDispute, error) {
	var out []payment.ProviderDispute
	_, err := s.change(ctx, r.Key, func(ctx context.Context, q *db.Queries, c db.SandboxCharge) (db.SandboxCharge, error) {
		now := s.o.Now()
		if c.DisputedAt == nil || c.State != captured || now.Before(*c.DisputedAt) || c.Amount == c.Refunded {
			return c, nil
		}
		d := payment.ProviderDispute{
			Reference: "dispute of " + c.Key, Status: payment.DisputeNeedsResponse, Amount: money.Of(c.Amount-c.Refunded, c.Currency),
			Reason: "The cardholder does not know this payment.", OpenedAt: *c.DisputedAt,
		}
		switch {
		case now.Before(*c.DisputeEnds):
		case *c.DisputeWon:
			d.Status = payment.DisputeWon
		default:
			d.Status = payment.DisputeLost
		}
		out = append(out, d)
		if d.Status != payment.DisputeLost || c.DisputeLogged {
			return c, nil
		}
		if err := q.ChargedBack(ctx, c.Key); err != nil {
			return c, err
		}
		return c, s.log(ctx, q, chargedBack, c.Key, nil, -d.Amount.Amount, c.Currency)
	})
	return out, err
}

// Transactions implements payment.Provider.
func (s *Sandbox) Transactions(ctx context.Context, from, to time.Time) iter.Seq2[payment.ProviderTransaction, error] {
	kinds := map[string]payment.ProviderTransactionKind{
		captured: payment.TransactionCapture, refunded: payment.TransactionRefund, chargedBack: payment.TransactionDispute,
	}
	return func(yield func(payment.ProviderTransaction, error) bool) {
		after := int64(0)
		for {
			rows, err := db.New(s.pool).Movements(ctx, db.MovementsParams{FromAt: from, UntilAt: to, After: after})
			if err != nil {
				yield(payment.ProviderTransaction{}, err)
				return
			}
			for _, r := range rows {
				after = r.Seq
				t := payment.ProviderTransaction{
					Kind: kinds[r.What], Reference: strconv.FormatInt(r.Seq, 10), ChargeKey: r.ChargeKey, Amount: money.Of(max(r.Moved, -r.Moved), r.Currency), At: r.At,
				}
				if r.RefundKey != nil {
					t.RefundKey = *r.RefundKey
				}
				if !yield(t, nil) {
					return
				}
			}
			if len(rows) == 0 {
				return
			}
		}
	}
}

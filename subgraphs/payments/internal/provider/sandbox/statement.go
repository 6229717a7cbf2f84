package sandbox

import (
	"context"
	"time"

	"marquee/internal/money"
	"marquee/internal/pg"
	"marquee/subgraphs/payments/internal/payment"
	"marquee/subgraphs/payments/internal/provider/sandbox/db"
)

var _ payment.Bookkeeper = (*Sandbox)(nil)

// Statement implements payment.Bookkeeper out of the sandbox's own log.
func (s *Sandbox) Statement(ctx context.Context, from, before time.Time, each func(payment.StatementLine) error) error {
	q := db.StatementParams{Since: from, Until: before}
	for {
		rows, err := db.New(s.pool).Statement(ctx, q)
		if err != nil {
			return pg.Translate(err)
		}
		for _, r := range rows {
			l := payment.StatementLine{ChargeKey: r.ChargeKey, Amount: money.Of(r.Amount, r.Currency), At: r.At}
			if r.RefundKey != nil {
				l.RefundKey = *r.RefundKey
			}
			if err := each(l); err != nil {
				return err
			}
			q.After = r.Seq
		}
		if len(rows) == 0 {
			return nil
		}
	}
}

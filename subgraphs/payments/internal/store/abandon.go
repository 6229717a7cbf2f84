package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"marquee/internal/id"
	"marquee/internal/money"
	"marquee/internal/pg"
	"marquee/subgraphs/payments/internal/payment"
	"marquee/subgraphs/payments/internal/store/db"
)

// AbandonRefund implements payment.Store.
func (s *Store) AbandonRefund(ctx context.Context, refundID string, at time.Time) (abandoned bool, err error) {
	err = pg.InTx(ctx, s.pool, func(tx pgx.Tx) error {
		abandoned = false
		q := db.New(tx)
		known, err := q.RefundByID(ctx, refundID)
		if err != nil {
			return err
		}
		p, err := q.LockPayment(ctx, known.PaymentID)
		if err != nil {
			return err
		}
		r, err := q.LockRefund(ctx, refundID)
		if err != nil {
			return err
		}
		lost, err := q.LostOfPayment(ctx, p.ID)
		if err != nil {
			return err
		}
		room := p.Amount - p.Refunded - lost
		final := r.Status == string(payment.RefundSucceeded) || r.Status == string(payment.RefundAbandoned)
		if abandoned = !final && room < r.Amount; !abandoned {
			return nil
		}
		if err := q.AbandonRefund(ctx, refundID); err != nil {
			return err
		}
		if p, err = q.LockPayment(ctx, p.ID); err != nil {
			return err
		}
		rest := min(room, paymentOf(p).Left())
		if rest <= 0 {
			return nil
		}
		_, err = s.beginRefund(ctx, tx, p, payment.RefundOrder{
			ID: id.New("ref"), PaymentID: p.ID, Amount: money.Of(rest, p.Currency), Reason: payment.RefundReason(r.Reason), Cause: r.Cause + " rest", At: at,
		})
		return err
	})
	return abandoned && err == nil, err
}

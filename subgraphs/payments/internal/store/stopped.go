package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"marquee/subgraphs/payments/internal/payment"
	"marquee/subgraphs/payments/internal/store/db"
)

// afterDispute marks the cause of a refund that a dispute had stopped: the part that it had not stopped may have gone under the cause.
const afterDispute = " after a dispute"

// noteStopped remembers what a dispute keeps from going back: so many minor units, or for nil all that will be left.
func (s *Store) noteStopped(ctx context.Context, tx pgx.Tx, p *payment.Payment, amount *int64, reason payment.RefundReason, cause string, at time.Time) error {
	return db.New(tx).NoteStopped(ctx, db.NoteStoppedParams{PaymentID: p.ID, Cause: cause, Reason: string(reason), Amount: amount, At: at})
}

// giveBackStopped begins the refunds that a dispute had stopped which is won now. What another dispute stops stays remembered.
func (s *Store) giveBackStopped(ctx context.Context, tx pgx.Tx, paymentID string, at time.Time) error {
	q := db.New(tx)
	stopped, err := q.TakeStopped(ctx, paymentID)
	if err != nil {
		return err
	}
	for _, r := range stopped {
		row, err := q.LockPayment(ctx, paymentID) // with the refund before
		if err != nil {
			return err
		}
		reason, cause := payment.RefundReason(r.Reason), r.Cause+afterDispute
		switch {
		case r.Amount == nil:
			err = s.giveBack(ctx, tx, row, reason, cause, at)
		case reason == payment.ReasonTicketsReturned: // the other tickets are paid for
			if back := min(*r.Amount, paymentOf(row).Left()); back > 0 {
				_, err = s.giveBackAndKeep(ctx, tx, row, back, row.Kept, payment.RefundOrder{Reason: reason, Cause: cause, At: at})
			}
		default:
			err = s.giveBackByPolicy(ctx, tx, row, reason, cause, r.Amount, at)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

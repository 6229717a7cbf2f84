package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"marquee/internal/contract"
	"marquee/internal/crash"
	"marquee/internal/errs"
	"marquee/internal/id"
	"marquee/internal/pg"
	"marquee/subgraphs/payments/internal/payment"
	"marquee/subgraphs/payments/internal/store/db"
)

// RunRefund is the job that has the provider give money back.
type RunRefund struct {
	RefundID string `json:"refundId"`
}

// Kind implements river.JobArgs.
func (RunRefund) Kind() string { return "payments.refund" }

// BeginRefund implements payment.Store.
func (s *Store) BeginRefund(ctx context.Context, o payment.RefundOrder) (*payment.Refund, error) {
	var r *payment.Refund
	err := pg.InTx(ctx, s.pool, func(tx pgx.Tx) error {
		row, err := db.New(tx).LockPayment(ctx, o.PaymentID)
		if err != nil {
			return err
		}
		r, err = s.beginRefund(ctx, tx, row, o)
		return err
	})
	if pg.Violates(err, "refund_by_key") {
		// The same key came for another payment at the same moment and was faster.
		return nil, errs.New(payment.IdempotencyKeyReused, "This key was used for another request; take a new one.").At("input", "idempotencyKey")
	}
	return r, err
}

// beginRefund writes a refund of a locked payment; nil if its cause was written before. A cause that comes again is known before the
// amount is looked at, so that its repetition is never an error.
func (s *Store) beginRefund(ctx context.Context, tx pgx.Tx, row db.Payment, o payment.RefundOrder) (*payment.Refund, error) {
	q := db.New(tx)
	p, err := lined(ctx, q, tx, row)
	if err != nil {
		return nil, err
	}
	if o.Amount.Amount == 0 {
		o.Amount.Amount = max(p.Left(), 1) // a row needs an amount; ClaimRefund refuses it when nothing is left
	}
	claimable := min(o.Amount.Amount, p.Left())
	r := payment.Refund{Lines: p.Allot(claimable, p.WantedBack(o.Tickets, claimable))}
	fee, tax := r.RefundParts()
	n, err := q.InsertRefund(ctx, db.InsertRefundParams{
		ID: o.ID, PaymentID: p.ID, Amount: o.Amount.Amount, Currency: p.Amount.Currency, Reason: string(o.Reason), Cause: o.Cause,
		RequestedBy: optional(o.RequestedBy), IdempotencyKey: optional(o.Key), RequestHash: o.Hash, CreatedAt: o.At,
		Lines: r.Lines, Fee: fee, Tax: tax,
	})
	if err != nil || n == 0 {
		return nil, err
	}
	if p.Left() == 0 {
		return nil, errs.New(payment.NotRefundable, "This payment was not captured, or its money went back already.").At("input", "paymentId")
	}
	if o.Amount.Amount > p.Left() {
		return nil, errs.New(payment.InvalidAmount, "The amount is more than what is left.").At("input", "amount")
	}
	claimed, err := q.ClaimRefund(ctx, o.Amount.Amount, p.ID)
	if err != nil {
		return nil, err
	}
	if claimed != 1 {
		return nil, errs.New(errs.Conflict, "Another refund was faster.")
	}
	if err := s.jobs.Insert(ctx, tx, RunRefund{RefundID: o.ID}, when(o.At, o.RunAfter)); err != nil {
		return nil, err
	}
	inserted, err := q.RefundByID(ctx, o.ID)
	if err != nil {
		return nil, err
	}
	return refundOf(inserted), nil
}

// RecordRefund implements payment.Store.
func (s *Store) RecordRefund(ctx context.Context, refundID string, at time.Time) (*payment.Refund, error) {
	crash.At("refund/done")
	var r *payment.Refund
	err := pg.InTx(ctx, s.pool, func(tx pgx.Tx) error {
		q := db.New(tx)
		known, err := q.RefundByID(ctx, refundID)
		if err != nil {
			return err
		}
		if _, err := q.LockPayment(ctx, known.PaymentID); err != nil {
			return err
		}
		row, err := q.LockRefund(ctx, refundID)
		if err != nil {
			return err
		}
		if r = refundOf(row); r.Status == payment.RefundSucceeded {
			return nil
		}
		r.Status, r.CompletedAt = payment.RefundSucceeded, &at
		if err := q.CompleteRefund(ctx, &at, refundID); err != nil {
			return err
		}
		paid, err := q.RefundPaid(ctx, row.Amount, row.PaymentID)
		if err != nil {
			return err
		}
		p, err := lined(ctx, q, tx, paid)
		if err != nil {
			return err
		}
		if err := post(ctx, q, payment.RefundTransfers(p, r), at); err != nil {
			return err
		}
		if err := moved(ctx, q, payment.RefundMovement(p, r)); err != nil {
			return err
		}
		if err := s.credit(ctx, q, p, r, at); err != nil {
			return err
		}
		return s.outbox.PublishAt(ctx, tx, at, contract.PaymentRefunded{
			PaymentID: p.ID, RefundID: r.ID, BookingID: p.BookingID, EventID: p.EventID, UserID: p.UserID,
			ForTickets: p.ForTickets().Amount,
			Amount:     r.Amount.Amount, Left: p.Amount.Amount - p.Refunded.Amount, Currency: r.Amount.Currency, Reason: string(r.Reason), At: at,
		})
	})
	if err != nil {
		return nil, err
	}
	s.outbox.Wake()
	return r, nil
}

// GiveBackPayment begins a refund of all that is left of a payment, within the transaction of the message that caused it. found is
// false if there is no such payment.
func (s *Store) GiveBackPayment(ctx context.Context, tx pgx.Tx, paymentID string, reason payment.RefundReason, cause string, at time.Time) (found bool, err error) {
	row, err := db.New(tx).LockPayment(ctx, paymentID)
	if errors.Is(err, pgx.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, s.giveBack(ctx, tx, row, reason, cause, at)
}

func (s *Store) giveBack(ctx context.Context, tx pgx.Tx, row db.Payment, reason payment.RefundReason, cause string, at time.Time) error {
	p := paymentOf(row)
	if p.Disputed > 0 {
		if err := s.noteStopped(ctx, tx, p, nil, reason, cause, at); err != nil {
			return err
		}
	}
	if p.Left() == 0 {
		return nil
	}
	_, err := s.beginRefund(ctx, tx, row, payment.RefundOrder{ID: id.New("ref"), PaymentID: p.ID, Reason: reason, Cause: cause, At: at})
	return err
}

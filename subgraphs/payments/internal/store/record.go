package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"marquee/internal/contract"
	"marquee/internal/crash"
	"marquee/internal/pg"
	"marquee/subgraphs/payments/internal/payment"
	"marquee/subgraphs/payments/internal/store/db"
)

// Record implements payment.Store.
func (s *Store) Record(ctx context.Context, id string, c payment.Charge, declineCode string, at time.Time) (*payment.Payment, error) {
	crash.At("payment/charged")
	var p *payment.Payment
	err := pg.InTx(ctx, s.pool, func(tx pgx.Tx) error {
		q := db.New(tx)
		row, err := q.LockPayment(ctx, id)
		if err != nil {
			return err
		}
		if p, err = withRefunds(ctx, tx, row); err != nil {
			return err
		}
		changed, err := p.Apply(c, declineCode, at)
		if err != nil || !changed {
			return err
		}
		if err := q.DecidePayment(ctx, db.DecidePaymentParams{
			ID: id, Status: string(p.Status), ActionUrl: p.ActionURL, DeclineCode: p.DeclineCode, DeclineReason: p.DeclineReason,
			CapturedAt: p.CapturedAt, Reference: optional(p.Reference), Brand: p.Brand, LastFour: p.LastFour, WatchUntil: p.WatchUntil,
		}); err != nil {
			return err
		}
		if p.Status != payment.Captured {
			return nil
		}
		if err := s.divide(ctx, q, p, at); err != nil {
			return err
		}
		if err := post(ctx, q, payment.CaptureTransfers(p), at); err != nil {
			return err
		}
		return s.outbox.PublishAt(ctx, tx, at, CapturedMessage(p))
	})
	if err != nil {
		return nil, err
	}
	crash.At("payment/recorded")
	s.outbox.Wake()
	return p, nil
}

// CapturedMessage tells that a payment's money is ours.
func CapturedMessage(p *payment.Payment) contract.PaymentCaptured {
	return contract.PaymentCaptured{
		PaymentID: p.ID, BookingID: p.BookingID, EventID: p.EventID, UserID: p.UserID,
		Amount: p.Amount.Amount, Currency: p.Amount.Currency, At: *p.CapturedAt,
	}
}

// post writes transfers into the ledger.
func post(ctx context.Context, q *db.Queries, transfers []payment.Transfer, at time.Time) error {
	for _, t := range transfers {
		for _, a := range []payment.Account{t.Debit, t.Credit} {
			if err := q.OpenAccount(ctx, db.OpenAccountParams{Code: a.Code(), Kind: a.Kind, Owner: a.Owner, Currency: a.Currency}); err != nil {
				return err
			}
		}
		if err := q.Transfer(ctx, db.TransferParams{
			Kind: t.Kind, Debit: t.Debit.Code(), Credit: t.Credit.Code(), Amount: t.Amount.Amount, Currency: t.Amount.Currency,
			PaymentID: optional(t.PaymentID), RefundID: optional(t.RefundID), PayoutID: optional(t.PayoutID), DisputeID: optional(t.DisputeID), At: at,
		}); err != nil {
			return err
		}
	}
	return nil
}

package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"marquee/internal/contract"
	"marquee/internal/id"
	"marquee/internal/pg"
	"marquee/subgraphs/payments/internal/payment"
	"marquee/subgraphs/payments/internal/store/db"
)

// RecordDispute implements payment.Store. A dispute that is first heard of when it is decided is opened and closed at once, so that
// whoever listens hears both.
func (s *Store) RecordDispute(ctx context.Context, paymentID string, now payment.ProviderDispute, at time.Time) (bool, error) {
	news := false
	err := pg.InTx(ctx, s.pool, func(tx pgx.Tx) error {
		q := db.New(tx)
		row, err := q.LockPayment(ctx, paymentID)
		if err != nil {
			return err
		}
		p := paymentOf(row)
		known, err := q.DisputeByReference(ctx, paymentID, now.Reference)
		if errors.Is(err, pgx.ErrNoRows) {
			news = true
			known, err = s.openDispute(ctx, tx, p, now, at)
		}
		if err != nil {
			return err
		}
		d := disputeOf(known)
		changed, err := d.Apply(now, at)
		if err != nil || !changed {
			return err
		}
		news = true
		if err := q.CloseDispute(ctx, db.CloseDisputeParams{ID: d.ID, Status: string(d.Status), ClosedAt: d.ClosedAt}); err != nil {
			return err
		}
		if err := q.SetDisputed(ctx, p.ID); err != nil {
			return err
		}
		if d.Status == payment.DisputeLost {
			if err := post(ctx, q, payment.DisputeTransfers(p, d), at); err != nil {
				return err
			}
			if err := moved(ctx, q, payment.DisputeMovement(p, d)); err != nil {
				return err
			}
		}
		if d.Status == payment.DisputeWon {
			if err := s.giveBackStopped(ctx, tx, p.ID, at); err != nil {
				return err
			}
		}
		return s.outbox.PublishAt(ctx, tx, at, disputeMessage(p, d, at))
	})
	if err != nil {
		return false, err
	}
	if news {
		s.outbox.Wake()
	}
	return news, nil
}

func (s *Store) openDispute(ctx context.Context, tx pgx.Tx, p *payment.Payment, now payment.ProviderDispute, at time.Time) (db.Dispute, error) {
	q := db.New(tx)
	if err := q.InsertDispute(ctx, db.InsertDisputeParams{
		ID: id.New("dsp"), PaymentID: p.ID, Reference: now.Reference, Amount: now.Amount.Amount, Currency: now.Amount.Currency,
		Reason: now.Reason, OpenedAt: now.OpenedAt,
	}); err != nil {
		return db.Dispute{}, err
	}
	if err := q.SetDisputed(ctx, p.ID); err != nil {
		return db.Dispute{}, err
	}
	row, err := q.DisputeByReference(ctx, p.ID, now.Reference)
	if err != nil {
		return row, err
	}
	return row, s.outbox.PublishAt(ctx, tx, at, disputeMessage(p, disputeOf(row), at))
}

func disputeMessage(p *payment.Payment, d *payment.Dispute, at time.Time) contract.PaymentDisputed {
	return contract.PaymentDisputed{
		PaymentID: p.ID, DisputeID: d.ID, BookingID: p.BookingID, EventID: p.EventID, UserID: p.UserID, Status: string(d.Status),
		Amount: d.Amount.Amount, Currency: d.Amount.Currency, Reason: d.Reason, Whole: d.Amount.Amount+p.Refunded.Amount >= p.Amount.Amount, At: at,
	}
}

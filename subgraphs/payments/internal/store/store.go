// Package store keeps payments in PostgreSQL. A method that writes is one transaction: rows, ledger transfers, messages (outbox) and
// jobs stand or fall together. Rows are always locked in the order payable, payment, refund.
package store

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"marquee/internal/crash"
	"marquee/internal/jobs"
	"marquee/internal/outbox"
	"marquee/internal/pg"
	"marquee/subgraphs/payments/internal/payment"
	"marquee/subgraphs/payments/internal/store/db"
)

// Store implements payment.Store.
type Store struct {
	pool   *pgxpool.Pool
	outbox *outbox.Outbox
	jobs   *jobs.Queue
	fees   payment.Fees
}

var _ payment.Store = (*Store)(nil)

// New returns the store on a migrated database. fees are the platform's share of what is captured from now on.
func New(pool *pgxpool.Pool, o *outbox.Outbox, q *jobs.Queue, fees payment.Fees) *Store {
	return &Store{pool: pool, outbox: o, jobs: q, fees: fees}
}

// Payable implements payment.Store.
func (s *Store) Payable(ctx context.Context, bookingID string) (*payment.Payable, error) {
	row, err := db.New(s.pool).PayableByID(ctx, bookingID)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, pg.Translate(err)
	}
	p := payableOf(row)
	return &p, nil
}

// Attempt implements payment.Store.
func (s *Store) Attempt(ctx context.Context, userID, key string) (*payment.Payment, []byte, error) {
	return attempt(ctx, s.pool, userID, key)
}

func attempt(ctx context.Context, d db.DBTX, userID, key string) (*payment.Payment, []byte, error) {
	row, err := db.New(d).PaymentByKey(ctx, userID, key)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, pg.Translate(err)
	}
	p, err := withRefunds(ctx, d, row)
	return p, row.RequestHash, err
}

// Payment implements payment.Store.
func (s *Store) Payment(ctx context.Context, id string) (*payment.Payment, error) {
	row, err := db.New(s.pool).PaymentByID(ctx, id)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, pg.Translate(err)
	}
	return withRefunds(ctx, s.pool, row)
}

// NoteSettleTry implements payment.Store.
func (s *Store) NoteSettleTry(ctx context.Context, id, reason string) (int, error) {
	n, err := db.New(s.pool).NoteSettleTry(ctx, &reason, id)
	return int(n), pg.Translate(err)
}

// RefundAttempt implements payment.Store.
func (s *Store) RefundAttempt(ctx context.Context, userID, key string) (*payment.Refund, []byte, error) {
	row, err := db.New(s.pool).RefundByKey(ctx, &userID, &key)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, pg.Translate(err)
	}
	return refundOf(row), row.RequestHash, nil
}

// Refund implements payment.Store.
func (s *Store) Refund(ctx context.Context, id string) (*payment.Refund, error) {
	row, err := db.New(s.pool).RefundByID(ctx, id)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, pg.Translate(err)
	}
	crash.At("refund/begun")
	return refundOf(row), nil
}

// NoteRefundTry implements payment.Store.
func (s *Store) NoteRefundTry(ctx context.Context, id, reason string, refused bool) (int, error) {
	status := payment.RefundPending
	if refused {
		status = payment.RefundFailed
	}
	n, err := db.New(s.pool).NoteRefundTry(ctx, db.NoteRefundTryParams{ID: id, LastError: &reason, Status: string(status)})
	if errors.Is(err, pgx.ErrNoRows) {
		return 1, nil // another run succeeded meanwhile
	}
	return int(n), pg.Translate(err)
}

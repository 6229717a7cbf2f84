package store

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"marquee/internal/money"
	"marquee/internal/pg"
	"marquee/subgraphs/payments/internal/payment"
	"marquee/subgraphs/payments/internal/store/db"
)

var _ payment.Books = (*Store)(nil)

// Captures implements payment.Books.
func (s *Store) Captures(ctx context.Context, provider string, ids []string, from, before time.Time) ([]payment.Entry, error) {
	rows, err := db.New(s.pool).CapturesForStatement(ctx, db.CapturesForStatementParams{Provider: provider, Ids: ids, Since: from, Until: before})
	out := make([]payment.Entry, len(rows))
	for i, r := range rows {
		out[i] = payment.Entry{ID: r.ID, Amount: money.Of(r.Amount, r.Currency), Done: r.Done}
	}
	return out, pg.Translate(err)
}

// Refunds implements payment.Books.
func (s *Store) Refunds(ctx context.Context, provider string, ids []string, from, before time.Time) ([]payment.Entry, error) {
	rows, err := db.New(s.pool).RefundsForStatement(ctx, db.RefundsForStatementParams{Provider: provider, Ids: ids, Since: from, Until: before})
	out := make([]payment.Entry, len(rows))
	for i, r := range rows {
		out[i] = payment.Entry{ID: r.ID, Amount: money.Of(r.Amount, r.Currency), Done: r.Done}
	}
	return out, pg.Translate(err)
}

// Unsettled implements payment.Books.
func (s *Store) Unsettled(ctx context.Context, before time.Time) ([]*payment.Difference, error) {
	rows, err := db.New(s.pool).UnsettledPayments(ctx, before)
	out := make([]*payment.Difference, len(rows))
	for i, r := range rows {
		out[i] = &payment.Difference{Kind: payment.Unresolved, Provider: r.Provider, Subject: r.ID, Ours: int64(r.Amount)}
	}
	return out, pg.Translate(err)
}

// LedgerErrors implements payment.Books.
func (s *Store) LedgerErrors(ctx context.Context) ([]*payment.Difference, error) {
	q := db.New(s.pool)
	rows, err := q.LedgerUnlikePayments(ctx)
	if err != nil {
		return nil, pg.Translate(err)
	}
	var out []*payment.Difference
	for _, r := range rows {
		out = append(out, &payment.Difference{Kind: payment.LedgerDiffers, Provider: r.Owner, Subject: r.Code, Ours: r.Payments, Theirs: r.Ledger})
	}
	sums, err := q.UnbalancedCurrencies(ctx)
	for _, r := range sums {
		out = append(out, &payment.Difference{Kind: payment.LedgerDiffers, Subject: r.Currency, Theirs: r.Amount})
	}
	return out, pg.Translate(err)
}

// LostTwice implements payment.Books.
func (s *Store) LostTwice(ctx context.Context, since time.Time) ([]*payment.Difference, error) {
	rows, err := db.New(s.pool).LostTwice(ctx, since)
	out := make([]*payment.Difference, len(rows))
	for i, r := range rows {
		out[i] = &payment.Difference{Kind: payment.LostTwice, Provider: r.Provider, Subject: r.ID, Ours: r.Amount, Theirs: r.Gone}
	}
	return out, pg.Translate(err)
}

// SaveReport implements payment.Books.
func (s *Store) SaveReport(ctx context.Context, r *payment.ReconciliationReport) error {
	differences, err := json.Marshal(r.Differences)
	if err != nil {
		return err
	}
	return pg.Translate(db.New(s.pool).InsertReconciliation(ctx, db.InsertReconciliationParams{
		At: r.At, Since: r.From, Until: r.Before, Checked: int32(min(r.Checked, 1<<31-1)), Differences: differences, //nolint:gosec // bounded
	}))
}

// LastReport implements payment.Books.
func (s *Store) LastReport(ctx context.Context) (*payment.ReconciliationReport, error) {
	row, err := db.New(s.pool).LastReconciliation(ctx)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, pg.Translate(err)
	}
	r := &payment.ReconciliationReport{At: row.At.UTC(), From: row.Since.UTC(), Before: row.Until.UTC(), Checked: int(row.Checked)}
	return r, json.Unmarshal(row.Differences, &r.Differences)
}

// Package store keeps events, venues and categories in EventDB. It implements event.Store: each method is one transaction that also
// holds the messages that belong to the change.
package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5/pgxpool"

	"marquee/internal/outbox"
	"marquee/internal/pg"
	"marquee/subgraphs/events/internal/store/db"
)

// Store is EventDB.
type Store struct {
	pool     *pgxpool.Pool
	q        *db.Queries
	outbox   *outbox.Outbox
	trigrams bool // the extension pg_trgm is there
}

// New returns the store, having looked which extensions the database has.
func New(ctx context.Context, pool *pgxpool.Pool, o *outbox.Outbox) (*Store, error) {
	s := &Store{pool: pool, q: db.New(pool), outbox: o}
	err := pool.QueryRow(ctx, "select exists (select from pg_extension where extname = 'pg_trgm')").Scan(&s.trigrams)
	if err != nil {
		return nil, fmt.Errorf("event store: %w", pg.Translate(err))
	}
	return s, nil
}

// Package store keeps accounts, sessions and signing keys in UserDB. It implements the interfaces of package user and of package token;
// each method is one transaction that also holds the messages and jobs that belong to the change.
package store

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"marquee/internal/outbox"
	"marquee/subgraphs/users/internal/store/db"
)

// Store is UserDB.
type Store struct {
	pool   *pgxpool.Pool
	q      *db.Queries
	outbox *outbox.Outbox
	ended  func(ctx context.Context, tx pgx.Tx, sessionID string) error
}

// New returns the store. ended runs in the transaction that ends a session before its time.
func New(pool *pgxpool.Pool, o *outbox.Outbox, ended func(ctx context.Context, tx pgx.Tx, sessionID string) error) *Store {
	return &Store{pool: pool, q: db.New(pool), outbox: o, ended: ended}
}

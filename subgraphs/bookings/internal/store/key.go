package store

import (
	"context"
	"crypto/ed25519"

	"github.com/jackc/pgx/v5"

	"marquee/internal/pg"
	"marquee/subgraphs/bookings/internal/keyring"
	"marquee/subgraphs/bookings/internal/pass"
	"marquee/subgraphs/bookings/internal/store/db"
)

var _ keyring.Store = (*Store)(nil)

// TicketKeys implements keyring.Store.
func (s *Store) TicketKeys(ctx context.Context) ([]pass.Key, error) {
	rows, err := s.read().TicketKeys(ctx)
	return toKeys(rows), pg.Translate(err)
}

// FirstTicketKey implements keyring.Store. The table lock lets one of several starting processes make the key.
func (s *Store) FirstTicketKey(ctx context.Context, k pass.Key) (keys []pass.Key, err error) {
	err = pg.InTx(ctx, s.pool, func(tx pgx.Tx) error {
		q := in(tx)
		if err := q.LockTicketKeys(ctx); err != nil {
			return err
		}
		rows, err := q.TicketKeys(ctx)
		if err != nil || len(rows) > 0 {
			keys = toKeys(rows)
			return err
		}
		keys = []pass.Key{k}
		return q.InsertTicketKey(ctx, row(k, "", ""))
	})
	return keys, err
}

// AddTicketKey implements keyring.Store.
func (s *Store) AddTicketKey(ctx context.Context, k pass.Key, by, reason string) error {
	return pg.Translate(s.read().InsertTicketKey(ctx, row(k, by, reason)))
}

func row(k pass.Key, by, reason string) db.InsertTicketKeyParams {
	return db.InsertTicketKeyParams{ID: k.ID, PrivateKey: k.Private.Seed(), SignsFrom: k.SignsFrom, AddedBy: by, Reason: reason}
}

func toKeys(rows []db.TicketKey) []pass.Key {
	out := make([]pass.Key, len(rows))
	for i, r := range rows {
		out[i] = pass.Key{ID: r.ID, Private: ed25519.NewKeyFromSeed(r.PrivateKey), SignsFrom: r.SignsFrom.UTC()}
	}
	return out
}

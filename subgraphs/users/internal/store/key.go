package store

import (
	"context"
	"crypto/ed25519"

	"github.com/jackc/pgx/v5"

	"marquee/internal/pg"
	"marquee/subgraphs/users/internal/store/db"
	"marquee/subgraphs/users/internal/token"
)

// Keys implements token.KeyStore.
func (s *Store) Keys(ctx context.Context) ([]token.Key, error) {
	rows, err := s.q.SigningKeys(ctx)
	return keys(rows), pg.Translate(err)
}

// FirstKey implements token.KeyStore. The table lock lets one of several starting processes make the key.
func (s *Store) FirstKey(ctx context.Context, k token.Key) ([]token.Key, error) {
	var rows []db.SigningKey
	err := pg.InTx(ctx, s.pool, func(tx pgx.Tx) error {
		q := s.q.WithTx(tx)
		err := q.LockSigningKeys(ctx)
		if err != nil {
			return err
		}
		if rows, err = q.SigningKeys(ctx); err != nil || len(rows) > 0 {
			return err
		}
		if err := q.InsertSigningKey(ctx, db.InsertSigningKeyParams{
			ID: k.ID, PublicKey: k.Public(), PrivateKey: k.Private.Seed(), CreatedAt: k.SignsFrom, SignsFrom: k.SignsFrom,
		}); err != nil {
			return err
		}
		rows, err = q.SigningKeys(ctx)
		return err
	})
	return keys(rows), err
}

func keys(rows []db.SigningKey) []token.Key {
	out := make([]token.Key, len(rows))
	for i, r := range rows {
		out[i] = token.Key{ID: r.ID, Private: ed25519.NewKeyFromSeed(r.PrivateKey), SignsFrom: r.SignsFrom}
	}
	return out
}

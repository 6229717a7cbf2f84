package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"marquee/internal/idempotency"
	"marquee/subgraphs/bookings/internal/booking"
)

// once does a request that belongs to no line, in a transaction of its own under its claim: the answer is what do returned, the first
// time or now.
func (s *Store) once(ctx context.Context, claim booking.Claim, do func(tx pgx.Tx) (answer []byte, err error)) (answer []byte, again bool, err error) {
	hash, err := idempotency.Hash(claim.Request)
	if err != nil {
		return nil, false, err
	}
	return idempotency.Once(ctx, s.pool, idempotency.Claim{Scope: claim.Scope, Key: claim.Key, Hash: hash}, do)
}

package store

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"marquee/internal/pg"
	"marquee/subgraphs/payments/internal/payment"
	"marquee/subgraphs/payments/internal/store/db"
)

// Fence implements payment.Fence.
type Fence struct{ Pool *pgxpool.Pool }

var _ payment.Fence = Fence{}

// Take implements payment.Fence.
func (f Fence) Take(ctx context.Context, key string, d payment.Decision) (payment.Decision, error) {
	held, err := db.New(f.Pool).TakeFence(ctx, key, string(d))
	return payment.Decision(held), pg.Translate(err)
}

// Held implements payment.Fence.
func (f Fence) Held(ctx context.Context, key string) (payment.Decision, error) {
	held, err := db.New(f.Pool).HeldFence(ctx, key)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", nil
	}
	return payment.Decision(held), pg.Translate(err)
}

// Refuse implements payment.Fence.
func (f Fence) Refuse(ctx context.Context, key string) error {
	return pg.Translate(db.New(f.Pool).RefuseFence(ctx, key))
}

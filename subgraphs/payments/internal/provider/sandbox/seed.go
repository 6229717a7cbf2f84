package sandbox

import (
	"context"

	"github.com/jackc/pgx/v5"

	"marquee/subgraphs/payments/internal/payment"
	"marquee/subgraphs/payments/internal/provider/sandbox/db"
)

// Seed writes charges of captured payments, with their log, as if each had been made at its time.
func Seed(ctx context.Context, tx pgx.Tx, payments []*payment.Payment) error {
	var charges []db.SeedChargesParams
	var logged []db.SeedLogParams
	for _, p := range payments {
		charges = append(charges, db.SeedChargesParams{
			Key: p.ID, RequestHash: []byte("demo"), Amount: p.Amount.Amount, Currency: p.Amount.Currency, Brand: p.Brand, LastFour: p.LastFour,
			Description: "Marquee " + p.BookingID, State: captured, CreatedAt: p.CreatedAt,
		})
		logged = append(logged, db.SeedLogParams{
			At: *p.CapturedAt, What: captured, ChargeKey: p.ID, Moved: p.Amount.Amount, Currency: p.Amount.Currency,
		})
	}
	q := db.New(tx)
	if _, err := q.SeedCharges(ctx, charges); err != nil {
		return err
	}
	_, err := q.SeedLog(ctx, logged)
	return err
}

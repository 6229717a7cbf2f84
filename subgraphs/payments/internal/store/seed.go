package store

import (
	"context"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"marquee/internal/outbox"
	"marquee/subgraphs/payments/internal/payment"
	"marquee/subgraphs/payments/internal/store/db"
)

// Seed writes captured payments of confirmed bookings, with their ledger, and publishes each at its time.
func Seed(ctx context.Context, tx pgx.Tx, o *outbox.Outbox, payables []payment.Payable, payments []*payment.Payment) error {
	var rows struct {
		payables  []db.SeedPayablesParams
		payments  []db.SeedPaymentsParams
		transfers []db.SeedTransfersParams
		movements []db.SeedMovementsParams
	}
	accounts := map[string]payment.Account{}
	for _, p := range payables {
		rows.payables = append(rows.payables, db.SeedPayablesParams{
			BookingID: p.BookingID, UserID: p.UserID, EventID: p.EventID, OrganizerID: p.OrganizerID, Amount: p.Amount.Amount,
			Currency: p.Amount.Currency, Description: p.Description, HoldExpiresAt: p.HoldExpiresAt, State: string(p.State),
			Reference: p.Reference, EventTitle: p.EventTitle, EventStartsAt: &p.EventStartsAt, EventTimeZone: p.EventTimeZone, Venue: p.Venue, Lines: p.Lines,
		})
	}
	for _, p := range payments {
		rows.movements = append(rows.movements, db.SeedMovementsParams(movementRow(payment.CaptureMovement(p))))
		rows.payments = append(rows.payments, db.SeedPaymentsParams{
			ID: p.ID, BookingID: p.BookingID, UserID: p.UserID, EventID: p.EventID, OrganizerID: p.OrganizerID, Provider: p.Provider,
			Brand: p.Brand, LastFour: p.LastFour, Amount: p.Amount.Amount, Currency: p.Amount.Currency, Status: string(p.Status),
			IdempotencyKey: "demo " + p.ID, RequestHash: []byte("demo"), CreatedAt: p.CreatedAt, CapturedAt: p.CapturedAt, Fee: p.Fee, Tax: p.Tax,
		})
		for _, t := range payment.CaptureTransfers(p) {
			accounts[t.Debit.Code()], accounts[t.Credit.Code()] = t.Debit, t.Credit
			rows.transfers = append(rows.transfers, db.SeedTransfersParams{
				Kind: t.Kind, Debit: t.Debit.Code(), Credit: t.Credit.Code(), Amount: t.Amount.Amount, Currency: t.Amount.Currency,
				PaymentID: optional(t.PaymentID), At: *p.CapturedAt,
			})
		}
	}
	q := db.New(tx)
	if _, err := q.SeedPayables(ctx, rows.payables); err != nil {
		return err
	}
	if _, err := q.SeedPayments(ctx, rows.payments); err != nil {
		return err
	}
	for _, code := range slices.Sorted(maps.Keys(accounts)) {
		a := accounts[code]
		if err := q.OpenAccount(ctx, db.OpenAccountParams{Code: code, Kind: a.Kind, Owner: a.Owner, Currency: a.Currency}); err != nil {
			return err
		}
	}
	if _, err := q.SeedTransfers(ctx, rows.transfers); err != nil {
		return err
	}
	if _, err := q.SeedMovements(ctx, rows.movements); err != nil {
		return err
	}
	for _, p := range payments {
		if err := o.PublishAt(ctx, tx, *p.CapturedAt, CapturedMessage(p)); err != nil {
			return err
		}
	}
	return nil
}

package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"marquee/internal/id"
	"marquee/internal/money"
	"marquee/subgraphs/payments/internal/payment"
	"marquee/subgraphs/payments/internal/store/db"
)

// divide writes how a payment that was just captured is shared, and its line of the history.
func (s *Store) divide(ctx context.Context, q *db.Queries, p *payment.Payment, at time.Time) error {
	row, err := q.PayableByID(ctx, p.BookingID)
	if err != nil {
		return err
	}
	p.Divide(row.Lines, s.fees)
	if p.Fee != 0 || p.Tax != 0 {
		if err := q.SetShares(ctx, db.SetSharesParams{Fee: p.Fee, Tax: p.Tax, ID: p.ID}); err != nil {
			return err
		}
	}
	p.CapturedAt = &at
	return moved(ctx, q, payment.CaptureMovement(p))
}

// moved writes a line of the history.
func moved(ctx context.Context, q *db.Queries, m payment.Movement) error {
	return q.InsertMovement(ctx, movementRow(m))
}

func movementRow(m payment.Movement) db.InsertMovementParams {
	return db.InsertMovementParams{
		ID: m.ID, Kind: string(m.Kind), At: m.At, PaymentID: m.PaymentID, BookingID: m.BookingID,
		EventID: m.EventID, UserID: m.UserID, OrganizerID: m.OrganizerID, Amount: m.Amount.Amount,
		Fee: m.Fee.Amount, Tax: m.Tax.Amount, Currency: m.Amount.Currency,
	}
}

// GiveBackBooking begins refunds of a booking's payments, within the transaction of the message that caused it: of all that is left, or
// of so many minor units as the event's policy gives back; the rest stays with the organiser.
func (s *Store) GiveBackBooking(ctx context.Context, tx pgx.Tx, bookingID string, reason payment.RefundReason, cause string,
	amount *int64, at time.Time,
) error {
	rows, err := db.New(tx).CapturedOfBooking(ctx, bookingID)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if amount == nil {
			err = s.giveBack(ctx, tx, row, reason, cause, at)
		} else {
			err = s.giveBackByPolicy(ctx, tx, row, reason, cause, amount, at)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// giveBackByPolicy gives back at most the amount, takes that off it, and keeps the rest of the payment. A cause that comes again finds
// its share kept.
func (s *Store) giveBackByPolicy(ctx context.Context, tx pgx.Tx, row db.Payment, reason payment.RefundReason, cause string,
	amount *int64, at time.Time,
) error {
	p := paymentOf(row)
	back := min(max(*amount, 0), p.Left())
	if p.Kept > 0 || p.Left() == 0 {
		return nil
	}
	if back > 0 {
		r, err := s.beginRefund(ctx, tx, row, payment.RefundOrder{
			ID: id.New("ref"), PaymentID: p.ID, Amount: money.Of(back, p.Amount.Currency), Reason: reason, Cause: cause, At: at,
		})
		if err != nil || r == nil {
			return err
		}
		*amount -= back
	}
	kept := p.Left() - back
	if kept == 0 {
		return nil
	}
	p.Keep(kept)
	q := db.New(tx)
	if err := q.SetKept(ctx, db.SetKeptParams{Kept: p.Kept, KeptNet: p.KeptNet, ID: p.ID}); err != nil {
		return err
	}
	return post(ctx, q, payment.KeptTransfers(p), at)
}

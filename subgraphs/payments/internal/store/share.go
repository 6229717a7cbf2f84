package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"marquee/internal/contract"
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
	if err := q.SetShares(ctx, db.SetSharesParams{Fee: p.Fee, Tax: p.Tax, Lines: p.Lines, ID: p.ID}); err != nil {
		return err
	}
	p.CapturedAt = &at
	return moved(ctx, q, payment.CaptureMovement(p))
}

// lined reads a locked payment with its refunds, and gives it its lines where it was captured before they were kept.
func lined(ctx context.Context, q *db.Queries, tx pgx.Tx, row db.Payment) (*payment.Payment, error) {
	p, err := withRefunds(ctx, tx, row)
	if err != nil || p.Lines != nil || p.CapturedAt == nil {
		return p, err
	}
	payable, err := q.PayableByID(ctx, p.BookingID)
	if err != nil {
		return nil, err
	}
	p.LinesFrom(payable.Lines)
	return p, q.SetShares(ctx, db.SetSharesParams{Fee: p.Fee, Tax: p.Tax, Lines: p.Lines, ID: p.ID})
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

// giveBackByPolicy gives back at most the amount, takes that off it, and keeps the rest of the payment. A cause that comes again does
// nothing.
func (s *Store) giveBackByPolicy(ctx context.Context, tx pgx.Tx, row db.Payment, reason payment.RefundReason, cause string,
	amount *int64, at time.Time,
) error {
	p := paymentOf(row)
	back := min(max(*amount, 0), p.Left())
	stopped := min(max(*amount, 0)-back, p.Disputed)
	if p.Left() == 0 && stopped <= 0 {
		return nil
	}
	done, err := s.giveBackAndKeep(ctx, tx, row, back, p.Left()-back, payment.RefundOrder{Reason: reason, Cause: cause, At: at})
	if err != nil || !done {
		return err
	}
	*amount -= back
	if stopped <= 0 {
		return nil
	}
	*amount -= stopped // it is this payment's to give back
	return s.noteStopped(ctx, tx, p, &stopped, reason, cause, at)
}

// giveBackAndKeep begins a refund of an amount, which may be 0, and leaves with the organiser what the policy keeps of what is left then:
// kept in all, what was kept before included. done is false for a cause that came before.
func (s *Store) giveBackAndKeep(ctx context.Context, tx pgx.Tx, row db.Payment, back, kept int64, o payment.RefundOrder) (done bool, err error) {
	q := db.New(tx)
	n, err := q.NoteKept(ctx, db.NoteKeptParams{PaymentID: row.ID, Cause: o.Cause, Kept: max(kept-row.Kept, 0), At: o.At})
	if err != nil || n == 0 {
		return false, err
	}
	if back > 0 {
		o.ID, o.PaymentID, o.Amount = id.New("ref"), row.ID, money.Of(back, row.Currency)
		r, err := s.beginRefund(ctx, tx, row, o)
		if err != nil || r == nil {
			return false, err
		}
	}
	if kept <= row.Kept {
		return true, nil
	}
	if row, err = q.LockPayment(ctx, row.ID); err != nil { // with the refund
		return false, err
	}
	p, err := lined(ctx, q, tx, row)
	if err != nil {
		return false, err
	}
	grown := p.Keep(kept)
	if err := q.SetKept(ctx, db.SetKeptParams{Kept: p.Kept, KeptNet: p.KeptNet, ID: p.ID}); err != nil {
		return false, err
	}
	return true, post(ctx, q, payment.KeptTransfers(p, grown), o.At)
}

// GiveBackTickets begins the refund of tickets that were returned singly, within the transaction of the message that told it.
func (s *Store) GiveBackTickets(ctx context.Context, tx pgx.Tx, m contract.TicketsReturned, at time.Time) error {
	if m.PaymentID == "" {
		return nil
	}
	row, err := db.New(tx).LockPayment(ctx, m.PaymentID)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	p := paymentOf(row)
	o := payment.RefundOrder{Reason: payment.ReasonTicketsReturned, Cause: m.Topic() + " " + m.ReturnID, At: at}
	for _, r := range m.Returned {
		o.Tickets = append(o.Tickets, payment.ReturnedTickets{TypeID: r.TicketTypeID, Quantity: r.Quantity, Price: r.UnitAmount * int64(r.Quantity)})
	}
	back := min(max(m.RefundAmount, 0), p.Left())
	done, err := s.giveBackAndKeep(ctx, tx, row, back, min(p.Kept+max(m.KeptAmount, 0), p.Left()-back), o)
	stopped := min(max(m.RefundAmount, 0)-back, p.Disputed)
	if err != nil || !done || stopped <= 0 {
		return err
	}
	return s.noteStopped(ctx, tx, p, &stopped, o.Reason, o.Cause, at)
}

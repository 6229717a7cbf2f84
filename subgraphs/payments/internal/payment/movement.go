package payment

import (
	"time"

	"marquee/internal/money"
)

// Movement is one thing that happened with money; the GraphQL type Transaction. Amounts are as the organiser sees them.
type Movement struct {
	ID          string // the payment's, refund's, dispute's or payout's
	Kind        MovementKind
	At          time.Time
	PaymentID   *string // nil for a payout, as all but the organiser
	BookingID   *string
	EventID     *string
	UserID      *string
	OrganizerID string
	Amount      money.Money  // a payment is positive, a refund negative
	Fee         *money.Money // nil where the viewer may not see it: the platform's part of the amount
	Tax         money.Money  // the tax within the amount
}

// MovementKind says what happened; the GraphQL enum TransactionKind.
type MovementKind string

// The kinds of movements.
const (
	MovementPayment MovementKind = "PAYMENT"
	MovementRefund  MovementKind = "REFUND"
	MovementDispute MovementKind = "DISPUTE"
	MovementPayout  MovementKind = "PAYOUT"
)

// CaptureMovement is the history's line of a capture.
func CaptureMovement(p *Payment) Movement {
	return p.movement(p.ID, MovementPayment, *p.CapturedAt, p.Amount.Amount, p.Fee, p.Tax)
}

// RefundMovement is the history's line of a refund.
func RefundMovement(p *Payment, r *Refund) Movement {
	fee, tax := r.RefundParts()
	return p.movement(r.ID, MovementRefund, *r.CompletedAt, -r.Amount.Amount, -fee, -tax)
}

// DisputeMovement is the history's line of a lost dispute. It is the organiser's loss alone: fee and tax stay as they are.
func DisputeMovement(p *Payment, d *Dispute) Movement {
	return p.movement(d.ID, MovementDispute, *d.ClosedAt, -d.Amount.Amount, 0, 0)
}

func (p *Payment) movement(id string, kind MovementKind, at time.Time, amount, fee, tax int64) Movement {
	in := func(n int64) money.Money { return money.Of(n, p.Amount.Currency) }
	feePart := in(fee)
	return Movement{
		ID: id, Kind: kind, At: at, PaymentID: &p.ID, BookingID: &p.BookingID, EventID: &p.EventID, UserID: &p.UserID, OrganizerID: p.OrganizerID,
		Amount: in(amount), Fee: &feePart, Tax: in(tax),
	}
}

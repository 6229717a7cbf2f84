// Package payment is the domain of the payments subgraph. A payable is a booking as far as money is concerned; a payment is one attempt
// to pay it; a charge is the provider's side of a payment; a refund gives part or all of a captured payment back; a transfer moves an
// amount between two accounts of the ledger. A payment is live while it is under way or its money is ours: a booking has at most one.
//
// The provider is never called inside a database transaction. A payment is first written as PENDING, then the provider is asked under
// the payment's id as the key of idempotency, then the answer is recorded. Whatever stops between these steps, settling goes on later:
// it asks the provider by the same key.
package payment

import (
	"time"

	"marquee/internal/contract"
	"marquee/internal/money"
)

// PaymentStatus says where a payment stands; the values of the GraphQL enum.
type PaymentStatus string //nolint:revive // the name of the GraphQL type it is bound to

// The states of a payment.
const (
	Pending           PaymentStatus = "PENDING"
	RequiresAction    PaymentStatus = "REQUIRES_ACTION"
	Captured          PaymentStatus = "CAPTURED"
	Declined          PaymentStatus = "DECLINED"
	PartiallyRefunded PaymentStatus = "PARTIALLY_REFUNDED"
	Refunded          PaymentStatus = "REFUNDED"
)

// Payment is one attempt to pay a booking.
type Payment struct {
	ID          string // pay_…
	BookingID   string
	UserID      string // who pays
	EventID     string
	OrganizerID string // to whom the money is owed
	Provider    string // its registered name
	Brand       string // of the card, for example Visa; the provider's name for people while nothing better is known
	LastFour    string // digits of the card; empty if there is none or it is not known
	Description string // what the buyer reads at the bank
	ReturnURL   string // where the buyer goes on after a page of the provider
	Reference   string // the provider's own id of the charge; empty until it is known
	Status      PaymentStatus
	Amount      money.Money
	Refunding   int64       // minor units that refunds have claimed, finished or not
	Disputed    int64       // minor units under open and lost disputes
	Refunded    money.Money // what went back
	Fee, Tax    int64       // parts of Amount, in minor units: the platform's fee and the organiser's tax
	Lines       []PaidLine  // how Amount, Fee and Tax are made up; none before it is captured
	Kept        int64       // minor units that the refund policy left with the organiser when the holder cancelled
	KeptNet     int64       // of Kept, what is neither fee nor tax
	// ActionURL is where the buyer confirms with their bank; nil unless RequiresAction, and for everybody but the buyer.
	ActionURL     *string
	DeclineCode   *string // CardDeclined or ProviderUnavailable; nil unless Declined
	DeclineReason *string // a sentence; nil unless Declined
	Refunds       []*Refund
	CreatedAt     time.Time
	CapturedAt    *time.Time
	WatchUntil    *time.Time // until when the settle job asks for disputes by itself
	Dispute       *Dispute   // the latest; nil if there is none

	booking *Booking // shares a batch with the bookings of the payments loaded together
}

// IsEntity marks a federation entity.
func (*Payment) IsEntity() {}

// Method is how the means of payment is known to its owner.
func (p *Payment) Method() string {
	if p.LastFour == "" {
		return p.Brand
	}
	return p.Brand + " •••• " + p.LastFour
}

// Booking is what the payment pays.
func (p *Payment) Booking() *Booking {
	if p.booking != nil {
		return p.booking
	}
	return &Booking{ID: p.BookingID}
}

// User is who pays.
func (p *Payment) User() *User { return &User{ID: p.UserID} }

// Undecided reports whether the provider's last word is still awaited.
func (p *Payment) Undecided() bool { return p.Status == Pending || p.Status == RequiresAction }

// Left is how much, in minor units, no refund has claimed and no dispute has stopped; 0 for what was never captured.
func (p *Payment) Left() int64 {
	if p.CapturedAt == nil {
		return 0
	}
	return max(p.Amount.Amount-p.Refunding-p.Disputed, 0)
}

// RefundStatus says where a refund stands; the values of the GraphQL enum.
type RefundStatus string

// The states of a refund. A failed one is tried again; RefundSucceeded and RefundAbandoned are final.
const (
	RefundPending   RefundStatus = "PENDING"
	RefundSucceeded RefundStatus = "SUCCEEDED"
	RefundFailed    RefundStatus = "FAILED"
	RefundAbandoned RefundStatus = "ABANDONED" // the money was lost in a dispute
)

// RefundReason says why money went back; the values of the GraphQL enum and of package contract.
type RefundReason string

// ReasonTicketsReturned is why money goes back for single tickets.
const ReasonTicketsReturned RefundReason = contract.RefundTicketsReturned

// Refund is money that goes back.
type Refund struct {
	ID          string // ref_…
	PaymentID   string
	Status      RefundStatus
	Amount      money.Money
	Reason      RefundReason
	Lines       []RefundLine // what it takes back of the payment's lines
	Attempts    int          // tries that did not succeed
	CreatedAt   time.Time
	CompletedAt *time.Time
}

// IsEntity marks a federation entity.
func (*Refund) IsEntity() {}

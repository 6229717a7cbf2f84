package payment

import (
	"context"
	"time"

	"marquee/internal/money"
	"marquee/internal/page"
)

// Store keeps payments. Every method that writes is one transaction, with its messages and jobs. Payments come with their refunds and
// their latest dispute.
type Store interface {
	// Payable returns what can be paid; nil if bookings has told of no such booking (yet).
	Payable(ctx context.Context, bookingID string) (*Payable, error)

	// Attempt returns the payment begun by a user under a key, and the hash of its request; nil if there is none.
	Attempt(ctx context.Context, userID, key string) (*Payment, []byte, error)
	// Begin writes a PENDING payment and the job that settles it later. When the key was used it returns that payment and its hash,
	// with begun false; when another payment of the booking is live it returns that one as blocking. Errors: those of Payable.Admit.
	Begin(ctx context.Context, a Attempt) (Begun, error)
	// Payment returns a payment; nil if there is none.
	Payment(ctx context.Context, id string) (*Payment, error)
	// Record writes the provider's answer by Payment.Apply, with ledger and messages, and returns the payment as it is then.
	Record(ctx context.Context, id string, c Charge, declineCode string, at time.Time) (*Payment, error)
	// NoteSettleTry counts a try of settling that the provider did not answer, and returns the count.
	NoteSettleTry(ctx context.Context, id, reason string) (int, error)

	// RefundAttempt returns the refund asked for by a user under a key, and the hash of its request; nil if there is none.
	RefundAttempt(ctx context.Context, userID, key string) (*Refund, []byte, error)
	// BeginRefund claims the amount (0 means all that is left), writes a PENDING refund and the job that runs it. It returns nil when
	// the same cause was written before. Errors: NOT_REFUNDABLE, INVALID_AMOUNT, IDEMPOTENCY_KEY_REUSED.
	BeginRefund(ctx context.Context, o RefundOrder) (*Refund, error)
	// Refund returns a refund; nil if there is none.
	Refund(ctx context.Context, id string) (*Refund, error)
	// RecordRefund writes that the provider gave the money back, with ledger and messages; a second time it does nothing.
	RecordRefund(ctx context.Context, id string, at time.Time) (*Refund, error)
	// NoteRefundTry counts a try that did not succeed, and returns the count. refused says that the provider answered no.
	NoteRefundTry(ctx context.Context, id, reason string, refused bool) (int, error)

	// AbandonRefund ends a refund whose money was lost in disputes, and reports whether that is so. What disputes have left of it is
	// begun as another refund.
	AbandonRefund(ctx context.Context, id string, at time.Time) (bool, error)

	// RecordDispute writes how a dispute stands by Dispute.Apply, with ledger and message, and reports whether that was news.
	RecordDispute(ctx context.Context, paymentID string, d ProviderDispute, at time.Time) (bool, error)

	// Seen returns those of the payments that the sight covers, in any order.
	Seen(ctx context.Context, s Sight, ids []string) ([]*Payment, error)
	// SeenOfBookings returns for each booking the payment that counts, as far as the sight covers it, in any order.
	SeenOfBookings(ctx context.Context, s Sight, bookingIDs []string) ([]*Payment, error)
	// OfUsers returns one page of each user's payments, newest first within a user.
	OfUsers(ctx context.Context, userIDs []string, a page.Args) (map[string][]*Payment, error)
	// SeenRefunds returns those of the refunds whose payments the sight covers, in any order.
	SeenRefunds(ctx context.Context, s Sight, ids []string) ([]*Refund, error)
}

// Sight says whose payments are covered: those a user pays or is owed, or everything.
type Sight struct {
	UserID     string
	Everything bool
}

// Attempt is a payment to begin.
type Attempt struct {
	ID          string
	BookingID   string
	UserID      string
	Provider    string
	Brand       string // of the card, or the provider's name for people
	LastFour    string // digits of the card; empty if there is none
	ReturnURL   string
	Key         string
	Hash        []byte
	At          time.Time
	SettleAfter time.Duration // when the job looks after it
}

// Begun is how Begin went.
type Begun struct {
	Payment  *Payment // the new one, or the one under the same key
	Hash     []byte   // of Payment's request
	Fresh    bool     // whether it was begun now
	Blocking *Payment // a live payment of the booking that stands in the way; Payment is nil then
}

// RefundOrder is a refund to begin.
type RefundOrder struct {
	ID          string
	PaymentID   string
	Amount      money.Money // an amount of 0 means all that is left
	Reason      RefundReason
	Cause       string            // the same cause gives back once
	Tickets     []ReturnedTickets // for which it goes back; none: of all lines in proportion
	RequestedBy string            // user id; empty when a message caused it
	Key         string            // with RequestedBy
	Hash        []byte            // with RequestedBy
	At          time.Time
	RunAfter    time.Duration // when the job runs it
}

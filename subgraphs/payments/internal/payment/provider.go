package payment

import (
	"context"
	"errors"
	"iter"
	"time"

	"marquee/internal/money"
)

// Provider moves money. Every implementation passes package providertest. Keys are ours and unique; a call repeated under its key, at
// any time and from any process, has one effect and the same answer. Errors other than those below leave open what happened: the
// platform asks again by the key.
type Provider interface {
	// Name is the registered name, for example "sandbox".
	Name() string
	// Offer is how new payments are made; nil if the provider only looks after those it has.
	Offer() *Offer
	// Charge takes an amount. A refusal is a Charge in the state Declined, not an error. Errors: ErrUnavailable, ErrKeyReused.
	Charge(ctx context.Context, r ChargeRequest) (Charge, error)
	// ChargeByKey answers how a charge stands now, and carries on what the buyer has approved. Errors: ErrUnknownCharge, also for a
	// charge that never began to move money.
	ChargeByKey(ctx context.Context, r ChargeRef) (Charge, error)
	// Abandon ends a charge that is not decided, also one that never came, and answers how it stands then: Captured if the money was
	// faster, Pending if it can be neither stopped nor counted on yet, else Declined. Once it has answered Declined, no money moves under
	// this key any more.
	Abandon(ctx context.Context, r ChargeRef) (Charge, error)
	// Refund gives money of a captured charge back. Errors: ErrRefused, ErrKeyReused, ErrUnavailable, ErrRefundUnderWay.
	Refund(ctx context.Context, r ProviderRefundRequest) error
	// Disputes lists the disputes of a captured charge, oldest first.
	Disputes(ctx context.Context, r ChargeRef) ([]ProviderDispute, error)
	// Transactions lists what moved money in the period [from, to), in any order, as the provider's books have it. A provider may tell
	// of the last hours later. Those that are none of the platform's have an empty ChargeKey.
	Transactions(ctx context.Context, from, to time.Time) iter.Seq2[ProviderTransaction, error]
	// TestCards lists the cards that only this provider's test mode knows; empty in earnest.
	TestCards() []SandboxCard
}

// What a provider says besides the state of a charge.
var (
	ErrUnavailable    = errors.New("the provider cannot be reached, and nothing was begun") // certain: nothing will happen later either
	ErrUnknownCharge  = errors.New("the provider knows no charge with this key")
	ErrKeyReused      = errors.New("the key was used for something else")
	ErrRefused        = errors.New("the provider refused the refund")
	ErrRefundUnderWay = errors.New("the provider has taken the refund and is not done with it")
)

// Fence takes decisions about charges that only we can carry out, for providers whose charges cannot be cancelled: once and for all, and
// before the decision is acted on. Its store is durable and shared by all processes.
type Fence interface {
	// Take answers the decision that holds for a charge: the wanted one, unless another was taken before.
	Take(ctx context.Context, key string, d Decision) (Decision, error)
	// Held answers the decision about a charge, "" while there is none.
	Held(ctx context.Context, key string) (Decision, error)
	// Refuse turns a CAPTURE that the provider has refused for good into ABANDON.
	Refuse(ctx context.Context, key string) error
}

// Decision is what a fence holds about a charge.
type Decision string

// The decisions.
const (
	DecideCapture Decision = "CAPTURE"
	DecideAbandon Decision = "ABANDON"
)

// PaymentInputKind says how the buyer hands over the means of payment; the values of the GraphQL enum.
type PaymentInputKind string //nolint:revive // the name of the GraphQL type it is bound to

// The kinds of input.
const (
	InputCard     PaymentInputKind = "CARD"     // a card's number in the request
	InputToken    PaymentInputKind = "TOKEN"    // a token that the provider's own script made of it in the browser
	InputRedirect PaymentInputKind = "REDIRECT" // nothing: the buyer pays on a page of the provider
)

// Offer is how new payments are made with a provider.
type Offer struct {
	Label          string // for people, for example "PayPal"
	Input          PaymentInputKind
	PublishableKey string // for the provider's script in the browser; "" if it needs none
}

// ChargeRef names a charge, with what it was begun with, for providers that need it to find the charge again.
type ChargeRef struct {
	Key         string // the payment's id
	Reference   string // the provider's id of the charge; "" if its answer was never recorded
	Amount      money.Money
	Description string    // on the buyer's statement
	ReturnURL   string    // where the buyer goes on after a page of the provider
	CreatedAt   time.Time // of the payment
}

// ChargeRequest is what a provider needs to take money: besides the charge itself a card or a token, by the provider's Offer.
type ChargeRequest struct {
	ChargeRef
	Card  Card
	Token string
}

// Charge is a provider's answer.
type Charge struct {
	Key           string
	Reference     string        // the provider's own id; "" if it uses our key
	State         PaymentStatus // Pending, RequiresAction, Captured or Declined
	Amount        money.Money   // zero for a charge that was abandoned before it came
	ActionURL     string        // for RequiresAction
	DeclineReason string        // for Declined, a sentence for the buyer
	Brand         string        // of the means of payment, if the provider tells, for example Visa
	LastFour      string        // digits of the card, if there is one and the provider tells
	WatchUntil    time.Time     // until when disputes are to be asked for, by a provider that does not tell of them; zero otherwise
}

// ProviderRefundRequest is what a provider needs to give money back.
type ProviderRefundRequest struct {
	Key    string // the refund's id
	Charge ChargeRef
	Amount money.Money
}

// ProviderDispute is a dispute in the provider's books.
type ProviderDispute struct {
	Reference string // the provider's id
	Status    DisputeStatus
	Amount    money.Money
	Reason    string // a few words
	OpenedAt  time.Time
}

// ProviderTransactionKind says what moved money; the values are the ledger's kinds.
type ProviderTransactionKind string

// The kinds of transactions.
const (
	TransactionCapture ProviderTransactionKind = TransferCapture
	TransactionRefund  ProviderTransactionKind = TransferRefund
	TransactionDispute ProviderTransactionKind = TransferDispute // money taken back by a lost dispute
)

// ProviderTransaction is one movement of money in a provider's books.
type ProviderTransaction struct {
	Kind      ProviderTransactionKind
	Reference string      // the provider's id of it
	ChargeKey string      // the payment's id; "" if the provider does not know of one
	RefundKey string      // the refund's id, for a refund we asked for
	Amount    money.Money // more than zero, whatever its direction
	At        time.Time
}

// SandboxCard is a card of a provider's test mode.
type SandboxCard struct {
	Number    string
	Behaviour string // what then happens, in a sentence
	Kind      CardKind
}

// CardKind is what a test card does.
type CardKind string

// The kinds that the conformance suite knows.
const (
	CardSucceeds    CardKind = "succeeds"
	CardIsDeclined  CardKind = "is declined"
	CardChallenges  CardKind = "asks for the bank's confirmation"
	CardIsSlow      CardKind = "answers after some seconds"
	CardIsLate      CardKind = "answers at once that it does not know yet, and captures much later"
	CardTimesOut    CardKind = "is captured, but the answer is lost"
	CardDisputeLost CardKind = "is captured, disputed, and the dispute is lost"
	CardDisputeWon  CardKind = "is captured, disputed, and the dispute is won"
)

// Providers are those this installation has. A payment stays with the one it began with.
type Providers []Provider

func (ps Providers) named(name string) (Provider, bool) {
	for _, p := range ps {
		if p.Name() == name {
			return p, true
		}
	}
	return nil, false
}

package payment

import (
	"context"
	"errors"

	"marquee/internal/money"
)

// Provider moves money. Every implementation passes package providertest. Keys are ours and unique; a call repeated under its key, at
// any time and from any process, has one effect and the same answer. Errors other than those below leave open what happened: the
// platform asks again by the key.
type Provider interface {
	// Name is the registered name, for example "sandbox".
	Name() string
	// Charge takes an amount from a card. A refusal is a Charge in the state Declined, not an error.
	// Errors: ErrUnavailable, ErrKeyReused.
	Charge(ctx context.Context, r ChargeRequest) (Charge, error)
	// ChargeByKey answers how a charge stands now. Errors: ErrUnknownCharge.
	ChargeByKey(ctx context.Context, key string) (Charge, error)
	// Abandon ends a charge that is not decided, also one that never came, and answers how it stands then: Captured if the money was
	// faster, else Declined. Once it has answered Declined, no money moves under this key any more.
	Abandon(ctx context.Context, key string) (Charge, error)
	// Refund gives money of a captured charge back. Errors: ErrRefused, ErrKeyReused, ErrUnavailable.
	Refund(ctx context.Context, r ProviderRefundRequest) error
	// TestCards lists the cards that only this provider's test mode knows; empty in earnest.
	TestCards() []SandboxCard
}

// What a provider says besides the state of a charge.
var (
	ErrUnavailable   = errors.New("the provider cannot be reached, and nothing was begun") // certain: nothing will happen later either
	ErrUnknownCharge = errors.New("the provider knows no charge with this key")
	ErrKeyReused     = errors.New("the key was used for something else")
	ErrRefused       = errors.New("the provider refused the refund")
)

// ChargeRequest is what a provider needs to take money.
type ChargeRequest struct {
	Key         string // the payment's id
	Amount      money.Money
	Card        Card
	Description string // on the buyer's statement
	ReturnURL   string // where the buyer goes on after confirming with their bank
}

// Charge is a provider's answer.
type Charge struct {
	Key           string
	State         PaymentStatus // Pending, RequiresAction, Captured or Declined
	Amount        money.Money   // zero for a charge that was abandoned before it came
	ActionURL     string        // for RequiresAction
	DeclineReason string        // for Declined, a sentence for the buyer
}

// ProviderRefundRequest is what a provider needs to give money back.
type ProviderRefundRequest struct {
	Key       string // the refund's id
	ChargeKey string // the payment's id
	Amount    money.Money
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
	CardSucceeds   CardKind = "succeeds"
	CardIsDeclined CardKind = "is declined"
	CardChallenges CardKind = "asks for the bank's confirmation"
	CardIsSlow     CardKind = "answers after some seconds"
	CardIsLate     CardKind = "answers at once that it does not know yet, and captures much later"
)

// Providers are those this installation may use. New payments go to the first; old ones stay where they began.
type Providers []Provider

func (ps Providers) named(name string) (Provider, bool) {
	for _, p := range ps {
		if p.Name() == name {
			return p, true
		}
	}
	return nil, false
}

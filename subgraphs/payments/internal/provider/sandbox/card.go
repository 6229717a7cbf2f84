package sandbox

import (
	"strings"

	"marquee/subgraphs/payments/internal/payment"
)

// behaviour is what a card does here.
type behaviour struct {
	kind   payment.CardKind
	reason string // of a decline
}

var cards = []payment.SandboxCard{
	{Number: "4242 4242 4242 4242", Kind: payment.CardSucceeds, Behaviour: "The payment succeeds at once."},
	{Number: "4000 0000 0000 3220", Kind: payment.CardChallenges, Behaviour: "The bank asks you to confirm on a page of its own (3-D Secure)."},
	{Number: "4000 0000 0000 0119", Kind: payment.CardTimesOut, Behaviour: "The money is taken but the provider's answer is lost; the payment is settled some seconds later."},
	{Number: "4000 0000 0000 0259", Kind: payment.CardDisputeLost, Behaviour: "The payment succeeds; 15 seconds later your bank disputes it, and 15 seconds after that it takes the money back."},
	{Number: "4000 0000 0000 2685", Kind: payment.CardDisputeWon, Behaviour: "The payment succeeds; 15 seconds later your bank disputes it, and 15 seconds after that it lets the money be."},
	{Number: "4000 0000 0000 0002", Kind: payment.CardIsDeclined, Behaviour: "The bank declines."},
	{Number: "4000 0000 0000 0077", Kind: payment.CardIsSlow, Behaviour: "The payment succeeds after about five seconds."},
	{Number: "4000 0000 0000 9995", Kind: payment.CardIsLate, Behaviour: "The payment stays open and succeeds after eleven minutes, when the hold has run out."},
}

// TestCards implements payment.Provider.
func (s *Sandbox) TestCards() []payment.SandboxCard {
	if s.o.Closed {
		return nil
	}
	return cards
}

// behaviourOf says what a number does. Any other than a test card is declined: nobody shall think a card of theirs was charged.
func behaviourOf(number string) behaviour {
	for _, c := range cards {
		if strings.ReplaceAll(c.Number, " ", "") == number {
			return behaviour{kind: c.Kind, reason: "The bank declined the card."}
		}
	}
	return behaviour{kind: payment.CardIsDeclined, reason: "This is a sandbox: use one of its test cards."}
}

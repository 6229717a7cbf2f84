package stripe

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	sdk "github.com/stripe/stripe-go/v85"

	"marquee/subgraphs/payments/internal/payment"
)

const (
	paymentKey = "marquee_payment" // metadata of intents
	refundKey  = "marquee_refund"  // metadata of refunds
	// keysLast is how long a repeated request surely finds the first one's answer: Stripe keeps keys for at least 24 hours.
	keysLast = 23 * time.Hour
	replayed = "Idempotent-Replayed" // header of an answer that was given before
)

// intent returns a payment's intent as it is now. One that was never made is made: it moves no money unless it is confirmed. Long after,
// when its key may be forgotten, it is searched for. Errors: ErrUnknownCharge, only of that search; ErrKeyReused; ErrUnavailable if it could
// not be made, so that nothing can have been confirmed by this call; *unchargeable.
func (s *Stripe) intent(ctx context.Context, r payment.ChargeRef) (*sdk.PaymentIntent, error) {
	if r.Reference != "" {
		return s.retrieve(ctx, r.Reference)
	}
	if s.o.Now().Sub(r.CreatedAt) > keysLast {
		return s.search(ctx, r.Key)
	}
	amount, err := toStripe(r.Amount)
	if err != nil {
		return nil, err
	}
	p := &sdk.PaymentIntentCreateParams{
		Amount: sdk.Int64(amount), Currency: sdk.String(strings.ToLower(r.Amount.Currency)), PaymentMethodTypes: sdk.StringSlice([]string{"card"}),
		Metadata: map[string]string{paymentKey: r.Key},
	}
	if r.Description != "" {
		p.Description = sdk.String(r.Description)
	}
	p.SetIdempotencyKey(r.Key)
	pi, err := insist(ctx, func() (*sdk.PaymentIntent, error) { return s.api.V1PaymentIntents.Create(ctx, p) })
	switch {
	case err == nil && pi.LastResponse.Header.Get(replayed) == "":
		return pi, nil
	case err == nil:
		return s.retrieve(ctx, pi.ID)
	case errors.Is(err, payment.ErrKeyReused):
		return nil, err
	}
	if reason := refusedFor(err); reason != "" {
		return nil, &unchargeable{reason, err}
	}
	return nil, errors.Join(payment.ErrUnavailable, err)
}

// retrieve asks for an intent with its latest charge.
func (s *Stripe) retrieve(ctx context.Context, id string) (*sdk.PaymentIntent, error) {
	p := &sdk.PaymentIntentRetrieveParams{}
	p.AddExpand("latest_charge")
	return insist(ctx, func() (*sdk.PaymentIntent, error) { return s.api.V1PaymentIntents.Retrieve(ctx, id, p) })
}

// search looks for an intent by its metadata. Stripe's index is seconds to an hour late: this is for old payments.
func (s *Stripe) search(ctx context.Context, key string) (*sdk.PaymentIntent, error) {
	id, err := insist(ctx, func() (string, error) {
		p := &sdk.PaymentIntentSearchParams{}
		p.Query = fmt.Sprintf("metadata['%s']:'%s'", paymentKey, key) // a key is letters, digits and "_"
		for pi, err := range s.api.V1PaymentIntents.Search(ctx, p).All(ctx) {
			if err != nil {
				return "", err
			}
			if pi.Metadata[paymentKey] == key {
				return pi.ID, nil
			}
		}
		return "", payment.ErrUnknownCharge
	})
	if err != nil {
		return nil, err
	}
	return s.retrieve(ctx, id)
}

// confirm lets Stripe take the money of an intent that nobody has confirmed yet.
func (s *Stripe) confirm(ctx context.Context, pi *sdk.PaymentIntent, r payment.ChargeRequest) (payment.Charge, error) {
	p := &sdk.PaymentIntentConfirmParams{ReturnURL: sdk.String(r.ReturnURL)}
	if strings.HasPrefix(r.Token, "ctoken_") {
		p.ConfirmationToken = sdk.String(r.Token)
	} else {
		p.PaymentMethod = sdk.String(r.Token)
	}
	p.AddExpand("latest_charge")
	p.SetIdempotencyKey(r.Key + "/confirm")
	now, clean, err := repeat(ctx, func() (*sdk.PaymentIntent, error) { return s.api.V1PaymentIntents.Confirm(ctx, pi.ID, p) })
	switch reason := refusedFor(err); {
	case err == nil && now.LastResponse.Header.Get(replayed) == "":
	case err == nil, declinedByBank(err), unexpectedState(err):
		// A decline is in the intent, and stays there. What was answered before may be out of date.
		if now, err = s.retrieve(ctx, pi.ID); err != nil {
			return payment.Charge{}, err
		}
	case reason != "":
		// Nothing was tried with this token, and nothing shall be: so the intent goes.
		s.o.Log.WarnContext(ctx, "Stripe refuses a payment method", "payment", r.Key, "error", err)
		if now, err = s.cancel(ctx, pi); err != nil {
			return payment.Charge{}, err
		}
		c, err := s.answer(r.Key, now)
		if c.State == payment.Declined {
			c.DeclineReason = reason
		}
		return c, err
	case clean:
		return payment.Charge{}, errors.Join(payment.ErrUnavailable, err)
	default:
		return payment.Charge{}, err
	}
	return s.answer(r.Key, now)
}

// cancel ends an intent unless it is decided, and returns it as it is then.
func (s *Stripe) cancel(ctx context.Context, pi *sdk.PaymentIntent) (*sdk.PaymentIntent, error) {
	if pi.Status == sdk.PaymentIntentStatusSucceeded || pi.Status == sdk.PaymentIntentStatusCanceled {
		return pi, nil
	}
	p := &sdk.PaymentIntentCancelParams{CancellationReason: sdk.String("abandoned")}
	p.AddExpand("latest_charge")
	// Under no key of ours: an answer "not now" must not be the answer of tomorrow, and a second cancel does no harm.
	ended, err := insist(ctx, func() (*sdk.PaymentIntent, error) { return s.api.V1PaymentIntents.Cancel(ctx, pi.ID, p) })
	if unexpectedState(err) {
		return s.retrieve(ctx, pi.ID)
	}
	return ended, err
}

// begun reports whether an intent was confirmed, or ended, at some time.
func begun(pi *sdk.PaymentIntent) bool {
	waits := pi.Status == sdk.PaymentIntentStatusRequiresPaymentMethod || pi.Status == sdk.PaymentIntentStatusRequiresConfirmation
	return !waits || pi.LastPaymentError != nil
}

// answer says how an intent stands in the platform's words. One that nobody confirmed is ErrUnknownCharge.
func (s *Stripe) answer(key string, pi *sdk.PaymentIntent) (payment.Charge, error) {
	if !begun(pi) {
		return payment.Charge{}, payment.ErrUnknownCharge
	}
	c := payment.Charge{Key: key, Reference: pi.ID, State: payment.Pending}
	amount := pi.Amount
	switch pi.Status {
	case sdk.PaymentIntentStatusSucceeded:
		c.State, amount = payment.Captured, pi.AmountReceived
	case sdk.PaymentIntentStatusCanceled:
		c.State, c.DeclineReason = payment.Declined, cancelled
	case sdk.PaymentIntentStatusRequiresPaymentMethod, sdk.PaymentIntentStatusRequiresConfirmation:
		c.State, c.DeclineReason = payment.Declined, sentence(pi.LastPaymentError)
	case sdk.PaymentIntentStatusRequiresAction:
		if next := pi.NextAction; next != nil && next.RedirectToURL != nil && next.RedirectToURL.URL != "" {
			c.State, c.ActionURL = payment.RequiresAction, next.RedirectToURL.URL
		}
	}
	var err error
	if c.Amount, err = fromStripe(amount, pi.Currency); err != nil {
		return payment.Charge{}, err
	}
	if pi.LatestCharge != nil && pi.LatestCharge.PaymentMethodDetails != nil {
		if card := pi.LatestCharge.PaymentMethodDetails.Card; card != nil {
			c.Brand, c.LastFour = brand(string(card.Brand)), card.Last4
		}
	}
	return c, nil
}

// brand is a card scheme's name for people.
func brand(code string) string {
	known := map[string]string{
		"amex": "American Express", "cartes_bancaires": "Cartes Bancaires", "diners": "Diners Club", "discover": "Discover", "eftpos_au": "Eftpos",
		"jcb": "JCB", "link": "Link", "mastercard": "Mastercard", "unionpay": "UnionPay", "visa": "Visa",
	}
	if name, ok := known[code]; ok {
		return name
	}
	return "Card"
}

// keyOf asks which payment an intent belongs to; "" if it is none of ours.
func (s *Stripe) keyOf(ctx context.Context, intentID string) (string, error) {
	pi, err := s.retrieve(ctx, intentID)
	var e *failure
	if errors.As(err, &e) && e.status == 404 {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return pi.Metadata[paymentKey], nil
}

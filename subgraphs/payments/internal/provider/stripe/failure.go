package stripe

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"time"

	sdk "github.com/stripe/stripe-go/v85"

	"marquee/subgraphs/payments/internal/payment"
)

// Sentences for the buyer.
const (
	cancelled = "The payment was not confirmed in time; nothing was taken."
	never     = "The payment was interrupted before it began; nothing was taken."
)

// failure is an answer of Stripe's that is an error. It prints without the objects that Stripe sends along, which hold secrets.
type failure struct {
	status   int
	kind     sdk.ErrorType
	code     sdk.ErrorCode
	decline  sdk.DeclineCode
	param    string
	message  string
	request  string // Stripe's id of the request, to be found in its log
	mayRetry string // header Stripe-Should-Retry
}

func (f *failure) Error() string {
	return fmt.Sprintf("stripe: %d %s %s %s: %s (request %s)", f.status, f.kind, f.code, f.param, f.message, f.request)
}

// Is makes another request under a used key ErrKeyReused.
func (f *failure) Is(target error) bool {
	return target == payment.ErrKeyReused && f.kind == sdk.ErrorTypeIdempotency && f.code != sdk.ErrorCodeIdempotencyKeyInUse
}

// read turns what the library returns into a failure, unless it is none of Stripe's answers.
func read(err error) error {
	var e *sdk.Error
	if !errors.As(err, &e) {
		return err
	}
	f := &failure{status: e.HTTPStatusCode, kind: e.Type, code: e.Code, decline: e.DeclineCode, param: e.Param, message: e.Msg, request: e.RequestID}
	if e.LastResponse != nil {
		f.mayRetry = e.LastResponse.Header.Get("Stripe-Should-Retry")
	}
	return f
}

// untouched reports whether a request certainly had no effect: it never left, or was turned away before it was looked at.
func untouched(err error) bool {
	var f *failure
	if errors.As(err, &f) {
		return f.status == http.StatusUnauthorized || f.status == http.StatusForbidden || f.status == http.StatusTooManyRequests ||
			f.status == http.StatusConflict
	}
	var o *net.OpError
	return errors.As(err, &o) && o.Op == "dial"
}

// again reports whether the same request under the same key may help, and whether it is worth to go on for long.
func again(err error) (retry, patient bool) {
	var f *failure
	if !errors.As(err, &f) {
		return !errors.Is(err, payment.ErrUnknownCharge), false // of the network
	}
	if f.status == http.StatusConflict || f.status == http.StatusTooManyRequests {
		return true, true // another request is at it, or there are too many
	}
	return f.status >= http.StatusInternalServerError && f.mayRetry != "false", false
}

const (
	tries       = 3  // of a request that fails for no reason of its own
	patientOnes = 20 // of one that another request, or all of them, stand in the way of: some fifteen seconds
)

// insist repeats a request as long as that may help; requests have keys, or only read.
func insist[T any](ctx context.Context, call func() (T, error)) (T, error) {
	out, _, err := repeat(ctx, call)
	return out, err
}

// repeat is insist that also tells whether a request that failed certainly had no effect.
func repeat[T any](ctx context.Context, call func() (T, error)) (out T, clean bool, err error) {
	clean = true
	wait := 50 * time.Millisecond
	for try := 1; ; try++ {
		if out, err = call(); err == nil {
			return out, false, nil
		}
		err = read(err)
		clean = clean && untouched(err)
		retry, patient := again(err)
		if !retry || !patient && try >= tries || try >= patientOnes || ctx.Err() != nil {
			return out, clean, err
		}
		t := time.NewTimer(wait/2 + rand.N(wait/2)) // #nosec G404 -- only spreads the tries
		select {
		case <-ctx.Done():
			t.Stop()
			return out, clean, err
		case <-t.C:
		}
		wait = min(2*wait, time.Second)
	}
}

func declinedByBank(err error) bool {
	var f *failure
	return errors.As(err, &f) && f.kind == sdk.ErrorTypeCard
}

func unexpectedState(err error) bool {
	var f *failure
	return errors.As(err, &f) && f.code == sdk.ErrorCodePaymentIntentUnexpectedState
}

// refusedFor is a sentence for the buyer if Stripe refused to do something for what was in the request, so that it never will; else "".
func refusedFor(err error) string {
	var f *failure
	if !errors.As(err, &f) || f.kind != sdk.ErrorTypeInvalidRequest && f.kind != sdk.ErrorTypeCard || untouched(err) || unexpectedState(err) || f.status >= 500 {
		return ""
	}
	switch {
	case f.code == sdk.ErrorCodeAmountTooSmall:
		return "The amount is less than can be paid by card; nothing was taken."
	case f.code == sdk.ErrorCodeAmountTooLarge:
		return "The amount is more than can be paid by card at once; nothing was taken."
	case f.param == "currency":
		return "Cards cannot be charged in this currency; nothing was taken."
	case f.param == "payment_method", f.param == "confirmation_token":
		return "The card's details have expired or were used before; enter them again. Nothing was taken."
	default:
		return "The payment was refused; nothing was taken."
	}
}

// sentence says why a card was declined. Banks want some reasons untold: those are one.
func sentence(e *sdk.Error) string {
	const plain = "The bank declined the card."
	if e == nil {
		return plain
	}
	if e.Code == sdk.ErrorCodePaymentIntentAuthenticationFailure || e.Code == sdk.ErrorCodeAuthenticationRequired {
		return "The payment was not confirmed with the bank; nothing was taken."
	}
	reasons := map[string]string{
		"expired_card": "The card has expired.", "incorrect_cvc": "The card's security code is wrong.", "invalid_cvc": "The card's security code is wrong.",
		"incorrect_number": "The card's number is wrong.", "invalid_number": "The card's number is wrong.",
		"invalid_expiry_month": "The card's expiry date is wrong.", "invalid_expiry_year": "The card's expiry date is wrong.",
		"incorrect_zip": "The postal code does not match the card.", "insufficient_funds": "There is not enough money on the card.",
		"card_velocity_exceeded": "The card's limit is reached.", "withdrawal_count_limit_exceeded": "The card's limit is reached.",
		"currency_not_supported": "The card cannot pay in this currency.", "card_not_supported": "The card does not allow this kind of payment.",
		"processing_error": "The bank could not process the card; try again.", "try_again_later": "The bank could not process the card; try again.",
		"issuer_not_available": "The bank could not be reached; try again.", "authentication_required": "The bank wants a confirmation; try again.",
	}
	for _, code := range []string{string(e.DeclineCode), string(e.Code)} {
		if s, ok := reasons[code]; ok {
			return s
		}
	}
	return plain
}

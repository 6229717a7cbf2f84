// Package razorpay takes payments with Razorpay: a payment link, whose reference_id is the payment's id and unique, that the buyer pays on
// Razorpay's page. A paid link is captured money. A link that is not paid can be cancelled, and is when the payment is given up; the fence
// remembers that, so that a link is never handed out after its payment was given up.
package razorpay

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"sync"
	"time"

	"marquee/internal/money"
	"marquee/subgraphs/payments/internal/payment"
)

// Name is the provider's registered name.
const Name = "razorpay"

// Options of Razorpay.
type Options struct {
	KeyID, KeySecret string
	WebhookSecrets   []string // each is taken
	URL              string   // of the API, without a slash at the end
	Fence            payment.Fence
	Now              func() time.Time
	Log              *slog.Logger
	Timeout          time.Duration // of a call; 0 means that of package upstream
}

// Razorpay implements payment.Provider.
type Razorpay struct {
	o   Options
	api *api

	mu       sync.Mutex
	payments map[string]string // Razorpay's payments, and ours that they are of: these never change
}

var _ payment.Provider = (*Razorpay)(nil)

// New returns the provider. It needs all its secrets: a webhook that cannot be verified is no webhook.
func New(o Options) (*Razorpay, error) {
	o.URL = strings.TrimSuffix(o.URL, "/")
	if u, err := url.Parse(o.URL); err != nil || u.Host == "" {
		return nil, fmt.Errorf("%q is not the address of Razorpay's API", o.URL)
	}
	if o.KeyID == "" || o.KeySecret == "" || len(o.WebhookSecrets) == 0 {
		return nil, errors.New("razorpay needs its key, the key's secret and the webhook's secret")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Razorpay{o: o, api: newAPI(o), payments: map[string]string{}}, nil
}

// Name implements payment.Provider.
func (p *Razorpay) Name() string { return Name }

// Offer implements payment.Provider.
func (p *Razorpay) Offer() *payment.Offer {
	return &payment.Offer{Label: "Razorpay", Input: payment.InputRedirect}
}

// TestCards implements payment.Provider.
func (p *Razorpay) TestCards() []payment.SandboxCard { return nil }

// unfit says to the buyer why Razorpay does not take an amount; "" if it does. Its subunits are those of ISO 4217, but the last of three
// decimals must be 0 (razorpay.com/docs/api, "amount").
func unfit(m money.Money) string {
	switch {
	case m.Amount <= 0:
		return "Razorpay takes amounts above zero only."
	case money.Digits(m.Currency) == 3 && m.Amount%10 != 0:
		return "Razorpay takes amounts in " + m.Currency + " whose last decimal is 0 only."
	}
	return ""
}

// Charge implements payment.Provider. The link is handed out only after a second look at the fence: whoever gives up after that finds it.
func (p *Razorpay) Charge(ctx context.Context, r payment.ChargeRequest) (payment.Charge, error) {
	if why := unfit(r.Amount); why != "" {
		return declined(r.ChargeRef, why), nil
	}
	held, err := p.o.Fence.Held(ctx, r.Key)
	if err != nil {
		return payment.Charge{}, errors.Join(payment.ErrUnavailable, err)
	}
	if held == payment.DecideAbandon {
		return declined(r.ChargeRef, givenUp), nil
	}
	l, err := p.create(ctx, r.ChargeRef)
	switch {
	case refusedForGood(err):
		held, failed := p.o.Fence.Take(ctx, r.Key, payment.DecideAbandon)
		if failed != nil || held != payment.DecideAbandon {
			return payment.Charge{}, errors.Join(err, failed)
		}
		p.o.Log.WarnContext(ctx, "Razorpay did not take a payment", "payment", r.Key, "error", err)
		return declined(r.ChargeRef, "Razorpay does not take this payment; nothing was taken."), nil
	case err != nil:
		return payment.Charge{}, err
	}
	return p.standing(ctx, r.ChargeRef, l)
}

// ChargeByKey implements payment.Provider.
func (p *Razorpay) ChargeByKey(ctx context.Context, r payment.ChargeRef) (payment.Charge, error) {
	if why := unfit(r.Amount); why != "" {
		return declined(r, why), nil
	}
	l, err := p.find(ctx, r)
	if errors.Is(err, payment.ErrUnknownCharge) {
		held, failed := p.o.Fence.Held(ctx, r.Key)
		if failed == nil && held == payment.DecideAbandon {
			return declined(r, givenUp), nil
		}
		return payment.Charge{}, errors.Join(err, failed)
	}
	if err != nil {
		return payment.Charge{}, err
	}
	return p.standing(ctx, r, l)
}

// Abandon implements payment.Provider.
func (p *Razorpay) Abandon(ctx context.Context, r payment.ChargeRef) (payment.Charge, error) {
	if _, err := p.o.Fence.Take(ctx, r.Key, payment.DecideAbandon); err != nil {
		return payment.Charge{}, err
	}
	return p.ChargeByKey(ctx, r)
}

const givenUp = "The payment was not completed with Razorpay in time; nothing was taken."

func declined(r payment.ChargeRef, reason string) payment.Charge {
	return payment.Charge{Key: r.Key, Reference: r.Reference, State: payment.Declined, DeclineReason: reason}
}

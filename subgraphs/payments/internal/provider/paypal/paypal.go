// Package paypal takes payments with PayPal: an order (API v2, intent CAPTURE) that the buyer approves on PayPal's page and that is
// captured afterwards, by us. An order cannot be cancelled, and cannot be captured without us: so whether it is captured is decided once
// in the fence, before PayPal is asked, and a payment that was given up is never captured whatever the buyer approves.
//
// Every request carries an id of ours (PayPal-Request-Id: the payment's id for the order, with "-capture" for its capture, the refund's
// for a refund), under which PayPal answers a repetition with what it did before. custom_id and invoice_id tell our ids in PayPal's books.
package paypal

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"marquee/subgraphs/payments/internal/payment"
)

// Name is the provider's registered name.
const Name = "paypal"

// Options of PayPal.
type Options struct {
	ClientID, Secret string
	WebhookID        string // of the webhook that deliveries are verified against
	URL              string // of the API, without a slash at the end
	Fence            payment.Fence
	Now              func() time.Time
	Log              *slog.Logger
	Timeout          time.Duration // of a call; 0 means that of package upstream
}

// PayPal implements payment.Provider.
type PayPal struct {
	o   Options
	api *api
}

var _ payment.Provider = (*PayPal)(nil)

// New returns the provider. It needs credentials and the webhook's id, because a webhook that cannot be verified is no webhook.
func New(o Options) (*PayPal, error) {
	o.URL = strings.TrimSuffix(o.URL, "/")
	if o.WebhookID == "" {
		return nil, errors.New("PayPal needs the id of its webhook")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	a, err := newAPI(o)
	if err != nil {
		return nil, fmt.Errorf("PayPal: %w", err)
	}
	return &PayPal{o: o, api: a}, nil
}

// Name implements payment.Provider.
func (p *PayPal) Name() string { return Name }

// Offer implements payment.Provider.
func (p *PayPal) Offer() *payment.Offer {
	return &payment.Offer{Label: "PayPal", Input: payment.InputRedirect}
}

// TestCards implements payment.Provider.
func (p *PayPal) TestCards() []payment.SandboxCard { return nil }

// Charge implements payment.Provider. The order alone moves nothing.
func (p *PayPal) Charge(ctx context.Context, r payment.ChargeRequest) (payment.Charge, error) {
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
	order, _, err := p.create(ctx, r.ChargeRef)
	switch {
	case errors.Is(err, payment.ErrKeyReused):
		return payment.Charge{}, err
	case refusedForGood(err):
		return p.giveUp(ctx, r.ChargeRef, "PayPal does not take this payment; nothing was taken.", err)
	case err != nil:
		return payment.Charge{}, unavailable(err)
	}
	return p.carryOn(ctx, r.ChargeRef, order)
}

// ChargeByKey implements payment.Provider.
func (p *PayPal) ChargeByKey(ctx context.Context, r payment.ChargeRef) (payment.Charge, error) {
	if why := unfit(r.Amount); why != "" {
		return declined(r, why), nil
	}
	held, err := p.o.Fence.Held(ctx, r.Key)
	if err != nil {
		return payment.Charge{}, err
	}
	if held == payment.DecideAbandon && r.Reference == "" {
		return declined(r, givenUp), nil
	}
	order, err := p.find(ctx, r)
	if held == payment.DecideAbandon {
		if err == nil && holdsMoney(order) {
			return p.standing(ctx, r, order) // against the decision, but the truth
		}
		if err == nil || errors.Is(err, payment.ErrUnknownCharge) {
			return declined(r, givenUp), nil
		}
	}
	if err != nil {
		return payment.Charge{}, err
	}
	return p.carryOn(ctx, r, order)
}

// Abandon implements payment.Provider. After the fence has taken ABANDON nobody captures; if it holds CAPTURE, that is carried through.
func (p *PayPal) Abandon(ctx context.Context, r payment.ChargeRef) (payment.Charge, error) {
	held, err := p.o.Fence.Take(ctx, r.Key, payment.DecideAbandon)
	if err != nil {
		return payment.Charge{}, err
	}
	if held == payment.DecideAbandon {
		return declined(r, givenUp), nil
	}
	order, err := p.find(ctx, r)
	if errors.Is(err, payment.ErrUnknownCharge) && r.Reference != "" {
		return p.refuse(ctx, r, givenUp) // PayPal has forgotten the order: it was never captured
	}
	if err != nil {
		return payment.Charge{}, err
	}
	c, err := p.carryOn(ctx, r, order)
	if err == nil && c.State == payment.RequiresAction {
		return p.refuse(ctx, r, givenUp) // the buyer's approval ran out before it was captured
	}
	return c, err
}

const givenUp = "The payment was not completed with PayPal in time; nothing was taken."

// giveUp ends a payment that PayPal would not begin.
func (p *PayPal) giveUp(ctx context.Context, r payment.ChargeRef, reason string, why error) (payment.Charge, error) {
	held, err := p.o.Fence.Take(ctx, r.Key, payment.DecideAbandon)
	if err != nil || held != payment.DecideAbandon {
		return payment.Charge{}, errors.Join(why, err)
	}
	p.o.Log.WarnContext(ctx, "PayPal did not take a payment", "payment", r.Key, "error", why)
	return declined(r, reason), nil
}

// refuse ends a payment whose capture was decided, and is impossible.
func (p *PayPal) refuse(ctx context.Context, r payment.ChargeRef, reason string) (payment.Charge, error) {
	if err := p.o.Fence.Refuse(context.WithoutCancel(ctx), r.Key); err != nil {
		return payment.Charge{}, err
	}
	return declined(r, reason), nil
}

func declined(r payment.ChargeRef, reason string) payment.Charge {
	return payment.Charge{Key: r.Key, Reference: r.Reference, State: payment.Declined, DeclineReason: reason}
}

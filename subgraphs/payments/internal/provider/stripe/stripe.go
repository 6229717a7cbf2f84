// Package stripe takes cards by Stripe's PaymentIntents. The browser makes a PaymentMethod of the card with Stripe's own script, so that no
// card number reaches us; we make an intent under the payment's id as the key of idempotency, which moves no money, and confirm it under a
// second key. So whatever answer is lost, the intent is found again by its key, and can be cancelled: Stripe decides which was first.
//
// Sources: docs.stripe.com on idempotent requests, PaymentIntents, error codes, disputes, currencies and webhooks.
package stripe

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	sdk "github.com/stripe/stripe-go/v85"

	"marquee/subgraphs/payments/internal/payment"
	"marquee/subgraphs/payments/internal/provider/webhook"
)

// Name is the provider's registered name.
const Name = "stripe"

// Options of Stripe.
type Options struct {
	SecretKey      string
	PublishableKey string
	WebhookSecrets string // parted by commas
	URL            string // of the API; "" means Stripe's own
	Now            func() time.Time
	Log            *slog.Logger
}

// Stripe implements payment.Provider.
type Stripe struct {
	o       Options
	api     *sdk.Client
	secrets []string
}

var _ payment.Provider = (*Stripe)(nil)

// New returns Stripe. An error names the setting that is missing or wrong.
func New(o Options) (*Stripe, error) {
	secrets := webhook.Secrets(o.WebhookSecrets)
	for _, s := range []struct{ name, value string }{
		{"MARQUEE_STRIPE_SECRET_KEY", o.SecretKey},
		{"MARQUEE_STRIPE_PUBLISHABLE_KEY", o.PublishableKey},
		{"MARQUEE_STRIPE_WEBHOOK_SECRET", strings.Join(secrets, "")},
	} {
		if strings.TrimSpace(s.value) == "" {
			return nil, fmt.Errorf("stripe: %s is missing", s.name)
		}
	}
	if strings.HasPrefix(o.PublishableKey, "sk_") || strings.HasPrefix(o.PublishableKey, "rk_") {
		return nil, errors.New("stripe: MARQUEE_STRIPE_PUBLISHABLE_KEY holds a secret key; it would be shown to everybody")
	}
	backend := &sdk.BackendConfig{
		// Calls have shorter limits of their own; this one is for lists and webhooks, which have none.
		HTTPClient: &http.Client{
			Timeout: 30 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		LeveledLogger:     &sdk.LeveledLogger{Level: sdk.LevelNull}, // what we log of it we choose ourselves: it has secrets in it
		MaxNetworkRetries: sdk.Int64(0),                             // see insist
		EnableTelemetry:   sdk.Bool(false),
	}
	if o.URL != "" {
		u, err := url.Parse(o.URL)
		if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
			return nil, errors.New("stripe: MARQUEE_STRIPE_URL is no address")
		}
		backend.URL = sdk.String(strings.TrimRight(o.URL, "/"))
	}
	api := sdk.NewClient(o.SecretKey, sdk.WithBackends(sdk.NewBackendsWithConfig(backend)))
	return &Stripe{o: o, api: api, secrets: secrets}, nil
}

// Name implements payment.Provider.
func (s *Stripe) Name() string { return Name }

// Offer implements payment.Provider.
func (s *Stripe) Offer() *payment.Offer {
	return &payment.Offer{Label: "Card", Input: payment.InputToken, PublishableKey: s.o.PublishableKey}
}

// TestCards implements payment.Provider. Stripe's test cards are numbers for its own form; nothing here knows them.
func (s *Stripe) TestCards() []payment.SandboxCard { return nil }

// Charge implements payment.Provider.
func (s *Stripe) Charge(ctx context.Context, r payment.ChargeRequest) (payment.Charge, error) {
	pi, err := s.intent(ctx, r.ChargeRef)
	if err != nil {
		return s.refused(ctx, r.ChargeRef, err)
	}
	if amount, err := toStripe(r.Amount); err != nil || amount != pi.Amount || currencyOf(pi.Currency) != r.Amount.Currency {
		return payment.Charge{}, payment.ErrKeyReused
	}
	if begun(pi) {
		return s.answer(r.Key, pi)
	}
	return s.confirm(ctx, pi, r)
}

// ChargeByKey implements payment.Provider.
func (s *Stripe) ChargeByKey(ctx context.Context, r payment.ChargeRef) (payment.Charge, error) {
	pi, err := s.intent(ctx, r)
	if err != nil {
		return s.refused(ctx, r, err)
	}
	return s.answer(r.Key, pi)
}

// Abandon implements payment.Provider: the intent is cancelled, one that never came is made first.
func (s *Stripe) Abandon(ctx context.Context, r payment.ChargeRef) (payment.Charge, error) {
	pi, err := s.intent(ctx, r)
	if errors.Is(err, payment.ErrUnknownCharge) { // only long after it could still have come
		return payment.Charge{Key: r.Key, State: payment.Declined, DeclineReason: never}, nil
	}
	if err != nil {
		return s.refused(ctx, r, err)
	}
	if pi, err = s.cancel(ctx, pi); err != nil {
		return payment.Charge{}, err
	}
	c, err := s.answer(r.Key, pi)
	if errors.Is(err, payment.ErrUnknownCharge) {
		return c, fmt.Errorf("stripe: intent %s is neither begun nor cancelled", pi.ID)
	}
	return c, err
}

// refused turns Stripe's refusal to make an intent into a declined charge: it will not take this amount later either. Other errors stay.
func (s *Stripe) refused(ctx context.Context, r payment.ChargeRef, err error) (payment.Charge, error) {
	var u *unchargeable
	if !errors.As(err, &u) {
		return payment.Charge{}, err
	}
	s.o.Log.WarnContext(ctx, "Stripe refuses a charge", "payment", r.Key, "error", err)
	return payment.Charge{Key: r.Key, State: payment.Declined, DeclineReason: u.sentence}, nil
}

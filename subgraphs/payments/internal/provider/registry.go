// Package provider lists the payment providers this product knows. A provider is a folder here and one line in the list; it passes
// package providertest.
package provider

import (
	"context"
	"log/slog"
	"maps"
	"net/http"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"

	"marquee/internal/config"
	"marquee/subgraphs/payments/internal/payment"
	"marquee/subgraphs/payments/internal/provider/paypal"
	"marquee/subgraphs/payments/internal/provider/razorpay"
	"marquee/subgraphs/payments/internal/provider/sandbox"
	"marquee/subgraphs/payments/internal/provider/stripe"
	"marquee/subgraphs/payments/internal/provider/webhook"
)

// Env is what a provider may need to open.
type Env struct {
	DB        *pgxpool.Pool
	PublicURL string
	Now       func() time.Time
	Log       *slog.Logger
	Demo      bool // open the sandbox
	Settings  config.Providers
	Metrics   prometheus.Registerer // nil for none
	// Fence takes a decision about a charge once and for all, CAPTURE or ABANDON, and answers the one that holds. Refuse turns a CAPTURE
	// that the provider refused for good into ABANDON.
	Fence payment.Fence
	// Changed is to be called when a charge changed by itself: from a webhook whose signature is right, or a page of the provider's.
	// It is a hint to ask by the key, so that webhooks may come in any order and number. An error means that the hint is to come again.
	Changed func(ctx context.Context, h payment.Hint) error
}

// opened is a provider ready to work, with its webhooks and the public routes it answers itself. A nil provider is not configured.
type opened struct {
	payment.Provider
	webhook Webhook // nil if it has none
	routes  map[string]http.Handler
}

// known is the registry. The first one that is configured and takes what the buyer gives takes new payments.
var known = []func(Env) (opened, error){
	openSandbox, openStripe, openPayPal, openRazorpay,
}

func openSandbox(e Env) (opened, error) {
	changed := func(ctx context.Context, key string) {
		if e.Changed == nil {
			return
		}
		if err := e.Changed(ctx, payment.Hint{PaymentID: key}); err != nil {
			e.Log.WarnContext(ctx, "payment not settled at once; its job goes on", "payment", key, "error", err)
		}
	}
	s := sandbox.New(e.DB, sandbox.Options{PublicURL: e.PublicURL, Now: e.Now, Log: e.Log, Closed: !e.Demo, Changed: changed})
	return opened{Provider: s, routes: s.Routes()}, nil
}

func openStripe(e Env) (opened, error) {
	c := e.Settings
	if c.StripeSecretKey == "" {
		return opened{}, nil
	}
	s, err := stripe.New(stripe.Options{
		SecretKey: c.StripeSecretKey, PublishableKey: c.StripePublishableKey, WebhookSecrets: c.StripeWebhookSecret, URL: c.StripeURL,
		Now: e.Now, Log: e.Log,
	})
	if err != nil {
		return opened{}, err
	}
	return opened{Provider: s, webhook: s.Webhook}, nil
}

func openPayPal(e Env) (opened, error) {
	c := e.Settings
	if c.PayPalClientID == "" && c.PayPalSecret == "" {
		return opened{}, nil
	}
	p, err := paypal.New(paypal.Options{
		ClientID: c.PayPalClientID, Secret: c.PayPalSecret, WebhookID: c.PayPalWebhookID, URL: c.PayPalURL, Fence: e.Fence, Now: e.Now, Log: e.Log,
	})
	if err != nil {
		return opened{}, err
	}
	return opened{Provider: p, webhook: p.Webhook}, nil
}

func openRazorpay(e Env) (opened, error) {
	c := e.Settings
	if c.RazorpayKeyID == "" && c.RazorpayKeySecret == "" {
		return opened{}, nil
	}
	p, err := razorpay.New(razorpay.Options{
		KeyID: c.RazorpayKeyID, KeySecret: c.RazorpayKeySecret, WebhookSecrets: webhook.Secrets(c.RazorpayWebhookSecret), URL: c.RazorpayURL,
		Fence: e.Fence, Now: e.Now, Log: e.Log,
	})
	if err != nil {
		return opened{}, err
	}
	return opened{Provider: p, webhook: p.Webhook}, nil
}

// Open opens every provider that is configured.
func Open(e Env) (payment.Providers, map[string]http.Handler, error) {
	var all payment.Providers
	routes := map[string]http.Handler{}
	m, err := newMeter(e.Metrics)
	if err != nil {
		return nil, nil, err
	}
	for _, open := range known {
		o, err := open(e)
		if err != nil {
			return nil, nil, err
		}
		if o.Provider == nil {
			continue
		}
		name := o.Name()
		all = append(all, metered{o.Provider, m})
		maps.Copy(routes, o.routes)
		if o.webhook != nil {
			routes["POST /webhooks/"+name] = receiver(name, o.webhook, e, m)
		}
	}
	return all, routes, nil
}

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

	"marquee/subgraphs/payments/internal/payment"
	"marquee/subgraphs/payments/internal/provider/sandbox"
)

// Env is what a provider may need to open.
type Env struct {
	DB        *pgxpool.Pool
	PublicURL string
	Now       func() time.Time
	Log       *slog.Logger
	Demo      bool // open the sandbox
	// Changed is to be called when a charge changed by itself: from a webhook whose signature is right, or a page of the provider's.
	// It is a hint to ask by the key, so that webhooks may come in any order and number.
	Changed func(ctx context.Context, key string)
}

// opened is a provider ready to work, with the public routes it answers itself: pages and webhooks. A nil provider is not configured.
type opened struct {
	payment.Provider
	routes map[string]http.Handler
}

// known is the registry. The first one that is configured takes new payments.
var known = []func(Env) (opened, error){
	openSandbox,
}

func openSandbox(e Env) (opened, error) {
	s := sandbox.New(e.DB, sandbox.Options{PublicURL: e.PublicURL, Now: e.Now, Log: e.Log, Closed: !e.Demo, Changed: e.Changed})
	return opened{s, s.Routes()}, nil
}

// Open opens every provider that is configured.
func Open(e Env) (payment.Providers, map[string]http.Handler, error) {
	var all payment.Providers
	routes := map[string]http.Handler{}
	for _, open := range known {
		o, err := open(e)
		if err != nil {
			return nil, nil, err
		}
		if o.Provider == nil {
			continue
		}
		all = append(all, o.Provider)
		maps.Copy(routes, o.routes)
	}
	return all, routes, nil
}

// Package payments is the subgraph of money: payments of held bookings through a provider, refunds, and the ledger of both. It owns the
// entities Payment and Refund, hears from bookings what can be paid and what must go back, and publishes contract.PaymentCaptured and
// contract.PaymentRefunded.
package payments

import (
	"context"
	"embed"
	"io/fs"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"marquee/internal/demo"
	"marquee/internal/service"
	"marquee/subgraphs/payments/internal/graph"
	"marquee/subgraphs/payments/internal/graph/generated"
	"marquee/subgraphs/payments/internal/invoice"
	"marquee/subgraphs/payments/internal/payment"
	"marquee/subgraphs/payments/internal/provider"
	"marquee/subgraphs/payments/internal/seed"
	"marquee/subgraphs/payments/internal/store"
	"marquee/subgraphs/payments/internal/worker"
)

//go:embed migrations/*.sql
var files embed.FS

// Service describes the subgraph.
func Service() service.Spec { return assemble(wiring{timing: payment.Defaults}) }

// wiring is what a test may have otherwise: shorter waits, and faults around the providers.
type wiring struct {
	timing payment.Timing
	around func(payment.Provider) payment.Provider
}

func assemble(w wiring) service.Spec {
	migrations, err := fs.Sub(files, "migrations")
	if err != nil {
		panic(err) // a constant of the build
	}
	return service.Spec{Name: "payments", Migrations: migrations, New: w.construct, Seed: plant}
}

func (w wiring) construct(ctx context.Context, d *service.Deps) (*service.Subgraph, error) {
	var payments *payment.Payments
	providers, routes, err := provider.Open(provider.Env{
		DB: d.DB, PublicURL: d.PublicURL, Now: d.Now, Log: d.Log, Demo: d.Demo, Settings: d.Providers, Metrics: d.Metrics,
		Fence:   store.Fence{Pool: d.DB},
		Changed: func(ctx context.Context, h payment.Hint) error { return payments.Changed(ctx, h) },
	})
	if err != nil {
		return nil, err
	}
	if w.around != nil {
		for i := range providers {
			providers[i] = w.around(providers[i])
		}
	}
	books := store.New(d.DB, d.Outbox, d.Jobs, payment.Fees{BasisPoints: d.FeeBasisPoints, Fixed: d.FeeFixed})
	if payments, err = payment.New(books, providers, d.PublicURL, d.Now, w.timing, d.Log); err != nil {
		return nil, err
	}
	if len(payments.Offers()) == 0 {
		d.Log.Warn("no payment provider is configured: only free tickets can be had (docs/payment-providers.md)")
	}
	routes["GET "+payment.ReturnPath+"{id}"] = returning(payments, d.PublicURL, d.Log)
	river.AddWorker(d.Jobs.Workers(), &worker.Settle{Payments: payments, Log: d.Log})
	river.AddWorker(d.Jobs.Workers(), &worker.RunRefund{Payments: payments, Log: d.Log})
	key, err := books.LinkKey(ctx)
	if err != nil {
		return nil, err
	}
	files := &invoice.Files{Papers: books, Key: key, Now: d.Now, Log: d.Log, PublicURL: d.PublicURL}
	routes[invoice.Route] = files
	reconciler := worker.NewReconciler(payments, d.Metrics, d.Log)
	return &service.Subgraph{
		Start: reconciler.Start, Stop: reconciler.Stop,
		Schema:    generated.NewExecutableSchema(generated.Config{Resolvers: &graph.Resolver{Domain: payments, Files: files}}),
		Consumers: worker.Consumers(books, payments, d.Now, d.Log),
		Routes:    routes,
	}, nil
}

// plant writes the demo's payments.
func plant(ctx context.Context, d *service.Deps, tx pgx.Tx, set *demo.Set) error {
	return seed.Payments(ctx, tx, d.Outbox, set)
}

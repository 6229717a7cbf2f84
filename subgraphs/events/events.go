// Package events is the subgraph of what people can go to: events with their kinds of ticket, venues and categories. It owns the
// entities Event, TicketType, Venue and Category and publishes contract.EventPublished and contract.EventCancelled.
package events

import (
	"context"
	"embed"
	"io/fs"
	_ "time/tzdata" // time zones are checked against these, whatever the machine has

	"github.com/jackc/pgx/v5"

	"marquee/internal/demo"
	"marquee/internal/service"
	"marquee/subgraphs/events/internal/event"
	"marquee/subgraphs/events/internal/graph"
	"marquee/subgraphs/events/internal/graph/generated"
	"marquee/subgraphs/events/internal/seed"
	"marquee/subgraphs/events/internal/store"
)

//go:embed migrations/*.sql
var files embed.FS

// Service describes the subgraph.
func Service() service.Spec {
	migrations, err := fs.Sub(files, "migrations")
	if err != nil {
		panic(err) // a constant of the build
	}
	return service.Spec{Name: "events", Migrations: migrations, New: construct, Seed: plant}
}

func construct(ctx context.Context, d *service.Deps) (*service.Subgraph, error) {
	db, err := store.New(ctx, d.DB, d.Outbox)
	if err != nil {
		return nil, err
	}
	resolver := &graph.Resolver{Domain: event.New(db, d.Now)}
	return &service.Subgraph{Schema: generated.NewExecutableSchema(generated.Config{Resolvers: resolver})}, nil
}

func plant(ctx context.Context, d *service.Deps, tx pgx.Tx, set *demo.Set) error {
	db, err := store.New(ctx, d.DB, d.Outbox)
	if err != nil {
		return err
	}
	return seed.Plant(ctx, tx, db, set)
}

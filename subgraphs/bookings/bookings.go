// Package bookings is the subgraph of seats and tickets: stock, holds, bookings and the check-in at the door.
package bookings

import (
	"context"
	"embed"
	"io/fs"
	"net/http"
	"time"

	"github.com/riverqueue/river"

	"marquee/internal/service"
	"marquee/internal/viewer"
	"marquee/subgraphs/bookings/internal/booking"
	"marquee/subgraphs/bookings/internal/graph"
	"marquee/subgraphs/bookings/internal/graph/generated"
	"marquee/subgraphs/bookings/internal/keyring"
	"marquee/subgraphs/bookings/internal/seed"
	"marquee/subgraphs/bookings/internal/store"
	"marquee/subgraphs/bookings/internal/ticketfile"
	"marquee/subgraphs/bookings/internal/watch"
	"marquee/subgraphs/bookings/internal/worker"
)

//go:embed migrations/*.sql
var files embed.FS

const sweepEvery = 2 * time.Second

// Service describes the subgraph.
func Service() service.Spec {
	migrations, err := fs.Sub(files, "migrations")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	return service.Spec{Name: "bookings", Migrations: migrations, New: wire, Seed: seed.Seed}
}

func wire(ctx context.Context, d *service.Deps) (*service.Subgraph, error) {
	s := store.New(d.DB, d.Jobs, d.Outbox, d.PubSub, d.Now)
	office := booking.New(s, d.Now)
	keys, err := keyring.Open(ctx, s, d.Now)
	if err != nil {
		return nil, err
	}
	door := booking.NewDoor(office, s, keys, d.Now)
	river.AddWorker(d.Jobs.Workers(), &worker.ExpireHold{Store: s, Now: d.Now})
	river.AddWorker(d.Jobs.Workers(), &worker.CallOffEvent{Store: s})
	sweep := worker.NewSweep(s, d.Log, sweepEvery)
	files := &ticketfile.Files{Store: s, Keys: keys, Now: d.Now, Log: d.Log, PublicURL: d.PublicURL}
	resolver := &graph.Resolver{Office: office, Door: door, Keys: keys, Files: files}
	resolver.Watch = func(ctx context.Context, eventID string) (<-chan *booking.EventAvailability, error) {
		return watch.Availability(ctx, office, d.PubSub, d.Log, eventID)
	}
	resolver.Progress = func(ctx context.Context, eventID string) (<-chan *booking.CheckInStats, error) {
		return watch.Progress(ctx, door, d.PubSub, d.Log, viewer.From(ctx), eventID)
	}
	return &service.Subgraph{
		Schema:    generated.NewExecutableSchema(generated.Config{Resolvers: resolver}),
		Consumers: worker.Consumers(s),
		Routes:    map[string]http.Handler{"GET /.well-known/ticket-keys.json": keys, ticketfile.Route: files},
		Start:     sweep.Start,
		Stop:      sweep.Stop,
	}, nil
}

// Package analytics is the subgraph that counts what events sell, from the messages of the others, and shows it live to their managers.
package analytics

import (
	"context"
	"embed"
	"io/fs"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"marquee/internal/service"
	"marquee/subgraphs/analytics/internal/graph"
	"marquee/subgraphs/analytics/internal/graph/generated"
	"marquee/subgraphs/analytics/internal/live"
	"marquee/subgraphs/analytics/internal/sales"
	"marquee/subgraphs/analytics/internal/store"
	"marquee/subgraphs/analytics/internal/worker"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Service describes the subgraph. It has no demo data of its own: it consumes what the other subgraphs seed.
func Service() service.Spec {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	return service.Spec{Name: "analytics", Migrations: files, New: construct}
}

func construct(_ context.Context, d *service.Deps) (*service.Subgraph, error) {
	s := store.New(d.DB)
	reader := &sales.Reader{Store: s}
	feed := &live.Feed{Reader: reader, PubSub: d.PubSub, Log: d.Log}
	recount := &worker.Recounter{Store: s, DB: d.DB, Jobs: d.Jobs, Now: d.Now, Log: d.Log}
	river.AddWorker(d.Jobs.Workers(), recount)
	record := func(ctx context.Context, tx pgx.Tx, facts ...sales.Fact) error {
		return s.RecordAll(ctx, tx, facts, d.Now())
	}
	return &service.Subgraph{
		Schema:    generated.NewExecutableSchema(generated.Config{Resolvers: &graph.Resolver{Reader: reader, Feed: feed}}),
		Consumers: worker.Consumers(record, feed.Hint),
		Start:     recount.Schedule,
	}, nil
}

// Package service runs subgraphs. A subgraph is a Spec: a name, migrations and a constructor; the runner gives it a database, jobs,
// an outbox and the rest (Deps), takes its schema, consumers and routes (Subgraph), and starts and stops all of it in order. It does
// not know whether several subgraphs share the process or each has its own.
package service

import (
	"context"
	"io/fs"
	"log/slog"
	"net/http"
	"time"

	gql "github.com/99designs/gqlgen/graphql"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/redis/go-redis/v9"

	"marquee/internal/bus"
	"marquee/internal/config"
	"marquee/internal/demo"
	"marquee/internal/jobs"
	"marquee/internal/outbox"
	"marquee/internal/pubsub"
)

// Spec describes one subgraph. It is the only thing a subgraph's package exports.
type Spec struct {
	Name       string // as in supergraph.yaml, for example "events"
	Migrations fs.FS  // goose SQL files at the root
	New        func(ctx context.Context, d *Deps) (*Subgraph, error)
	// Seed writes the subgraph's part of the demo data and publishes what others need to know, all in the given transaction: the runner
	// commits it together with the mark that it was done, so that it happens once whatever happens in between. Called after New.
	Seed func(ctx context.Context, d *Deps, tx pgx.Tx, set *demo.Set) error
}

// Deps is what a subgraph may use.
type Deps struct {
	Log     *slog.Logger
	DB      *pgxpool.Pool
	Jobs    *jobs.Queue // register workers within New; Insert works from then on
	Outbox  *outbox.Outbox
	PubSub  *pubsub.PubSub
	Redis   *redis.Client
	Metrics prometheus.Registerer // already labelled with the subgraph's name
	Now     func() time.Time      // the clock of the domain
	// PublicURL is where people reach the platform, without a slash at the end: for links in messages.
	PublicURL string
	// DataDir is a folder of this subgraph's own that survives a restart; "" when none is configured.
	DataDir string
	// Demo says that this is a demo installation: sandbox providers, demo logins.
	Demo bool
	// FeeBasisPoints and FeeFixed (minor units) are the platform's share of paid bookings.
	FeeBasisPoints int
	FeeFixed       int64
	// Providers are the settings of payment providers.
	Providers config.Providers
}

// Subgraph is a constructed subgraph.
type Subgraph struct {
	Schema    gql.ExecutableSchema
	Consumers []bus.Consumer
	// Routes are public HTTP routes outside GraphQL, by pattern of http.ServeMux, for example "GET /.well-known/jwks.json".
	Routes map[string]http.Handler
	// Start and Stop run things of the subgraph's own that live as long as the process; both may be nil.
	Start func(ctx context.Context) error
	Stop  func(ctx context.Context) error
}

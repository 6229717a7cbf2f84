package service

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/redis/go-redis/v9"

	"marquee/internal/auth"
	"marquee/internal/bus"
	"marquee/internal/config"
	"marquee/internal/demo"
	"marquee/internal/graphql"
	"marquee/internal/idempotency"
	"marquee/internal/jobs"
	"marquee/internal/outbox"
	"marquee/internal/pg"
	"marquee/internal/pubsub"
	"marquee/internal/telemetry"
)

// Config is what the process gives to one subgraph.
type Config struct {
	DatabaseURL    string
	MaxConns       int32 // database connections; 0 means 10
	JobWorkers     int   // jobs at once; 0 means 10
	Redis          *redis.Client
	RedisPrefix    string // before every channel name, so that two installations can share a server
	InternalKey    []byte // the router's Ed25519 public key
	Log            *slog.Logger
	Metrics        prometheus.Registerer
	Now            func() time.Time
	PublicURL      string
	DataDir        string // a folder below it becomes the subgraph's own; "" for none
	Demo           bool
	Providers      config.Providers
	FeeBasisPoints int
	FeeFixed       int64
	SkipMigration  bool // the schema is brought up to date by `marquee migrate`
	DevUnsafe      bool // start even on a server that loses acknowledged writes
}

// Instance is one running subgraph.
type Instance struct {
	Name   string
	Routes map[string]http.Handler // public routes of its own

	spec     Spec
	deps     *Deps
	inbox    *outbox.Inbox
	subgraph *Subgraph
	handler  http.Handler

	stopRelay      func()
	stopBackground context.CancelFunc
	background     sync.WaitGroup
	stop           sync.Once
}

// Migrate brings the subgraph's database to the newest schema.
func Migrate(ctx context.Context, spec Spec, pool *pgxpool.Pool) error {
	platform, err := fs.Sub(outbox.Migrations, "migrations")
	if err != nil {
		return err
	}
	if err := pg.Migrate(ctx, pool, platform, "platform_version", true); err != nil {
		return fmt.Errorf("%s: platform: %w", spec.Name, err)
	}
	if err := pg.Migrate(ctx, pool, spec.Migrations, "schema_version", false); err != nil {
		return fmt.Errorf("%s: %w", spec.Name, err)
	}
	return nil
}

// New opens the database, migrates it and constructs the subgraph. Nothing runs in the background before Start.
func New(ctx context.Context, spec Spec, cfg Config) (*Instance, error) {
	pool, err := pg.Open(ctx, cfg.DatabaseURL, pg.Options{MaxConns: cfg.MaxConns, Name: spec.Name})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", spec.Name, err)
	}
	i, err := construct(ctx, spec, cfg, pool)
	if err != nil {
		pool.Close()
		return nil, fmt.Errorf("%s: %w", spec.Name, err)
	}
	return i, nil
}

func construct(ctx context.Context, spec Spec, cfg Config, pool *pgxpool.Pool) (*Instance, error) {
	if !cfg.DevUnsafe {
		if err := pg.Durable(ctx, pool); err != nil {
			return nil, err
		}
	}
	if !cfg.SkipMigration {
		if err := Migrate(ctx, spec, pool); err != nil {
			return nil, err
		}
	}
	d := &Deps{
		Log: cfg.Log.With("subgraph", spec.Name), DB: pool, Jobs: jobs.New(), Outbox: outbox.New(spec.Name), Redis: cfg.Redis,
		PublicURL: cfg.PublicURL, Demo: cfg.Demo, Providers: cfg.Providers, Now: cfg.Now,
		FeeBasisPoints: cfg.FeeBasisPoints, FeeFixed: cfg.FeeFixed,
		Metrics: prometheus.WrapRegistererWith(prometheus.Labels{"subgraph": spec.Name}, cfg.Metrics),
	}
	d.PubSub = pubsub.New(cfg.Redis, cfg.RedisPrefix, d.Log)
	if d.Now == nil {
		d.Now = time.Now
	}
	if cfg.DataDir != "" {
		d.DataDir = filepath.Join(cfg.DataDir, spec.Name)
		if err := os.MkdirAll(d.DataDir, 0o750); err != nil {
			return nil, err
		}
	}
	subgraph, err := spec.New(ctx, d)
	if err != nil {
		return nil, err
	}
	workers := cfg.JobWorkers
	if workers == 0 {
		workers = 10
	}
	if err := d.Jobs.Open(pool, workers, d.Log); err != nil {
		return nil, err
	}
	i := &Instance{Name: spec.Name, Routes: subgraph.Routes, spec: spec, deps: d, subgraph: subgraph}
	i.inbox = outbox.NewInbox(pool, subgraph.Consumers, d.Outbox.Wake)
	graph := auth.Internal(auth.NewInternalVerifier(spec.Name, cfg.InternalKey), graphql.Handler(subgraph.Schema, d.Log))
	i.handler = telemetry.Handler(graph, spec.Name)
	if err := collect(d, pool); err != nil {
		return nil, err
	}
	return i, nil
}

// GraphQL serves the subgraph's schema to the router.
func (i *Instance) GraphQL() http.Handler { return i.handler }

// Inbox takes events for this subgraph's consumers.
func (i *Instance) Inbox() *outbox.Inbox { return i.inbox }

// Deps is what the subgraph was given.
func (i *Instance) Deps() *Deps { return i.deps }

// Ready returns nil when the database answers.
func (i *Instance) Ready(ctx context.Context) error { return i.deps.DB.Ping(ctx) }

// Start runs jobs, the relay of the outbox to the bus, and what the subgraph runs itself.
func (i *Instance) Start(ctx context.Context, b bus.Bus) error {
	background, cancel := context.WithCancel(context.WithoutCancel(ctx))
	i.stopBackground = cancel
	if err := i.deps.Jobs.Start(background); err != nil {
		return fmt.Errorf("%s: jobs: %w", i.Name, err)
	}
	relay := outbox.NewRelay(i.deps.Outbox, i.deps.DB, b, i.deps.Log)
	relaying, stop := context.WithCancel(background)
	relayed := make(chan struct{})
	i.stopRelay = func() { stop(); <-relayed }
	i.background.Go(func() { defer close(relayed); _ = relay.Run(relaying) })
	i.background.Go(func() { i.forget(background) })
	if i.subgraph.Start != nil {
		if err := i.subgraph.Start(background); err != nil {
			return fmt.Errorf("%s: %w", i.Name, err)
		}
	}
	return nil
}

// forget deletes old inbox rows and idempotency keys now and then.
func (i *Instance) forget(ctx context.Context) {
	const keep, every = 30 * 24 * time.Hour, time.Hour
	t := time.NewTicker(every)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			if err := i.inbox.Forget(ctx, keep); err != nil && ctx.Err() == nil {
				i.deps.Log.WarnContext(ctx, "old inbox rows not deleted", "error", err)
			}
			if err := idempotency.Forget(ctx, i.deps.DB, idempotency.Keep); err != nil && ctx.Err() == nil {
				i.deps.Log.WarnContext(ctx, "old idempotency keys not deleted", "error", err)
			}
		}
	}
}

// StopRelay ends the delivery of this subgraph's messages; those that wait go on at the next start. Where several subgraphs share the
// process, all relays end before the first database closes: none then finds its neighbour gone. It may be called before Start.
func (i *Instance) StopRelay() {
	if i.stopRelay != nil {
		i.stopRelay()
	}
}

// Stop ends everything in the reverse order: the subgraph's own, jobs (which may finish until the context ends), the relay, the
// database. It may be called twice. Requests must have ended before. It returns soon after the end of the context in any case.
func (i *Instance) Stop(ctx context.Context) error {
	var err error
	i.stop.Do(func() {
		if i.subgraph.Stop != nil {
			err = errors.Join(err, i.subgraph.Stop(ctx))
		}
		if i.stopBackground != nil {
			err = errors.Join(err, i.deps.Jobs.Stop(ctx))
			i.stopBackground()
		}
		err = errors.Join(err, i.deps.PubSub.Close(), i.release(ctx))
	})
	return err
}

// cutTime is what the relay and the database have, after the context has ended, before the stop goes on without them: the same as a kill.
const cutTime = time.Second

// release waits for what ran in the background and closes the database, which waits for connections in use.
func (i *Instance) release(ctx context.Context) error {
	done := make(chan struct{})
	go func() {
		defer close(done)
		i.background.Wait()
		i.deps.DB.Close()
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
	}
	select {
	case <-done:
		return nil
	case <-time.After(cutTime):
		return errors.New("database connections are still in use")
	}
}

// Seed writes the subgraph's demo data unless that was done before. Two processes that seed at once do it once.
func (i *Instance) Seed(ctx context.Context, set *demo.Set) error {
	if i.spec.Seed == nil {
		return nil
	}
	err := pg.InTx(ctx, i.deps.DB, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, "insert into seeded (what) values ('demo') on conflict do nothing")
		if err != nil || tag.RowsAffected() == 0 {
			return err
		}
		return i.spec.Seed(ctx, i.deps, tx, set)
	})
	if err != nil {
		return fmt.Errorf("%s: seed: %w", i.Name, err)
	}
	i.deps.Outbox.Wake()
	return nil
}

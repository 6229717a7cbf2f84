package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/redis/go-redis/v9"
	"golang.org/x/sync/errgroup"

	"marquee/internal/config"
	"marquee/internal/pg/embedded"
	"marquee/internal/pubsub"
	"marquee/internal/run"
	"marquee/internal/service"
	"marquee/internal/telemetry"
	"marquee/router"
)

// unlessStopped is how a command that runs until a signal ends: being stopped, also while starting, is no failure.
func unlessStopped(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil //nolint:nilerr // see above
	}
	return err
}

// platform is what every command that runs something stands on.
type platform struct {
	cfg      *config.Config
	log      *slog.Logger
	registry *prometheus.Registry
	group    *run.Group
	redis    *redis.Client
	postgres *embedded.Server // nil when every database is configured
	locked   bool             // the data folder is ours
}

// newPlatform reads the settings and starts logs, traces and metrics. The caller stops the group.
func newPlatform(ctx context.Context, name string) (*platform, error) {
	cfg, err := config.Load()
	if err != nil {
		return nil, err
	}
	log, err := telemetry.Logger(os.Stderr, cfg.LogFormat, cfg.LogLevel)
	if err != nil {
		return nil, fmt.Errorf("MARQUEE_LOG_FORMAT, MARQUEE_LOG_LEVEL: %w", err)
	}
	slog.SetDefault(log)
	p := &platform{cfg: cfg, log: log, registry: telemetry.Registry(), group: &run.Group{}}
	stopTraces, err := telemetry.Traces(ctx, name)
	if err != nil {
		return nil, err
	}
	p.group.Add("traces", stopTraces)
	return p, nil
}

// lockData makes the data folder this process's own, so that two starts on one folder do not meet. It may be called twice.
func (p *platform) lockData(ctx context.Context) error {
	if p.locked {
		return nil
	}
	if err := os.MkdirAll(p.cfg.Data, 0o755); err != nil { // #nosec G301 -- the database's user must reach its folder below
		return err
	}
	path := filepath.Join(p.cfg.Data, "lock")
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) // #nosec G304 -- our own data folder
	if err != nil {
		return err
	}
	if err := tryLock(ctx, f); err != nil {
		_ = f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return fmt.Errorf("another Marquee uses %s; stop it, or set MARQUEE_DATA to another folder", p.cfg.Data)
		}
		return fmt.Errorf("lock of the data folder %s: %w", path, err)
	}
	p.locked = true
	p.group.Add("data folder", func(context.Context) error { return f.Close() })
	return nil
}

// tryLock tries for some seconds: a killed process's lock goes with it, a moment later.
func tryLock(ctx context.Context, f *os.File) error {
	for deadline := time.Now().Add(3 * time.Second); ; {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EWOULDBLOCK) || time.Now().After(deadline) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// startRedis connects to REDIS_URL, or to a Redis inside the process.
func (p *platform) startRedis(ctx context.Context) error {
	url := p.cfg.RedisURL
	if url == "" {
		server, err := pubsub.StartEmbedded()
		if err != nil {
			return fmt.Errorf("embedded Redis: %w", err)
		}
		p.group.Add("redis", func(context.Context) error { server.Close(); return nil })
		url = server.URL()
	}
	client, err := pubsub.OpenRedis(ctx, url)
	if err != nil {
		return fmt.Errorf("redis (REDIS_URL): %w", err)
	}
	p.redis = client
	p.group.Add("redis client", func(context.Context) error { return client.Close() })
	return nil
}

// database returns the address of a subgraph's database: the configured one, else one on the embedded server, which starts when it is
// first needed.
func (p *platform) database(ctx context.Context, subgraph string) (string, error) {
	if url := config.DatabaseURL(subgraph); url != "" {
		return url, nil
	}
	if p.postgres == nil {
		if err := p.lockData(ctx); err != nil {
			return "", err
		}
		server, err := embedded.Start(ctx, embedded.Config{
			Data: filepath.Join(p.cfg.Data, "postgres"), Log: filepath.Join(p.cfg.Data, "postgres.log"), NPMRoots: npmRoots(),
		})
		if err != nil {
			return "", err
		}
		p.postgres = server
		p.group.Add("postgres", func(context.Context) error { return server.Stop() })
	}
	return embedded.EnsureDatabase(ctx, p.postgres, subgraph)
}

// npmRoots are folders whose node_modules may hold PostgreSQL: the checkout's, seen from here and from the binary.
func npmRoots() []string {
	roots := []string{filepath.Join("internal", "tools")}
	if self, err := os.Executable(); err == nil {
		roots = append(roots, filepath.Join(filepath.Dir(self), "..", "internal", "tools"))
	}
	for i, r := range roots {
		if abs, err := filepath.Abs(r); err == nil {
			roots[i] = abs
		}
	}
	return roots
}

// instanceConfig is what one subgraph gets.
func (p *platform) instanceConfig(url string, internalKey []byte) service.Config {
	return service.Config{
		DatabaseURL: url, MaxConns: p.cfg.DatabaseConns, Redis: p.redis, RedisPrefix: p.cfg.RedisPrefix, InternalKey: internalKey,
		Log: p.log, Metrics: p.registry, PublicURL: p.cfg.PublicURL, DataDir: filepath.Join(p.cfg.Data, "files"), Demo: p.cfg.Demo,
		FeeBasisPoints: p.cfg.FeeBasisPoints, FeeFixed: p.cfg.FeeFixed, Providers: p.cfg.Providers,
		SkipMigration: p.cfg.SkipMigration, DevUnsafe: p.cfg.DevUnsafe,
	}
}

// newServer returns a server with timeouts against clients that never finish.
func (p *platform) newServer(h http.Handler) *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 32 << 10,
		ErrorLog: slog.NewLogLogger(p.log.Handler(), slog.LevelDebug), // clients that go away are no news
	}
}

// serve runs a handler on a listener until the group stops, letting running requests finish.
func (p *platform) serve(name string, l net.Listener, h http.Handler) {
	server := p.newServer(h)
	go func() { _ = server.Serve(l) }()
	p.group.Add(name, func(ctx context.Context) error { return shutdown(ctx, server) })
}

// servePublic runs the public address. At the stop the router ends its streams while the server waits for them.
func (p *platform) servePublic(l net.Listener, r *router.Router, h http.Handler) {
	server := r.Server(h)
	go func() { _ = server.Serve(l) }()
	p.group.Add("public server", func(ctx context.Context) error {
		r.Drain()
		var g errgroup.Group
		g.Go(func() error { return r.Shutdown(ctx) })
		g.Go(func() error { return shutdown(ctx, server) })
		return g.Wait()
	})
}

// shutdown waits for running requests, and cuts those that outlast the context.
func shutdown(ctx context.Context, server interface {
	Shutdown(ctx context.Context) error
	Close() error
},
) error {
	if err := server.Shutdown(ctx); err != nil {
		return server.Close()
	}
	return nil
}

// serveAdmin runs the admin address.
func (p *platform) serveAdmin(ctx context.Context) error {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", p.cfg.AdminAddr)
	if err != nil {
		return fmt.Errorf("admin address (MARQUEE_ADMIN_ADDR): %w", err)
	}
	p.cfg.AdminAddr = l.Addr().String()
	p.serve("admin server", l, telemetry.Admin(p.registry))
	return nil
}

// stopTime is how long an orderly stop may take before things are cut.
const stopTime = 20 * time.Second

// close stops everything that was started.
func (p *platform) close() {
	ctx, cancel := context.WithTimeout(context.Background(), stopTime)
	defer cancel()
	if err := p.group.Stop(ctx); err != nil {
		p.log.Error("not everything stopped in order", "error", err)
	}
}

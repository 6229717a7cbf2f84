package main

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"marquee/internal/auth"
	"marquee/internal/bus"
	"marquee/internal/config"
	"marquee/internal/demo"
	"marquee/internal/service"
	"marquee/router"
)

type upCommand struct{}

// Run runs the platform until a signal.
func (c upCommand) Run(ctx context.Context) error { return unlessStopped(ctx, c.run(ctx)) }

func (upCommand) run(ctx context.Context) error {
	began := time.Now()
	collect(roomy)
	p, err := newPlatform(ctx, "up")
	if err != nil {
		return err
	}
	defer p.close()
	// Listening first: a taken port is told at once, not after the databases.
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", p.cfg.Addr)
	if err != nil {
		return fmt.Errorf("address (MARQUEE_ADDR): %w", err)
	}
	defer l.Close()
	if err := p.lockData(ctx); err != nil {
		return err
	}
	if err := p.serveAdmin(ctx); err != nil {
		return err
	}
	if os.Getenv("MARQUEE_PUBLIC_URL") == "" {
		p.cfg.PublicURL = config.BaseURL(l.Addr().String())
	}
	u := &up{platform: p, listener: l}
	if err := u.start(ctx); err != nil {
		return err
	}
	u.announce(began)
	return u.wait(ctx)
}

// up is everything in one process.
type up struct {
	*platform
	listener  net.Listener
	instances []*service.Instance
}

func (u *up) start(ctx context.Context) error {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	if err := u.startRedis(ctx); err != nil {
		return err
	}
	if err := u.openSubgraphs(ctx, public); err != nil {
		return err
	}
	if u.cfg.Demo {
		set := demo.Generate(time.Now())
		for _, i := range u.instances {
			if err := i.Seed(ctx, set); err != nil {
				return err
			}
		}
	}
	var direct bus.Direct
	for _, i := range u.instances {
		direct = append(direct, i.Inbox())
	}
	u.group.Add("relays", u.stopRelays)
	for _, i := range u.instances {
		if err := i.Start(ctx, direct); err != nil {
			return err
		}
	}
	return u.startRouter(ctx, auth.NewInternalSigner(private))
}

// stopRelays ends the delivery between the subgraphs before the first of them stops.
func (u *up) stopRelays(ctx context.Context) error {
	done := make(chan struct{})
	go func() {
		defer close(done)
		for _, i := range u.instances {
			i.StopRelay()
		}
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// openSubgraphs opens all six side by side: most of the time goes into waiting for migrations.
func (u *up) openSubgraphs(ctx context.Context, internalKey ed25519.PublicKey) error {
	all := specs()
	u.instances = make([]*service.Instance, len(all))
	var embedded sync.Mutex // the first one starts the server
	g, ctx := errgroup.WithContext(ctx)
	for n, spec := range all {
		g.Go(func() error {
			embedded.Lock()
			url, err := u.database(ctx, spec.Name)
			embedded.Unlock()
			if err != nil {
				return err
			}
			u.instances[n], err = service.New(ctx, spec, u.instanceConfig(url, internalKey))
			return err
		})
	}
	err := g.Wait()
	for _, i := range u.instances {
		if i != nil {
			u.group.Add(i.Name, i.Stop)
		}
	}
	return err
}

func (u *up) startRouter(ctx context.Context, signer *auth.InternalSigner) error {
	handlers := map[string]http.Handler{}
	routes := map[string]http.Handler{}
	for _, i := range u.instances {
		handlers[i.Name] = i.GraphQL()
		for pattern, h := range i.Routes {
			routes[pattern] = h
		}
	}
	cfg, err := u.routerConfig(signer, ownIssuer(u.cfg, inProcessKeys(routes[jwksRoute])))
	if err != nil {
		return err
	}
	cfg.Handlers = handlers
	r, err := router.New(ctx, cfg)
	if err != nil {
		return err
	}
	u.servePublic(u.listener, r, publicHandler(u.platform, r, routes, u.ready))
	return nil
}

// ready returns nil when every database and Redis answer.
func (u *up) ready(ctx context.Context) error {
	var failed error
	for _, i := range u.instances {
		if err := i.Ready(ctx); err != nil {
			failed = errors.Join(failed, fmt.Errorf("%s: database: %w", i.Name, err))
		}
	}
	if err := u.redis.Ping(ctx).Err(); err != nil {
		failed = errors.Join(failed, fmt.Errorf("redis: %w", err))
	}
	return failed
}

// announce tells the person at the terminal where to go.
func (u *up) announce(began time.Time) {
	url := u.cfg.PublicURL
	fmt.Printf("\nMarquee is ready (%.1f s)\n\n", time.Since(began).Seconds())
	fmt.Printf("  App        %s/\n  GraphQL    %s/graphql\n  Explorer   %s/explorer\n  Metrics    http://%s/metrics\n", url, url, url, u.cfg.AdminAddr)
	if u.cfg.Demo {
		fmt.Printf("\n  Demo logins, password %s:\n    attendee@example.com   books and goes\n    manager@example.com    runs events\n    admin@example.com      sees everything\n", demo.Password)
	}
	fmt.Printf("\n  Data is kept in %s. Ctrl-C stops.\n\n", u.cfg.Data)
}

// wait returns when the process is asked to stop, or when the database ends under it.
func (u *up) wait(ctx context.Context) error {
	var gone <-chan struct{}
	if u.postgres != nil {
		gone = u.postgres.Exited()
	}
	select {
	case <-ctx.Done():
		fmt.Println("Stopping …")
		return nil
	case <-gone:
		return errors.New("the database ended; see " + u.cfg.Data + "/postgres.log")
	}
}

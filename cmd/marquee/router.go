package main

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"marquee/internal/auth"
	"marquee/internal/config"
	"marquee/internal/telemetry"
	"marquee/router"
	"marquee/router/operation"
	"marquee/router/planner"
	"marquee/schema"
)

type routerCommand struct {
	Run  routerRunCommand  `cmd:"" default:"withargs" help:"Serve a supergraph; without --supergraph the platform's own, with the web app."`
	Plan routerPlanCommand `cmd:"" help:"Print how an operation read from standard input is planned."`
}

type routerRunCommand struct {
	Supergraph string `help:"File with the supergraph SDL; its subgraphs' URLs are used." type:"existingfile"`
	Config     string `help:"YAML file with the router's settings." type:"existingfile"`
	Listen     string `help:"host:port of the GraphQL endpoint."`
}

// Run serves until a signal.
func (c routerRunCommand) Run(ctx context.Context) error {
	if c.Supergraph == "" && c.Config == "" {
		return runGateway(ctx, c.Listen)
	}
	collect(tight)
	stopTraces, err := telemetry.Traces(ctx, "router")
	if err != nil {
		return err
	}
	defer func() { _ = stopTraces(context.WithoutCancel(ctx)) }()
	registry := telemetry.Registry()
	cfg := router.Config{Log: slog.Default(), Registerer: registry, Gatherer: registry}
	if err := cfg.Load(c.Config); err != nil {
		return err
	}
	if c.Supergraph != "" {
		cfg.Supergraph = c.Supergraph
	}
	if c.Listen != "" {
		cfg.Listen = c.Listen
	}
	r, err := router.New(ctx, cfg)
	if err != nil {
		return err
	}
	defer onHangup(func() {
		if err := r.ReloadFiles(); err != nil {
			slog.Error("reload refused, what was loaded stays", "error", err)
		}
	})()
	return r.Serve(ctx, func(addr string) { fmt.Printf("Router is ready on http://%s%s\n", addr, "/graphql") })
}

// onHangup calls f on every SIGHUP until it is stopped.
func onHangup(f func()) (stop func()) {
	hangup, done := make(chan os.Signal, 1), make(chan struct{})
	signal.Notify(hangup, syscall.SIGHUP)
	go func() {
		for {
			select {
			case <-hangup:
				f()
			case <-done:
				return
			}
		}
	}()
	return func() {
		signal.Stop(hangup)
		close(done)
	}
}

type routerPlanCommand struct {
	Supergraph string   `required:"" type:"existingfile" help:"File with the supergraph SDL."`
	Stage      string   `default:"plan" enum:"api,normalized,solve,fetch,plan" help:"What to print: api, normalized, solve, fetch or plan."`
	Operation  string   `help:"Name of the operation, if the document has several."`
	Variables  string   `help:"Variables as a JSON object; conditions depend on them."`
	Label      []string `help:"Active labels of progressive overrides."`
}

// Run prints a stage of planning.
func (c routerPlanCommand) Run() error {
	sdl, err := os.Open(c.Supergraph)
	if err != nil {
		return err
	}
	defer sdl.Close()
	return planner.Explain(os.Stdout, planner.Request{
		Supergraph: sdl, Query: os.Stdin, Stage: c.Stage, OperationName: c.Operation, Variables: json.RawMessage(c.Variables),
		Labels: c.Label, Limits: operation.DefaultLimits(),
	})
}

// proxied are the public routes that subgraphs serve themselves, by subgraph.
var proxied = map[string]string{
	"/.well-known/jwks.json": "users", "/.well-known/ticket-keys.json": "bookings", "/ticket-files/": "bookings",
	"/invoices/": "payments", "/payments/return/": "payments", "/sandbox/": "payments", "/webhooks/": "payments",
}

// runGateway is the platform's entry in a distributed start: the router on our own supergraph, the web app, and the subgraphs' public
// routes.
func runGateway(ctx context.Context, listen string) error {
	return unlessStopped(ctx, serveGateway(ctx, listen))
}

func serveGateway(ctx context.Context, listen string) error {
	p, err := newPlatform(ctx, "router")
	if err != nil {
		return err
	}
	defer p.close()
	key, err := auth.ParsePrivateKey(p.cfg.InternalKey)
	if err != nil {
		return fmt.Errorf("MARQUEE_INTERNAL_KEY: %w; `marquee keys` prints a fresh pair", err)
	}
	if listen == "" {
		listen = p.cfg.Addr
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", listen)
	if err != nil {
		return fmt.Errorf("address (MARQUEE_ADDR or --listen): %w", err)
	}
	defer l.Close()
	if err := p.serveAdmin(ctx); err != nil {
		return err
	}
	if p.cfg.RedisURL == "" {
		p.log.Warn("REDIS_URL is not set: access tokens of ended sessions work until they expire")
	} else if err := p.startRedis(ctx); err != nil {
		return err
	}
	addresses, err := subgraphAddresses()
	if err != nil {
		return err
	}
	cfg, err := gatewayConfig(p, addresses, key)
	if err != nil {
		return err
	}
	r, err := router.New(ctx, cfg)
	if err != nil {
		return err
	}
	routes := map[string]http.Handler{}
	for path, subgraph := range proxied {
		target := addresses[subgraph]
		routes[path] = &httputil.ReverseProxy{Rewrite: func(pr *httputil.ProxyRequest) {
			pr.SetURL(&url.URL{Scheme: target.Scheme, Host: target.Host})
			pr.SetXForwarded()
		}}
	}
	p.servePublic(l, r, publicHandler(p, r, routes, func(context.Context) error { return nil }))
	fmt.Printf("Marquee router is ready on http://%s/graphql\n", l.Addr())
	<-ctx.Done()
	return nil
}

func gatewayConfig(p *platform, addresses map[string]*url.URL, key ed25519.PrivateKey) (router.Config, error) {
	issuer := ownIssuer(p.cfg, nil)
	issuer.JWKS = p.cfg.JWKSURL
	if issuer.JWKS == "" {
		u := addresses["users"]
		issuer.JWKS = u.Scheme + "://" + u.Host + strings.TrimPrefix(jwksRoute, "GET ")
	}
	cfg, err := p.routerConfig(auth.NewInternalSigner(key), issuer)
	if err != nil {
		return cfg, err
	}
	// Our subgraphs speak Server-Sent Events, with a sign of life every 10 s.
	if cfg.All.Subscriptions == (router.Upstream{}) {
		cfg.All.Subscriptions = router.Upstream{Protocol: "sse", Idle: 35 * time.Second}
	}
	if cfg.Subgraphs == nil {
		cfg.Subgraphs = map[string]router.Subgraph{}
	}
	for name, address := range addresses {
		s := cfg.Subgraphs[name]
		s.URLs = []string{address.String()}
		cfg.Subgraphs[name] = s
	}
	return cfg, nil
}

// maxCost is the most that an operation may cost here, unless configured: some twenty times the dearest of the web app (a page of 100
// events). A list in a list in a list, each of 100, is refused.
const maxCost = 50_000

// routerConfig is what the platform's own router is told wherever its subgraphs are. MARQUEE_ROUTER_CONFIG and MARQUEE_ROUTER_* change what
// is not the platform's own affair: limits, cost, rate limits, proxies in front, further issuers of tokens.
func (p *platform) routerConfig(signer *auth.InternalSigner, issuer router.Issuer) (router.Config, error) {
	cfg := router.Config{
		Cost: router.Cost{Max: maxCost},
		// Seats left are the same for everybody: one upstream serves all who watch an event. They and an event's numbers are told whole
		// each time, so who comes later is told at once.
		Subscriptions: router.Subscriptions{Shared: []string{"seatAvailability"}, Latest: []string{"seatAvailability", "eventSales"}},
	}
	if err := cfg.Load(p.cfg.RouterConfig); err != nil {
		return cfg, err
	}
	cfg.SDL, cfg.Supergraph, cfg.Path = schema.Supergraph, "", ""
	cfg.Authorizer, cfg.Registerer, cfg.Gatherer, cfg.Log = authorizer(signer), p.registry, p.registry, p.log
	cfg.Auth.Issuers = append(cfg.Auth.Issuers, issuer)
	if p.redis != nil {
		cfg.Auth.Revoked = revoked(p.redis, p.log)
	}
	if cfg.Introspection == "" && !p.cfg.Demo {
		cfg.Introspection = router.IntrospectionAuthenticated // see docs/adr/0012
	}
	if cfg.RateLimit.Redis == "" && p.cfg.RedisURL != "" { // otherwise this process is the only one that counts
		cfg.RateLimit.Redis, cfg.RateLimit.Prefix = p.cfg.RedisURL, p.cfg.RedisPrefix
	}
	return cfg, nil
}

// ownIssuer accepts the access tokens of the users subgraph.
func ownIssuer(cfg *config.Config, keys jwt.Keyfunc) router.Issuer {
	return router.Issuer{Issuer: cfg.Issuer, Audience: []string{"marquee"}, Algorithms: []string{"EdDSA"}, Types: []string{"at+jwt"}, Keys: keys}
}

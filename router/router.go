// Package router is a Federation 2 gateway: it serves any supergraph over HTTP,
// Server-Sent Events and WebSocket. It is usable as a library, in the process of
// its subgraphs or not, and knows nothing of any particular schema.
//
// Vocabulary: a supergraph is the composed schema with its join directives; a
// snapshot is everything that belongs to one supergraph (model, caches,
// transports), swapped as a whole by Reload; the front speaks to clients, the
// transports to subgraphs.
//
// New makes a Router; Handler serves it anywhere; Serve runs it with its own
// listener until its context ends.
package router

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync"
	"sync/atomic"

	"marquee/router/front"
	"marquee/router/hub"
	"marquee/router/identity"
	"marquee/router/inflight"
	"marquee/router/operation"
	"marquee/router/persisted"
	"marquee/router/propagate"
)

// Router is a running gateway.
type Router struct {
	cfg       Config
	limits    operation.Limits
	metrics   *metrics
	subgraphs *subgraphs
	hub       *hub.Hub
	front     *front.Handler
	mux       *http.ServeMux
	persisted atomic.Pointer[persisted.Documents]
	era       inflight.Era
	inflight  *inflight.Group[front.Result] // nil: equal queries are not shared
	plans     atomic.Uint64                 // made so far: their ids
	cancel    context.CancelFunc
	throttle  *throttle // nil: no rate limit
	closing   []io.Closer

	current atomic.Pointer[snapshot]
	live    live
	reload  sync.Mutex
	files   []*watched // under looking
	looking sync.Mutex
	loaded  loaded

	background sync.WaitGroup
	draining   atomic.Bool
	stop       sync.Once
}

// New makes a Router of a supergraph that can be served. ctx ends what runs in
// the background (the refreshing of key sets, the looking at files); Shutdown
// ends the rest.
func New(ctx context.Context, cfg Config) (*Router, error) {
	if err := cfg.defaults(); err != nil {
		return nil, err
	}
	sdl := cfg.SDL
	var read loaded
	if sdl == "" {
		b, err := os.ReadFile(cfg.Supergraph)
		if err != nil {
			return nil, fmt.Errorf("router: supergraph: %w", err)
		}
		sdl, read.supergraph = string(b), b
	}
	headers, err := cfg.headerRules()
	if err != nil {
		return nil, err
	}
	m, err := newMetrics(cfg.Registerer)
	if err != nil {
		return nil, fmt.Errorf("router: metrics: %w", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	r := &Router{cfg: cfg, limits: cfg.Limits.operation(), metrics: m, cancel: cancel, loaded: read}
	r.subgraphs = &subgraphs{cfg: &r.cfg, metrics: m, era: &r.era, headers: headers, made: map[string]*reached{}}
	if err := r.documents(); err != nil {
		cancel()
		return nil, err
	}
	if r.throttle, err = cfg.RateLimit.newThrottle(); err != nil {
		cancel()
		return nil, err
	}
	if on(cfg.Dedupe.Inbound) {
		r.inflight = inflight.New(m.followed.WithLabelValues("inbound").Inc, func(res front.Result, n int) { res.Memory.Retain(n) },
			func(res front.Result) bool { return propagate.Own(res.Header) })
	}
	if err := r.Reload(sdl); err != nil {
		cancel()
		return nil, err
	}
	r.hub = hub.New(hub.Options{
		MaxMembers: cfg.Subscriptions.Max, GiveUp: cfg.Subscriptions.GiveUp, Broken: broken,
		OnGroups:    func(d int) { m.groups.Add(float64(d)) },
		OnMembers:   func(d int) { m.members.Add(float64(d)) },
		OnReconnect: m.reconnects.Inc,
	})
	if err := r.assemble(ctx); err != nil {
		r.hub.Stop()
		cancel()
		return nil, err
	}
	if r.watch(); len(r.files) > 0 && cfg.Reload.Poll > 0 {
		r.background.Go(func() { r.poll(ctx) })
	}
	return r, nil
}

func (r *Router) assemble(ctx context.Context) error {
	cfg := &r.cfg
	opt := front.Options{
		Engine: r, Hub: r.hub, TokenCookie: cfg.Auth.Cookie, ForwardHeaders: r.subgraphs.headers.wanted(),
		MaxBody: cfg.Limits.Body, Timeout: cfg.Timeout, Concurrency: cfg.Limits.Concurrency, FixedConcurrency: !cfg.Limits.Adaptive, CSRFOff: !on(cfg.CSRF), CompressMin: cfg.CompressMin,
		CORS: front.CORS{
			Origins: cfg.CORS.Origins, Credentials: cfg.CORS.Credentials, Headers: cfg.CORS.Headers, Expose: cfg.CORS.Expose, MaxAge: cfg.CORS.MaxAge,
		},
		Heartbeat: cfg.Subscriptions.Heartbeat, PartHeartbeat: cfg.Subscriptions.PartHeartbeat, WriteTimeout: cfg.Subscriptions.WriteTimeout, InitTimeout: cfg.Subscriptions.InitTimeout,
		MaxOperations: cfg.Subscriptions.PerConnection, MaxQueue: cfg.Subscriptions.Queue, Metrics: r.metrics, Log: cfg.Log,
		Tracer: cfg.tracer(), Uploads: front.Uploads(cfg.Uploads), MaxBatch: cfg.Batching.requests(),
	}
	var err error
	if opt.TrustedProxies, err = cfg.proxies(); err != nil {
		return err
	}
	opt.ClientHeaders = r.throttle.headers()
	if cfg.QueryPlan {
		opt.ClientHeaders = append(opt.ClientHeaders, planHeader)
	}
	if cfg.AccessLog {
		opt.OnRequest = r.accessLog
	}
	if len(cfg.Auth.Issuers) > 0 {
		v, err := identity.New(ctx, cfg.Auth.options())
		if err != nil {
			return err
		}
		opt.Authenticator = v
	}
	if r.front, err = front.New(opt); err != nil {
		return err
	}
	r.mux = http.NewServeMux()
	r.mux.Handle(cfg.Path, r.front)
	r.mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { health(w, true) })
	r.mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) { health(w, !r.draining.Load()) })
	return nil
}

func health(w http.ResponseWriter, ok bool) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	if !ok {
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write([]byte("stopping\n"))
		return
	}
	_, _ = w.Write([]byte("ok\n"))
}

// Handler serves the GraphQL endpoint, /healthz (the process lives) and /readyz
// (200 until the Router stops, then 503).
func (r *Router) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if r.draining.Load() {
			w.Header().Set("Connection", "close") // the client's next request goes elsewhere
		}
		if req.URL.Path == r.cfg.Path {
			r.front.ServeHTTP(w, req) // nearly all are: nothing needs to be looked up
			return
		}
		r.mux.ServeHTTP(w, req)
	})
}

// GraphQL serves the GraphQL endpoint alone, whatever the path.
func (r *Router) GraphQL() http.Handler { return r.front }

// Reload serves another supergraph from now on. Requests finish with the one
// they began with; subscriptions follow (see subscription). The operations used
// most are planned before it takes over. If it cannot be served an error is
// returned and nothing changes.
func (r *Router) Reload(sdl string) error {
	r.reload.Lock()
	defer r.reload.Unlock()
	old := r.current.Load()
	s, err := r.newSnapshot(sdl)
	if err != nil {
		r.metrics.reloads.WithLabelValues("failed").Inc()
		return fmt.Errorf("router: supergraph: %w", err)
	}
	if old != nil && old.version == s.version {
		return nil
	}
	if old != nil {
		r.warm(old, s)
	}
	r.current.Store(s)
	r.follow()
	r.subgraphs.retire(s.used)
	r.metrics.reloads.WithLabelValues("ok").Inc()
	r.cfg.Log.Info("supergraph loaded", "version", s.version, "subgraphs", len(s.sg.Graphs))
	return nil
}

// SDL returns the API schema clients see.
func (r *Router) SDL() string { return r.current.Load().sg.SDL }

// Drain makes /readyz fail and asks clients to close their connections; requests
// are still answered.
func (r *Router) Drain() { r.draining.Store(true) }

// Shutdown drains, ends all subscriptions and frees what the Router holds.
// Requests in flight must be waited for by the HTTP server. Idempotent.
func (r *Router) Shutdown(ctx context.Context) error {
	r.Drain()
	err := r.front.Shutdown(ctx)
	r.stop.Do(func() {
		r.cancel()
		r.background.Wait()
		r.hub.Stop()
		r.live.wg.Wait()
		r.subgraphs.retire(nil)
		r.throttle.close(&r.cfg.RateLimit)
		for _, c := range r.closing {
			_ = c.Close()
		}
	})
	return err
}

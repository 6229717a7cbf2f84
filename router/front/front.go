// Package front speaks GraphQL to clients: over HTTP (GET and POST), Server-Sent
// Events, multipart answers (subscriptionSpec 1.0) and WebSocket
// (graphql-transport-ws).
//
// Vocabulary: an envelope is the HTTP body, query string or message that carries
// a request; params are what was in it; a failure is a request error (nothing was
// executed, the answer has no data); a caller is who asks; the engine plans and
// executes; the hub shares subscriptions; a sink is one client's subscription.
//
// # Statuses
//
// For application/graphql-response+json a failure has a 4xx status; for
// application/json a well-formed request always gets 200 (GraphQL over HTTP,
// section 6.4). A request that is not well-formed, or refused before its document
// was looked at (401, 403, 405, 406, 413, 415), has its status with both.
//
// # Cross-site requests
//
// See csrf.go for what is refused and why.
package front

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/trace"

	"marquee/router/hub"
	"marquee/router/transport"
)

// Authenticator turns a bearer token into a subject.
type Authenticator interface {
	// Authenticate returns the token's subject and end of life, or an error if
	// the token is not valid now. The error's text is for logs only.
	Authenticate(ctx context.Context, token string) (*transport.Subject, time.Time, error)
}

// Metrics is told what happens. Methods must be quick and safe for concurrent use.
type Metrics interface {
	// Request is told of every ended query or mutation, and of every failure. code is
	// "OK", "ERRORS" (data with errors) or the failure's code.
	Request(rec *Record, code string)
	// Connections is told of opened (+1) and closed (−1) WebSockets.
	Connections(delta int)
}

// Options set a Handler. Zero values mean the defaults named.
type Options struct {
	Engine        Engine   // required
	Hub           *hub.Hub // required
	Authenticator Authenticator
	// TokenCookie names a cookie that holds the bearer token if there is no
	// Authorization header; "" is none.
	TokenCookie string
	// TrustedProxies are those whose X-Forwarded-For is believed; none by default.
	TrustedProxies []netip.Prefix
	// ClientHeaders are put into Caller.Presented; they are not forwarded.
	ClientHeaders []string
	// ForwardHeaders are client headers passed on to subgraphs. Hop-by-hop headers
	// are never among them; Authorization and Cookie only if they are named.
	ForwardHeaders []string
	MaxBody        int64         // bytes of a request body or message; 100 KB
	Timeout        time.Duration // of a query or mutation; 30 s
	Concurrency    int           // queries and mutations run at once; 5,000, negative no limit
	// FixedConcurrency never lets fewer run than Concurrency, whatever the pressure.
	FixedConcurrency bool
	CORS             CORS
	CSRFOff          bool // allows what csrf.go refuses
	// CompressMin is the size from which answers are compressed; 0 means 1,400
	// bytes, negative never.
	CompressMin   int
	Heartbeat     time.Duration // SSE comments and WebSocket pings; 12 s
	PartHeartbeat time.Duration // empty parts of multipart subscriptions; 5 s
	WriteTimeout  time.Duration // for one event to one client; 10 s
	InitTimeout   time.Duration // for connection_init; 10 s
	MaxOperations int           // at once per WebSocket; 100
	MaxQueue      int           // events waiting per client; 64 per SSE stream, 4 times that per WebSocket
	Uploads       Uploads
	MaxBatch      int // requests in one array; 0 refuses arrays
	Metrics       Metrics
	// Tracer makes a span per request; nil makes none.
	Tracer trace.Tracer
	// OnRequest, if not nil, is told of every request once it is answered.
	OnRequest func(ctx context.Context, rec Record)
	Log       *slog.Logger
}

// Handler serves one GraphQL endpoint.
type Handler struct {
	opt     Options
	forward []string
	vary    []string // of an answer that may be kept
	// admission bounds what runs at once; nil does not.
	admission *admission
	recent    *recent

	stopping atomic.Bool
	mu       sync.Mutex
	sockets  [pulseParts]map[*socket]struct{}
	count    int  // of sockets
	next     int  // the part the next socket belongs to
	part     int  // the part pinged last
	beating  bool // a beat will come
	streams  map[*outbox]struct{}
	active   sync.WaitGroup // sockets and streams
}

type noMetrics struct{}

func (noMetrics) Request(*Record, string) {}
func (noMetrics) Connections(int)         {}

// New returns a Handler.
func New(opt Options) (*Handler, error) {
	if opt.Engine == nil || opt.Hub == nil {
		return nil, errors.New("front: engine and hub are required")
	}
	if opt.MaxBody <= 0 {
		opt.MaxBody = 100 << 10
	}
	if opt.CompressMin == 0 {
		opt.CompressMin = 1400
	}
	for _, d := range []struct {
		p *time.Duration
		v time.Duration
	}{{&opt.Timeout, 30 * time.Second}, {&opt.Heartbeat, 12 * time.Second}, {&opt.PartHeartbeat, 5 * time.Second}, {&opt.WriteTimeout, 10 * time.Second}, {&opt.InitTimeout, 10 * time.Second}} {
		if *d.p <= 0 {
			*d.p = d.v
		}
	}
	opt.Uploads.defaults()
	if opt.MaxOperations <= 0 {
		opt.MaxOperations = 100
	}
	if opt.MaxQueue <= 0 {
		opt.MaxQueue = 64
	}
	if opt.Metrics == nil {
		opt.Metrics = noMetrics{}
	}
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	if err := opt.CORS.check(); err != nil {
		return nil, err
	}
	h := &Handler{opt: opt, admission: newAdmission(opt.Concurrency, !opt.FixedConcurrency), recent: newRecent(), streams: map[*outbox]struct{}{}}
	for _, name := range opt.ForwardHeaders {
		if err := transport.CheckHeader(name); err != nil {
			return nil, fmt.Errorf("front: %w", err)
		}
		h.forward = append(h.forward, http.CanonicalHeaderKey(name))
	}
	h.vary = h.distinguishing()
	return h, nil
}

// ServeHTTP implements http.Handler.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	trace := newTrace(r.Header)
	if h.opt.Tracer != nil && !isUpgrade(r) { // each operation of a socket has its own
		ctx, span, own := h.begin(r.Context(), trace)
		defer span.End()
		r, trace = r.WithContext(ctx), own
	}
	defer func() {
		if v := recover(); v != nil {
			if v == http.ErrAbortHandler { //nolint:errorlint // the sentinel is compared by identity
				panic(v)
			}
			h.opt.Log.ErrorContext(r.Context(), "request panicked", "trace", trace.id, "panic", v, "stack", string(debug.Stack()))
			h.fail(w, r, mediaJSON, trace, refuse(http.StatusInternalServerError, CodeInternal, "Internal error."))
		}
	}()
	w.Header()["X-Content-Type-Options"] = noSniff
	w.Header().Set("X-Trace-Id", trace.id)
	if h.opt.CORS.handle(w, r) {
		return
	}
	if isUpgrade(r) {
		h.serveSocket(w, r, trace)
		return
	}
	h.serve(w, r, trace)
}

// Shutdown refuses new subscriptions, ends those there are (WebSockets with code
// 1001) and waits for them. Queries and mutations are still answered: when no
// more come is the HTTP server's business.
func (h *Handler) Shutdown(ctx context.Context) error {
	h.stopping.Store(true)
	h.mu.Lock()
	for _, part := range h.sockets {
		for s := range part {
			s.shut(closeGoingAway, "The router is stopping.")
		}
	}
	for o := range h.streams {
		o.finish(hub.ErrClosed)
	}
	h.mu.Unlock()
	done := make(chan struct{})
	go func() { h.active.Wait(); close(done) }()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("front: clients did not leave in time: %w", ctx.Err())
	}
}

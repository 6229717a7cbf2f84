// Package front speaks GraphQL to clients: over HTTP (GET and POST), Server-Sent
// Events and WebSocket (graphql-transport-ws).
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
	"io"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"

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
	// Request is told of every ended query or mutation, and of every failure.
	// via is "http", "sse" or "ws"; kind is the operation's, or "unknown"; code
	// is "OK", "ERRORS" (data with errors) or the failure's code.
	Request(via, kind, code string, took time.Duration)
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
	// ForwardHeaders are client headers passed on to subgraphs. Authorization,
	// Cookie and hop-by-hop headers are never among them.
	ForwardHeaders []string
	MaxBody        int64         // bytes of a request body or message; 100 KB
	Timeout        time.Duration // of a query or mutation; 30 s
	CORS           CORS
	CSRFOff        bool // allows what csrf.go refuses
	// CompressMin is the size from which answers are compressed; 0 means 1,400
	// bytes, negative never.
	CompressMin   int
	Heartbeat     time.Duration // SSE comments and WebSocket pings; 12 s
	WriteTimeout  time.Duration // for one event to one client; 10 s
	InitTimeout   time.Duration // for connection_init; 10 s
	MaxOperations int           // at once per WebSocket; 100
	MaxQueue      int           // events waiting per client; 64 per SSE stream, 4 times that per WebSocket
	Metrics       Metrics
	Log           *slog.Logger
}

// Handler serves one GraphQL endpoint.
type Handler struct {
	opt     Options
	forward []string

	stopping atomic.Bool
	mu       sync.Mutex
	sockets  map[*socket]struct{}
	streams  map[*outbox]struct{}
	active   sync.WaitGroup // sockets and streams
}

type noMetrics struct{}

func (noMetrics) Request(string, string, string, time.Duration) {}
func (noMetrics) Connections(int)                               {}

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
	}{{&opt.Timeout, 30 * time.Second}, {&opt.Heartbeat, 12 * time.Second}, {&opt.WriteTimeout, 10 * time.Second}, {&opt.InitTimeout, 10 * time.Second}} {
		if *d.p <= 0 {
			*d.p = d.v
		}
	}
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
	h := &Handler{opt: opt, sockets: map[*socket]struct{}{}, streams: map[*outbox]struct{}{}}
	for _, name := range opt.ForwardHeaders {
		name = http.CanonicalHeaderKey(name)
		switch name {
		case "Authorization", "Cookie", "Connection", "Host", "Content-Length", "Content-Type", "Accept", "Transfer-Encoding", "Upgrade", "Te", "Trailer", "Keep-Alive", "Proxy-Authorization":
			return nil, fmt.Errorf("front: header %s cannot be forwarded", name)
		}
		h.forward = append(h.forward, name)
	}
	return h, nil
}

// ServeHTTP implements http.Handler.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	trace := newTrace(r.Header)
	defer func() {
		if v := recover(); v != nil {
			if v == http.ErrAbortHandler { //nolint:errorlint // the sentinel is compared by identity
				panic(v)
			}
			h.opt.Log.ErrorContext(r.Context(), "request panicked", "trace", trace.id, "panic", v, "stack", string(debug.Stack()))
			h.fail(w, r, mediaJSON, trace, refuse(http.StatusInternalServerError, CodeInternal, "Internal error."))
		}
	}()
	w.Header().Set("X-Content-Type-Options", "nosniff")
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

// serve answers a plain HTTP or SSE request.
func (h *Handler) serve(w http.ResponseWriter, r *http.Request, trace traceContext) {
	start := time.Now()
	w.Header().Add("Vary", "Accept, Accept-Encoding")
	media := negotiate(r.Header.Values("Accept"))
	p, f := h.decode(w, r, media)
	if media == mediaNone {
		media = mediaJSON
	}
	var c *Caller
	if f == nil {
		c, f = h.identify(r, trace)
	}
	if f != nil {
		h.opt.Metrics.Request(via(media), "unknown", f.Code(), time.Since(start))
		h.fail(w, r, plain(media), trace, f)
		return
	}
	op, f := h.prepare(r, p, c, media)
	if media == mediaEvents && (f == nil || !f.Envelope) {
		h.serveEvents(w, r, c, op, f, start)
		return
	}
	if f != nil {
		h.opt.Metrics.Request("http", kindOf(op), f.Code(), time.Since(start))
		h.fail(w, r, plain(media), trace, f)
		return
	}
	res, f := h.execute(r.Context(), op, c)
	if f != nil {
		h.opt.Metrics.Request("http", op.Kind().String(), f.Code(), time.Since(start))
		h.fail(w, r, media, trace, f)
		return
	}
	h.opt.Metrics.Request("http", op.Kind().String(), outcome(res), time.Since(start))
	h.write(w, r, media, http.StatusOK, res.Body)
}

// decode checks the request's form and reads its params.
func (h *Handler) decode(w http.ResponseWriter, r *http.Request, media mediaType) (*Params, *Failure) {
	if r.Method != http.MethodPost && r.Method != http.MethodGet {
		return nil, refuse(http.StatusMethodNotAllowed, CodeMethod, "Use POST, or GET for queries.").with("Allow", "GET, POST")
	}
	if media == mediaNone {
		return nil, refuse(http.StatusNotAcceptable, CodeNotAcceptable, "Accept application/graphql-response+json, application/json or text/event-stream.")
	}
	if f := h.forged(r); f != nil {
		return nil, f
	}
	if r.Method == http.MethodGet {
		if len(r.URL.RawQuery) > int(h.opt.MaxBody) {
			return nil, refuse(http.StatusRequestURITooLong, CodeTooLarge, "The query string is too long.")
		}
		return decodeQuery(r.URL.RawQuery)
	}
	if f := jsonContent(r.Header); f != nil {
		return nil, f
	}
	tooLarge := refuse(http.StatusRequestEntityTooLarge, CodeTooLarge, fmt.Sprintf("The body is longer than %d bytes.", h.opt.MaxBody))
	if r.ContentLength > h.opt.MaxBody {
		return nil, tooLarge
	}
	// A body must come in time; what follows (a stream) may take longer.
	rc := http.NewResponseController(w)
	_ = rc.SetReadDeadline(time.Now().Add(h.opt.WriteTimeout))
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, h.opt.MaxBody))
	_ = rc.SetReadDeadline(time.Time{})
	if err != nil {
		var mbe *http.MaxBytesError
		if errors.As(err, &mbe) {
			return nil, tooLarge
		}
		return nil, refuse(http.StatusBadRequest, CodeBadRequest, "The body could not be read.")
	}
	return decodeBody(body)
}

// prepare plans the operation and checks that it may be asked this way.
func (h *Handler) prepare(r *http.Request, p *Params, c *Caller, media mediaType) (Operation, *Failure) {
	op, f := h.opt.Engine.Prepare(r.Context(), p, c)
	if f != nil {
		return nil, f
	}
	switch {
	case r.Method == http.MethodGet && op.Kind() == Mutation:
		return op, refuse(http.StatusMethodNotAllowed, CodeMethod, "Mutations need POST.").with("Allow", "POST")
	case op.Kind() == Subscription && media != mediaEvents:
		return op, refuse(http.StatusNotAcceptable, CodeStreamRequired, "Subscriptions need a WebSocket, or Accept: text/event-stream.")
	}
	return op, nil
}

// execute runs a query or mutation in time. A mutation goes on when its client
// leaves: what was begun is brought to its end.
func (h *Handler) execute(ctx context.Context, op Operation, c *Caller) (Result, *Failure) {
	if op.Kind() == Mutation {
		ctx = context.WithoutCancel(ctx)
	}
	ctx, cancel := context.WithTimeout(ctx, h.opt.Timeout)
	defer cancel()
	return op.Execute(ctx, c)
}

// identify authenticates the caller from the request's headers.
func (h *Handler) identify(r *http.Request, trace traceContext) (*Caller, *Failure) {
	return h.caller(r, r.Header.Get("Authorization"), trace)
}

// caller builds the caller from an Authorization value; r supplies the cookie
// and the headers to forward. Without an authenticator everyone is anonymous.
func (h *Handler) caller(r *http.Request, authorization string, trace traceContext) (*Caller, *Failure) {
	c := &Caller{TraceID: trace.id, Header: make(http.Header, len(h.forward)+1)}
	c.Header["Traceparent"] = []string{trace.parent()}
	for _, name := range h.forward {
		if v := r.Header[name]; len(v) > 0 {
			c.Header[name] = v
		}
	}
	if h.opt.Authenticator == nil {
		return c, nil
	}
	unauthenticated := func(reason string) (*Caller, *Failure) {
		return nil, refuse(http.StatusUnauthorized, CodeUnauthenticated, reason).with("WWW-Authenticate", `Bearer error="invalid_token"`)
	}
	var token string
	if authorization != "" {
		scheme, rest, _ := strings.Cut(authorization, " ")
		if token = strings.TrimSpace(rest); !strings.EqualFold(scheme, "Bearer") || token == "" {
			return unauthenticated("Send the token as: Authorization: Bearer <token>.")
		}
	} else if h.opt.TokenCookie != "" {
		if k, err := r.Cookie(h.opt.TokenCookie); err == nil {
			token = k.Value
		}
	}
	if token == "" {
		return c, nil
	}
	subject, expires, err := h.opt.Authenticator.Authenticate(r.Context(), token)
	if err != nil {
		h.opt.Log.InfoContext(r.Context(), "token refused", "trace", trace.id, "reason", err)
		return unauthenticated("The token is not valid or has expired.")
	}
	c.Subject, c.Expires = subject, expires
	return c, nil
}

// Shutdown refuses new subscriptions, ends those there are (WebSockets with code
// 1001) and waits for them. Queries and mutations are still answered: when no
// more come is the HTTP server's business.
func (h *Handler) Shutdown(ctx context.Context) error {
	h.stopping.Store(true)
	h.mu.Lock()
	for s := range h.sockets {
		s.shut(closeGoingAway, "The router is stopping.")
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

func via(m mediaType) string {
	if m == mediaEvents {
		return "sse"
	}
	return "http"
}

// plain is the media type of a failure's body.
func plain(m mediaType) mediaType {
	if m == mediaEvents || m == mediaNone {
		return mediaJSON
	}
	return m
}

func kindOf(op Operation) string {
	if op == nil {
		return "unknown"
	}
	return op.Kind().String()
}

func outcome(res Result) string {
	if res.Errors > 0 {
		return "ERRORS"
	}
	return "OK"
}

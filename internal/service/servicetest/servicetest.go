// Package servicetest runs one whole subgraph in a test: a real PostgreSQL database of its own, a Redis in the process, running jobs and
// its GraphQL server, with the router and the other subgraphs played by the test.
package servicetest

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"marquee/internal/auth"
	"marquee/internal/bus"
	"marquee/internal/contract"
	"marquee/internal/id"
	"marquee/internal/pg/pgtest"
	"marquee/internal/pubsub"
	"marquee/internal/service"
	"marquee/internal/viewer"
)

// Subgraph is a running subgraph under test.
type Subgraph struct {
	Deps     *service.Deps
	Instance *service.Instance

	signer *auth.InternalSigner
	held   *holdBus
	server *httptest.Server
}

// Option changes the configuration before the start.
type Option func(*service.Config)

// At lets the subgraph's clock be the test's.
func At(now func() time.Time) Option { return func(c *service.Config) { c.Now = now } }

// Start runs a subgraph until the test ends.
func Start(t testing.TB, spec service.Spec, options ...Option) *Subgraph {
	t.Helper()
	redisServer, err := pubsub.StartEmbedded()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(redisServer.Close)
	redis, err := pubsub.OpenRedis(t.Context(), redisServer.URL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = redis.Close() })
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	cfg := service.Config{
		DatabaseURL: pgtest.URL(t, spec.Migrations), MaxConns: 20, JobWorkers: 4, Redis: redis, InternalKey: public,
		Log:     slog.New(slog.NewTextHandler(testWriter{t}, &slog.HandlerOptions{Level: slog.LevelWarn})),
		Metrics: prometheus.NewRegistry(), PublicURL: "http://marquee.example", DataDir: t.TempDir(), Demo: true,
		DevUnsafe: true, // test databases need not survive a crash of the machine
	}
	for _, o := range options {
		o(&cfg)
	}
	i, err := service.New(t.Context(), spec, cfg)
	if err != nil {
		t.Fatal(err)
	}
	s := &Subgraph{Deps: i.Deps(), Instance: i, signer: auth.NewInternalSigner(private), held: &holdBus{}}
	mux := http.NewServeMux()
	mux.Handle("/graphql", i.GraphQL())
	for pattern, h := range i.Routes {
		mux.Handle(pattern, h)
	}
	s.server = httptest.NewServer(mux)
	if err := i.Start(t.Context(), s.held); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.server.CloseClientConnections()
		s.server.Close()
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := i.Stop(ctx); err != nil {
			t.Errorf("stop: %v", err)
		}
	})
	return s
}

// URL is where the subgraph's HTTP routes are served; its GraphQL is at URL() + "/graphql".
func (s *Subgraph) URL() string { return s.server.URL }

// Error is one GraphQL error of an answer.
type Error struct {
	Message string
	Path    []any
	Code    string // extensions.code
}

// Result is an answer.
type Result struct {
	Data   json.RawMessage
	Errors []Error
}

// Into decodes the data.
func (r Result) Into(t testing.TB, v any) {
	t.Helper()
	if len(r.Errors) > 0 {
		t.Fatalf("errors: %+v", r.Errors)
	}
	if err := json.Unmarshal(r.Data, v); err != nil {
		t.Fatalf("%v in %s", err, r.Data)
	}
}

func decode(raw []byte) (Result, error) {
	var wire struct {
		Data   json.RawMessage
		Errors []struct {
			Message    string
			Path       []any
			Extensions struct{ Code string }
		}
	}
	err := json.Unmarshal(raw, &wire)
	r := Result{Data: wire.Data}
	for _, e := range wire.Errors {
		r.Errors = append(r.Errors, Error{e.Message, e.Path, e.Extensions.Code})
	}
	return r, err
}

func (s *Subgraph) request(ctx context.Context, t testing.TB, who *viewer.Viewer, query string, variables map[string]any) *http.Request {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.server.URL+"/graphql", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	token, err := s.signer.Sign(s.Instance.Name, who)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+token)
	return r
}

// Do runs an operation as a viewer (nil: no login). It may be called from several goroutines.
func (s *Subgraph) Do(t testing.TB, who *viewer.Viewer, query string, variables map[string]any) Result {
	t.Helper()
	response, err := s.server.Client().Do(s.request(t.Context(), t, who, query, variables))
	if err != nil {
		t.Error(err)
		return Result{}
	}
	defer response.Body.Close()
	var raw bytes.Buffer
	if _, err := raw.ReadFrom(response.Body); err != nil {
		t.Error(err)
	}
	r, err := decode(raw.Bytes())
	if err != nil {
		t.Errorf("status %d: %v in %s", response.StatusCode, err, raw.Bytes())
	}
	return r
}

// Deliver hands the subgraph a message as if another subgraph had published it, as a new event, and fails the test if it is refused.
func (s *Subgraph) Deliver(t testing.TB, m contract.Message) bus.Event {
	t.Helper()
	e := EventOf(t, m)
	s.DeliverEvent(t, e)
	return e
}

// EventOf wraps a message into a new event of now.
func EventOf(t testing.TB, m contract.Message) bus.Event {
	t.Helper()
	payload, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return bus.Event{ID: id.New("evn"), Source: "test", Topic: m.Topic(), Key: m.Key(), At: time.Now(), Payload: payload}
}

// DeliverEvent hands over an event; the same event twice is a redelivery.
func (s *Subgraph) DeliverEvent(t testing.TB, e bus.Event) {
	t.Helper()
	if err := bus.One(t.Context(), s.Instance.Inbox(), e); err != nil {
		t.Fatalf("deliver %s: %v", e.Topic, err)
	}
}

type testWriter struct{ t testing.TB }

func (w testWriter) Write(p []byte) (int, error) {
	w.t.Log(string(bytes.TrimSpace(p)))
	return len(p), nil
}

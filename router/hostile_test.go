package router_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"marquee/router"
	"marquee/router/hostile"
)

// maxRefusal is the longest answer to a request that is refused.
const maxRefusal = 8 << 10

// panics counts what is logged of panics.
type panics struct {
	slog.Handler
	n atomic.Int64
}

func (p *panics) Enabled(context.Context, slog.Level) bool { return true }

func (p *panics) Handle(_ context.Context, r slog.Record) error {
	if strings.Contains(r.Message, "panic") {
		p.n.Add(1)
	}
	return nil
}

// fortress is a router over the hostile supergraph with the default settings.
func fortress(t testing.TB, change func(*router.Config)) (url string, seen *panics) {
	t.Helper()
	seen = &panics{Handler: slog.DiscardHandler}
	cfg := router.Config{SDL: hostile.Supergraph(), Handlers: map[string]http.Handler{}, Log: slog.New(seen)}
	for g := range hostile.Graphs {
		cfg.Handlers[fmt.Sprintf("g%d", g)] = hostile.Subgraph()
	}
	if change != nil {
		change(&cfg)
	}
	r, err := router.New(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(r.Handler())
	t.Cleanup(func() {
		if err := r.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
		srv.Close()
	})
	return srv.URL + "/graphql", seen
}

// answer is a GraphQL answer as a client reads it.
type answer struct {
	Data   json.RawMessage
	Errors []struct {
		Message    string
		Locations  []struct{ Line, Column int }
		Path       []any
		Extensions struct{ Code string }
	}
}

// send posts a body and reads the answer, which must be JSON.
func send(t *testing.T, url string, body []byte) (int, []byte, answer) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/graphql-response+json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	var a answer
	if err := json.Unmarshal(raw, &a); err != nil {
		t.Fatalf("%d %v: %.300s", res.StatusCode, err, raw)
	}
	return res.StatusCode, raw, a
}

// Whatever is sent, the answer is an answer or a short refusal with a code, and never the router's fault.
func TestHostileRequests(t *testing.T) {
	t.Parallel()
	url, seen := fortress(t, nil)
	for _, c := range hostile.Cases() {
		t.Logf("%s", c.Name)
		t.Run(c.Name, func(t *testing.T) {
			status, raw, a := send(t, url, c.Body)
			switch {
			case status >= 500:
				t.Fatalf("%d %.300s", status, raw)
			case status >= 400 && (len(a.Errors) == 0 || len(a.Errors) > 10 || a.Data != nil || len(raw) > maxRefusal):
				t.Errorf("%d: %d bytes, %d errors: %.300s", status, len(raw), len(a.Errors), raw)
			case status < 400 && status != 200:
				t.Errorf("%d %.300s", status, raw)
			case status == 200 && a.Data == nil:
				t.Errorf("200 without data: %.300s", raw)
			}
			for _, e := range a.Errors {
				if e.Message == "" || e.Extensions.Code == "" || e.Extensions.Code == "INTERNAL_SERVER_ERROR" || e.Extensions.Code == "QUERY_PLAN_FAILED" {
					t.Errorf("%d: an error without message or code: %.300s", status, raw)
				}
			}
		})
	}
	if n := seen.n.Load(); n > 0 {
		t.Errorf("%d panics", n)
	}
	// It still serves others.
	if status, raw, _ := send(t, url, []byte(`{"query":"{ item { id } }"}`)); status != 200 {
		t.Errorf("afterwards: %d %s", status, raw)
	}
}

package router_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"marquee/router"
	"marquee/router/oracle"
	"marquee/router/transport"
)

const movingSDL = `schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/join/v0.5", for: EXECUTION) { query: Query }
enum join__Graph { OLD @join__graph(name: "old", url: "") NEW @join__graph(name: "new", url: "") }
type Query @join__type(graph: OLD) @join__type(graph: NEW) { thing: Thing @join__field(graph: OLD) plain: Plain @join__field(graph: OLD) }
type Plain @join__type(graph: OLD) { name: String }
type Thing @join__type(graph: OLD, key: "id") @join__type(graph: NEW, key: "id") {
  id: ID!
  none: String @join__field(graph: OLD) @join__field(graph: NEW, override: "old", overrideLabel: "percent(0)")
  half: String @join__field(graph: OLD) @join__field(graph: NEW, override: "old", overrideLabel: "percent(50)")
  all: String @join__field(graph: OLD) @join__field(graph: NEW, override: "old", overrideLabel: "percent(100)")
  beta: String @join__field(graph: OLD) @join__field(graph: NEW, override: "old", overrideLabel: "beta")
}`

// moving is a router over a field that moves from one subgraph to another. ask
// returns how many requests the new one saw for a query.
func moving(t *testing.T, change func(*router.Config)) (ask func(query string) int) {
	t.Helper()
	sent := movingRequests(t, change)
	return func(query string) int { return len(sent(query)) }
}

// movingRequests is moving with the requests themselves.
func movingRequests(t *testing.T, change func(*router.Config)) (ask func(query string) []string) {
	t.Helper()
	g := oracle.NewGraph()
	g.Query.Fields["thing"] = g.Entity("Thing", map[string]any{"id": "1", "none": "n", "half": "h", "all": "a", "beta": "b"})
	g.Query.Fields["plain"] = &oracle.Object{Type: "Plain", Fields: map[string]any{"name": "p"}}
	thing := `type Thing @key(fields: "id") { id: ID! none: String half: String all: String beta: String }`
	fed := oracle.NewFederation(g, map[string]string{
		"old": thing + ` type Plain { name: String } type Query { thing: Thing plain: Plain }`, "new": thing + ` type Query { unused: Int }`,
	})
	var mu sync.Mutex
	var seen []string
	cfg := router.Config{SDL: movingSDL, Handlers: map[string]http.Handler{}}
	for name, sg := range fed.Subgraphs {
		cfg.Handlers[name] = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			if name == "new" {
				mu.Lock()
				seen = append(seen, string(body))
				mu.Unlock()
			}
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write(sg.Serve(body, nil))
		})
	}
	if change != nil {
		change(&cfg)
	}
	r, err := router.New(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Shutdown(context.Background()) })
	h := r.Handler()
	return func(query string) []string {
		mu.Lock()
		seen = nil
		mu.Unlock()
		req := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(`{"query":"`+query+`"}`))
		req.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, req)
		if w.Code != http.StatusOK && change == nil || strings.Contains(w.Body.String(), "null") {
			t.Errorf("%s: %d %s", query, w.Code, w.Body)
		}
		mu.Lock()
		defer mu.Unlock()
		return seen
	}
}

func TestLabelsByShare(t *testing.T) {
	t.Parallel()
	ask := moving(t, nil)
	half := 0
	const n = 400
	for range n {
		if ask("{ thing { none beta } }") != 0 {
			t.Fatal("a label for no request is active")
		}
		if ask("{ thing { all } }") != 1 {
			t.Fatal("a label for all requests is not active")
		}
		half += ask("{ thing { half } }")
	}
	// Nine standard deviations: far less likely than a broken machine.
	if half < n/2-90 || half > n/2+90 {
		t.Errorf("%d of %d requests for half of them", half, n)
	}
	ask = moving(t, func(c *router.Config) {
		c.Overrides = map[string]float64{"percent(0)": 100, "percent(100)": 0, "beta": 100}
	})
	if a, b, c := ask("{ thing { none } }"), ask("{ thing { all } }"), ask("{ thing { beta } }"); a != 1 || b != 0 || c != 1 {
		t.Errorf("set otherwise: %d %d %d", a, b, c)
	}
	if _, err := router.New(t.Context(), router.Config{SDL: movingSDL, Overrides: map[string]float64{"beta": 101}}); err == nil {
		t.Error("101 % was accepted")
	}
}

func TestLabelsByCaller(t *testing.T) {
	t.Parallel()
	var asked []string
	var active []string
	var failure error
	ask := moving(t, func(c *router.Config) {
		c.OverrideLabels = func(_ context.Context, s *transport.Subject, labels []string) ([]string, error) {
			if s != nil {
				t.Errorf("who is %v?", s)
			}
			asked = append(asked, labels...)
			return active, failure
		}
	})
	if n := ask("{ thing { beta } }"); n != 0 || strings.Join(asked, " ") != "beta" {
		t.Errorf("%d, asked %v", n, asked)
	}
	active = []string{"beta", "percent(0)", "unknown"} // only what was asked about counts
	if n := ask("{ thing { beta none } }"); n != 1 {
		t.Errorf("%d", n)
	}
	asked = nil
	if n := ask("{ plain { name } }"); n != 0 || asked != nil {
		t.Errorf("asked %v about a field without labels", asked)
	}
	failure = errors.New("flags are down")
	if n := ask("{ thing { beta } }"); n != 0 {
		t.Errorf("%d", n)
	}
}

// TestLabelsOfOneRequest: what is active for few requests is active only where
// what is active for more is, so that plans do not multiply.
func TestLabelsOfOneRequest(t *testing.T) {
	t.Parallel()
	ask := movingRequests(t, func(c *router.Config) {
		c.Overrides = map[string]float64{"percent(0)": 25, "percent(100)": 75, "beta": 50}
	})
	found := map[string]bool{}
	for range 400 {
		found[strings.Join(ask("{ thing { none beta all } }"), "")] = true
	}
	for request := range found {
		none, beta, all := strings.Contains(request, "none"), strings.Contains(request, "beta"), strings.Contains(request, "all")
		if none && !beta || beta && !all {
			t.Errorf("%s", request)
		}
	}
	if len(found) != 4 {
		t.Errorf("%d different plans", len(found))
	}
}

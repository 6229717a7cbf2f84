package router_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"marquee/router"
)

// watchWins is resolved by two subgraphs: the upstream asks matches only.
const watchWins = `subscription { scored { goals home { wins } } }`

func wins(id string, goals, wins int) string {
	return fmt.Sprintf(`{"id":%q,"type":"next","payload":{"data":{"scored":{"goals":%d,"home":{"wins":%d}}}}}`, id, goals, wins)
}

// shut closes a client and waits until the router has let go of its upstream.
func (g *gateway) shut(t *testing.T, clients ...*websocket.Conn) {
	t.Helper()
	for _, c := range clients {
		_ = c.CloseNow()
	}
	g.wait(t, "marquee_router_subscription_upstreams", 0)
}

// TestSubscriptionsFollowANewPlan: the root field's subgraph is the same, what
// the events are completed with comes from elsewhere now.
func TestSubscriptionsFollowANewPlan(t *testing.T) {
	t.Parallel()
	g := start(t, false, func(c *router.Config) {
		stats := c.Handlers["stats"]
		c.Handlers["tables"] = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			rec := httptest.NewRecorder()
			stats.ServeHTTP(rec, r)
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write(bytes.ReplaceAll(rec.Body.Bytes(), []byte(":7"), []byte(":99")))
		})
	})
	a := g.ws(t, "a", watchWins)
	<-g.streams
	g.feed <- g.event(1)
	if m := next(t, a); m != wins("a", 1, 7) {
		t.Fatal(m)
	}
	if err := g.r.Reload(strings.ReplaceAll(supergraph(t), `name: "stats", url: "http://stats`, `name: "tables", url: "http://tables`)); err != nil {
		t.Fatal(err)
	}
	// Who comes now shares the upstream with who was there before.
	b := g.ws(t, "b", watchWins)
	g.wait(t, "marquee_router_subscriptions", 2)
	if n := g.gauge(t, "marquee_router_subscription_upstreams"); n != 1 {
		t.Errorf("%v upstreams", n)
	}
	g.feed <- g.event(2)
	if m := next(t, a); m != wins("a", 2, 99) {
		t.Error(m)
	}
	if m := next(t, b); m != wins("b", 2, 99) {
		t.Error(m)
	}
	select {
	case s := <-g.streams:
		t.Errorf("the upstream was touched: %s", s)
	default:
	}
	g.shut(t, a, b)
}

// TestUpstreamsAreReplacedUnnoticed: the root field's subgraph is elsewhere now.
func TestUpstreamsAreReplacedUnnoticed(t *testing.T) {
	t.Parallel()
	g := start(t, false, nil)
	a := g.ws(t, "a", watchWins)
	<-g.streams
	one := supergraph(t)
	for i := range 4 {
		if err := g.r.Reload(strings.ReplaceAll(one, "matches.test", fmt.Sprintf("matches-%d.test", i))); err != nil {
			t.Fatal(err)
		}
		if got := <-g.streams + <-g.streams; got != "openclosed" { // first the new one
			t.Fatal(got)
		}
		g.feed <- g.event(i)
		if m := next(t, a); m != wins("a", i, 7) {
			t.Fatal(m)
		}
	}
	g.shut(t, a)
}

func TestSubscriptionsOfLostFieldsEnd(t *testing.T) {
	t.Parallel()
	g := start(t, false, nil)
	a, b := g.ws(t, "a", watchWins), g.ws(t, "b", watch)
	<-g.streams
	<-g.streams
	if err := g.r.Reload(strings.Replace(supergraph(t), "wins: Int @join__field(graph: STATS)", "losses: Int @join__field(graph: STATS)", 1)); err != nil {
		t.Fatal(err)
	}
	if m := next(t, a); !strings.HasPrefix(m, `{"id":"a","type":"error"`) || !strings.Contains(m, `"code":"SUBSCRIPTION_SCHEMA_RELOAD"`) {
		t.Error(m)
	}
	if s := <-g.streams; s != "closed" {
		t.Error(s)
	}
	g.feed <- g.event(5)
	if m := next(t, b); m != `{"id":"b","type":"next","payload":`+scored(5)+`}` {
		t.Error(m)
	}
	g.shut(t, a, b)
}

// TestOperationsAreWarm: what was asked before a reload is in the caches after it.
func TestOperationsAreWarm(t *testing.T) {
	t.Parallel()
	g := start(t, false, nil)
	conditional := `{"query":"query($w: Boolean!) { teams { id wins @include(if: $w) } }","variables":{"w":%t}}`
	for _, q := range []string{query, fmt.Sprintf(conditional, true), fmt.Sprintf(conditional, false)} {
		g.post(t, q)
	}
	if err := g.r.Reload(supergraph(t) + "\n# another version\n"); err != nil {
		t.Fatal(err)
	}
	before := g.counted(t, "marquee_router_cache_requests_total", "miss")
	for _, q := range []string{query, fmt.Sprintf(conditional, true), fmt.Sprintf(conditional, false)} {
		if status, body := g.post(t, q); status != 200 || strings.Contains(body, "errors") {
			t.Errorf("%d %s", status, body)
		}
	}
	if n := g.counted(t, "marquee_router_cache_requests_total", "miss") - before; n != 0 {
		t.Errorf("%v look-ups missed after the reload", n)
	}
}

// TestNewAccessRulesHoldForRunningSubscriptions: a field that anybody could see
// may be seen by authenticated callers only. Who shares a source with callers
// of all kinds has to subscribe again.
func TestNewAccessRulesHoldForRunningSubscriptions(t *testing.T) {
	t.Parallel()
	guarded := strings.NewReplacer(
		`@link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION)`,
		`@link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION) @link(url: "https://specs.apollo.dev/authenticated/v0.1", for: SECURITY)`,
		`scalar join__FieldSet`, "directive @authenticated on ENUM | FIELD_DEFINITION | INTERFACE | OBJECT | SCALAR\nscalar join__FieldSet",
		`wins: Int @join__field(graph: STATS)`, `wins: Int @join__field(graph: STATS) @authenticated`,
	).Replace(supergraph(t))
	for name, shared := range map[string][]string{"own": nil, "shared": {"scored"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := start(t, false, func(c *router.Config) { c.Subscriptions.Shared = shared })
			a := g.ws(t, "a", watchWins)
			<-g.streams
			g.feed <- g.event(1)
			if m := next(t, a); m != wins("a", 1, 7) {
				t.Fatal(m)
			}
			if err := g.r.Reload(guarded); err != nil {
				t.Fatal(err)
			}
			if s := <-g.streams; s != "closed" { // at once: nothing is resolved by the old rules
				t.Fatal(s)
			}
			if shared != nil {
				if m := next(t, a); !strings.Contains(m, `"code":"SUBSCRIPTION_SCHEMA_RELOAD"`) {
					t.Error(m)
				}
				return
			}
			if s := <-g.streams; s != "open" {
				t.Fatal(s)
			}
			g.feed <- g.event(2)
			if m := next(t, a); !strings.Contains(m, `{"scored":{"goals":2,"home":{"wins":null}}}`) || !strings.Contains(m, `"code":"UNAUTHORIZED_FIELD_OR_TYPE"`) {
				t.Error(m)
			}
			g.shut(t, a)
		})
	}
}

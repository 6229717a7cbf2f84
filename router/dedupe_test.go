package router_test

import (
	"context"
	"crypto/ed25519"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"marquee/router"
)

// gate holds every request to a subgraph until it is told to let one pass.
type gate struct {
	arrived chan struct{}
	pass    chan struct{}
}

func (g *gate) before(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g.arrived <- struct{}{}
		select {
		case <-g.pass:
			next.ServeHTTP(w, r)
		case <-r.Context().Done():
		}
	})
}

// gated starts a router whose subgraph teams is behind a gate.
func gated(t *testing.T, change func(*router.Config)) (*gateway, *gate) {
	t.Helper()
	gt := &gate{arrived: make(chan struct{}, 1000), pass: make(chan struct{})}
	g := start(t, false, func(c *router.Config) {
		c.Handlers["teams"] = gt.before(c.Handlers["teams"])
		if change != nil {
			change(c)
		}
	})
	return g, gt
}

// waitCounted waits until a counter has reached a value.
func (g *gateway) waitCounted(t *testing.T, name, label string, want float64) {
	t.Helper()
	for g.counted(t, name, label) < want {
		if t.Context().Err() != nil {
			t.Fatalf("%s never reached %v", name, want)
		}
		time.Sleep(time.Millisecond)
	}
}

const (
	dedup = "marquee_router_deduplicated_total"
	teams = `{"query":"query($x: Boolean = false) { teams { id name @skip(if: $x) } }"}`
	named = `{"data":{"teams":[{"id":"t1","name":"Rovers"}]}}`
)

func (g *gateway) expect(t *testing.T, want, body string, header ...string) {
	t.Helper()
	if status, got := g.post(t, body, header...); status != http.StatusOK || got != want {
		t.Errorf("%d %s", status, got)
	}
}

func TestEqualQueriesAreOne(t *testing.T) {
	t.Parallel()
	g, gt := gated(t, nil)
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() { g.expect(t, named, teams) })
	}
	<-gt.arrived
	g.waitCounted(t, dedup, "inbound", 19)
	close(gt.pass)
	wg.Wait()
	if n := g.requests.Load(); n != 1 {
		t.Errorf("%d subgraph requests for 20 equal queries", n)
	}
	g.expect(t, named, teams)
	if n := g.requests.Load(); n != 2 {
		t.Errorf("a later query was answered from an earlier one")
	}
}

func TestDedupeOff(t *testing.T) {
	t.Parallel()
	off := false
	g, gt := gated(t, func(c *router.Config) { c.Dedupe.Inbound, c.Dedupe.Subgraphs = &off, &off })
	var wg sync.WaitGroup
	for range 5 {
		wg.Go(func() { g.expect(t, named, teams) })
	}
	for range 5 {
		<-gt.arrived
	}
	close(gt.pass)
	wg.Wait()
}

func TestEqualSubgraphRequestsAreOne(t *testing.T) {
	t.Parallel()
	g, gt := gated(t, nil)
	var wg sync.WaitGroup
	wg.Go(func() { g.expect(t, `{"data":{"teams":[{"id":"t1"}]}}`, `{"query":"{ teams { id } }"}`) })
	<-gt.arrived
	wg.Go(func() { g.expect(t, `{"data":{"other":[{"id":"t1"}]}}`, `{"query":"{ other: teams { id } }"}`) })
	g.waitCounted(t, dedup, "subgraph", 1)
	close(gt.pass)
	wg.Wait()
	if n := g.requests.Load(); n != 1 {
		t.Errorf("%d requests", n)
	}
}

// TestDifferentRequestsAreNotShared: every one of these reaches the subgraph on
// its own while the others are under way.
func TestDifferentRequestsAreNotShared(t *testing.T) {
	t.Parallel()
	pub, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	g, gt := gated(t, func(c *router.Config) {
		c.Headers.Forward = []string{"X-Tenant"}
		c.Auth.Issuers = []router.Issuer{{Issuer: "me", Audience: []string{"api"}, Keys: func(*jwt.Token) (any, error) { return pub, nil }}}
	})
	token := func(sub, scope string) string {
		s, err := jwt.NewWithClaims(jwt.SigningMethodEdDSA, jwt.MapClaims{
			"iss": "me", "aud": "api", "sub": sub, "scope": scope, "exp": time.Now().Add(time.Hour).Unix(),
		}).SignedString(key)
		if err != nil {
			t.Fatal(err)
		}
		return "Bearer " + s
	}
	const unnamed = `{"data":{"teams":[{"id":"t1"}]}}`
	asks := [][]string{
		{named, teams},
		{unnamed, strings.Replace(teams, `"}`, `","variables":{"x":true}}`, 1)},
		{named, teams, "X-Tenant", "a"},
		{named, teams, "X-Tenant", "b"},
		{named, teams, "Authorization", token("u1", "")},
		{named, teams, "Authorization", token("u2", "")},
		{named, teams, "Authorization", token("u2", "read")},
	}
	var wg sync.WaitGroup
	for _, a := range asks {
		wg.Go(func() { g.expect(t, a[0], a[1], a[2:]...) })
	}
	for range asks {
		<-gt.arrived
	}
	close(gt.pass)
	wg.Wait()
	if n := g.counted(t, dedup, "inbound") + g.counted(t, dedup, "subgraph"); n != 0 {
		t.Errorf("%v were shared", n)
	}
}

func TestAFollowerLeadsWhenTheLeaderLeaves(t *testing.T) {
	t.Parallel()
	g, gt := gated(t, nil)
	ctx, leave := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() {
		req := httptest.NewRequestWithContext(ctx, http.MethodPost, "/graphql", strings.NewReader(teams))
		req.Header.Set("Content-Type", "application/json")
		g.r.Handler().ServeHTTP(httptest.NewRecorder(), req)
	})
	<-gt.arrived
	for range 5 {
		wg.Go(func() { g.expect(t, named, teams) })
	}
	g.waitCounted(t, dedup, "inbound", 5)
	leave()
	<-gt.arrived // once more, for the new leader
	g.waitCounted(t, dedup, "inbound", 9)
	close(gt.pass)
	wg.Wait()
	if n := g.requests.Load(); n != 1 {
		t.Errorf("%d requests were answered", n)
	}
}

// TestReadYourWrites: a query sent after a mutation was answered does not join
// one that began before.
func TestReadYourWrites(t *testing.T) {
	t.Parallel()
	g, gt := gated(t, nil)
	var wg sync.WaitGroup
	wg.Go(func() { g.expect(t, named, teams) })
	<-gt.arrived
	g.expect(t, `{"data":{"score":{"goals":2}}}`, `{"query":"mutation { score(match: 1, goals: 2) { goals } }"}`)
	wg.Go(func() { g.expect(t, named, teams) })
	<-gt.arrived
	close(gt.pass)
	wg.Wait()
}

func TestMutationsAreNotShared(t *testing.T) {
	t.Parallel()
	gt := &gate{arrived: make(chan struct{}, 10), pass: make(chan struct{})}
	g := start(t, false, func(c *router.Config) { c.Handlers["matches"] = gt.before(c.Handlers["matches"]) })
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			g.expect(t, `{"data":{"score":{"goals":2}}}`, `{"query":"mutation { score(match: 1, goals: 2) { goals } }"}`)
		})
	}
	for range 3 {
		<-gt.arrived
	}
	close(gt.pass)
	wg.Wait()
}

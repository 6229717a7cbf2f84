package router_test

import (
	"bufio"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/golang-jwt/jwt/v5"
	"go.uber.org/goleak"

	"marquee/router"
	"marquee/router/transport"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	query = `{"query":"query Q($id: ID!) { match(id: $id) { goals home { name wins } } }","variables":{"id":"m1"}}`
	data  = `{"data":{"match":{"goals":1,"home":{"name":"Rovers","wins":7}}}}`
	watch = `subscription { scored { goals home { name } } }`
)

func scored(goals int) string {
	return fmt.Sprintf(`{"data":{"scored":{"goals":%d,"home":{"name":"Rovers"}}}}`, goals)
}

func TestQueriesAndMutations(t *testing.T) {
	t.Parallel()
	both(t, nil, func(t *testing.T, g *gateway) {
		for range 2 {
			if status, body := g.post(t, query); status != 200 || body != data {
				t.Fatalf("%d %s", status, body)
			}
		}
		if n := g.requests.Load(); n != 6 {
			t.Errorf("%d subgraph requests for two queries, want 6", n)
		}
		status, body := g.post(t, `{"query":"mutation { score(match: \"m1\", goals: 3) { goals home { name } } }"}`)
		if status != 200 || body != `{"data":{"score":{"goals":3,"home":{"name":"Rovers"}}}}` {
			t.Errorf("mutation: %d %s", status, body)
		}
		if got := g.counted(t, "marquee_router_requests_total", "mutation"); got != 1 {
			t.Errorf("counted %v mutations", got)
		}
	})
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	g := start(t, false, func(c *router.Config) { c.Introspection = router.IntrospectionClosed })
	for name, c := range map[string]struct{ body, code string }{
		"parse":           {`{"query":"{"}`, "GRAPHQL_PARSE_FAILED"},
		"validation":      {`{"query":"{ nothing }"}`, "GRAPHQL_VALIDATION_FAILED"},
		"variable type":   {`{"query":"query($id: ID!) { match(id: $id) { id } }","variables":{"id":[]}}`, "BAD_USER_INPUT"},
		"variable absent": {`{"query":"query($id: ID!) { match(id: $id) { id } }"}`, "BAD_USER_INPUT"},
		"operation name":  {`{"query":"query A { teams { id } }","operationName":"B"}`, "OPERATION_RESOLUTION_FAILURE"},
		"depth":           {`{"query":"{ ` + strings.Repeat("match(id: 1) { home { ", 7) + `"}`, "GRAPHQL_PARSE_FAILED"},
		"tokens":          {`{"query":"{ ` + strings.Repeat("teams { id } ", 600) + ` }"}`, "LIMIT_EXCEEDED"},
		"introspection":   {`{"query":"{ __schema { queryType { name } } }"}`, "INTROSPECTION_DISABLED"},
		"entities":        {`{"query":"{ _entities(representations: []) { __typename } }"}`, "GRAPHQL_VALIDATION_FAILED"},
		"service":         {`{"query":"{ _service { sdl } }"}`, "GRAPHQL_VALIDATION_FAILED"},
	} {
		status, body := g.post(t, c.body, "Accept", "application/graphql-response+json")
		if status != 400 || !strings.Contains(body, `"code":"`+c.code+`"`) || strings.Contains(body, `"data"`) {
			t.Errorf("%s: %d %s", name, status, body)
		}
	}
	if n := g.requests.Load(); n != 0 {
		t.Errorf("%d requests reached subgraphs", n)
	}
}

func TestIntrospection(t *testing.T) {
	t.Parallel()
	g := start(t, false, nil)
	_, body := g.post(t, `{"query":"{ __schema { queryType { name } } teams { id } __type(name: \"Team\") { fields { name } } }"}`)
	want := `{"data":{"__schema":{"queryType":{"name":"Query"}},"teams":[{"id":"t1"}],"__type":{"fields":[{"name":"id"},{"name":"name"},{"name":"wins"}]}}}`
	if body != want {
		t.Errorf("got %s", body)
	}
}

func TestPartialData(t *testing.T) {
	t.Parallel()
	both(t, nil, func(t *testing.T, g *gateway) {
		g.down.Store("stats", true)
		status, body := g.post(t, query)
		var a struct {
			Data   json.RawMessage
			Errors []struct{ Extensions struct{ Code string } }
		}
		if err := json.Unmarshal([]byte(body), &a); err != nil || status != 200 {
			t.Fatalf("%d %v %s", status, err, body)
		}
		if string(a.Data) != `{"match":{"goals":1,"home":{"name":"Rovers","wins":null}}}` || len(a.Errors) != 1 || a.Errors[0].Extensions.Code == "" {
			t.Errorf("got %s", body)
		}
		if strings.Contains(body, "secret") {
			t.Errorf("the subgraph's page leaks: %s", body)
		}
	})
}

// ws opens a WebSocket and subscribes.
func (g *gateway) ws(t *testing.T, id, document string) *websocket.Conn {
	t.Helper()
	c, res, err := websocket.Dial(t.Context(), g.url+"/graphql", &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}})
	if err != nil {
		t.Fatal(err)
	}
	if res.Body != nil {
		_ = res.Body.Close()
	}
	t.Cleanup(func() { _ = c.CloseNow() })
	msg, _ := json.Marshal(map[string]any{"id": id, "type": "subscribe", "payload": map[string]any{"query": document}})
	for _, m := range []string{`{"type":"connection_init"}`, string(msg)} {
		if err := c.Write(t.Context(), websocket.MessageText, []byte(m)); err != nil {
			t.Fatal(err)
		}
	}
	if m := next(t, c); m != `{"type":"connection_ack"}` {
		t.Fatal(m)
	}
	return c
}

func next(t *testing.T, c *websocket.Conn) string {
	t.Helper()
	_, b, err := c.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestSubscriptionsOverEveryTransport(t *testing.T) {
	t.Parallel()
	both(t, nil, func(t *testing.T, g *gateway) {
		a := g.ws(t, "a", watch)
		if s := <-g.streams; s != "open" {
			t.Fatal(s)
		}
		b := g.ws(t, "b", watch)
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, g.url+"/graphql", strings.NewReader(`{"query":"`+watch+`"}`))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Accept", "text/event-stream")
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = res.Body.Close() }()
		g.wait(t, "marquee_router_subscriptions", 3)
		if n := g.gauge(t, "marquee_router_subscription_upstreams"); n != 1 {
			t.Fatalf("%v upstreams for three equal subscriptions", n)
		}
		before := g.requests.Load()
		g.feed <- g.event(2)
		if m := next(t, a); m != `{"id":"a","type":"next","payload":`+scored(2)+`}` {
			t.Error(m)
		}
		if m := next(t, b); m != `{"id":"b","type":"next","payload":`+scored(2)+`}` {
			t.Error(m)
		}
		r := bufio.NewReader(res.Body)
		for want := range strings.SplitSeq(":||event: next|data: "+scored(2)+"|", "|") {
			if line, err := r.ReadString('\n'); err != nil || strings.TrimSuffix(line, "\n") != want {
				t.Fatalf("%q %v, want %q", line, err, want)
			}
		}
		if n := g.requests.Load() - before; n != 1 {
			t.Errorf("the event was resolved by %d requests, want 1 for all clients", n)
		}

		// The stream breaks: it is opened again and nobody notices.
		g.feed <- errors.New("break")
		if s := <-g.streams + <-g.streams; s != "closedopen" {
			t.Fatal(s)
		}
		g.feed <- g.event(3)
		if m := next(t, a); m != `{"id":"a","type":"next","payload":`+scored(3)+`}` {
			t.Error(m)
		}
		_ = next(t, b)
		_ = b.Close(websocket.StatusNormalClosure, "")
		g.wait(t, "marquee_router_subscriptions", 2)
		g.feed <- nil // completed by the subgraph
		if m := next(t, a); m != `{"id":"a","type":"complete"}` {
			t.Error(m)
		}
		if s := <-g.streams; s != "closed" {
			t.Fatal(s)
		}
		g.wait(t, "marquee_router_subscriptions", 0)
	})
}

func TestLastClientLeavingClosesTheUpstream(t *testing.T) {
	t.Parallel()
	both(t, nil, func(t *testing.T, g *gateway) {
		c := g.ws(t, "a", watch)
		if s := <-g.streams; s != "open" {
			t.Fatal(s)
		}
		_ = c.CloseNow()
		if s := <-g.streams; s != "closed" {
			t.Fatal(s)
		}
	})
}

func TestIdentityReachesSubgraphsAsInternalToken(t *testing.T) {
	t.Parallel()
	pub, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	token := func(exp time.Duration) string {
		s, err := jwt.NewWithClaims(jwt.SigningMethodEdDSA, jwt.MapClaims{
			"iss": "me", "aud": "api", "sub": "u1", "sid": "s1", "roles": []string{"ADMIN"}, "exp": time.Now().Add(exp).Unix(),
		}).SignedString(key)
		if err != nil {
			t.Fatal(err)
		}
		return "Bearer " + s
	}
	g := start(t, true, func(c *router.Config) {
		c.Auth.Issuers = []router.Issuer{{Issuer: "me", Audience: []string{"api"}, Keys: func(*jwt.Token) (any, error) { return pub, nil }}}
		c.Authorizer = transport.SubgraphAuthorizerFunc(func(subgraph string, s *transport.Subject) (string, error) {
			if s == nil {
				return subgraph + ":anonymous", nil
			}
			return fmt.Sprint(subgraph, ":", s.ID, s.SessionID, s.Roles), nil
		})
	})
	if status, body := g.post(t, `{"query":"{ teams { wins } }"}`, "Authorization", token(time.Hour)); status != 200 {
		t.Fatalf("%d %s", status, body)
	}
	if status, _ := g.post(t, `{"query":"{ teams { id } }"}`); status != 200 {
		t.Fatal("anonymous")
	}
	want := "teams: Bearer teams:u1s1[ADMIN]\nstats: Bearer stats:u1s1[ADMIN]\nteams: Bearer teams:anonymous"
	if got := g.seen(); got != want {
		t.Errorf("subgraphs saw\n%s", got)
	}
	if status, body := g.post(t, query, "Authorization", token(-time.Hour)); status != 401 || !strings.Contains(body, "UNAUTHENTICATED") {
		t.Errorf("expired: %d %s", status, body)
	}
}

func TestReload(t *testing.T) {
	t.Parallel()
	g := start(t, true, nil)
	c := g.ws(t, "a", watch)
	<-g.streams
	if err := g.r.Reload("type Query { broken"); err == nil {
		t.Error("a broken supergraph was accepted")
	}
	if _, body := g.post(t, query); body != data {
		t.Errorf("after a refused reload: %s", body)
	}
	without := strings.Replace(supergraph(t), "wins: Int @join__field(graph: STATS)", "losses: Int @join__field(graph: STATS)", 1)
	if err := g.r.Reload(without); err != nil {
		t.Fatal(err)
	}
	if _, body := g.post(t, query); !strings.Contains(body, "GRAPHQL_VALIDATION_FAILED") {
		t.Errorf("the old schema answers: %s", body)
	}
	if _, body := g.post(t, `{"query":"{ teams { name } }"}`); body != `{"data":{"teams":[{"name":"Rovers"}]}}` {
		t.Errorf("got %s", body)
	}
	g.feed <- g.event(9) // a running subscription goes on
	if m := next(t, c); !strings.Contains(m, scored(9)) {
		t.Error(m)
	}
}

func TestServeDrains(t *testing.T) {
	t.Parallel()
	s := newScores()
	cfg := router.Config{SDL: supergraph(t), Listen: "127.0.0.1:0", Handlers: map[string]http.Handler{}}
	for _, name := range []string{"matches", "stats", "teams"} {
		cfg.Handlers[name] = s.handler(name)
	}
	r, err := router.New(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	addr, done := make(chan string, 1), make(chan error, 1)
	go func() { done <- r.Serve(ctx, func(a string) { addr <- a }) }()
	g := &gateway{scores: s, r: r, url: "http://" + <-addr}
	for _, path := range []string{"/healthz", "/readyz"} {
		res, err := http.Get(g.url + path) //nolint:noctx // a test
		if err != nil || res.StatusCode != 200 {
			t.Fatalf("%s: %v %v", path, res, err)
		}
		_ = res.Body.Close()
	}
	c := g.ws(t, "a", watch)
	<-s.streams
	stop()
	for err == nil {
		_, _, err = c.Read(t.Context())
	}
	if websocket.CloseStatus(err) != websocket.StatusGoingAway {
		t.Errorf("closed with %v", err)
	}
	_ = c.CloseNow()
	if err := <-done; err != nil {
		t.Error(err)
	}
	http.DefaultClient.CloseIdleConnections()
}

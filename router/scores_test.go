package router_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"marquee/router"
	"marquee/router/oracle"
)

// scores is a federation of three subgraphs about football matches, answered by
// the oracle's subgraph servers behind real handlers: POST and SSE.
type scores struct {
	fed      *oracle.Federation
	match    *oracle.Object
	feed     chan any // *oracle.Object: an event; error: the stream breaks; nil: it completes
	streams  chan string
	requests atomic.Int64
	mu       sync.Mutex
	tokens   []string // "subgraph: Authorization", in order of arrival
	down     sync.Map // subgraph → true: answers 500 with a secret
}

func newScores() *scores {
	g := oracle.NewGraph()
	var teams []any
	for id, name := range map[string]string{"t1": "Rovers"} {
		teams = append(teams, g.Entity("Team", map[string]any{"id": id, "name": name, "wins": 7}))
	}
	s := &scores{feed: make(chan any), streams: make(chan string, 100)}
	s.match = g.Entity("Match", map[string]any{"id": "m1", "goals": 1, "home": teams[0]})
	pick := oracle.Resolver(func(_ *oracle.Instance, args map[string]any) any {
		if id := args["id"]; id == "m1" {
			return s.match
		}
		return nil
	})
	g.Query.Fields["match"], g.Query.Fields["teams"] = pick, teams
	g.Mutation.Fields["score"] = oracle.Resolver(func(_ *oracle.Instance, args map[string]any) any {
		return &oracle.Object{Type: "Match", Fields: map[string]any{"id": "m1", "goals": args["goals"], "home": teams[0]}}
	})
	s.fed = oracle.NewFederation(g, map[string]string{
		"matches": `type Query { match(id: ID!): Match } type Mutation { score(match: ID!, goals: Int!): Match }
			type Subscription { scored(match: ID): Match }
			type Match @key(fields: "id") { id: ID! goals: Int! home: Team! } type Team @key(fields: "id", resolvable: false) { id: ID! }`,
		"teams": `type Query { teams: [Team!]! } type Team @key(fields: "id") { id: ID! name: String! }`,
		"stats": `type Team @key(fields: "id") { id: ID! wins: Int }`,
	})
	return s
}

// handler serves one subgraph.
func (s *scores) handler(name string) http.Handler {
	sg := s.fed.Subgraphs[name]
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.requests.Add(1)
		s.mu.Lock()
		s.tokens = append(s.tokens, name+": "+r.Header.Get("Authorization"))
		s.mu.Unlock()
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		if _, down := s.down.Load(name); down {
			http.Error(w, "password=secret", http.StatusInternalServerError)
			return
		}
		if r.Header.Get("Accept") != "text/event-stream" {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write(sg.Serve(body, nil))
			return
		}
		w.Header().Set("Content-Type", "text/event-stream")
		w.WriteHeader(http.StatusOK)
		w.(http.Flusher).Flush()
		s.streams <- "open"
		defer func() { s.streams <- "closed" }()
		for {
			select {
			case <-r.Context().Done():
				return
			case v := <-s.feed:
				switch v := v.(type) {
				case nil:
					_, _ = io.WriteString(w, "event: complete\ndata:\n\n")
					return
				case error:
					return
				default:
					_, _ = io.WriteString(w, "event: next\ndata: "+string(sg.Serve(body, v))+"\n\n")
					w.(http.Flusher).Flush()
				}
			}
		}
	})
}

func (s *scores) seen() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.tokens, "\n")
}

// event is a match as the subscription gives it.
func (s *scores) event(goals int) *oracle.Object {
	return &oracle.Object{Type: "Match", Fields: map[string]any{"id": "m1", "goals": goals, "home": s.match.Fields["home"]}}
}

func supergraph(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile("testdata/scores.supergraph.graphql")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

type gateway struct {
	*scores
	r   *router.Router
	url string
	reg *prometheus.Registry
}

// start runs a router over the federation, in memory or over HTTP.
func start(t *testing.T, overHTTP bool, change func(*router.Config)) *gateway {
	t.Helper()
	s := newScores()
	g := &gateway{scores: s, reg: prometheus.NewRegistry()}
	cfg := router.Config{SDL: supergraph(t), Registerer: g.reg, Handlers: map[string]http.Handler{}, Subgraphs: map[string]router.Subgraph{}}
	var servers []*httptest.Server
	for _, name := range []string{"matches", "stats", "teams"} {
		if !overHTTP {
			cfg.Handlers[name] = s.handler(name)
			continue
		}
		srv := httptest.NewServer(s.handler(name))
		servers = append(servers, srv)
		cfg.Subgraphs[name] = router.Subgraph{URLs: []string{srv.URL + "/graphql"}}
	}
	if change != nil {
		change(&cfg)
	}
	var err error
	if g.r, err = router.New(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(g.r.Handler())
	g.url = srv.URL
	t.Cleanup(func() {
		if err := g.r.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
		http.DefaultClient.CloseIdleConnections()
		srv.Close()
		for _, s := range servers {
			s.CloseClientConnections()
			s.Close()
		}
	})
	return g
}

// both runs a test over both kinds of subgraph connections.
func both(t *testing.T, change func(*router.Config), test func(t *testing.T, g *gateway)) {
	t.Helper()
	for name, overHTTP := range map[string]bool{"memory": false, "http": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, start(t, overHTTP, change))
		})
	}
}

// post sends a GraphQL request and returns status and body.
func (g *gateway) post(t *testing.T, body string, header ...string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, g.url+"/graphql", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(b)
}

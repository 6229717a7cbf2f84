package router_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"marquee/router"
	"marquee/router/oracle"
)

const shelfSDL = `
schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/join/v0.5", for: EXECUTION)
  @link(url: "https://specs.apollo.dev/cost/v0.1", import: ["@cost", "@listSize"]) { query: Query mutation: Mutation }
enum join__Graph { A @join__graph(name: "a", url: "http://a.invalid/") }
type Query @join__type(graph: A) {
  shelf(first: Int): [Book] @listSize(slicingArguments: ["first"], assumedSize: 10, requireOneSlicingArgument: false)
  strict(first: Int, last: Int): [Book] @listSize(slicingArguments: ["first", "last"])
  book: Book
}
type Mutation @join__type(graph: A) { read: Book }
type Book @join__type(graph: A) { id: ID author: Author }
type Author @join__type(graph: A) @cost(weight: 3) { name: String books: [Book] }
`

const shelfSubgraph = `type Query { shelf(first: Int): [Book] strict(first: Int, last: Int): [Book] book: Book } type Mutation { read: Book }
type Book { id: ID author: Author } type Author { name: String books: [Book] }`

// shelf is a router over one subgraph that counts what it is asked.
type shelf struct {
	url      string
	requests atomic.Int64
	gateway  // for its metrics
}

func newShelf(t *testing.T, change func(*router.Config)) *shelf {
	t.Helper()
	g := oracle.NewGraph()
	book := g.Entity("Book", map[string]any{"id": "1"})
	g.Query.Fields["book"], g.Mutation.Fields["read"] = book, book
	g.Query.Fields["shelf"], g.Query.Fields["strict"] = []any{book}, []any{book}
	sg := oracle.NewFederation(g, map[string]string{"a": shelfSubgraph}).Subgraphs["a"]
	s := &shelf{gateway: gateway{reg: prometheus.NewRegistry()}}
	cfg := router.Config{SDL: shelfSDL, Registerer: s.reg, Handlers: map[string]http.Handler{
		"a": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			s.requests.Add(1)
			if body, err := io.ReadAll(r.Body); err == nil {
				w.Header().Set("Content-Type", "application/json")
				_, _ = w.Write(sg.Serve(body, nil))
			}
		}),
	}}
	if change != nil {
		change(&cfg)
	}
	r, err := router.New(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(r.Handler())
	t.Cleanup(func() {
		srv.Close()
		_ = r.Shutdown(context.WithoutCancel(t.Context()))
	})
	s.url, s.gateway.url = srv.URL+"/graphql", srv.URL
	return s
}

// ask posts a query with variables; headers are pairs.
func (s *shelf) ask(t *testing.T, query, variables string, header ...string) (*http.Response, string) {
	t.Helper()
	body := map[string]any{"query": query}
	if variables != "" {
		body["variables"] = json.RawMessage(variables)
	}
	b, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url, strings.NewReader(string(b)))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/graphql-response+json")
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(text)
}

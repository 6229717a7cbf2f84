package router_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"marquee/router"
)

// BenchmarkCachedQuery is the router's own cost of a planned query with one
// subgraph request in memory, without sockets.
func BenchmarkCachedQuery(b *testing.B) {
	text, answer := `{"query":"query T { teams { id name } }","operationName":"T"}`, []byte(`{"data":{"teams":[{"id":"t1","name":"Rovers"}]}}`)
	handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(answer)
	})
	r, err := router.New(b.Context(), router.Config{
		Supergraph: "testdata/scores.supergraph.graphql",
		Handlers:   map[string]http.Handler{"matches": handler, "stats": handler, "teams": handler},
	})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = r.Shutdown(b.Context()) }()
	h := r.Handler()
	b.ReportAllocs()
	for b.Loop() {
		req := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(text))
		req.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, req)
		if w.Code != http.StatusOK || w.Body.String() != string(answer) {
			b.Fatal(w.Code, w.Body)
		}
	}
}

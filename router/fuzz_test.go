package router_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"marquee/router"
	"marquee/router/hostile"
)

// FuzzRequest: no body makes the whole router panic, fail or answer at length.
func FuzzRequest(f *testing.F) {
	for _, c := range hostile.Cases() {
		if len(c.Body) < 3_000 {
			f.Add(c.Body)
		}
	}
	seen := &panics{Handler: slog.DiscardHandler}
	cfg := router.Config{SDL: hostile.Supergraph(), Handlers: map[string]http.Handler{}, Log: slog.New(seen)}
	for g := range hostile.Graphs {
		cfg.Handlers[fmt.Sprintf("g%d", g)] = hostile.Subgraph()
	}
	r, err := router.New(f.Context(), cfg)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = r.Shutdown(f.Context()) })
	f.Fuzz(func(t *testing.T, body []byte) {
		req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", bytes.NewReader(body))
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Accept", "application/graphql-response+json")
		w := httptest.NewRecorder()
		r.Handler().ServeHTTP(w, req)
		var a answer
		if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
			t.Fatalf("%d %v: %.300s", w.Code, err, w.Body)
		}
		if w.Code >= 500 || seen.n.Load() > 0 || (w.Code >= 400 && (w.Body.Len() > maxRefusal || a.Data != nil || len(a.Errors) == 0)) {
			t.Fatalf("%d: %d bytes, %d panics: %.300s", w.Code, w.Body.Len(), seen.n.Load(), w.Body)
		}
		for _, e := range a.Errors {
			if e.Message == "" || e.Extensions.Code == "" {
				t.Fatalf("an error without message or code: %.300s", w.Body)
			}
		}
	})
}

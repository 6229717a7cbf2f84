package router_test

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"marquee/router"
)

// askPlan sends a query with the header X-Query-Plan.
func askPlan(t *testing.T, s *shelf, how string) (data, plan string, raw []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url, strings.NewReader(`{"query":"query($n: Int) { shelf(first: $n) { id } }","variables":{"n":1}}`))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if how != "" {
		req.Header.Set("X-Query-Plan", how)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	if raw, err = io.ReadAll(res.Body); err != nil {
		t.Fatal(err)
	}
	var a struct {
		Data       json.RawMessage
		Extensions struct{ QueryPlan json.RawMessage }
	}
	if err := json.Unmarshal(raw, &a); err != nil {
		t.Fatal(err)
	}
	return string(a.Data), string(a.Extensions.QueryPlan), raw
}

func TestQueryPlanOnDemand(t *testing.T) {
	t.Parallel()
	s := newShelf(t, func(c *router.Config) { c.QueryPlan = true })
	data, text, raw := askPlan(t, s, "include")
	var p struct {
		Kind    string
		Fetches []struct {
			Subgraph, Kind, Operation string
			Variables                 []string
			After                     []int
		}
	}
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		t.Fatalf("%v in %s", err, raw)
	}
	if data != `{"shelf":[{"id":"1"}]}` || p.Kind != "query" || len(p.Fetches) != 1 || p.Fetches[0].Subgraph != "a" || p.Fetches[0].Kind != "query" ||
		!strings.Contains(p.Fetches[0].Operation, "shelf(first:$n)") || !slices.Equal(p.Fetches[0].Variables, []string{"n"}) {
		t.Fatalf("%s", raw)
	}
	before := s.requests.Load()
	if data, only, raw := askPlan(t, s, "only"); data != "null" || only != text || s.requests.Load() != before {
		t.Fatalf("%s after %d requests", raw, s.requests.Load()-before)
	}
	if _, none, raw := askPlan(t, s, ""); none != "" {
		t.Fatalf("%s", raw)
	}
	if _, none, raw := askPlan(t, newShelf(t, nil), "include"); none != "" {
		t.Fatalf("shown though it is off: %s", raw)
	}
}

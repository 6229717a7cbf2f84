package router_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"marquee/router"
)

const (
	firstN    = `query($n: Int) { shelf(first: $n) { id } }`
	shelfData = `{"data":{"shelf":[{"id":"1"}]}}`
)

func TestCostLimit(t *testing.T) {
	t.Parallel()
	s := newShelf(t, func(c *router.Config) { c.Cost.Max = 20 })
	for _, c := range []struct {
		query, vars string
		cost        int // 0: allowed
	}{
		{`{ shelf(first: 20) { id } }`, ``, 0},
		{`{ shelf(first: 21) { id } }`, ``, 21},
		{`{ shelf(first: 21) { id } }`, ``, 21}, // again, by the cached document
		{firstN, `{"n":21}`, 21},                // not yet planned
		{firstN, `{"n":20}`, 0},
		{firstN, `{"n":21}`, 21},                                  // planned
		{firstN, `{}`, 0},                                         // assumedSize
		{`{ shelf(first: 5) { author { name } } }`, ``, 0},        // 5 × (1 + 3)
		{`{ shelf(first: 6) { author { name } } }`, ``, 24},       //
		{`mutation { read { author { books { id } } } }`, ``, 24}, // 10 + 1 + 3 + 10
		{`mutation { read { author { name } } }`, ``, 0},
	} {
		before := s.requests.Load()
		res, body := s.ask(t, c.query, c.vars)
		if c.cost == 0 {
			if res.StatusCode != http.StatusOK || strings.Contains(body, "errors") || strings.Contains(body, "extensions") || s.requests.Load() == before {
				t.Errorf("%s %s: %d %s", c.query, c.vars, res.StatusCode, body)
			}
			continue
		}
		if res.StatusCode != http.StatusBadRequest || s.requests.Load() != before || !strings.Contains(body, `"code":"COST_LIMIT"`) ||
			!strings.Contains(body, fmt.Sprintf(`"cost":{"estimated":%d,"max":20}`, c.cost)) || strings.Contains(body, `"data"`) {
			t.Errorf("%s %s: %d %s", c.query, c.vars, res.StatusCode, body)
		}
	}
	if got := s.counted(t, "marquee_router_requests_total", "COST_LIMIT"); got != 6 {
		t.Errorf("%v refusals are counted", got)
	}
	if n, sum := s.observed(t, "marquee_router_operation_cost"); n != 11 || sum != 20+21*4+20+10+20+24+24+14 {
		t.Errorf("%d costs were observed, %v in all", n, sum)
	}
	// As for the other limits, the status is 200 for clients that know only application/json.
	if res, body := s.ask(t, firstN, `{"n":21}`, "Accept", "application/json"); res.StatusCode != http.StatusOK || !strings.Contains(body, "COST_LIMIT") {
		t.Errorf("%d %s", res.StatusCode, body)
	}
}

// observed returns how often a histogram was told of something, and its sum.
func (g *gateway) observed(t *testing.T, name string) (n uint64, sum float64) {
	t.Helper()
	families, err := g.reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() == name {
			h := f.GetMetric()[0].GetHistogram()
			return h.GetSampleCount(), h.GetSampleSum()
		}
	}
	t.Fatalf("no metric %s", name)
	return 0, 0
}

func TestCostModes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		set       router.Cost
		status    int
		extension string
	}{
		{router.Cost{Max: 20, Expose: true}, 400, `"cost":{"estimated":30,"max":20}`},
		{router.Cost{Max: 30, Expose: true}, 200, `"extensions":{"cost":{"estimated":30,"max":30}}`},
		{router.Cost{Max: -1, Expose: true}, 200, `"extensions":{"cost":{"estimated":30}}`},
		{router.Cost{Mode: "measure", Max: 20, Expose: true}, 200, `"extensions":{"cost":{"estimated":30,"max":20}}`},
		{router.Cost{Max: 30, Expose: true, Actual: true}, 200, `"extensions":{"cost":{"estimated":30,"max":30,"actual":1}}`},
		{router.Cost{Max: 20, Expose: true, Actual: true}, 400, `"cost":{"estimated":30,"max":20}`},
		{router.Cost{Actual: true}, 200, ``},
		{router.Cost{Mode: "off", Expose: true, Actual: true}, 200, ``},
		{router.Cost{Mode: "measure", Max: 20}, 200, ``},
		{router.Cost{Mode: "off", Max: 20, Expose: true}, 200, ``},
	} {
		s := newShelf(t, func(cfg *router.Config) { cfg.Cost = c.set })
		res, body := s.ask(t, firstN, `{"n":30}`)
		if res.StatusCode != c.status || !strings.Contains(body, c.extension) || (c.extension == "" && body != shelfData) {
			t.Errorf("%+v: %d %s", c.set, res.StatusCode, body)
		}
		want := uint64(1)
		if c.set.Mode == "off" {
			want = 0
		}
		if n, _ := s.observed(t, "marquee_router_operation_cost"); n != want {
			t.Errorf("%+v: %d costs observed", c.set, n)
		}
	}
	if _, err := router.New(t.Context(), router.Config{SDL: shelfSDL, Cost: router.Cost{Mode: "enforced"}}); err == nil {
		t.Error("an unknown mode was accepted")
	}
}

func TestSlicingArguments(t *testing.T) {
	t.Parallel()
	s := newShelf(t, nil)
	for query, ok := range map[string]bool{
		`{ strict(first: 2) { id } }`: true, `{ strict { id } }`: false, `{ strict(first: 1, last: 1) { id } }`: false,
	} {
		res, body := s.ask(t, query, "")
		if ok != (res.StatusCode == http.StatusOK) || ok == strings.Contains(body, `"code":"SLICING_ARGUMENTS"`) {
			t.Errorf("%s: %d %s", query, res.StatusCode, body)
		}
	}
}

// TestNestedListsAreRefused: by default, and before anything is planned or asked for.
func TestNestedListsAreRefused(t *testing.T) {
	t.Parallel()
	s := newShelf(t, nil)
	q := "id"
	for range 5 {
		q = "author { books { " + q + " } }"
	}
	res, body := s.ask(t, "query($n: Int) { shelf(first: $n) { "+q+" } }", `{"n":10}`)
	if res.StatusCode != http.StatusBadRequest || !strings.Contains(body, "COST_LIMIT") || s.requests.Load() != 0 {
		t.Errorf("%d %s", res.StatusCode, body)
	}
	if res, body := s.ask(t, `{ shelf(first: 1000000000) { id } }`, ""); !strings.Contains(body, "COST_LIMIT") || res.StatusCode != http.StatusBadRequest {
		t.Errorf("%d %s", res.StatusCode, body)
	}
	if res, body := s.ask(t, `{ shelf(first: 1000) { author { books { id } } } }`, ""); res.StatusCode != http.StatusOK {
		t.Errorf("%d %s", res.StatusCode, body)
	}
}

// TestCostElsewhere: WebSocket and server-sent events say the same.
func TestCostElsewhere(t *testing.T) {
	t.Parallel()
	s := newShelf(t, func(c *router.Config) { c.Cost = router.Cost{Max: 20, Expose: true} })
	c := s.ws(t, "a", `{ shelf(first: 7) { id } }`)
	if m := next(t, c); m != `{"id":"a","type":"next","payload":{"data":{"shelf":[{"id":"1"}]},"extensions":{"cost":{"estimated":7,"max":20}}}}` {
		t.Error(m)
	}
	c = s.ws(t, "a", `{ shelf(first: 21) { id } }`)
	if m := next(t, c); !strings.Contains(m, `"type":"error"`) || !strings.Contains(m, `"cost":{"estimated":21,"max":20}`) {
		t.Error(m)
	}
	for n, want := range map[string]string{"7": `"extensions":{"cost":{"estimated":7,"max":20}}`, "21": `"cost":{"estimated":21,"max":20}`} {
		_, body := s.ask(t, firstN, `{"n":`+n+`}`, "Accept", "text/event-stream")
		if !strings.HasPrefix(body, ":\n\nevent: next\n") && !strings.HasPrefix(body, "event: next\n") || !strings.Contains(body, want) {
			t.Error(body)
		}
	}
	// An event of a subscription has its operation's.
	g := start(t, false, func(c *router.Config) { c.Cost.Expose = true })
	ws := g.ws(t, "a", watch)
	<-g.streams
	g.feed <- g.event(2)
	if m := next(t, ws); !strings.Contains(m, `"extensions":{"cost":{"estimated":2,"max":500000}}`) {
		t.Error(m)
	}
}

// TestCostOfLiterals: operations that differ in their literals only have a cost each.
func TestCostOfLiterals(t *testing.T) {
	t.Parallel()
	s := newShelf(t, func(c *router.Config) { c.Cost.Expose = true })
	for n := 1; n < 5; n++ {
		_, body := s.ask(t, fmt.Sprintf(`{ shelf(first: %d) { id } }`, n), "")
		if !strings.Contains(body, fmt.Sprintf(`"estimated":%d,`, n)) {
			t.Error(body)
		}
	}
}

package router_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"marquee/router"
)

// outage is the subgraph stats at a real address that can be made to fail, and counts what reaches it.
type outage struct {
	sent atomic.Int64
	fail atomic.Pointer[func(n int64) bool] // says of the nth request whether it fails
}

func (o *outage) when(fail func(n int64) bool) { o.fail.Store(&fail) }

// wreck is a gateway whose subgraph stats has an outage.
func wreck(t *testing.T, set router.Subgraph) (*gateway, *outage) {
	t.Helper()
	o := &outage{}
	url := scripted(t, func(w http.ResponseWriter, _ *http.Request) {
		if n := o.sent.Add(1); (*o.fail.Load())(n) {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"data":{"_0":[{"wins":7}],"_entities":[{"wins":7}]}}`)
	})
	g := start(t, true, func(c *router.Config) {
		set.URLs = []string{url}
		c.Subgraphs["stats"] = set
	})
	return g, o
}

const lost = `{"match":{"goals":1,"home":{"name":"Rovers","wins":null}}}`

// TestAmplification: a subgraph that is down, or mostly, is asked at most a fifth more often than clients ask;
// clients get the others' data and a code.
func TestAmplification(t *testing.T) {
	t.Parallel()
	const requests = 200
	for name, c := range map[string]struct {
		set  router.Subgraph
		fail func(n int64) bool
		most int64
	}{
		// The circuit opens within the first requests: hardly anything is sent any more.
		"down":                         {router.Subgraph{}, func(int64) bool { return true }, requests / 2},
		"down, without a breaker":      {router.Subgraph{NoBreak: true}, func(int64) bool { return true }, requests + requests/5},
		"one of three fails":           {router.Subgraph{}, func(n int64) bool { return n%3 == 0 }, requests + requests/5},
		"every second, and no retry":   {router.Subgraph{NoBreak: true, Retries: -1}, func(n int64) bool { return n%2 == 0 }, requests},
		"every second, two retries":    {router.Subgraph{NoBreak: true}, func(n int64) bool { return n%2 == 0 }, requests + requests/5},
		"half as many, as configured":  {router.Subgraph{NoBreak: true, RetryBudget: 0.5, RetryBackoff: 1, RetryMaxBackoff: 1}, func(int64) bool { return true }, requests * 3 / 2},
		"down, and up to four retries": {router.Subgraph{NoBreak: true, Retries: 4}, func(int64) bool { return true }, requests + requests/5},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g, o := wreck(t, c.set)
			o.when(c.fail)
			whole := 0
			for range requests {
				status, body := g.post(t, query)
				var a answer
				if err := json.Unmarshal([]byte(body), &a); err != nil || status != http.StatusOK {
					t.Fatalf("%d %s", status, body)
				}
				if body == data {
					whole++
					continue
				}
				if string(a.Data) != lost || len(a.Errors) != 1 || a.Errors[0].Extensions.Code == "" || fmt.Sprint(a.Errors[0].Path) == "[]" {
					t.Fatalf("%s", body)
				}
			}
			n := o.sent.Load()
			t.Logf("%d requests of clients became %d (×%.2f), %d answers were whole", requests, n, float64(n)/requests, whole)
			if n > c.most {
				t.Errorf("%d requests became %d, want at most %d", requests, n, c.most)
			}
			if c.set.RetryBudget > 0 && n != c.most {
				t.Errorf("%d requests became %d, want %d: the budget is not the configured one", requests, n, c.most)
			}
			if name == "one of three fails" && whole < requests*2/3 {
				t.Errorf("%d of %d answers are whole", whole, requests)
			}
		})
	}
}

// TestBreakerOpensTriesAndCloses: it opens after twenty requests of which half fail and no earlier; then one request at
// a time finds out that the subgraph is still down; three that succeed close it.
func TestBreakerOpensTriesAndCloses(t *testing.T) {
	t.Parallel()
	g, o := wreck(t, router.Subgraph{Retries: -1})
	o.when(func(int64) bool { return true })
	for range 19 {
		_, _ = g.post(t, query)
	}
	if n := o.sent.Load(); n != 19 {
		t.Fatalf("%d requests reached the subgraph, want 19: the circuit opened too early", n)
	}
	for range 50 {
		if _, body := g.post(t, query); !strings.Contains(body, lost) || !strings.Contains(body, `"code":"`) {
			t.Fatalf("%s", body)
		}
	}
	// A trial may have been due by now on a slow machine, one of each 2 seconds.
	opened := o.sent.Load()
	if opened < 20 || opened > 22 || g.gauge(t, "marquee_router_subgraph_circuit_open") != 1 {
		t.Fatalf("%d requests reached the subgraph, want 20", opened)
	}
	// The next trial fails: exactly one request, and it is open again.
	for o.sent.Load() == opened {
		_, _ = g.post(t, query)
		time.Sleep(5 * time.Millisecond) // until the trial
	}
	for range 20 {
		_, _ = g.post(t, query)
	}
	if n := o.sent.Load(); n > opened+2 {
		t.Fatalf("%d trials of a subgraph that is down, want 1", n-opened)
	}
	o.when(func(int64) bool { return false })
	for {
		if _, body := g.post(t, query); body == data {
			break
		}
		time.Sleep(5 * time.Millisecond) // until the trial
	}
	before := o.sent.Load()
	for range 30 {
		if _, body := g.post(t, query); body != data {
			t.Fatalf("after three trials: %s", body)
		}
	}
	if n := o.sent.Load() - before; n != 30 || g.gauge(t, "marquee_router_subgraph_circuit_open") != 0 {
		t.Errorf("%d of 30 requests reached the subgraph, circuit %v", n, g.gauge(t, "marquee_router_subgraph_circuit_open"))
	}
}

// TestFrozenSubgraph: while a subgraph takes requests and never answers, operations that do not need it are answered;
// those that do get the others' data and a code once it hangs up.
func TestFrozenSubgraph(t *testing.T) {
	t.Parallel()
	const hanging = 100
	thaw, frozen := make(chan struct{}), make(chan struct{}, hanging)
	url := scripted(t, func(w http.ResponseWriter, _ *http.Request) {
		select {
		case frozen <- struct{}{}:
		default:
		}
		<-thaw
		if c, _, err := w.(http.Hijacker).Hijack(); err == nil {
			_ = c.Close()
		}
	})
	off := false
	g := start(t, true, func(c *router.Config) {
		c.Dedupe = router.Dedupe{Inbound: &off, Subgraphs: &off}
		c.Subgraphs["stats"] = router.Subgraph{URLs: []string{url}, MaxConns: hanging / 2, Timeout: time.Minute, Retries: -1}
	})
	var all sync.WaitGroup
	var done, partial atomic.Int64
	for range hanging {
		all.Go(func() {
			status, body := g.post(t, query)
			done.Add(1)
			var a answer
			if json.Unmarshal([]byte(body), &a) == nil && status == http.StatusOK && string(a.Data) == lost && len(a.Errors) == 1 && a.Errors[0].Extensions.Code != "" {
				partial.Add(1)
			} else {
				t.Errorf("%d %s", status, body)
			}
		})
	}
	for range hanging / 2 { // all of its connections
		<-frozen
	}
	for range 50 {
		if status, body := g.post(t, `{"query":"{ match(id: \"m1\") { goals home { name } } }"}`); status != http.StatusOK || body != `{"data":{"match":{"goals":1,"home":{"name":"Rovers"}}}}` {
			t.Fatalf("%d %s", status, body)
		}
	}
	if status, body := g.post(t, `{"query":"mutation { score(match: \"m1\", goals: 3) { goals } }"}`); status != http.StatusOK || strings.Contains(body, "errors") {
		t.Errorf("a mutation: %d %s", status, body)
	}
	if n := done.Load(); n != 0 {
		t.Errorf("%d operations that need the frozen subgraph are answered", n)
	}
	close(thaw)
	all.Wait()
	if partial.Load() != hanging {
		t.Errorf("%d of %d answers are partial", partial.Load(), hanging)
	}
}

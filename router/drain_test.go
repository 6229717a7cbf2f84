package router_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"marquee/router"
)

// TestRequestsInFlightAreAnsweredWhileStopping: the router is told to stop while
// a query waits for its subgraph; the query is answered, then Serve returns.
func TestRequestsInFlightAreAnsweredWhileStopping(t *testing.T) {
	t.Parallel()
	s := newScores()
	entered, release := make(chan struct{}), make(chan struct{})
	cfg := router.Config{SDL: supergraph(t), Listen: "127.0.0.1:0", Handlers: map[string]http.Handler{
		"matches": s.handler("matches"), "stats": s.handler("stats"),
		"teams": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			close(entered)
			<-release
			s.handler("teams").ServeHTTP(w, r)
		}),
	}}
	r, err := router.New(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	addr, done := make(chan string, 1), make(chan error, 1)
	go func() { done <- r.Serve(ctx, func(a string) { addr <- a }) }()
	url := "http://" + <-addr
	answer := make(chan string, 1)
	go func() {
		res, err := http.Post(url+"/graphql", "application/json", strings.NewReader(`{"query":"{ teams { name } }"}`)) //nolint:noctx // a test
		if err != nil {
			answer <- err.Error()
			return
		}
		defer func() { _ = res.Body.Close() }()
		b, _ := io.ReadAll(res.Body)
		answer <- res.Header.Get("Connection") + string(b)
	}()
	<-entered
	stop()
	for { // until the listener is closed
		res, err := http.Get(url + "/readyz") //nolint:noctx // a test
		if err != nil {
			break
		}
		_ = res.Body.Close()
	}
	select {
	case err := <-done:
		t.Fatalf("stopped with a request in flight: %v", err)
	default:
	}
	close(release)
	if got := <-answer; !strings.HasSuffix(got, `{"data":{"teams":[{"name":"Rovers"}]}}`) {
		t.Errorf("answered %q", got)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
	http.DefaultClient.CloseIdleConnections()
}

// TestReloadsUnderLoadFailNothing swaps schemas while clients query, change and
// watch: nothing fails, and what is watched keeps its upstream.
func TestReloadsUnderLoadFailNothing(t *testing.T) {
	t.Parallel()
	const reloads = 100
	g := start(t, true, nil)
	c := g.ws(t, "a", watch)
	<-g.streams
	one := supergraph(t)
	other := strings.Replace(one, "wins: Int @join__field(graph: STATS)", "wins: Int @join__field(graph: STATS)\n  losses: Int @join__field(graph: STATS)", 1)
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for i := range 4 {
		body, want := query, data
		if i == 0 {
			body = `{"query":"mutation { score(match: \"m1\", goals: 3) { goals home { name } } }"}`
			want = `{"data":{"score":{"goals":3,"home":{"name":"Rovers"}}}}`
		}
		wg.Go(func() {
			for {
				if _, got := g.post(t, body); got != want {
					t.Errorf("got %s", got)
					return
				}
				select {
				case <-stop:
					return
				default:
				}
			}
		})
	}
	for i := range reloads {
		if err := g.r.Reload([]string{other, one}[i%2]); err != nil {
			t.Error(err)
		}
		g.post(t, query)
		if i%10 == 0 {
			g.feed <- g.event(i)
			if m := next(t, c); m != `{"id":"a","type":"next","payload":`+scored(i)+`}` {
				t.Error(m)
			}
		}
	}
	close(stop)
	wg.Wait()
	select {
	case s := <-g.streams:
		t.Errorf("the upstream was touched: %s", s)
	default:
	}
	if n := g.counted(t, "marquee_router_supergraph_reloads_total", "ok"); n != reloads+1 {
		t.Errorf("%v reloads", n)
	}
	g.shut(t, c)
}

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

// TestReloadsUnderLoadFailNothing swaps schemas while clients ask.
func TestReloadsUnderLoadFailNothing(t *testing.T) {
	t.Parallel()
	g := start(t, true, nil)
	one := supergraph(t)
	other := strings.Replace(one, "wins: Int @join__field(graph: STATS)", "wins: Int @join__field(graph: STATS)\n  losses: Int @join__field(graph: STATS)", 1)
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for {
				if _, body := g.post(t, query); body != data {
					t.Errorf("got %s", body)
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
	for i := range 50 {
		if err := g.r.Reload([]string{other, one}[i%2]); err != nil {
			t.Error(err)
		}
		g.post(t, query)
	}
	close(stop)
	wg.Wait()
}

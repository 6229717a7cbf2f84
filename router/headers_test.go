package router_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"marquee/router"
	"marquee/router/transport"
)

// overheard keeps the headers that begin with X-, Authorization and Cookie that
// a subgraph was sent.
type overheard struct {
	mu   sync.Mutex
	list []string
}

func (o *overheard) before(subgraph string, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var all []string
		for name, v := range r.Header {
			if strings.HasPrefix(name, "X-") || name == "Authorization" || name == "Cookie" {
				all = append(all, name+"="+strings.Join(v, ","))
			}
		}
		slices.Sort(all)
		o.mu.Lock()
		o.list = append(o.list, subgraph+" "+strings.Join(all, " "))
		o.mu.Unlock()
		h.ServeHTTP(w, r)
	})
}

func (o *overheard) take() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	out := strings.Join(o.list, "\n")
	o.list = nil
	return out
}

func TestHeaderRules(t *testing.T) {
	t.Setenv("HEADER_TEST_KEY", "k3y")
	o := &overheard{}
	g := start(t, false, func(c *router.Config) {
		for _, name := range []string{"teams", "stats"} {
			c.Handlers[name] = o.before(name, c.Handlers[name])
		}
		c.Headers = router.Headers{
			Forward: []string{"X-Request", "x-debug"},
			Rules: []router.HeaderRule{
				{Forward: "X-Tenant", As: "X-Organisation", Default: "public"},
				{Forward: "authorization", Subgraphs: []string{"stats"}},
				{Set: "X-Key", Value: "a-${HEADER_TEST_KEY}-$$", Subgraphs: []string{"teams"}},
				{Remove: "X-Debug", Subgraphs: []string{"stats"}},
			},
		}
	})
	const ask = `{"query":"{ teams { id wins } }"}`
	g.post(t, ask, "X-Request", "r1", "X-Debug", "1", "X-Tenant", "t1", "X-Other", "o", "Authorization", "Bearer c", "Cookie", "k=v", "X-Organisation", "forged", "X-Key", "forged")
	if got, want := o.take(), "teams X-Debug=1 X-Key=a-k3y-$ X-Organisation=t1 X-Request=r1\nstats Authorization=Bearer c X-Organisation=t1 X-Request=r1"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	g.post(t, ask)
	if got, want := o.take(), "teams X-Key=a-k3y-$ X-Organisation=public\nstats X-Organisation=public"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestForwardedTokensTellCallersApart: two callers that only a forwarded header
// tells apart never share an answer.
func TestForwardedTokensTellCallersApart(t *testing.T) {
	t.Parallel()
	entered, release := make(chan struct{}, 2), make(chan struct{})
	g := start(t, false, func(c *router.Config) {
		c.Handlers["teams"] = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			entered <- struct{}{}
			<-release
			_, _ = fmt.Fprintf(w, `{"data":{"teams":[{"name":%q}]}}`, r.Header.Get("Authorization"))
		})
		c.Headers.Forward = []string{"Authorization"}
	})
	var wg sync.WaitGroup
	for _, who := range []string{"Bearer a", "Bearer b"} {
		wg.Go(func() {
			if _, body := g.post(t, `{"query":"{ teams { name } }"}`, "Authorization", who); body != `{"data":{"teams":[{"name":"`+who+`"}]}}` {
				t.Errorf("%s got %s", who, body)
			}
		})
	}
	<-entered
	<-entered // both are under way at the same time
	close(release)
	wg.Wait()
}

func TestRefusedHeaderRules(t *testing.T) {
	t.Parallel()
	own := transport.SubgraphAuthorizerFunc(func(string, *transport.Subject) (string, error) { return "", nil })
	for name, c := range map[string]router.Config{
		"connection":       {Headers: router.Headers{Forward: []string{"Connection"}}},
		"host":             {Headers: router.Headers{Rules: []router.HeaderRule{{Set: "Host", Value: "x"}}}},
		"length":           {Headers: router.Headers{Rules: []router.HeaderRule{{Forward: "X-A", As: "Content-Length"}}}},
		"no name":          {Headers: router.Headers{Forward: []string{"X A"}}},
		"two at once":      {Headers: router.Headers{Rules: []router.HeaderRule{{Set: "X-A", Remove: "X-B"}}}},
		"nothing":          {Headers: router.Headers{Rules: []router.HeaderRule{{Value: "x"}}}},
		"broken value":     {Headers: router.Headers{Rules: []router.HeaderRule{{Set: "X-A", Value: "a\r\nB: c"}}}},
		"no such variable": {Headers: router.Headers{Rules: []router.HeaderRule{{Set: "X-A", Value: "${NO_SUCH_VARIABLE_HERE}"}}}},
		"the router's own": {Headers: router.Headers{Forward: []string{"Authorization"}}, Authorizer: own},
		"renamed to it":    {Headers: router.Headers{Rules: []router.HeaderRule{{Forward: "X-A", As: "authorization"}}}, Authorizer: own},
	} {
		c.SDL = supergraph(t)
		c.Handlers = map[string]http.Handler{}
		for _, sub := range []string{"matches", "stats", "teams"} {
			c.Handlers[sub] = http.NotFoundHandler()
		}
		if r, err := router.New(t.Context(), c); err == nil {
			t.Errorf("%s: accepted", name)
			_ = r.Shutdown(t.Context())
		} else if !strings.Contains(err.Error(), "headers:") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

package router_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"marquee/router"
	"marquee/router/hostile"
)

// More operations than may run are refused with a code and a time to come again; health is still told, and what was
// begun is finished.
func TestOverload(t *testing.T) {
	t.Parallel()
	begun, finish := make(chan struct{}), make(chan struct{})
	url, _ := fortress(t, func(c *router.Config) {
		c.Limits.Concurrency = 1
		next := hostile.Subgraph()
		c.Handlers["g0"] = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			begun <- struct{}{}
			<-finish
			next.ServeHTTP(w, r)
		})
	})
	first := make(chan int, 1)
	go func() {
		res, err := http.Post(url, "application/json", strings.NewReader(`{"query":"{ item { id } }"}`)) //nolint:noctx // ends with the test's server
		if err != nil {
			first <- 0
			return
		}
		_ = res.Body.Close()
		first <- res.StatusCode
	}()
	<-begun
	status, raw, a := send(t, url, []byte(`{"query":"{ item { name } }"}`))
	if status != 503 || len(a.Errors) != 1 || a.Errors[0].Extensions.Code != "OVERLOADED" {
		t.Errorf("%d %s", status, raw)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, strings.TrimSuffix(url, "/graphql")+"/readyz", bytes.NewReader(nil))
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != 200 {
		t.Errorf("readyz: %d", res.StatusCode)
	}
	close(finish)
	if got := <-first; got != 200 {
		t.Errorf("what was begun: %d", got)
	}
}

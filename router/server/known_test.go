package server

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

// TestKnownHeaders: what is remembered of a request's header block is taken for
// the same block only, wherever the network cuts it.
func TestKnownHeaders(t *testing.T) {
	t.Parallel()
	_, addr := serve(t, Options{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		_, _ = fmt.Fprintf(w, "%s %s %s %s", r.Host, r.Header.Get("X-A"), r.Header.Get("Content-Length"), body)
	})})
	c := dial(t, addr)
	long := strings.Repeat("v", keptHead)
	for i, q := range []struct{ body, value string }{
		{"one", "1"}, {"two", "1"}, {"three", "1"}, {"one", "2"}, {"two", "2"}, {"one", "1"}, {"one", long}, {"two", long}, {"one", "1"}, {"one", "11"}, {"one", "1"},
	} {
		text := post(q.body, "X-A: "+q.value)
		if cut := i * 7 % len(text); i%2 == 1 {
			c.send(text[:cut])
			c.send(text[cut:])
		} else {
			c.send(text)
		}
		if _, got := c.answer(); got != fmt.Sprintf("shop.example %s %d %s", q.value, len(q.body), q.body) {
			t.Errorf("%d: %.200s", i, got)
		}
	}
	// Several at once, and the next not whole.
	same := post("same", "X-A: s")
	c.send(same + same + same[:20])
	c.send(same[20:])
	for range 3 {
		if _, got := c.answer(); got != "shop.example s 4 same" {
			t.Error(got)
		}
	}
}

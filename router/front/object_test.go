package front

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"marquee/router/scan"
)

// TestDepthOfJSON: what is nested one level deeper than the router looks is refused by name everywhere JSON comes in.
func TestDepthOfJSON(t *testing.T) {
	t.Parallel()
	variables := func(levels int) string { // {"a":[[…]]}
		return `{"a":` + strings.Repeat("[", levels-1) + strings.Repeat("]", levels-1) + `}`
	}
	refused := func(name string, f *Failure, deep bool) {
		if !deep && f != nil {
			t.Errorf("%s: %+v", name, f)
		}
		if deep && (f == nil || f.Code() != CodeLimit || f.Status != http.StatusBadRequest || string(f.Errors[0].Extensions[0].Value) != `"inputDepth"`) {
			t.Errorf("%s, too deep: %+v", name, f)
		}
	}
	for _, over := range []int{0, 1, 9000} {
		_, f := decodeBody([]byte(`{"query":"{a}","variables":` + variables(scan.MaxDepth-1+over) + `}`))
		refused("body", f, over > 0)
		_, f = decodeQuery("query=a&variables=" + url.QueryEscape(variables(scan.MaxDepth+over)))
		refused("query string", f, over > 0)
		h := &Handler{opt: Options{MaxBatch: 2}}
		_, f = h.decodeBatch([]byte(`[{"query":"{a}","variables":` + variables(scan.MaxDepth-2+over) + `}]`))
		refused("array of requests", f, over > 0)
		if _, broken := parseMessage([]byte(`{"type":"ping","payload":` + variables(scan.MaxDepth-1+over) + `}`)); (broken == deepMessage) != (over > 0) {
			t.Errorf("message: %q", broken)
		}
	}
}

package router_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"marquee/router"
	"marquee/router/hostile"
)

// TestLimits: with the default settings every limit lets pass what it names, and refuses one more by its code and name,
// whichever media type the client takes.
func TestLimits(t *testing.T) {
	t.Parallel()
	url, seen := fortress(t, nil)
	item := func(inside string) string { return "{ item { " + inside + " } }" }
	for _, c := range []struct {
		name  string
		limit int
		query func(n int) string // a document that counts n
		want  string             // of the refusal, besides its code
	}{
		{"tokens", 2000, func(n int) string { return item(strings.Repeat("id ", n-5)) }, `"limit":"tokens"`},
		{"depth", 12, func(n int) string {
			return item(strings.Repeat("peer { ", n-2) + "id" + strings.Repeat(" }", n-2))
		}, `"limit":"depth"`},
		{"depth in fragments", 12, func(n int) string {
			return "{ item { ...f } } fragment f on T0 { " + strings.Repeat("peer { ", n-2) + "id" + strings.Repeat(" }", n-2) + " }"
		}, `"limit":"depth"`},
		{"aliases", 30, func(n int) string { return item(numbered("a%d: id ", n)) }, `"limit":"aliases"`},
		{"aliases in a fragment used twice", 30, func(n int) string {
			return "{ item { " + numbered("b%d: id ", n%2) + " ...f ...f } } fragment f on T0 { " + numbered("a%d: id ", n/2) + " }"
		}, `"limit":"aliases"`},
		{"root fields", 10, func(n int) string { return "{ " + strings.Repeat("item { id } ", n) + "}" }, `"limit":"rootFields"`},
		{"directives", 50, func(n int) string { return item(strings.Repeat("id @include(if: true) ", n)) }, `"limit":"directives"`},
		{"fields", 5000, func(n int) string {
			return item(strings.Repeat("...f ", n/100-1)+strings.Repeat("id ", 99+n%100)) + " fragment f on T0 { " + strings.Repeat("id ", 100) + "}"
		}, `"limit":"fields"`},
		{"depth of a literal", 100, func(n int) string {
			return "{ nodes(filter: " + strings.Repeat("{not: ", n-1) + "{}" + strings.Repeat("}", n-1) + ") { id } }"
		}, `"limit":"inputDepth"`},
		{"depth of a default value", 100, func(n int) string {
			return "query($f: JSON = " + strings.Repeat("[", n) + strings.Repeat("]", n) + ") { echo(any: $f) }"
		}, `"limit":"inputDepth"`},
		{"cost", 500_000, func(n int) string { return fmt.Sprintf("{ node(id: 1) { all(first: %d) { id } } }", n-1) }, `"max":500000`},
	} {
		code := `"code":"LIMIT_EXCEEDED"`
		if c.name == "cost" {
			code = `"code":"COST_LIMIT"`
		}
		for _, over := range []bool{false, true} {
			n := c.limit
			if over {
				n++
			}
			body, err := json.Marshal(map[string]string{"query": c.query(n)})
			if err != nil {
				t.Fatal(err)
			}
			status, raw, a := send(t, url, body)
			if !over {
				if status != http.StatusOK || a.Data == nil || len(a.Errors) > 0 && strings.Contains(string(raw), "LIMIT") {
					t.Errorf("%s: %d is refused: %d %.300s", c.name, n, status, raw)
				}
				continue
			}
			if status != http.StatusBadRequest || a.Data != nil || len(a.Errors) != 1 || !strings.Contains(string(raw), c.want) || !strings.Contains(string(raw), code) {
				t.Errorf("%s: %d is taken: %d %.300s", c.name, n, status, raw)
			}
			if status, raw := postAs(t, url, "application/json", string(body)); status != http.StatusOK || !strings.Contains(raw, c.want) || !strings.Contains(raw, code) || strings.Contains(raw, `"data"`) {
				t.Errorf("%s: %d as application/json: %d %.300s", c.name, n, status, raw)
			}
		}
	}
	if n := seen.n.Load(); n > 0 {
		t.Errorf("%d panics", n)
	}
}

// numbered repeats a text with the numbers below n.
func numbered(format string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// postAs posts a body for an answer of a media type.
func postAs(t *testing.T, url, accept, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", accept)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(raw)
}

// TestBodyLimit: 102,400 bytes are a request, one more is not, announced or in chunks.
func TestBodyLimit(t *testing.T) {
	t.Parallel()
	url, _ := fortress(t, nil)
	const limit = 102_400
	head, tail := `{"query":"{ item { id } }"`, "}"
	for _, n := range []int{limit, limit + 1} {
		for _, chunked := range []bool{false, true} {
			var body io.Reader = strings.NewReader(head + strings.Repeat(" ", n-len(head)-len(tail)) + tail)
			if chunked {
				body = struct{ io.Reader }{body} // whose length the client does not know
			}
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, body)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Content-Type", "application/json")
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			raw, _ := io.ReadAll(res.Body)
			_ = res.Body.Close()
			status, want := http.StatusOK, `"data":`
			if n > limit {
				status, want = http.StatusRequestEntityTooLarge, `"code":"REQUEST_TOO_LARGE"`
			}
			if res.StatusCode != status || !strings.Contains(string(raw), want) {
				t.Errorf("%d bytes, chunked %v: %d %s", n, chunked, res.StatusCode, raw)
			}
		}
	}
}

// TestBatchLimit: arrays are refused by default; ten requests are taken if one says nothing else.
func TestBatchLimit(t *testing.T) {
	t.Parallel()
	array := func(n int) string {
		return "[" + strings.TrimSuffix(strings.Repeat(`{"query":"{ item { id } }"},`, n), ",") + "]"
	}
	closed, _ := fortress(t, nil)
	open, _ := fortress(t, func(c *router.Config) { c.Batching.Enabled = true })
	for _, c := range []struct {
		url    string
		n      int
		status int
	}{{closed, 1, 400}, {open, 10, 200}, {open, 11, 400}} {
		status, raw := postAs(t, c.url, "application/json", array(c.n))
		want := `"code":"BATCHING_NOT_ALLOWED"`
		if c.status == http.StatusOK {
			want = `"data":`
		}
		if status != c.status || !strings.Contains(raw, want) || c.status == http.StatusOK && strings.Count(raw, `"data"`) != c.n {
			t.Errorf("%d requests: %d %s", c.n, status, raw)
		}
	}
}

// TestUploadLimits: no file by default; where two are taken the third is refused, and a file's byte beyond 10 MB.
func TestUploadLimits(t *testing.T) {
	t.Parallel()
	taken := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"data":{"page":"taken"}}`)
	})
	serve := func(u router.Uploads) string {
		r, err := router.New(t.Context(), router.Config{
			SDL: fmt.Sprintf(photosSDL, "", ""), Uploads: u, Handlers: map[string]http.Handler{"album": taken, "print": taken},
		})
		if err != nil {
			t.Fatal(err)
		}
		srv := httptest.NewServer(r.Handler())
		t.Cleanup(func() {
			srv.Close()
			_ = r.Shutdown(context.WithoutCancel(t.Context()))
		})
		return srv.URL + "/graphql"
	}
	none, two := serve(router.Uploads{}), serve(router.Uploads{MaxFiles: 2})
	const size = 10 << 20
	for _, c := range []struct {
		url         string
		files, size int
		status      int
		want        string
	}{
		{none, 1, 1, http.StatusUnsupportedMediaType, "UNSUPPORTED_MEDIA_TYPE"},
		{two, 2, 1, http.StatusOK, "taken"},
		{two, 3, 1, http.StatusRequestEntityTooLarge, "UPLOAD_TOO_LARGE"},
		{two, 1, size, http.StatusOK, "taken"},
		{two, 1, size + 1, http.StatusRequestEntityTooLarge, "UPLOAD_TOO_LARGE"},
	} {
		places, nulls := map[string][]string{}, make([]any, c.files)
		var files []file
		for i := range c.files {
			name := fmt.Sprint(i)
			places[name] = []string{"variables.in.files." + name}
			files = append(files, file{name, name, strings.Repeat("x", c.size)})
		}
		operations, _ := json.Marshal(map[string]any{
			"query": `mutation($in: Page!) { page(input: $in) }`, "variables": map[string]any{"in": map[string]any{"files": nulls}},
		})
		where, _ := json.Marshal(places)
		body, kind := form(t, string(operations), string(where), files...)
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, c.url, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", kind)
		req.Header.Set("Apollo-Require-Preflight", "1")
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		raw, _ := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if res.StatusCode != c.status || !strings.Contains(string(raw), c.want) {
			t.Errorf("%d files of %d bytes: %d %.300s", c.files, c.size, res.StatusCode, raw)
		}
	}
}

// TestConcurrencyLimit: of the default 5,000 places 500 are for mutations alone: while 4,500 queries run, the next one
// is refused, and a mutation is not.
func TestConcurrencyLimit(t *testing.T) {
	t.Parallel()
	const queries = 4500
	begun, finish := make(chan struct{}, queries), make(chan struct{})
	var handler http.Handler
	next := hostile.Subgraph()
	off := false
	r, err := router.New(t.Context(), router.Config{
		SDL: hostile.Supergraph(), Dedupe: router.Dedupe{Inbound: &off, Subgraphs: &off},
		Handlers: func() map[string]http.Handler {
			h := map[string]http.Handler{}
			for g := range hostile.Graphs {
				h[fmt.Sprintf("g%d", g)] = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					body, _ := io.ReadAll(r.Body)
					if !strings.Contains(string(body), "mutation") {
						begun <- struct{}{}
						<-finish
					}
					next.ServeHTTP(w, r)
				})
			}
			return h
		}(),
	})
	if err != nil {
		t.Fatal(err)
	}
	handler = r.GraphQL()
	t.Cleanup(func() { _ = r.Shutdown(context.WithoutCancel(t.Context())) })
	post := func(query string) *httptest.ResponseRecorder {
		req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", strings.NewReader(`{"query":"`+query+`"}`))
		req.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, req)
		return w
	}
	answers := make(chan int, queries)
	for range queries {
		go func() { answers <- post("{ item { id } }").Code }()
	}
	for range queries {
		<-begun
	}
	if w := post("{ item { id } }"); w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), `"code":"OVERLOADED"`) || w.Header().Get("Retry-After") == "" {
		t.Errorf("a query beyond the limit: %d %s", w.Code, w.Body)
	}
	if w := post("mutation { set(filter: {}) { id } }"); w.Code != http.StatusOK || strings.Contains(w.Body.String(), "OVERLOADED") {
		t.Errorf("a mutation: %d %s", w.Code, w.Body)
	}
	close(finish)
	for range queries {
		if code := <-answers; code != http.StatusOK {
			t.Fatalf("a query within the limit: %d", code)
		}
	}
}

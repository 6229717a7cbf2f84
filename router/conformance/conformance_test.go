// Package conformance_test runs the router over small supergraphs, a folder of
// cases/ for each rule of federation: subgraphs as *.graphql, what they know in
// data.json, operations with the answers expected of them in queries.txtar, and
// the supergraphs that composers made of the subgraphs (make conformance writes
// them; a file composers names those that can, if it is not both). Every
// supergraph of a case must give the same answers, and the subgraphs are strict:
// a request that a subgraph of that SDL could not answer fails the test,
// whatever the answer.
package conformance_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/tools/txtar"

	"marquee/router"
	"marquee/router/supergraph"
)

var update = flag.Bool("update", false, "write the monolith's answers where queries.txtar has none")

// kase is one folder.
type kase struct {
	dir         string
	subgraphs   map[string]*subgraph
	supergraphs []string // paths
}

func loadCase(t *testing.T, dir string) *kase {
	t.Helper()
	k := &kase{dir: dir, subgraphs: map[string]*subgraph{}}
	files, err := filepath.Glob(filepath.Join(dir, "*.graphql"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, ".supergraph.graphql") {
			k.supergraphs = append(k.supergraphs, file)
			continue
		}
		name := strings.TrimSuffix(filepath.Base(file), ".graphql")
		sdl, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if k.subgraphs[name], err = loadSubgraph(name, string(sdl)); err != nil {
			t.Fatal(err)
		}
	}
	if len(k.supergraphs) == 0 || len(k.subgraphs) == 0 {
		t.Fatalf("%s: no supergraph or no subgraph", dir)
	}
	if _, err := os.Stat(filepath.Join(dir, "composers")); err != nil && len(k.supergraphs) != 2 {
		t.Fatalf("%s: %d supergraphs of two composers", dir, len(k.supergraphs))
	}
	return k
}

// world is the data of a case, fresh, and its subgraphs over it.
type world struct {
	*data
	handlers map[string]http.Handler

	mu         sync.Mutex
	violations []string
	requests   []string
}

func (k *kase) world(t *testing.T) *world {
	t.Helper()
	d, err := loadData(filepath.Join(k.dir, "data.json"), k.subgraphs)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{data: d, handlers: map[string]http.Handler{}}
	for name, sg := range k.subgraphs {
		s := &server{schema: sg.schema, sg: sg, view: view{d, name}, mu: &w.mu, violations: &w.violations}
		w.handlers[name] = http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			var body bytes.Buffer
			_, _ = body.ReadFrom(r.Body)
			w.mu.Lock()
			w.requests = append(w.requests, name+": "+body.String())
			w.mu.Unlock()
			r.Body = readCloser{bytes.NewReader(body.Bytes())}
			s.ServeHTTP(rw, r)
		})
	}
	return w
}

type readCloser struct{ *bytes.Reader }

func (readCloser) Close() error { return nil }

// query is one operation of queries.txtar: <name>.graphql, perhaps <name>.vars.json,
// and <name>.json with what is expected.
type query struct {
	name string
	request
	want *expectation
}

// expectation is the data, and whether there must be errors.
type expectation struct {
	Data   json.RawMessage `json:"data"`
	Errors bool            `json:"errors,omitempty"`
}

func loadQueries(t *testing.T, path string) (*txtar.Archive, []*query) {
	t.Helper()
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var list []*query
	by := map[string]*query{}
	for _, f := range archive.Files {
		name, kind, _ := strings.Cut(f.Name, ".")
		q := by[name]
		if q == nil {
			q = &query{name: name}
			by[name] = q
			list = append(list, q)
		}
		var err error
		switch kind {
		case "graphql":
			q.Query = string(f.Data)
		case "vars.json":
			err = json.Unmarshal(f.Data, &q.Variables)
		case "json":
			q.want = &expectation{}
			err = json.Unmarshal(f.Data, q.want)
		default:
			err = fmt.Errorf("what is this")
		}
		if err != nil {
			t.Fatalf("%s: %s: %v", path, f.Name, err)
		}
	}
	return archive, list
}

func TestCases(t *testing.T) {
	t.Parallel()
	dirs, err := filepath.Glob("cases/*")
	if err != nil || len(dirs) == 0 {
		t.Fatal("no cases", err)
	}
	for _, dir := range dirs {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			t.Parallel()
			k := loadCase(t, dir)
			path := filepath.Join(dir, "queries.txtar")
			archive, queries := loadQueries(t, path)
			if *update {
				k.fill(t, archive, queries)
				if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			for _, sdl := range k.supergraphs {
				name := strings.TrimSuffix(filepath.Base(sdl), ".supergraph.graphql")
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					k.run(t, sdl, queries)
				})
			}
		})
	}
}

// fill answers the queries nobody has answered by hand with the monolith.
func (k *kase) fill(t *testing.T, archive *txtar.Archive, queries []*query) {
	t.Helper()
	sdl, err := os.ReadFile(k.supergraphs[0])
	if err != nil {
		t.Fatal(err)
	}
	sg, err := supergraph.Parse(string(sdl), supergraph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range queries {
		if q.want != nil {
			continue
		}
		w := k.world(t)
		s := &server{schema: sg.Schema, view: view{w.data, ""}, mu: &w.mu, violations: &w.violations}
		a := s.execute(q.request)
		for _, v := range w.violations {
			t.Errorf("%s: %s", q.name, v)
		}
		q.want = &expectation{Data: mustJSON(a.Data), Errors: len(a.Errors) > 0}
		text, err := json.Marshal(q.want)
		if err != nil {
			t.Fatal(err)
		}
		archive.Files = append(archive.Files, txtar.File{Name: q.name + ".json", Data: append(text, '\n')})
	}
	var sorted []txtar.File
	for _, q := range queries {
		for _, f := range archive.Files {
			if name, _, _ := strings.Cut(f.Name, "."); name == q.name {
				sorted = append(sorted, f)
			}
		}
	}
	archive.Files = sorted
}

func mustJSON(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

func (k *kase) run(t *testing.T, path string, queries []*query) {
	t.Helper()
	sdl, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, eager := range []bool{false, true} {
		var w *world
		cfg := router.Config{SDL: string(sdl), EagerFetches: eager, Handlers: map[string]http.Handler{}}
		for name := range k.subgraphs {
			cfg.Handlers[name] = http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { w.handlers[name].ServeHTTP(rw, r) })
		}
		r, err := router.New(t.Context(), cfg)
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range queries {
			w = k.world(t)
			if wrong := q.verdict(w, post(t.Context(), r, q.request)); wrong != "" {
				t.Error(wrong)
			}
		}
		if err := r.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

func post(ctx context.Context, r *router.Router, q request) string {
	body, err := json.Marshal(q)
	if err != nil {
		panic(err)
	}
	req := httptest.NewRequestWithContext(ctx, http.MethodPost, "/graphql", bytes.NewReader(body))
	req.Header.Set("Content-Type", "application/json")
	rec := httptest.NewRecorder()
	r.Handler().ServeHTTP(rec, req)
	return strings.TrimSpace(rec.Body.String())
}

// verdict says what is wrong with an answer, "" if nothing.
func (q *query) verdict(w *world, answer string) string {
	var got struct {
		Data   json.RawMessage `json:"data"`
		Errors []any           `json:"errors"`
	}
	if err := json.Unmarshal([]byte(answer), &got); err != nil {
		return fmt.Sprintf("%s: %v: %s", q.name, err, answer)
	}
	if q.want == nil {
		return fmt.Sprintf("%s: no answer is expected; run with -update. got %s", q.name, answer)
	}
	if equal(got.Data, q.want.Data) && (len(got.Errors) > 0) == q.want.Errors && len(w.violations) == 0 {
		return ""
	}
	return fmt.Sprintf("%s: %s\n got %s\nwant %s errors=%v\nviolations %s\nrequests\n%s", q.name, q.Query, answer, q.want.Data, q.want.Errors,
		strings.Join(w.violations, "\n\t"), strings.Join(w.requests, "\n"))
}

// equal compares JSON, with the order of keys.
func equal(a, b json.RawMessage) bool {
	if a == nil {
		a = json.RawMessage("null")
	}
	if b == nil {
		b = json.RawMessage("null")
	}
	var p, q bytes.Buffer
	return json.Compact(&p, a) == nil && json.Compact(&q, b) == nil && p.String() == q.String()
}

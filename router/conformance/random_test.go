package conformance_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"pgregory.net/rapid"

	"marquee/router"
	"marquee/router/oracle"
	"marquee/router/supergraph"
)

// TestRandomOperations: on every case whose subgraphs agree on their data any
// operation is answered as one server with all of it would.
func TestRandomOperations(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("cases/*/*.supergraph.graphql")
	if err != nil || len(files) == 0 {
		t.Fatal("no supergraphs", err)
	}
	for _, path := range files {
		k := loadCase(t, filepath.Dir(path))
		if !k.world(t).Agree {
			continue
		}
		t.Run(strings.TrimSuffix(strings.TrimPrefix(path, "cases/"), ".supergraph.graphql"), func(t *testing.T) {
			t.Parallel()
			k.random(t, path)
		})
	}
}

func (k *kase) random(t *testing.T, path string) {
	t.Helper()
	sdl, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	sg, err := supergraph.Parse(string(sdl), supergraph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var w *world
	cfg := router.Config{SDL: string(sdl), Handlers: map[string]http.Handler{}}
	cfg.Limits = router.Limits{Depth: -1, Aliases: -1, Directives: -1, Fields: -1, RootFields: -1, Tokens: -1}
	cfg.Cost.Mode = "off"
	for name := range k.subgraphs {
		cfg.Handlers[name] = http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { w.handlers[name].ServeHTTP(rw, r) })
	}
	r, err := router.New(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	kinds := []ast.Operation{ast.Query}
	if sg.Schema.Mutation != nil {
		kinds = append(kinds, ast.Mutation)
	}
	ids := k.world(t).ids(sg.Schema)
	rapid.Check(t, func(rt *rapid.T) {
		gen := &oracle.Generator{Schema: sg.Schema, Values: ids, Depth: rapid.IntRange(1, 4).Draw(rt, "depth")}
		text, vars := gen.Draw(rt, rapid.SampledFrom(kinds).Draw(rt, "kind"))
		q := &query{name: "random", request: request{Query: text, Variables: vars}}
		w = k.world(t)
		mono := &server{schema: sg.Schema, view: view{w.data, ""}, mu: &w.mu, violations: &w.violations}
		want := mono.execute(q.request)
		for _, v := range w.violations {
			rt.Fatalf("%s\n%s", text, v)
		}
		q.want = &expectation{Data: mustJSON(want.Data), Errors: len(want.Errors) > 0}
		w = k.world(t)
		if wrong := q.verdict(w, post(t.Context(), r, q.request)); wrong != "" {
			rt.Fatal(wrong)
		}
	})
	if err := r.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
}

// ids are the names of all objects and one of none, as values of every argument
// that is an ID.
func (d *data) ids(schema *ast.Schema) map[string][]string {
	names := []string{`"nobody"`}
	for _, id := range sortedKeys(d.Objects) {
		names = append(names, strconv.Quote(id))
	}
	values := map[string][]string{}
	for _, def := range schema.Types {
		for _, f := range def.Fields {
			for _, a := range f.Arguments {
				if a.Type.Name() == "ID" {
					values[a.Name] = names
				}
			}
		}
	}
	return values
}

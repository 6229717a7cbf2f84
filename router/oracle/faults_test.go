package oracle_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/rules"
	"pgregory.net/rapid"

	"marquee/router/oracle"
	"marquee/router/plan"
	"marquee/router/transport"
)

// lost are the ways in which nothing of one answer is usable.
func lost() []fault {
	body := func(status int, f func(b []byte) []byte) fault {
		return func(res *transport.Response, _ int) (*transport.Response, error) {
			return &transport.Response{Status: status, Body: f(res.Body)}, nil
		}
	}
	fails := func(code string) fault {
		return func(*transport.Response, int) (*transport.Response, error) {
			return nil, &transport.Error{Code: code, Err: errors.New("secret")}
		}
	}
	text := func(s string) func([]byte) []byte { return func([]byte) []byte { return []byte(s) } }
	return []fault{
		fails(transport.CodeTimeout), fails(transport.CodeUnreachable), fails(transport.CodeTooLarge),
		body(http.StatusInternalServerError, text("<html>secret</html>")), body(http.StatusServiceUnavailable, text("")),
		body(http.StatusOK, text("")), body(http.StatusOK, text("garbage")), body(http.StatusOK, text(`{"data":null}`)), body(http.StatusOK, text(`{}`)),
		body(http.StatusOK, text(`{"data":null,"errors":[{"message":"down"}]}`)), body(http.StatusOK, text(`{"errors":[{"message":"refused"}]}`)),
		body(http.StatusOK, func(b []byte) []byte { return b[:len(b)-1] }), // truncated: one brace is missing
		body(http.StatusOK, func(b []byte) []byte { return b[:len(b)/2] }),
		body(http.StatusOK, tooShort),
	}
}

// tooShort takes an entity off every list of `_entities`; another answer becomes null.
func tooShort(b []byte) []byte {
	var answer struct {
		Data map[string]json.RawMessage `json:"data"`
	}
	if err := json.Unmarshal(b, &answer); err != nil {
		return nil
	}
	for key, raw := range answer.Data {
		var list []json.RawMessage
		if json.Unmarshal(raw, &list) != nil || !strings.HasPrefix(key, "_") {
			return []byte(`{"data":null}`)
		}
		if len(list) > 0 {
			list = list[1:]
		}
		answer.Data[key], _ = json.Marshal(list)
	}
	b, _ = json.Marshal(answer)
	return b
}

// TestLostAnswersEqualFailingFields: if one request of many has no usable answer, the data is the monolith's where the
// fields that were asked for by it fail, byte by byte; what nobody else asked for and nothing else was built on is
// compared so. Always: what is not null is the monolith's, and what is null without being so there has an error.
func TestLostAnswersEqualFailingFields(t *testing.T) {
	t.Parallel()
	for _, f := range oracle.Fixtures() {
		r := newRouter(t, f.Supergraph())
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			var all, equal atomic.Int64
			rapid.Check(t, func(t *rapid.T) {
				all.Add(1)
				if loseOne(t, r, f) {
					equal.Add(1)
				}
			})
			t.Logf("%d of %d answers were compared byte by byte", equal.Load(), all.Load())
			if equal.Load()*5 < all.Load() {
				t.Errorf("only %d of %d answers could be compared byte by byte", equal.Load(), all.Load())
			}
		})
	}
}

// loseOne says whether the answer was compared byte by byte.
func loseOne(t *rapid.T, r *router, f *oracle.Fixture) bool {
	seed := rapid.Uint64Range(0, 1<<20).Draw(t, "seed")
	graph := f.Fill(seed, 0.1, 0)
	mono := oracle.NewMonolith(f.API(), graph)
	fed := oracle.NewFederation(f.Fill(seed, 0.1, 0), f.Subgraphs())
	gen := &oracle.Generator{Schema: mono.Schema(), Values: f.Values, Depth: rapid.IntRange(1, 5).Draw(t, "depth")}
	query, vars := gen.Draw(t, ast.Query)
	if _, _, err := r.execute(fed, query, vars); err != nil {
		t.Fatalf("%s\n%v", query, err)
	}
	sent := fed.Requests()
	if len(sent) == 0 {
		return false
	}
	slices.Sort(sent)
	hit := rapid.SampledFrom(sent).Draw(t, "hit")
	how := rapid.SampledFrom(lost()).Draw(t, "fault")
	fed.Fault = func(_ context.Context, q *transport.Request, answer func() *transport.Response) (*transport.Response, error) {
		if q.Subgraph+": "+string(q.Body) != hit {
			return answer(), nil
		}
		return how(answer(), 0)
	}
	res, p, err := r.execute(fed, query, vars)
	if err != nil {
		t.Fatalf("%s\n%v", query, err)
	}
	got := res.AppendJSON(nil)
	fatal := func(format string, args ...any) {
		t.Fatalf("%s\n%s\n got %s\nlost %s\n%s", query, fmt.Sprintf(format, args...), got, hit, p)
	}
	if err := mono.Conform(got, query, "", vars); err != nil {
		fatal("%v", err)
	}
	if bytes.Contains(got, []byte("secret")) {
		fatal("it leaks")
	}
	var whole, part any
	_ = json.Unmarshal([]byte(data(t, mono.Execute(query, "", vars))), &whole)
	_ = json.Unmarshal(res.Data, &part)
	var paths struct{ Errors []struct{ Path []any } }
	if err := json.Unmarshal(got, &paths); err != nil {
		fatal("%v", err)
	}
	var failed [][]any
	for _, e := range paths.Errors {
		failed = append(failed, e.Path)
	}
	if wrong := unexplained(whole, part, failed, sameField(t, mono, query), nil); wrong != "" {
		fatal("%s\nwhole %s", wrong, data(t, mono.Execute(query, "", vars)))
	}
	asked := requestOf(t, fed, hit)
	if !failAlike(t, graph, fed, p, asked, hit, sent) {
		return false
	}
	want := mono.Execute(query, "", vars)
	// Errors of the router alone are right: it asks for objects by an interface object before it knows their types.
	if text := data(t, want); string(res.Data) != text || len(want.Errors) > 0 && len(res.Errors) == 0 {
		fatal("want %s (%d errors)", text, len(want.Errors))
	}
	return true
}

// unexplained names a place where a partial answer differs from the whole one by more than a null that an error's path
// leads to or through; same says which steps of paths may stand for each other: the router asks once for what is
// equal, and names it where it comes first.
func unexplained(whole, part any, failed [][]any, same func(a, b any) bool, at []any) string {
	if part == nil && whole != nil {
		for _, path := range failed {
			n := min(len(path), len(at))
			if slices.EqualFunc(path[:n], at[:n], same) {
				return ""
			}
		}
		return fmt.Sprintf("null without an error at %v", at)
	}
	switch w := whole.(type) {
	case map[string]any:
		p, ok := part.(map[string]any)
		if !ok || len(p) != len(w) {
			return fmt.Sprintf("%v instead of an object at %v", part, at)
		}
		for k, v := range w {
			if s := unexplained(v, p[k], failed, same, append(at[:len(at):len(at)], k)); s != "" {
				return s
			}
		}
		return ""
	case []any:
		p, ok := part.([]any)
		if !ok || len(p) != len(w) {
			return fmt.Sprintf("%v instead of a list at %v", part, at)
		}
		for i, v := range w {
			if s := unexplained(v, p[i], failed, same, append(at[:len(at):len(at)], float64(i))); s != "" {
				return s
			}
		}
		return ""
	}
	if !reflect.DeepEqual(whole, part) {
		return fmt.Sprintf("%v instead of %v at %v", part, whole, at)
	}
	return ""
}

// sameField tells whether two steps of paths are list indices, or keys of one field somewhere in a document.
func sameField(t *rapid.T, mono *oracle.Monolith, query string) func(a, b any) bool {
	doc, errs := gqlparser.LoadQueryWithRules(mono.Schema(), query, rules.NewDefaultRules())
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	keys := map[string][]string{} // the fields a response key stands for
	for _, op := range doc.Operations {
		asking{op: op}.fields(func(_ int, f *ast.Field) { keys[f.Alias] = append(keys[f.Alias], f.Name) })
	}
	return func(a, b any) bool {
		x, isKey := a.(string)
		y, both := b.(string)
		if !isKey || !both { // indices: an entity in several places is asked for once and named where it comes first
			return isKey == both
		}
		return slices.ContainsFunc(keys[x], func(field string) bool { return slices.Contains(keys[y], field) })
	}
}

// asking is one request to a subgraph.
type asking struct {
	subgraph string
	schema   *ast.Schema
	vars     map[string]any
	op       *ast.OperationDefinition
}

func requestOf(t *rapid.T, fed *oracle.Federation, request string) asking {
	name, body, _ := strings.Cut(request, ": ")
	var sent struct {
		Query     string
		Variables map[string]any
	}
	if err := json.Unmarshal([]byte(body), &sent); err != nil {
		t.Fatal(err)
	}
	schema := fed.Subgraphs[name].Schema()
	doc, errs := gqlparser.LoadQueryWithRules(schema, sent.Query, rules.NewDefaultRules())
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	return asking{name, schema, sent.Variables, doc.Operations[0]}
}

// fields calls f for every field of a request and how deep it stands.
func (a asking) fields(f func(depth int, field *ast.Field)) {
	var walk func(set ast.SelectionSet, depth int)
	walk = func(set ast.SelectionSet, depth int) {
		for _, s := range set {
			switch s := s.(type) {
			case *ast.Field:
				f(depth, s)
				walk(s.SelectionSet, depth+1)
			case *ast.InlineFragment:
				walk(s.SelectionSet, depth)
			case *ast.FragmentSpread:
				walk(s.Definition.SelectionSet, depth)
			}
		}
	}
	walk(a.op.SelectionSet, 0)
}

// failAlike makes the fields fail in the monolith's graph that a lost request asked for. It says no if that is not all
// that its loss means: another request asks for one of them too, or is built on what the lost one had to say of objects
// it did not bring.
func failAlike(t *rapid.T, graph *oracle.Graph, fed *oracle.Federation, p *plan.Plan, a asking, hit string, sent []string) bool {
	entities, typed := false, false
	names := map[string]bool{} // of the fields that fail as a whole
	a.fields(func(depth int, field *ast.Field) {
		entities = entities || depth == 0 && field.Name == "_entities"
		typed = typed || depth == 1 && entities && field.Name == "__typename" // of an interface object: it cannot fail in a monolith
		if (depth == 0 && !entities || depth == 1 && entities) && field.Name != "__typename" {
			names[field.Name] = true
		}
	})
	if typed {
		return false
	}
	// Whoever else knows one of the names may know the same field of the same object.
	for _, other := range sent {
		b := requestOf(t, fed, other)
		alone := true
		b.fields(func(depth int, field *ast.Field) {
			top := depth == 0 && !entities || depth == 1 && entities
			if names[field.Name] && (other != hit || !top) {
				alone = false
			}
		})
		if !alone {
			return false
		}
	}
	if !entities {
		for name := range names {
			graph.Query.Fields[name] = errors.New("lost")
		}
		return true
	}
	for i := range p.Fetches {
		if p.Fetches[i].Subgraph == a.subgraph && p.Fetches[i].OperationName == a.op.Name {
			for j := range p.Fetches {
				if slices.Contains(p.Fetches[j].Deps, i) {
					return false
				}
			}
		}
	}
	ok := true
	for _, s := range a.op.SelectionSet {
		entry, is := s.(*ast.Field)
		if !is {
			return false
		}
		reps, _ := entry.ArgumentMap(a.vars)["representations"].([]any)
		for _, rep := range reps {
			rep, _ := rep.(map[string]any)
			asking{op: &ast.OperationDefinition{SelectionSet: entry.SelectionSet}}.fields(func(depth int, field *ast.Field) {
				if depth > 0 || field.Name == "__typename" {
					return
				}
				// Only what is asked of this object: a fragment's type may be another.
				typ, _ := rep["__typename"].(string)
				for _, possible := range append(a.schema.GetPossibleTypes(field.ObjectDefinition), field.ObjectDefinition) {
					if possible.Name == typ {
						ok = fed.Fail(graph, a.subgraph, rep, field.Name) && ok
						return
					}
				}
			})
		}
	}
	return ok
}

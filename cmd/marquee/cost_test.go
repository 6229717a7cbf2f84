package main

import (
	"bytes"
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
	"github.com/vektah/gqlparser/v2/parser"

	"marquee/router/cost"
	"marquee/router/operation"
	"marquee/router/supergraph"
	"marquee/schema"
)

var documentOf = regexp.MustCompile(`(?m)^    ("(?:[^"\\]|\\.)*"): typeof types\.`)

// appOperations are the operations of the web app, each with the fragments it needs.
func appOperations(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile("../../web/src/gql/gql.ts")
	if err != nil {
		t.Fatal(err)
	}
	var all ast.QueryDocument
	for _, m := range documentOf.FindAllSubmatch(text, -1) {
		var document string
		if err := json.Unmarshal(m[1], &document); err != nil {
			t.Fatal(err)
		}
		doc, err := parser.ParseQuery(&ast.Source{Input: document})
		if err != nil {
			t.Fatalf("%s: %v", document, err)
		}
		all.Operations = append(all.Operations, doc.Operations...)
		all.Fragments = append(all.Fragments, doc.Fragments...)
	}
	out := map[string]string{}
	for _, op := range all.Operations {
		doc := ast.QueryDocument{Operations: ast.OperationList{op}}
		need(&all, &doc, op.SelectionSet)
		var b bytes.Buffer
		formatter.NewFormatter(&b).FormatQueryDocument(&doc)
		out[op.Name] = b.String()
	}
	return out
}

func need(all, doc *ast.QueryDocument, set ast.SelectionSet) {
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			need(all, doc, s.SelectionSet)
		case *ast.InlineFragment:
			need(all, doc, s.SelectionSet)
		case *ast.FragmentSpread:
			if doc.Fragments.ForName(s.Name) == nil {
				f := all.Fragments.ForName(s.Name)
				doc.Fragments = append(doc.Fragments, f)
				need(all, doc, f.SelectionSet)
			}
		}
	}
}

// TestAppIsCheap: every operation of the app passes the default limit with room, with the longest pages there are.
func TestAppIsCheap(t *testing.T) {
	t.Parallel()
	sg, err := supergraph.Parse(schema.Supergraph, supergraph.Options{Enforced: []string{"authenticated", "requiresScopes", "policy"}})
	if err != nil {
		t.Fatal(err)
	}
	model := cost.New(sg, cost.Options{})
	ops := appOperations(t)
	names := make([]string, 0, len(ops))
	for name := range ops {
		names = append(names, name)
	}
	slices.Sort(names)
	if len(names) < 30 {
		t.Fatalf("only %d operations found", len(names))
	}
	for _, name := range names {
		n := price(t, sg, model, ops[name])
		t.Logf("%7d %s", n, name)
		if n > maxCost/10 {
			t.Errorf("%s costs %d, too near to the limit of %d", name, n, maxCost)
		}
	}
	const hostile = `{ events(first: 100) { nodes { bookings(first: 100) { nodes { tickets { id } event { bookings(first: 100) { nodes { id } } } } } } } }`
	if n := price(t, sg, model, hostile); n <= maxCost {
		t.Errorf("nested pages cost only %d", n)
	}
}

func price(t *testing.T, sg *supergraph.Supergraph, model *cost.Model, text string) int64 {
	t.Helper()
	doc, errs := operation.Parse(sg, text, operation.DefaultLimits())
	if errs != nil {
		t.Fatalf("%s: %v", text, errs)
	}
	op, gerr := doc.Operation("")
	if gerr != nil {
		t.Fatalf("%s: %v", text, gerr)
	}
	parsed, err := parser.ParseQuery(&ast.Source{Input: text})
	if err != nil {
		t.Fatal(err)
	}
	vars := map[string]json.RawMessage{}
	for _, v := range parsed.Operations[0].VariableDefinitions {
		switch v.Type.Name() {
		case "Int":
			vars[v.Variable] = json.RawMessage("100")
		case "Boolean":
			vars[v.Variable] = json.RawMessage("true")
		}
	}
	norm, gerr := op.Normalise(vars, 0)
	if gerr != nil {
		t.Fatalf("%s: %v", text, gerr)
	}
	n, problem := model.Compile(norm).Estimate(vars)
	if problem != nil {
		t.Error(problem)
	}
	return n
}

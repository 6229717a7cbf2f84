package planner_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2/ast"
	"pgregory.net/rapid"

	"marquee/router/executor"
	"marquee/router/operation"
	"marquee/router/oracle"
	"marquee/router/planner"
	"marquee/router/supergraph"
)

func graphName(g int) string { return fmt.Sprintf("g%d", g) }

// supergraph writes the federation with join directives.
func (f *federation) supergraph() string {
	var b strings.Builder
	b.WriteString(`schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION) { query: Query }
enum join__Graph {`)
	for g := range f.graphs {
		fmt.Fprintf(&b, " G%d @join__graph(name: %q, url: \"\")", g, graphName(g))
	}
	b.WriteString(" }\ntype Query")
	for g := range f.graphs {
		fmt.Fprintf(&b, " @join__type(graph: G%d)", g)
	}
	b.WriteString(" {\n")
	for _, r := range f.roots {
		b.WriteString("  " + r.join() + "\n")
	}
	b.WriteString("}\n")
	var node, hit [2]string // directives, members
	for g := range f.graphs {
		for _, e := range f.entities {
			if e.keys[g] == nil {
				continue
			}
			in := fmt.Sprintf(" @join__type(graph: G%d)", g)
			if e.node && !strings.Contains(node[0], in) {
				node[0] += in
			}
			if e.hit && !strings.Contains(hit[0], in) {
				hit[0] += in
			}
			if e.hit {
				hit[1] += fmt.Sprintf(" @join__unionMember(graph: G%d, member: %q)", g, e.name)
			}
		}
	}
	b.WriteString("interface Node" + node[0] + " { id: ID!")
	if len(f.labelIn) > 0 {
		b.WriteString(" " + (&field{name: "label", graphs: f.labelIn}).join())
	}
	if len(f.kinIn) > 0 {
		b.WriteString(" " + (&field{name: "kin", target: "Node", list: true, graphs: f.kinIn}).join())
	}
	b.WriteString(" }\nunion Hit" + hit[0] + hit[1] + " = E1 | E2\n")
	for _, e := range f.entities {
		f.writeEntity(&b, e)
	}
	for _, v := range f.values {
		b.WriteString("type " + v.name)
		for g := range f.graphs {
			if v.graphs[g] {
				fmt.Fprintf(&b, " @join__type(graph: G%d)", g)
			}
		}
		b.WriteString(" {")
		for _, l := range v.fields {
			b.WriteString(" " + l.name + ": " + l.typ())
		}
		b.WriteString(" }\n")
	}
	return b.String()
}

func (f *federation) writeEntity(b *strings.Builder, e *entityType) {
	b.WriteString("type " + e.name)
	if e.node {
		b.WriteString(" implements Node")
	}
	var id, code []int
	for _, g := range f.knowing(e) {
		for _, k := range e.keys[g] {
			fmt.Fprintf(b, " @join__type(graph: G%d, key: %q", g, k)
			if !f.resolvable(e, g) {
				b.WriteString(", resolvable: false")
			}
			b.WriteString(")")
			if k == "id" {
				id = append(id, g)
			} else {
				code = append(code, g)
			}
		}
		if e.node {
			fmt.Fprintf(b, " @join__implements(graph: G%d, interface: \"Node\")", g)
		}
	}
	for g := range f.graphs {
		if !f.plain && f.carriers[e.name] {
			fmt.Fprintf(b, " @context(name: \"%s__ctx\")", graphName(g))
		}
	}
	b.WriteString(" {\n  " + strings.Replace((&field{name: "id", graphs: id}).join(), "String", "ID!", 1))
	b.WriteString("\n  " + strings.Replace((&field{name: "code", graphs: code}).join(), "String", "ID!", 1) + "\n")
	for _, l := range e.fields {
		b.WriteString("  " + l.join() + "\n")
	}
	b.WriteString("}\n")
}

// resolvable: a graph that owns nothing of an entity cannot be entered.
func (f *federation) resolvable(e *entityType, g int) bool {
	for _, l := range e.fields {
		if slices.Contains(l.graphs, g) {
			return true
		}
	}
	return g == e.hub
}

func (l *field) join() string {
	var b strings.Builder
	b.WriteString(l.name + ": " + l.typ())
	for i, g := range l.graphs {
		fmt.Fprintf(&b, " @join__field(graph: G%d", g)
		if i == 0 && l.overrides > 0 {
			fmt.Fprintf(&b, ", override: %q", graphName(l.overrides-1))
		}
		if l.requires != "" {
			fmt.Fprintf(&b, ", requires: %q", l.requires)
		}
		if l.context != "" {
			fmt.Fprintf(&b, `, contextArguments: [{context: "%s__ctx", name: "c", type: "String", selection: " { %s }"}]`, graphName(g), l.context)
		}
		if p := l.provides[g]; p != "" {
			fmt.Fprintf(&b, ", provides: %q", p)
		}
		b.WriteString(")")
	}
	if l.overrides > 0 {
		fmt.Fprintf(&b, " @join__field(graph: G%d)", l.overrides-1)
	}
	for g := range 8 {
		if l.external[g] {
			fmt.Fprintf(&b, " @join__field(graph: G%d, external: true)", g)
		}
	}
	return b.String()
}

// subgraphs writes the SDL of each subgraph.
func (f *federation) subgraphs() map[string]string {
	out := map[string]string{}
	for g := range f.graphs {
		var b strings.Builder
		b.WriteString("type Query { unused: Int")
		for _, r := range f.roots {
			b.WriteString(r.own(g))
		}
		b.WriteString(" }\n")
		node, members := false, []string{}
		for _, e := range f.entities {
			if e.keys[g] == nil {
				continue
			}
			node = node || e.node
			if e.hit {
				members = append(members, e.name)
			}
			b.WriteString("type " + e.name)
			if e.node {
				b.WriteString(" implements Node")
			}
			for _, k := range e.keys[g] {
				fmt.Fprintf(&b, " @key(fields: %q, resolvable: %t)", k, f.resolvable(e, g))
			}
			b.WriteString(" {")
			for _, k := range e.keys[g] {
				b.WriteString(" " + k + ": ID!")
			}
			for _, l := range e.fields {
				b.WriteString(l.own(g))
			}
			b.WriteString(" }\n")
		}
		if node {
			b.WriteString("interface Node { id: ID!")
			if slices.Contains(f.labelIn, g) {
				b.WriteString(" label: String")
			}
			if slices.Contains(f.kinIn, g) {
				b.WriteString(" kin: [Node]")
			}
			b.WriteString(" }\n")
		}
		if len(members) > 0 {
			b.WriteString("union Hit = " + strings.Join(members, " | ") + "\n")
		}
		for _, v := range f.values {
			if v.graphs[g] {
				b.WriteString("type " + v.name + " {")
				for _, l := range v.fields {
					b.WriteString(" " + l.name + ": " + l.typ())
				}
				b.WriteString(" }\n")
			}
		}
		out[graphName(g)] = b.String()
	}
	return out
}

func (l *field) own(g int) string {
	switch {
	case l.external[g]:
		return " " + l.name + ": " + l.typ() + " @external"
	case !slices.Contains(l.graphs, g) && l.overrides != g+1:
		return ""
	case l.requires != "":
		return fmt.Sprintf(" %s%s: %s @requires(fields: %q)", l.name, l.args(), l.typ(), l.requires)
	}
	return " " + l.name + l.args() + ": " + l.typ()
}

func (l *field) args() string {
	if l.context == "" {
		return ""
	}
	return "(c: String)"
}

// TestRandomFederations: in random federations, what subgraphs answer to a plan is what one server with all the data
// answers to the operation; and the plans keep the invariants.
func TestRandomFederations(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64Range(0, 1<<40).Draw(t, "seed")
		f := newFederation(seed)
		sdl := f.supergraph()
		sg, err := supergraph.Parse(sdl, supergraph.Options{})
		if err != nil {
			t.Fatalf("%v\n%s", err, sdl)
		}
		mono := oracle.NewMonolith(sg.SDL, f.fill(seed))
		gen := &oracle.Generator{Schema: mono.Schema(), Depth: rapid.IntRange(1, 6).Draw(t, "depth")}
		pl := planner.New(sg, planner.Options{MaxWall: time.Minute})
		for range 4 {
			query, given := gen.Draw(t, ast.Query)
			compareWithMonolith(t, sg, pl, f, seed, mono, query, given)
		}
	})
}

func compareWithMonolith(t *rapid.T, sg *supergraph.Supergraph, pl *planner.Planner, f *federation, seed uint64, mono *oracle.Monolith, query string, given map[string]any) {
	doc, errs := operation.Parse(sg, query, operation.Limits{})
	if len(errs) > 0 {
		t.Fatalf("%s\n%v", query, errs)
	}
	op, e := doc.Operation("")
	if e != nil {
		t.Fatal(e)
	}
	raw, err := json.Marshal(given)
	if err != nil {
		t.Fatal(err)
	}
	vars, errs := op.Coerce(raw)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	n, e := op.Normalise(vars, 0)
	if e != nil {
		t.Fatal(e)
	}
	p, err := pl.Plan(n)
	if err != nil && strings.Contains(err.Error(), "takes an argument from a context that nothing above it sets") {
		return // such a federation would not be composed
	}
	if err != nil {
		t.Fatalf("%s\n%s\n%v", f.supergraph(), query, err)
	}
	planner.CheckPlan(t, sg, p)
	x := executor.New(executor.Options{Transport: oracle.NewFederation(f.fill(seed), f.subgraphs())})
	got := x.Execute(context.Background(), &executor.Request{Plan: p, Variables: vars}).AppendJSON(nil)
	want, err := json.Marshal(mono.Execute(query, "", given))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Fatalf("%s\n%s\n%s\ngot  %s\nwant %s", f.supergraph(), query, p, got, want)
	}
}

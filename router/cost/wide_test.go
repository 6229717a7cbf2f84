package cost_test

import (
	"fmt"
	"strings"
	"testing"

	"marquee/router/cost"
	"marquee/router/operation"
	"marquee/router/supergraph"
)

// wide is a supergraph with an interface of many types that differ in cost.
func wide(t testing.TB, types int, differ bool) (*supergraph.Supergraph, *cost.Model) {
	t.Helper()
	var b strings.Builder
	b.WriteString(`schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/join/v0.5", for: EXECUTION)
@link(url: "https://specs.apollo.dev/cost/v0.1", import: ["@cost"]) { query: Query }
enum join__Graph { A @join__graph(name: "a", url: "http://a") }
type Query @join__type(graph: A) { node: Node nodes(first: Int): [Node] }
interface Node @join__type(graph: A) { id: ID next(first: Int): Node all(first: Int): [Node] }
`)
	for i := range types {
		weight := ""
		if differ {
			weight = fmt.Sprintf(" @cost(weight: %d)", i)
		}
		fmt.Fprintf(&b, `type T%d implements Node @join__type(graph: A) @join__implements(graph: A, interface: "Node") @cost(weight: %d) { id: ID%s next(first: Int): Node all(first: Int): [Node] own: Node }
`, i, i, weight)
	}
	sg, err := supergraph.Parse(b.String(), supergraph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return sg, cost.New(sg, cost.Options{})
}

// widest is a document of a few thousand fields on the interface, with sizes that are not known before.
func widest() string {
	var b strings.Builder
	b.WriteString("query($n: Int) { node { ")
	for i := range 40 {
		fmt.Fprintf(&b, "a%d: all(first: $n) { b: all(first: $n) { ", i)
		for j := range 30 {
			fmt.Fprintf(&b, "c%d: next(first: %d) { id } ", j, j)
		}
		b.WriteString("} } ")
	}
	b.WriteString("} }")
	return b.String()
}

// TestWideInterfaces: types whose fields cost the same are looked at once; the work is bounded where they do not.
func TestWideInterfaces(t *testing.T) {
	t.Parallel()
	sg, m := wide(t, 100, false)
	f, vars := compile(t, sg, m, widest(), `{"n":2}`)
	// The dearest type weighs 99 at every place: 99 + 40 × 2 × (99 + 2 × (99 + 30 × 99))
	if got, _ := f.Estimate(vars); got != 99+40*2*(99+2*(99+30*99)) {
		t.Errorf("cost %d", got)
	}
	// If their fields differ too, that is too much to look at.
	sg, m = wide(t, 100, true)
	f, vars = compile(t, sg, m, widest(), `{"n":2}`)
	if got, _ := f.Estimate(vars); got != cost.Most {
		t.Errorf("cost %d", got)
	}
	f, vars = compile(t, sg, m, `query($n: Int) { nodes(first: $n) { id next { id } } }`, `{"n":2}`)
	if got, _ := f.Estimate(vars); got != 2*(99+99+99+99) { // weight and id, of each
		t.Errorf("cost %d", got)
	}
}

func BenchmarkWide(b *testing.B) {
	sg, m := wide(b, 100, true)
	doc, errs := operation.Parse(sg, widest(), operation.Limits{})
	if errs != nil {
		b.Fatal(errs)
	}
	op, _ := doc.Operation("")
	norm, err := op.Normalise(nil, 0)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("compile", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			m.Compile(norm)
		}
	})
	f := m.Compile(norm)
	b.Run("estimate", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = f.Estimate(nil)
		}
	})
}

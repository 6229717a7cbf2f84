package planner_test

import (
	"testing"

	"marquee/router/operation"
	"marquee/router/planner"
	"marquee/router/supergraph"
)

// TestTypeFromElsewhere: a fragment on a type that no subgraph behind this place knows asks for nothing, also where it selects more below a
// field than the types that do come here.
func TestTypeFromElsewhere(t *testing.T) {
	t.Parallel()
	sg, err := supergraph.Parse(`
schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION) { query: Query }
enum join__Graph { A @join__graph(name: "a", url: "") B @join__graph(name: "b", url: "") }
type Query @join__type(graph: A) @join__type(graph: B) { tree: Branch @join__field(graph: A) }
interface Node @join__type(graph: A) @join__type(graph: B) { id: ID! label: String @join__field(graph: B) kin: [Node] @join__field(graph: A) }
type Branch implements Node @join__type(graph: A, key: "id") @join__type(graph: B, key: "id")
  @join__implements(graph: A, interface: "Node") @join__implements(graph: B, interface: "Node") {
  id: ID! label: String @join__field(graph: B) kin: [Node] @join__field(graph: A)
}
type Root implements Node @join__type(graph: B, key: "id") @join__implements(graph: B, interface: "Node") { id: ID! label: String kin: [Node] }
`, supergraph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	doc, errs := operation.Parse(sg, `{ tree { kin { ... on Root { kin { label } } kin { id } } } }`, operation.Limits{})
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	op, gerr := doc.Operation("")
	if gerr != nil {
		t.Fatal(gerr)
	}
	norm, gerr := op.Normalise(nil, 0)
	if gerr != nil {
		t.Fatal(gerr)
	}
	p, err := planner.New(sg, planner.Options{}).Plan(norm)
	if err != nil {
		t.Fatal(err)
	}
	planner.CheckPlan(t, sg, p)
	if len(p.Fetches) != 1 {
		t.Errorf("%d requests, want 1:\n%s", len(p.Fetches), p)
	}
}

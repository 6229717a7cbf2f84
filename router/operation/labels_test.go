package operation

import (
	"strings"
	"testing"

	"marquee/router/supergraph"
)

func TestLabelsOfAnOperation(t *testing.T) {
	t.Parallel()
	sg, err := supergraph.Parse(`schema @link(url: "https://specs.apollo.dev/join/v0.5", for: EXECUTION) { query: Query }
enum join__Graph { A @join__graph(name: "a", url: "") B @join__graph(name: "b", url: "") }
type Query @join__type(graph: A) @join__type(graph: B) { u: U p: P i: I v: V }
type U @join__type(graph: A) { x: Int p: P }
type V @join__type(graph: A, key: "q { m }") @join__type(graph: B, key: "q { m }") { q: Q! }
type Q @join__type(graph: A) @join__type(graph: B) { m: Int! @join__field(graph: A) @join__field(graph: B, override: "a", overrideLabel: "key") }
interface I @join__type(graph: A) @join__type(graph: B) { y: Int }
type P implements I @join__type(graph: A, key: "y") @join__type(graph: B, key: "y") @join__implements(graph: A, interface: "I") {
  y: Int z: Int @join__field(graph: A) @join__field(graph: B, override: "a", overrideLabel: "p")
}`, supergraph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string]string{
		"{ u { x } }":       "",
		"{ u { p { y } } }": "p",
		"{ i { y } }":       "p",
		"{ u { ...F } } fragment F on U { p { z } }":                                "p",
		"{ v { __typename } }":                                                      "key",
		"{ v { q { m } } ... on Query { p { z } } }":                                "key p",
		"query A { __typename } fragment F on V { q { m } } query B { v { ...F } }": "",
	} {
		doc, errs := Parse(sg, query, Limits{})
		if len(errs) > 0 {
			t.Fatalf("%s: %v", query, errs)
		}
		name := ""
		if strings.HasPrefix(query, "query A") {
			name = "A"
		}
		op, e := doc.Operation(name)
		if e != nil {
			t.Fatal(e)
		}
		var got []string
		for i, l := range sg.Labels {
			if op.Labels()&(1<<i) != 0 {
				got = append(got, l)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s depends on %v, want %s", query, got, want)
		}
	}
}

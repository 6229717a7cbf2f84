package supergraph

import (
	"errors"
	"strings"
	"testing"
)

const contextual = `schema @link(url: "https://specs.apollo.dev/join/v0.5", for: EXECUTION) @link(url: "https://specs.apollo.dev/context/v0.1", for: SECURITY) { query: Query }
enum join__Graph { A @join__graph(name: "a", url: "") B @join__graph(name: "b", url: "") }
type Query @join__type(graph: A) @join__type(graph: B) { s: S @join__field(graph: A) }
interface I @join__type(graph: A) @context(name: "a__i") @context(name: "a__own") { p: Int }
union S @join__type(graph: A) @context(name: "a__s") @join__unionMember(graph: A, member: "T") @join__unionMember(graph: A, member: "V") = T | V
type T implements I @join__implements(graph: A, interface: "I") @join__type(graph: A, key: "id") @context(name: "a__t") { id: ID! p: Int u: U }
type V @join__type(graph: A) { q: Int u: U }
`

func TestContexts(t *testing.T) {
	t.Parallel()
	sg, err := Parse(contextual+`type U @join__type(graph: A, key: "id") @join__type(graph: B, key: "id") { id: ID!
  f(n: Int, gone: Int): Int @join__field(graph: A, contextArguments: [{context: "a__s", name: "z", type: "Int", selection: " ... on T { p } ... on V { q }"}, {context: "a__t", name: "gone", type: "[Int!]", selection: "{ p }"}]) @join__field(graph: B) }`, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"I": "a__i a__own", "T": "a__i a__own a__s a__t", "V": "a__s", "U": "", "S": "a__s"} {
		typ := sg.Type(name)
		if got := strings.Join(typ.Contexts, " "); got != want || typ.Carries("a__s") != strings.Contains(want, "a__s") {
			t.Errorf("%s carries %q, want %q", name, got, want)
		}
	}
	f := sg.Type("U").Field("f")
	if a := f.In(0).ContextArguments; len(a) != 2 || a[0].Name != "gone" || a[0].Type.String() != "[Int!]" || a[1].Context != "a__s" || len(a[1].Selection) != 2 {
		t.Errorf("%+v", a)
	}
	if !sg.Contextual || !f.In(0).Demanding() || f.In(1).Demanding() {
		t.Error("field f of graph a needs contexts, that of b does not")
	}
	if api := sg.Schema.Types["U"].Fields.ForName("f"); len(api.Arguments) != 1 || api.Arguments[0].Name != "n" {
		t.Errorf("clients see %+v", api.Arguments)
	}
	for g, want := range []int{3, 2} {
		schema, err := sg.GraphSchema(GraphID(g))
		if err != nil {
			t.Fatal(err)
		}
		if got := len(schema.Types["U"].Fields.ForName("f").Arguments); got != want {
			t.Errorf("graph %d has %d arguments", g, got)
		}
	}
}

func TestInvalidContexts(t *testing.T) {
	t.Parallel()
	for argument, want := range map[string]string{
		`{context: "a__t", name: "n", type: "Int"}`:                                   "needs context, name, type and selection",
		`{context: "a__t", name: "n", type: "[Int", selection: "{ p }"}`:              `type "[Int"`,
		`{context: "a__t", name: "n", type: "Int", selection: "{ p "}`:                "selection",
		`{context: "a__t", name: "n", type: "Int", selection: "{ nothing }"}`:         "T has no field nothing",
		`{context: "a__s", name: "n", type: "Int", selection: "... on Nobody { p }"}`: "unknown type condition Nobody",
	} {
		_, err := Parse(contextual+`type U @join__type(graph: A, key: "id") { id: ID! f: Int @join__field(graph: A, contextArguments: [`+argument+`]) }`, Options{})
		var e *Error
		if !errors.As(err, &e) || e.Code != "SUPERGRAPH_INVALID" || !strings.Contains(e.Message, want) {
			t.Errorf("%s: %v", argument, err)
		}
	}
}

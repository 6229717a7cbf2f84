package introspection_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"marquee/router/introspection"
	"marquee/router/operation"
	"marquee/router/supergraph"
)

const sdl = `
schema @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION) { query: Query }
directive @join__type(graph: join__Graph!) repeatable on OBJECT
enum join__Graph { A @join__graph(name: "a", url: "http://a") }
"Where all begins."
type Query @join__type(graph: A) {
  "One \"thing\"."
  thing(id: ID!, kind: Kind = SMALL, old: Int @deprecated(reason: "unused")): Thing
  gone: [[Int!]!] @deprecated
}
interface Named @join__type(graph: A) { name: String }
type Thing implements Named @join__type(graph: A) { name: String }
union Any @join__type(graph: A) = Thing
enum Kind @join__type(graph: A) { SMALL LARGE @deprecated(reason: "too large") }
input Pick @join__type(graph: A) @oneOf { a: Int b: String }
scalar Date @join__type(graph: A) @specifiedBy(url: "https://example.com/date")
`

const everything = `query Everything {
  __schema {
    description
    queryType { name } mutationType { name } subscriptionType { name }
    types { ...Full }
    directives { name description isRepeatable locations args(includeDeprecated: true) { ...Input } }
  }
}
fragment Full on __Type {
  kind name description specifiedByURL isOneOf
  fields(includeDeprecated: true) { name description args(includeDeprecated: true) { ...Input } type { ...Ref } isDeprecated deprecationReason }
  inputFields(includeDeprecated: true) { ...Input }
  interfaces { ...Ref }
  enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason }
  possibleTypes { ...Ref }
}
fragment Input on __InputValue { name description type { ...Ref } defaultValue isDeprecated deprecationReason }
fragment Ref on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } } } }
`

// answer runs an introspection query with default limits and returns the value of its only root field.
func answer(t *testing.T, query, vars string) string {
	t.Helper()
	sg, err := supergraph.Parse(sdl, supergraph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	doc, errs := operation.Parse(sg, query, operation.DefaultLimits())
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	op, gerr := doc.Operation("")
	if gerr != nil {
		t.Fatal(gerr)
	}
	values, errs := op.Coerce(json.RawMessage(vars))
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	n, gerr := op.Normalise(values, 0)
	if gerr != nil {
		t.Fatal(gerr)
	}
	budget := introspection.Budget(sg.Schema)
	got, ok := introspection.Answer(sg.Schema, n.Root.Common[0].Meta, &budget)
	if !ok {
		t.Fatal("too large")
	}
	return string(got)
}

func TestEverything(t *testing.T) {
	t.Parallel()
	got := answer(t, everything, "")
	if !json.Valid([]byte(got)) {
		t.Fatalf("not JSON: %s", got)
	}
	for _, want := range []string{
		`{"kind":"OBJECT","name":"Query","description":"Where all begins.","specifiedByURL":null,"isOneOf":null,"fields":[{"name":"thing","description":"One \"thing\".","args":[{"name":"id","description":null,"type":{"kind":"NON_NULL","name":null,"ofType":{"kind":"SCALAR","name":"ID","ofType":null}},"defaultValue":null,"isDeprecated":false,"deprecationReason":null}`,
		`"name":"kind","description":null,"type":{"kind":"ENUM","name":"Kind","ofType":null},"defaultValue":"SMALL"`,
		`"name":"old","description":null,"type":{"kind":"SCALAR","name":"Int","ofType":null},"defaultValue":null,"isDeprecated":true,"deprecationReason":"unused"`,
		`"type":{"kind":"LIST","name":null,"ofType":{"kind":"NON_NULL","name":null,"ofType":{"kind":"LIST","name":null,"ofType":{"kind":"NON_NULL","name":null,"ofType":{"kind":"SCALAR","name":"Int","ofType":null}}}}},"isDeprecated":true,"deprecationReason":"No longer supported"`,
		`"kind":"UNION","name":"Any"`, `"possibleTypes":[{"kind":"OBJECT","name":"Thing","ofType":null}]`,
		`"kind":"INPUT_OBJECT","name":"Pick","description":null,"specifiedByURL":null,"isOneOf":true`,
		`"specifiedByURL":"https://example.com/date"`, `"name":"LARGE","description":null,"isDeprecated":true,"deprecationReason":"too large"`,
		`"mutationType":null`, `"name":"include"`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("missing %s in\n%s", want, got)
		}
	}
	for _, hidden := range []string{"join__", "_entities", `"fields":[{"name":"__schema"`} {
		if strings.Contains(got, hidden) {
			t.Errorf("shows %s", hidden)
		}
	}
}

func TestSelections(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ query, vars, want string }{
		{`{ __type(name: "Thing") { n: name __typename ...I } } fragment I on __Type { interfaces { name } }`, "", `{"n":"Thing","__typename":"__Type","interfaces":[{"name":"Named"}]}`},
		{`{ __type(name: "join__Graph") { name } }`, "", `null`},
		{`query Q($n: String!, $d: Boolean) { __type(name: $n) { enumValues(includeDeprecated: $d) { name } } }`, `{"n":"Kind"}`, `{"enumValues":[{"name":"SMALL"}]}`},
		{`query Q($n: String!, $d: Boolean) { __type(name: $n) { enumValues(includeDeprecated: $d) { name } } }`, `{"n":"Kind","d":true}`, `{"enumValues":[{"name":"SMALL"},{"name":"LARGE"}]}`},
		{`{ __type(name: "Query") { fields { name args { name } } } }`, "", `{"fields":[{"name":"thing","args":[{"name":"id"},{"name":"kind"}]}]}`},
	} {
		if got := answer(t, c.query, c.vars); got != c.want {
			t.Errorf("%s %s\ngot  %s\nwant %s", c.query, c.vars, got, c.want)
		}
	}
}

// A small document cannot be made into a large answer, and a tool that asks for everything gets it.
func TestBudget(t *testing.T) {
	t.Parallel()
	sg, err := supergraph.Parse(sdl, supergraph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	objects := func(query string, limits operation.Limits) (used int, ok bool) {
		t.Helper()
		doc, errs := operation.Parse(sg, query, limits)
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		op, e := doc.Operation("")
		if e != nil {
			t.Fatal(e)
		}
		n, e := op.Normalise(nil, 0)
		if e != nil {
			t.Fatal(e)
		}
		budget := introspection.Budget(sg.Schema)
		all := budget
		for _, f := range n.Root.Common {
			_, ok = introspection.Answer(sg.Schema, f.Meta, &budget)
		}
		return all - budget, ok
	}
	if used, ok := objects(everything, operation.DefaultLimits()); !ok || used*4 > introspection.Budget(sg.Schema) {
		t.Errorf("everything: %d of %d, %v", used, introspection.Budget(sg.Schema), ok)
	}
	var bomb strings.Builder
	for i := range 40 {
		fmt.Fprintf(&bomb, " a%d: __schema { types { fields { type { fields { type { name } args { name } } } } } b: types { fields { type { fields { name type { kind name } } } } } }", i)
	}
	if used, ok := objects("{"+bomb.String()+" }", operation.Limits{}); ok {
		t.Errorf("the bomb went through with %d of %d", used, introspection.Budget(sg.Schema))
	}
}

package operation

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"marquee/router/supergraph"
)

const testSDL = `
schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION) { query: Query mutation: Mutation subscription: Subscription }
directive @join__graph(name: String!, url: String!) on ENUM_VALUE
directive @join__type(graph: join__Graph!, key: String) repeatable on OBJECT | INTERFACE | UNION | ENUM | INPUT_OBJECT | SCALAR
directive @join__implements(graph: join__Graph!, interface: String!) repeatable on OBJECT
enum join__Graph { A @join__graph(name: "a", url: "http://a") }
type Query @join__type(graph: A) { dog(name: String, n: Int): Dog pet: Pet pets(filter: Filter, kinds: [Kind!]): [Pet!] free(any: JSON): Int ids(id: ID, ids: [[ID]], f: Float): Int }
type Mutation @join__type(graph: A) { a: Int b: Int }
type Subscription @join__type(graph: A) { ticks: Int barks: Dog }
interface Pet @join__type(graph: A) { name: String friend: Pet }
type Dog implements Pet @join__implements(graph: A, interface: "Pet") @join__type(graph: A) { name: String friend: Pet bark(loud: Boolean! = false): String size: Int! }
type Cat implements Pet @join__implements(graph: A, interface: "Pet") @join__type(graph: A) { name: String friend: Pet meow: String size: String }
enum Kind @join__type(graph: A) { DOG CAT }
input Filter @join__type(graph: A) { kind: Kind! age: Int = 3 and: [Filter!] not: Filter }
scalar JSON @join__type(graph: A)
`

func testSupergraph(t testing.TB) *supergraph.Supergraph {
	t.Helper()
	sg, err := supergraph.Parse(testSDL, supergraph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return sg
}

// prepare runs a document through all stages and returns the first errors.
func prepare(sg *supergraph.Supergraph, text, name, vars string, limits Limits) (*Normalized, gqlerror.List) {
	doc, errs := Parse(sg, text, limits)
	if len(errs) > 0 {
		return nil, errs
	}
	op, err := doc.Operation(name)
	if err != nil {
		return nil, gqlerror.List{err}
	}
	values, errs := op.Coerce(json.RawMessage(vars))
	if len(errs) > 0 {
		return nil, errs
	}
	n, err := op.Normalise(values, 0)
	if err != nil {
		return nil, gqlerror.List{err}
	}
	return n, nil
}

func TestErrorCodes(t *testing.T) {
	t.Parallel()
	sg := testSupergraph(t)
	for _, c := range []struct{ doc, name, vars, code, text string }{
		{"", "", "", CodeParse, "no operation"},
		{"{", "", "", CodeParse, "Expected Name"},
		{"fragment F on Query { __typename }", "", "", CodeParse, "no operation"},
		{"query { ...F } fragment F($x: Int) on Query { free }", "", "", CodeParse, ""},
		{"{ nothing }", "", "", CodeValidation, `Cannot query field "nothing" on type "Query".`},
		{"{ dogg { name } }", "", "", CodeValidation, `Cannot query field "dogg" on type "Query".`},
		{"{ dog }", "", "", CodeValidation, "must have a selection"},
		{"{ dog(nam: 1) { name } }", "", "", CodeValidation, "Unknown argument"},
		{"{ dog { name } dog { name: bark } }", "", "", CodeValidation, "conflict"},
		{"{ dog(n: 1) { name } dog(n: 2) { name } }", "", "", CodeValidation, "different arguments"},
		{"{ pet { ... on Dog { size } ... on Cat { size } } }", "", "", CodeValidation, "conflicting types"},
		{"{ pet { ... on Dog { x: friend { n: name } } ... on Cat { x: friend { n: friend { name } } } } }", "", "", CodeValidation, "conflict"},
		{"query A { free } query B { free }", "", "", CodeResolution, "operationName"},
		{"query A { free }", "C", "", CodeResolution, "no operation"},
		{"query Q($n: Int!) { dog(n: $n) { name } }", "", "", CodeInput, "not provided"},
		{"query Q($n: Int!) { dog(n: $n) { name } }", "", `{"n":null}`, CodeInput, "non-null"},
		{"query Q($n: Int) { dog(n: $n) { name } }", "", `{"n":2147483648}`, CodeInput, "32-bit"},
		{"query Q($n: Int) { dog(n: $n) { name } }", "", `{"n":1,"n":2}`, CodeInput, "twice"},
		{"query Q($n: Int) { dog(n: $n) { name } }", "", `[]`, CodeInput, "JSON object"},
		{"query Q($n: Int) { dog(n: $n) { name } }", "", `{"m":` + strings.Repeat("[", 600) + strings.Repeat("]", 600) + `}`, CodeLimit, "deeper than 512"},
		{"query Q($n: String) { dog(name: $n) { name } }", "", `{"n":1}`, CodeInput, "not a string"},
		{"query Q($f: Filter) { pets(filter: $f) { name } }", "", `{"f":{"kind":"COW"}}`, CodeInput, "variable $f.kind"},
		{"query Q($f: Filter) { pets(filter: $f) { name } }", "", `{"f":{}}`, CodeInput, "not provided"},
		{"query Q($f: Filter) { pets(filter: $f) { name } }", "", `{"f":{"kind":"DOG","x":1}}`, CodeInput, "not defined"},
		{"query Q($f: Filter) { pets(filter: $f) { name } }", "", `{"f":{"kind":"DOG","and":[{"kind":"CAT"},{"kind":1}]}}`, CodeInput, "$f.and[1].kind"},
		{"query Q($k: [Kind!]) { pets(kinds: $k) { name } }", "", `{"k":["DOG",null]}`, CodeInput, "$k[1]"},
		{"query Q($i: ID) { ids(id: $i) }", "", `{"i":1.5}`, CodeInput, "ID"},
		{"query Q($i: Boolean!) { free @skip(if: $i) }", "", `{}`, CodeInput, "not provided"},
		{"{ dog(n: 3000000000) { name } }", "", "", CodeValidation, "32-bit"},
		{"subscription { ticks barks { name } }", "", "", CodeValidation, "one top level field"},
		{"subscription { a: ticks b: ticks }", "", "", CodeValidation, "exactly one"},
	} {
		_, errs := prepare(sg, c.doc, c.name, c.vars, DefaultLimits())
		if len(errs) == 0 {
			t.Errorf("%s: no error", c.doc)
			continue
		}
		if errs[0].Extensions["code"] != c.code || !strings.Contains(errs[0].Message, c.text) {
			t.Errorf("%s %s: got %v %q, want %s %q", c.doc, c.vars, errs[0].Extensions["code"], errs[0].Message, c.code, c.text)
		}
		for _, e := range errs {
			if strings.Contains(e.Message, "Did you mean") {
				t.Errorf("%s: suggests: %s", c.doc, e.Message)
			}
		}
	}
}

func TestAccepted(t *testing.T) {
	t.Parallel()
	sg := testSupergraph(t)
	for _, c := range []struct{ doc, vars string }{
		{"{ pet { ... on Dog { bark } ... on Cat { meow } } }", ""},
		{"{ pet { ... on Dog { x: name } ... on Cat { x: meow } } }", ""},
		{"query Q($f: Filter, $n: Int = 4) { pets(filter: $f) { name } dog(n: $n) { name } }", `{"f":{"kind":"DOG","and":{"kind":"CAT"}},"unknown":1}`},
		{"query Q($a: JSON) { free(any: $a) }", `{"a":{"deep":[1,{"x":null}]}}`},
		{`{ free(any: {a: [1, "x", {b: null}]}) }`, ""},
		{"query Q($i: [[ID]], $f: Float) { ids(ids: $i, f: $f, id: 5) }", `{"i":[["a",1],[null]],"f":3}`},
		{"query Q($n: Int) { dog(n: $n) { name } }", `{"n":1.0}`},
	} {
		if _, errs := prepare(sg, c.doc, "", c.vars, DefaultLimits()); len(errs) > 0 {
			t.Errorf("%s: %v", c.doc, errs)
		}
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	sg := testSupergraph(t)
	nest := func(n int) string {
		return "{ pet " + strings.Repeat("{ friend ", n-2) + "{ name }" + strings.Repeat("}", n-2) + "}"
	}
	repeat := func(n int, format string) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(strings.ReplaceAll(format, "#", fmt.Sprint(i)))
		}
		return b.String()
	}
	for _, c := range []struct {
		limit string
		at    func(n int) string
		n     int
		set   Limits
	}{
		{"tokens", func(n int) string { return "{" + repeat(n-2, "free ") + "}" }, 2000, Limits{Tokens: 2000}},
		{"depth", nest, 12, Limits{Depth: 12}},
		{"aliases", func(n int) string { return "{ dog {" + repeat(n, " a#: __typename") + "} }" }, 30, Limits{Aliases: 30}},
		{"rootFields", func(n int) string { return "{" + repeat(n, " a#: free") + "}" }, 10, Limits{RootFields: 10}},
		{"directives", func(n int) string { return "{" + repeat(n, " free @include(if: true)") + "}" }, 50, Limits{Directives: 50}},
		{"fields", func(n int) string { return "{" + repeat(n, " free") + "}" }, 100, Limits{Fields: 100}},
		{"fields", func(n int) string {
			return "{ ...A ...B } fragment A on Query {" + repeat(n-1, " ...C") + "} fragment B on Query { free } fragment C on Query { free }"
		}, 100, Limits{Fields: 100}},
	} {
		if _, errs := prepare(sg, c.at(c.n), "", "", c.set); len(errs) > 0 {
			t.Errorf("%s at %d: %v", c.limit, c.n, errs)
		}
		_, errs := prepare(sg, c.at(c.n+1), "", "", c.set)
		if len(errs) == 0 || errs[0].Extensions["code"] != CodeLimit || errs[0].Extensions["limit"] != c.limit {
			t.Errorf("%s at %d: got %v", c.limit, c.n+1, errs)
		}
	}
}

// Fragments that double at every level must not take exponential work.
func TestFragmentBomb(t *testing.T) {
	t.Parallel()
	sg := testSupergraph(t)
	var b strings.Builder
	b.WriteString("{ pet { ...F0 } }")
	for i := range 30 {
		fmt.Fprintf(&b, " fragment F%d on Pet { a: friend { ...F%d } b: friend { ...F%d } c: friend { ...F%d } }", i, i+1, i+1, i+1)
	}
	b.WriteString(" fragment F30 on Pet { name }")
	_, errs := prepare(sg, b.String(), "", "", DefaultLimits())
	if len(errs) == 0 || errs[0].Extensions["code"] != CodeLimit {
		t.Errorf("got %v", errs)
	}
}

func TestNormalise(t *testing.T) {
	t.Parallel()
	sg := testSupergraph(t)
	for _, c := range []struct{ doc, vars, want string }{
		{
			`query N($y: Boolean!) { d: dog(name: "x", n: 1) { name ...F } e: dog(n: 1) { name @include(if: $y) } free @skip(if: $y) } fragment F on Pet { name friend { name } }`,
			`{"y":true}`,
			"query N labels=0\n$y: Boolean!\n$_l0: String\n$_l1: Int\nd: dog(n:$_l1,name:$_l0)\n  name\n  friend\n    name\ne: dog(n:$_l1)\n  name\n",
		},
		{
			`{ pet { name ... on Dog { bark friend { name } } friend { friend { name } } } }`, ``,
			"query  labels=0\npet\n  on Cat\n    name\n    friend\n      friend\n        name\n  on Dog\n    name\n    bark\n    friend\n      name\n      friend\n        =3\n",
		},
		{`{ free @include(if: false) }`, ``, "query  labels=0\n"},
		{
			`query T($n: String! = "Dog") { __type(name: $n) { name ...K } } fragment K on __Type { kind fields(includeDeprecated: true) { name } }`, ``,
			"query T labels=0\n$n: String! = \"Dog\"\n__type\n  __type: __type name=\"Dog\"\n    name: name\n    kind: kind\n    fields: fields includeDeprecated=true\n      name: name\n",
		},
	} {
		n, errs := prepare(sg, c.doc, "", c.vars, DefaultLimits())
		if len(errs) > 0 {
			t.Errorf("%s: %v", c.doc, errs)
			continue
		}
		if n.Key != c.want {
			t.Errorf("%s\ngot\n%swant\n%s", c.doc, n.Key, c.want)
		}
	}
}

// Operations that differ in literals only are one; the values are kept apart.
func TestLiteralsAreLifted(t *testing.T) {
	t.Parallel()
	sg := testSupergraph(t)
	a, errs := prepare(sg, `{ pets(filter: {kind: DOG, and: [{kind: CAT}]}, kinds: [DOG]) { name } dog(name: "a\n\"é") { name } }`, "", "", DefaultLimits())
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	b, errs := prepare(sg, `{ pets(filter: {kind: CAT}, kinds: []) { name } dog(name: null) { name } }`, "", "", DefaultLimits())
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	if a.Key != b.Key {
		t.Errorf("keys differ:\n%s\n%s", a.Key, b.Key)
	}
	want := map[string]string{"_l0": `{"kind":"DOG","and":[{"kind":"CAT"}]}`, "_l1": `["DOG"]`, "_l2": `"a\n\"é"`}
	for name, value := range want {
		if string(a.Literals[name]) != value {
			t.Errorf("%s = %s, want %s", name, a.Literals[name], value)
		}
	}
	if string(b.Literals["_l2"]) != "null" {
		t.Errorf("null literal is %s", b.Literals["_l2"])
	}
	c, errs := prepare(sg, `query Q($_l: Int) { dog(n: $_l, name: "x") { name } }`, "", "", DefaultLimits())
	if len(errs) > 0 || len(c.Variables) != 2 || c.Variables[0].Name == c.Variables[1].Name {
		t.Errorf("lifted names must not meet the client's: %v %v", c, errs)
	}
}

// One type condition per level over an interface with several types: the normal form, printed in full, would double at
// every level.
func TestNormalFormStaysSmall(t *testing.T) {
	t.Parallel()
	sg := testSupergraph(t)
	const depth = 40
	open := "{ ... on Dog { bark } friend "
	text := "{ pet " + strings.Repeat(open, depth) + "{ name }" + strings.Repeat(" }", depth) + " }"
	n, errs := prepare(sg, text, "", "", Limits{})
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	if len(n.Key) > 50*len(text) {
		t.Errorf("%d bytes for a document of %d", len(n.Key), len(text))
	}
	other, errs := prepare(sg, strings.Replace(text, "{ name }", "{ x: name }", 1), "", "", Limits{})
	if len(errs) > 0 || other.Key == n.Key {
		t.Errorf("operations that differ at the end have one key: %v", errs)
	}
}

func FuzzPrepare(f *testing.F) {
	sg := testSupergraph(f)
	for _, s := range []string{
		`{ dog { name } }`, `query Q($f: Filter) { pets(filter: $f) { ... on Dog { bark(loud: true) } } }`,
		`{ ...F } fragment F on Query { pet { ...G } } fragment G on Pet { friend { name @skip(if: true) } }`,
		`{ __schema { types { name fields { type { ofType { name } } } } } }`, `subscription { ticks }`, `mutation { a b a }`,
	} {
		f.Add(s, `{"f":{"kind":"DOG","and":[{}]}}`)
	}
	limits := DefaultLimits()
	f.Fuzz(func(t *testing.T, text, vars string) {
		n, errs := prepare(sg, text, "", vars, limits)
		for _, e := range errs {
			if e.Extensions["code"] == nil {
				t.Errorf("error without a code: %v", e)
			}
		}
		if len(errs) > MaxErrors {
			t.Errorf("%d errors", len(errs))
		}
		if n == nil {
			return
		}
		again, errs := prepare(sg, text, "", vars, limits)
		if len(errs) > 0 || again.Key != n.Key {
			t.Errorf("normalising twice differs: %v", errs)
		}
	})
}

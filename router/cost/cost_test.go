package cost_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"marquee/router/cost"
	"marquee/router/operation"
	"marquee/router/supergraph"
)

const library = `
schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/join/v0.5", for: EXECUTION)
  @link(url: "https://specs.apollo.dev/cost/v0.1", import: ["@cost", "@listSize"]) { query: Query mutation: Mutation subscription: Subscription }
enum join__Graph { A @join__graph(name: "a", url: "http://a") }
type Query @join__type(graph: A) {
  book: Book
  dear: Book @cost(weight: 50)
  books: [Book!]!
  shelf(first: Int = 5, last: Int, skip: Int): [Book] @listSize(slicingArguments: ["first", "last"], assumedSize: 7, requireOneSlicingArgument: false)
  assumed(first: Int): [Book] @listSize(slicingArguments: ["first"], assumedSize: 7, requireOneSlicingArgument: false)
  strict(first: Int, last: Int): [Book] @listSize(slicingArguments: ["first", "last"])
  fixed: [Book] @listSize(assumedSize: 3)
  paged(page: Page): Books @listSize(slicingArguments: ["page.window.size"], sizedFields: ["items", "extra.items"], requireOneSlicingArgument: false)
  relay(first: Int! = 20): Connection!
  top(limit: Int): [Book!]
  grid: [[Book]]
  things: [Thing]
  search(where: Where, mood: Mood, ids: [ID!] @cost(weight: 3), blob: Blob): Book
  named(names: [String!]): Book
}
type Mutation @join__type(graph: A) { save(input: Save!, many: [Save!]): Book }
type Subscription @join__type(graph: A) { changed: Book }
type Books @join__type(graph: A) { items: [Book] extra: Extra total: Int }
type Extra @join__type(graph: A) { items: [Book] others: [Book] }
type Connection @join__type(graph: A) { edges: [Edge!]! nodes: [Book!]! tags: [String!]! page: PageInfo! }
type PageInfo @join__type(graph: A) { next: Boolean }
type Edge @join__type(graph: A) { cursor: String node: Book! }
interface Thing @join__type(graph: A) { id: ID size: Int mood: Mood parts: [Thing] }
type Book implements Thing @join__type(graph: A) @join__implements(graph: A, interface: "Thing") {
  id: ID size: Int mood: Mood parts: [Thing] title: String author: Author rating: Int @cost(weight: 2)
}
type Vase implements Thing @join__type(graph: A) @join__implements(graph: A, interface: "Thing") @cost(weight: 4) {
  id: ID size: Int @cost(weight: 6) mood: Mood parts: [Thing] @listSize(assumedSize: 2)
}
type Author @join__type(graph: A) { name: String books: [Book] }
enum Mood @join__type(graph: A) @cost(weight: 8) { GOOD BAD }
scalar Blob @join__type(graph: A) @cost(weight: 2)
input Page @join__type(graph: A) { window: Window }
input Window @join__type(graph: A) { size: Int }
input Where @join__type(graph: A) { text: String @cost(weight: 5) and: [Where!] mood: Mood }
input Save @join__type(graph: A) { title: String tags: [String!] }
`

func model(t testing.TB, opt cost.Options) (*supergraph.Supergraph, *cost.Model) {
	t.Helper()
	sg, err := supergraph.Parse(library, supergraph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return sg, cost.New(sg, opt)
}

func parse(t testing.TB, sg *supergraph.Supergraph, query string) *operation.Operation {
	t.Helper()
	doc, errs := operation.Parse(sg, query, operation.Limits{})
	if errs != nil {
		t.Fatalf("%s: %v", query, errs)
	}
	op, gerr := doc.Operation("")
	if gerr != nil {
		t.Fatalf("%s: %v", query, gerr)
	}
	return op
}

func compile(t testing.TB, sg *supergraph.Supergraph, m *cost.Model, query, variables string) (*cost.Formula, map[string]json.RawMessage) {
	t.Helper()
	op := parse(t, sg, query)
	vars, errs := op.Coerce(json.RawMessage(variables))
	if errs != nil {
		t.Fatalf("%s: %v", query, errs)
	}
	norm, gerr := op.Normalise(vars, 0)
	if gerr != nil {
		t.Fatalf("%s: %v", query, gerr)
	}
	return m.Compile(norm), vars
}

func TestEstimate(t *testing.T) {
	t.Parallel()
	sg, m := model(t, cost.Options{})
	for _, c := range []struct {
		query, vars string
		want        int64
	}{
		{`{ book { id title } }`, ``, 1},                               // one object, leaves are free
		{`{ __typename __schema { types { name } } }`, ``, 0},          // the router answers by itself
		{`{ book { author { name } } }`, ``, 2},                        // book + author
		{`{ book { rating } }`, ``, 3},                                 // 1 + the leaf's weight 2
		{`{ book { mood } }`, ``, 9},                                   // 1 + the enum's weight 8
		{`{ dear { author { name } } }`, ``, 51},                       // 50 instead of the type's 1, + author
		{`{ a: book { id } b: book { id } }`, ``, 2},                   // each alias
		{`{ book { id } book { title } }`, ``, 1},                      // but not each mention
		{`mutation { save(input: {}) { id } }`, ``, 12},                // 10 + input 1 + book 1
		{`subscription { changed { id } }`, ``, 1},                     // an event
		{`{ books { id } }`, ``, 10},                                   // nothing known: 10
		{`{ books { author { name } } }`, ``, 20},                      // 10 × (book + author)
		{`{ books { author { books { id } } } }`, ``, 120},             // 10 × (1 + 1 + 10)
		{`{ fixed { id } }`, ``, 3},                                    // assumedSize
		{`{ shelf { id } }`, ``, 5},                                    // the default of first, not assumedSize
		{`{ shelf(last: 8) { id } }`, ``, 8},                           // what is given, not the default
		{`{ shelf(first: 3, last: 9) { id } }`, ``, 9},                 // the larger
		{`{ shelf(first: 0) { id } }`, ``, 0},                          // none
		{`{ shelf(first: null) { id } }`, ``, 5},                       // null is not given
		{`{ shelf(first: -1) { id } }`, ``, 5},                         // no size: as if not known
		{`{ shelf(skip: 1000) { id } }`, ``, 5},                        // not a slicing argument
		{`{ assumed { id } }`, ``, 7},                                  // assumedSize
		{`query($n: Int) { assumed(first: $n) { id } }`, ``, 7},        // a variable that is not given
		{`query($n: Int) { assumed(first: $n) { id } }`, `{"n":4}`, 4}, //
		{`query($n: Int = 6) { assumed(first: $n) { id } }`, ``, 6},    // its default
		{`query($n: Int) { assumed(first: $n) { id } }`, `{"n":null}`, 7},
		{`query($n: Int) { assumed(first: $n) { id } }`, `{"n":1e2}`, 100},
		{`query($a: Int, $b: Int) { shelf(first: $a, last: $b) { author { name } } }`, `{"a":3,"b":4}`, 8}, // 4 × 2
		{`query($a: Int) { shelf(first: $a) { author { books { id } } } }`, `{"a":3}`, 36},                 // 3 × (1 + 1 + 10)
		// 1 for Books; items and extra.items are 6 long, extra.others is not named: 1 + 6 + (1 + 6 + 10)
		{`{ paged(page: {window: {size: 6}}) { items { id } extra { items { id } others { id } } } }`, ``, 26}, // + 2 for the input objects
		{`query($p: Page) { paged(page: $p) { items { id } } }`, `{"p":{"window":{"size":6}}}`, 9},             // 2 + 1 + 6
		{`query($w: Window) { paged(page: {window: $w}) { items { id } } }`, `{"w":{"size":6}}`, 9},
		{`query($n: Int) { paged(page: {window: {size: $n}}) { items { id } } }`, `{"n":6}`, 9},
		{`query($p: Page) { paged(page: $p) { items { id } } }`, `{"p":{}}`, 12}, // 1 + 1 + 10
		{`{ paged { items { id } } }`, ``, 11},
		// first by custom, on a connection: 1 + 4 × (edge + book); tags are leaves
		{`{ relay(first: 4) { edges { node { id } } tags } }`, ``, 9},
		{`{ relay { nodes { id } page { next } } }`, ``, 22}, // 1 + 20 + 1
		{`{ top(limit: 2) { id } }`, ``, 2},
		{`{ top { id } }`, ``, 10},
		{`{ grid { id } }`, ``, 100},                                                    // a list of lists
		{`{ things { id } }`, ``, 40},                                                   // 10 × the dearest, Vase
		{`{ things { ... on Book { id } } }`, ``, 40},                                   // a Vase is still fetched
		{`{ things { size } }`, ``, 100},                                                // 10 × (4 + 6)
		{`{ things { ... on Book { size rating author { name } } } }`, ``, 40},          // max(1 + 2 + 1, 4)
		{`{ things { ... on Book { size rating author { books { id } } } } }`, ``, 140}, // max(1 + 2 + 1 + 10, 4)
		// a Book has 10 parts of 4 each, a Vase 2: 10 × max(1 + 40, 4 + 8)
		{`{ things { parts { id } } }`, ``, 410},
		// Where 1; text 5; two inner objects 1 each, one of them with an enum of 8; book 1
		{`{ search(where: {text: "x", and: [{}, {mood: GOOD}]}) { id } }`, ``, 17}, // 1 + 5 + 2 + 8 + 1
		{`query($w: Where) { search(where: $w) { id } }`, `{"w":{"text":"x","and":[{},{"mood":"GOOD"}]}}`, 17},
		{`query($w: Where) { search(where: $w) { id } }`, `{"w": { "te\u0078t" : null , "and": {"mood":"BAD"} } }`, 11},       // one for a list: 1 + 1 + 8 + 1
		{`query($w: Where!, $m: Mood) { search(where: {and: [$w, {mood: $m}]}) { id } }`, `{"w":{"text":"x"},"m":"BAD"}`, 17}, // 1 + (1 + 5) + (1 + 8) + 1
		{`query($w: Where) { search(where: $w) { id } }`, `{"w":null}`, 1},
		{`{ search(ids: ["a", "b"], mood: BAD, blob: "x") { id } }`, ``, 17}, // 2 × 3 + 8 + 2 + 1
		{`{ search(ids: []) { id } }`, ``, 4},                                // once at least
		{`query($i: [ID!]) { search(ids: $i) { id } }`, `{"i":["a","b","c"]}`, 10},
		{`{ named(names: ["a", "b"]) { id } }`, ``, 1},                                                               // strings are free
		{`mutation($s: [Save!]) { save(input: {title: "x"}, many: $s) { id } }`, `{"s":[{},{"tags":["a"]},{}]}`, 15}, // 10 + 1 + 3 + 1
		{`query($n: Boolean = false) { books { id author @include(if: $n) { name } } }`, ``, 10},                     // not asked for
	} {
		f, vars := compile(t, sg, m, c.query, c.vars)
		got, problem := f.Estimate(vars)
		if got != c.want || problem != nil {
			t.Errorf("%s %s costs %d (%v), want %d", c.query, c.vars, got, problem, c.want)
		}
		if open := strings.Contains(c.query, "$") && !strings.Contains(c.query, "@include"); f.Constant() == open {
			t.Errorf("%s: constant: %t", c.query, f.Constant())
		}
	}
}

func TestOptions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		opt   cost.Options
		query string
		want  int64
	}{
		{cost.Options{ListSize: 3}, `{ books { author { books { id } } } }`, 15}, // 3 × (1 + 1 + 3)
		{cost.Options{ListSize: -1}, `{ books { id } fixed { id } }`, 3},
		{cost.Options{Slicing: []string{}}, `{ relay(first: 4) { nodes { id } } }`, 11}, // 1 + 10
		{cost.Options{Slicing: []string{"skip"}}, `{ shelf(skip: 9) { id } }`, 5},       // declared is declared
	} {
		sg, m := model(t, c.opt)
		f, vars := compile(t, sg, m, c.query, "")
		if got, _ := f.Estimate(vars); got != c.want {
			t.Errorf("%+v %s costs %d, want %d", c.opt, c.query, got, c.want)
		}
	}
}

func TestOneSlicingArgument(t *testing.T) {
	t.Parallel()
	sg, m := model(t, cost.Options{})
	for _, c := range []struct {
		query, vars string
		ok          bool
		want        int64
	}{
		{`{ strict(first: 2) { id } }`, ``, true, 2},
		{`{ strict(last: 3, first: null) { id } }`, ``, true, 3},
		{`{ strict { id } }`, ``, false, 10},
		{`{ strict(first: 2, last: 3) { id } }`, ``, false, 3},
		{`query($a: Int, $b: Int) { strict(first: $a, last: $b) { id } }`, `{"a":4}`, true, 4},
		{`query($a: Int, $b: Int) { strict(first: $a, last: $b) { id } }`, `{"a":4,"b":1}`, false, 4},
		{`query($a: Int, $b: Int) { strict(first: $a, last: $b) { id } }`, `{}`, false, 10},
		{`query($a: Int) { strict(first: $a, last: 1) { id } }`, `{"a":null}`, true, 1},
	} {
		f, vars := compile(t, sg, m, c.query, c.vars)
		got, problem := f.Estimate(vars)
		if got != c.want || (problem == nil) != c.ok {
			t.Errorf("%s %s costs %d, %v", c.query, c.vars, got, problem)
		}
		if problem != nil && problem.Error() != "Query.strict needs exactly one of the arguments first, last." {
			t.Error(problem)
		}
	}
}

// TestSaturates: no number overflows.
func TestSaturates(t *testing.T) {
	t.Parallel()
	sg, m := model(t, cost.Options{})
	q := "id"
	for range 30 {
		q = "author { books { " + q + " } }"
	}
	for _, c := range [][2]string{
		{`{ books { ` + q + ` } }`, ``},
		{`query($n: Int) { assumed(first: $n) { ` + q + ` } shelf(first: $n) { ` + q + ` } }`, `{"n":2147483647}`},
	} {
		f, vars := compile(t, sg, m, c[0], c[1])
		if got, _ := f.Estimate(vars); got != cost.Most {
			t.Errorf("cost %d", got)
		}
	}
}

// TestSharedSelections: fragments that multiply are compiled once each. Expanded, the selection has 2^40 fields.
func TestSharedSelections(t *testing.T) {
	t.Parallel()
	sg, m := model(t, cost.Options{})
	var b strings.Builder
	b.WriteString("query($n: Int) { assumed(first: $n) { ...f0 } }\n")
	for i := range 40 {
		fmt.Fprintf(&b, "fragment f%d on Book { a%d: author { books { ...f%d } } b%d: author { books { ...f%d } } }\n", i, i, i+1, i, i+1)
	}
	b.WriteString("fragment f40 on Book { id }")
	f, vars := compile(t, sg, m, b.String(), `{"n":1}`)
	if got, _ := f.Estimate(vars); got != cost.Most {
		t.Errorf("cost %d", got)
	}
}

func BenchmarkEstimate(b *testing.B) {
	sg, m := model(b, cost.Options{})
	f, vars := compile(b, sg, m, `query($n: Int, $m: Int, $p: Page) { shelf(first: $n) { author { books { id } } } top(limit: $m) { id } paged(page: $p) { items { author { name } } } }`,
		`{"n":20,"m":5,"p":{"window":{"size":50}}}`)
	b.ReportAllocs()
	for b.Loop() {
		_, _ = f.Estimate(vars)
	}
}

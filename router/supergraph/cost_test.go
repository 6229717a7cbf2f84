package supergraph

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

const priced = `
schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/join/v0.5", for: EXECUTION) LINK { query: Query }
enum join__Graph { A @join__graph(name: "a", url: "http://a") }
scalar Blob @join__type(graph: A) @COST(weight: 2)
enum Mood @join__type(graph: A) @COST(weight: 9) { GOOD BAD }
input Where @join__type(graph: A) { text: String @COST(weight: 6) plain: Int }
type Query @join__type(graph: A) {
  books(first: Int = 5 @COST(weight: 2), last: Int, where: Where): [Book] @LIST(slicingArguments: ["first", "last"], assumedSize: 7)
  page(first: Int!): Page @LIST(slicingArguments: ["first"], sizedFields: ["items"], requireOneSlicingArgument: false)
  mood: Mood
  blob: Blob
}
type Book @join__type(graph: A) @COST(weight: 3) { title: String @COST(weight: "1.5") }
type Page @join__type(graph: A) { items: [Book] @COST(weight: -4) }
`

func pricedAs(link, cost, list string) string {
	return strings.NewReplacer("LINK", link, "COST", cost, "LIST", list).Replace(priced)
}

func TestCostDirectives(t *testing.T) {
	t.Parallel()
	for name, sdl := range map[string]string{
		"imported":     pricedAs(`@link(url: "https://specs.apollo.dev/cost/v0.1", import: ["@cost", "@listSize"])`, "cost", "listSize"),
		"main only":    pricedAs(`@link(url: "https://specs.apollo.dev/cost/v0.1", import: ["@listSize"])`, "cost", "listSize"),
		"not imported": pricedAs(`@link(url: "https://specs.apollo.dev/cost/v0.1")`, "cost", "cost__listSize"),
		"renamed":      pricedAs(`@link(url: "https://specs.apollo.dev/cost/v0.1", import: [{name: "@cost", as: "@price"}, {name: "@listSize", as: "@page"}])`, "price", "page"),
		"namespaced":   pricedAs(`@link(url: "https://specs.apollo.dev/cost/v0.1", as: "dear")`, "dear", "dear__listSize"),
	} {
		sg, err := Parse(sdl, Options{})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		query := sg.Type("Query")
		books, page := query.Field("books"), query.Field("page")
		for what, c := range map[string]struct {
			got  *int64
			want int64
		}{
			"object": {sg.Type("Book").Weight, 3}, "enum": {sg.Type("Mood").Weight, 9}, "scalar": {sg.Type("Blob").Weight, 2},
			"field, rounded up": {sg.Type("Book").Field("title").Weight, 2}, "negative": {sg.Type("Page").Field("items").Weight, 0},
		} {
			if c.got == nil || *c.got != c.want {
				t.Errorf("%s: weight of %s is not %d", name, what, c.want)
			}
		}
		if books.ArgWeights["first"] != 2 || len(books.ArgWeights) != 1 || sg.Type("Where").InputWeights["text"] != 6 {
			t.Errorf("%s: inputs: %v %v", name, books.ArgWeights, sg.Type("Where").InputWeights)
		}
		if want := (&ListSize{Assumed: 7, Slicing: []string{"first", "last"}, RequireOne: true}); !reflect.DeepEqual(books.ListSize, want) {
			t.Errorf("%s: books: %+v", name, books.ListSize)
		}
		if want := (&ListSize{Assumed: -1, Slicing: []string{"first"}, Sized: []string{"items"}}); !reflect.DeepEqual(page.ListSize, want) {
			t.Errorf("%s: page: %+v", name, page.ListSize)
		}
		if strings.Contains(sg.SDL, "weight") || strings.Contains(sg.SDL, "slicingArguments") {
			t.Errorf("%s: costs are in the API schema:\n%s", name, sg.SDL)
		}
	}
}

func TestCostDirectivesOfOthers(t *testing.T) {
	t.Parallel()
	for _, link := range []string{"", `@link(url: "https://example.org/cost/v1.0", import: ["@cost", "@listSize"])`} {
		sg, err := Parse(pricedAs(link, "cost", "listSize"), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if sg.Type("Book").Weight != nil || sg.Type("Query").Field("books").ListSize != nil {
			t.Errorf("%q: a directive of another specification was read", link)
		}
	}
}

func TestCostDirectivesRefused(t *testing.T) {
	t.Parallel()
	good := pricedAs(`@link(url: "https://specs.apollo.dev/cost/v0.1", import: ["@cost", "@listSize"])`, "cost", "listSize")
	for _, c := range [][3]string{
		{"weight: 9", `weight: "a lot"`, "Mood"},
		{"weight: 6", "other: 6", "Where.text"},
		{"weight: 2)", "weight: NaN)", "Blob"},
		{"assumedSize: 7", "assumedSize: -7", "Query.books"},
		{"weight: 3", "other: 3", "Book"},
	} {
		_, err := Parse(strings.Replace(good, c[0], c[1], 1), Options{})
		var e *Error
		if !errors.As(err, &e) || e.Code != "SUPERGRAPH_INVALID" || !strings.Contains(e.Message, c[2]) {
			t.Errorf("%s: %v", c[1], err)
		}
	}
}

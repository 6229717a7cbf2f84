package cost_test

import (
	"encoding/json"
	"maps"
	"testing"

	"marquee/router/cost"
)

func TestActual(t *testing.T) {
	t.Parallel()
	sg, m := model(t, cost.Options{})
	for _, c := range []struct {
		query, vars, data string
		want              int64
	}{
		{`{ books { id } }`, ``, `{"books":[{"id":"1"},{"id":"2"}]}`, 2},
		{`{ books { id } }`, ``, `{"books":[]}`, 0},
		{`{ books { id } }`, ``, `null`, 0},
		{`{ shelf(first: 9) { id author { name } } }`, ``, `{"shelf":[{"id":"1","author":null},null,{"id":"2","author":{"name":"x"}}]}`, 3},
		{`{ dear { author { name } } }`, ``, `{"dear":{"author":{"name":"x"}}}`, 51},
		{`{ dear { author { name } } }`, ``, `{"dear":null}`, 0},
		{`{ a: book { rating } b: book { rating mood } }`, ``, `{"a":{"rating":1},"b":{"rating":null,"mood":"GOOD"}}`, 12}, // 1 + 2 + 1 + 0 + 8
		{`{ grid { id } }`, ``, `{"grid":[[{"id":"1"},null],null,[{"id":"2"},{"id":"3"}]]}`, 3},
		{`{ relay(first: 9) { edges { node { id } } tags } }`, ``, `{"relay":{"edges":[{"node":{"id":"1"}}],"tags":["a","b"]}}`, 3},
		{`mutation($s: [Save!], $t: String) { save(input: {title: $t}, many: $s) { id } }`, `{"s":[{},{}]}`, `{"save":{"id":"1"}}`, 14}, // 10 + 1 + 2 + 1
		{`mutation { save(input: {}) { id } }`, ``, `{"save":null}`, 11},                                                                // it was tried
		// Arguments count once for each object they are given on.
		{`{ things { __typename size } }`, ``, `{"things":[{"__typename":"Book","size":1},{"__typename":"Vase","size":1}]}`, 11}, // 1 + (4 + 6)
		{`{ things { t: __typename size } }`, ``, `{"things":[{"t":"Book","size":1}]}`, 1},
		{`{ things { size } }`, ``, `{"things":[{"size":1}]}`, 10},                                         // not told: a Vase
		{`{ things { ... on Book { title rating } } }`, ``, `{"things":[{"title":"x","rating":1},{}]}`, 7}, // 3 + 4, by the keys
		{`{ things { ... on Book { title rating } ... on Vase { __typename } } }`, ``, `{"things":[{"title":"x","rating":1},{"__typename":"Vase"}]}`, 7},
		{`{ __typename book { __typename } }`, ``, `{"__typename":"Query","book":{"__typename":"Book"}}`, 1},
	} {
		op := parse(t, sg, c.query)
		vars, errs := op.Coerce(json.RawMessage(c.vars))
		if errs != nil {
			t.Fatal(errs)
		}
		norm, gerr := op.Normalise(vars, 0)
		if gerr != nil {
			t.Fatal(gerr)
		}
		maps.Copy(vars, norm.Literals)
		if got := m.Actual(norm, vars, json.RawMessage(c.data)); got != c.want {
			t.Errorf("%s with %s has cost %d, want %d", c.query, c.data, got, c.want)
		}
	}
}

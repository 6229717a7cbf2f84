package cost_test

import (
	"encoding/json"
	"maps"
	"strconv"
	"testing"

	"marquee/router/cost"
)

const everything = `query Q($n: Int, $m: Int, $p: Page, $s: Int, $w: Where! = {}, $i: [ID!], $b: Blob, $d: Mood) {
  shelf(first: $n, last: $m) { author { books { rating } } }
  paged(page: $p) { items { id } extra { items { author { name } } others { id } } }
  again: paged(page: {window: {size: $s}}) { items { id } }
  search(where: {and: [$w, {mood: $d}]}, ids: $i, blob: $b) { id }
  things { __typename size parts { mood ... on Book { author { name } } } }
  grid { id }
}`

// FuzzEstimate: whatever variables are accepted, there is a cost, within bounds, and the same each time. A larger list
// never costs less.
func FuzzEstimate(f *testing.F) {
	for _, s := range []string{
		`{}`, `{"n":3,"m":null,"s":7}`, `{"p":{"window":{"size":12}},"i":["a","b"]}`, `{"p":{"window":null},"w":{"and":[{"text":"x"},{}],"mood":"GOOD"}}`,
		`{"w":{"and":{"and":{"and":{"t\u0065xt":""}}}},"b":{"any":[1,{"x":null}]},"d":"BAD"}`, `{"n":-1,"m":2147483647}`, `{"n":1e3,"i":"a","p":{}}`,
	} {
		f.Add([]byte(s), 3)
	}
	sg, m := model(f, cost.Options{})
	op := parse(f, sg, everything)
	f.Fuzz(func(t *testing.T, raw []byte, n int) {
		vars, errs := op.Coerce(raw)
		if errs != nil {
			t.Skip()
		}
		norm, gerr := op.Normalise(vars, 0)
		if gerr != nil {
			t.Fatal(gerr)
		}
		formula := m.Compile(norm)
		got, problem := formula.Estimate(vars)
		if got < 0 || got > cost.Most || problem != nil {
			t.Fatalf("%d, %v", got, problem)
		}
		if again, _ := formula.Estimate(vars); again != got {
			t.Fatalf("%d, then %d", got, again)
		}
		if n < 0 || n >= 1<<31-1 {
			return
		}
		vars["n"], vars["m"] = json.RawMessage(strconv.Itoa(n)), nil
		less, _ := formula.Estimate(vars)
		vars["n"] = json.RawMessage(strconv.Itoa(n + 1))
		if more, _ := formula.Estimate(vars); more < less || (less < cost.Most && more == less) {
			t.Fatalf("%d books cost %d, one more costs %d", n, less, more)
		}
	})
}

// FuzzActual: every JSON has a cost within bounds, whether it fits the operation or not.
func FuzzActual(f *testing.F) {
	for _, s := range []string{
		`null`, `{"shelf":[{"author":{"books":[{"rating":1}]}}],"grid":[[{"id":"1"}]],"things":[{"__typename":"Vase","size":1,"parts":[{"mood":"BAD"},{"mood":null,"author":null}]}]}`,
		`{"things":[{"__typename":"Nobody"}],"paged":[],"search":7,"grid":{"id":1}}`, `{"things":{"__typename":7,"size":[[]],"parts":{}}}`, `[]`,
	} {
		f.Add([]byte(s))
	}
	sg, m := model(f, cost.Options{})
	op := parse(f, sg, everything)
	norm, gerr := op.Normalise(nil, 0)
	if gerr != nil {
		f.Fatal(gerr)
	}
	vars := maps.Clone(norm.Literals)
	f.Fuzz(func(t *testing.T, raw []byte) {
		if !json.Valid(raw) {
			t.Skip()
		}
		if got := m.Actual(norm, vars, raw); got < 0 || got > cost.Most {
			t.Fatal(got)
		}
	})
}

package servicetest

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"marquee/internal/id"
	"marquee/internal/viewer"
	"marquee/schema"
)

// Keyed is a mutation that is to take effect once a key.
type Keyed struct {
	Who          *viewer.Viewer
	Document     string // with the variable $i; everything it asks for belongs to the answer that stays the same
	Input, Other map[string]any
	// Effects counts what the mutation does: one more after Input was sent, however often.
	Effects func() int64
}

// Once sends a mutation's input twenty times at once under one key, and once more, and fails the test unless it took effect once and was
// answered the same way each time. The same key with Other must be refused.
func (s *Subgraph) Once(t *testing.T, k Keyed) {
	t.Helper()
	const many = 20
	key, before := id.New("key"), k.Effects()
	send := func(input map[string]any) Result {
		input = maps.Clone(input)
		input["idempotencyKey"] = key
		return s.Do(t, k.Who, k.Document, map[string]any{"i": input})
	}
	answers := make([]Result, many+1)
	var wg sync.WaitGroup
	for i := range many {
		wg.Go(func() { answers[i] = send(k.Input) })
	}
	wg.Wait()
	answers[many] = send(k.Input)
	for i, a := range answers {
		if len(a.Errors) > 0 || string(a.Data) != string(answers[0].Data) || !strings.Contains(string(a.Data), `"userErrors":[]`) {
			t.Fatalf("answer %d is %s %+v, the first %s", i, a.Data, a.Errors, answers[0].Data)
		}
	}
	if n := k.Effects() - before; n != 1 {
		t.Errorf("%d effects", n)
	}
	if a := send(k.Other); len(a.Errors) > 0 || !strings.Contains(string(a.Data), `"IDEMPOTENCY_KEY_REUSED"`) {
		t.Errorf("another request under the key: %s %+v", a.Data, a.Errors)
	}
	if n := k.Effects() - before; n != 1 {
		t.Errorf("%d effects after another request", n)
	}
}

// KeyedMutations returns the names of the mutations of a subgraph whose input has an idempotency key, in alphabetical order, and of those whose
// input has none.
func KeyedMutations(t testing.TB, subgraph string) (with, without []string) {
	t.Helper()
	doc, err := gqlparser.LoadSchema(&ast.Source{Name: "supergraph", Input: schema.Supergraph})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range doc.Mutation.Fields {
		join := f.Directives.ForName("join__field")
		if join == nil || join.Arguments.ForName("graph").Value.Raw != strings.ToUpper(subgraph) {
			continue
		}
		keyed := false
		for _, a := range f.Arguments {
			if in := doc.Types[a.Type.Name()]; in.Kind == ast.InputObject {
				key := in.Fields.ForName("idempotencyKey")
				keyed = keyed || key != nil && key.Type.String() == "String!"
			}
		}
		if keyed {
			with = append(with, f.Name)
		} else {
			without = append(without, f.Name)
		}
	}
	slices.Sort(with)
	slices.Sort(without)
	return with, without
}

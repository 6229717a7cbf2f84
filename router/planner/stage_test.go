package planner

import (
	"encoding/json"
	"strings"
	"testing"

	"marquee/router/operation"
)

func TestExplain(t *testing.T) {
	t.Parallel()
	sdl := fullSchema("a b", `
type Query @join__type(graph: A) @join__type(graph: B) { p(n: Int): P @join__field(graph: A) }
type P @join__type(graph: A, key: "id") @join__type(graph: B, key: "id") { id: ID! b: Int @join__field(graph: B) }
`)
	for stage, want := range map[string]string{
		"api":        "type P {\n  id: ID!\n  b: Int\n}",
		"normalized": "query Q labels=0\n$_l0: Int\np(n:$_l0)\n  b\n",
		"solve":      "0 query a:Query\n1 p(n:$_l0) from [0]\n  0 have a:P\n  1 id from [0]\n  2 enter b:P with [1]\n  3 b from [2]\n",
		"fetch":      "fetch 0 a\n  query {p(n:$_l0){id}}\nfetch 1 b after 0\n  site 1 P(id) -> {... on P{b}}\n",
		"plan":       "fetch 1 b entities after [0]",
	} {
		var b strings.Builder
		err := Explain(&b, Request{
			Supergraph: strings.NewReader(sdl), Query: strings.NewReader("query Q { p(n: 1) { b } }"), Stage: stage,
			OperationName: "Q", Variables: json.RawMessage(`{}`), Limits: operation.DefaultLimits(),
		})
		if err != nil || !strings.Contains(b.String(), want) {
			t.Errorf("stage %s: %v\n%s", stage, err, b.String())
		}
	}
	for _, r := range []Request{
		{Supergraph: strings.NewReader("nonsense"), Query: strings.NewReader("{ p { b } }"), Stage: "plan"},
		{Supergraph: strings.NewReader(sdl), Query: strings.NewReader("{ nope }"), Stage: "plan"},
		{Supergraph: strings.NewReader(sdl), Query: strings.NewReader("{ p { b } }"), Stage: "nope"},
	} {
		if err := Explain(&strings.Builder{}, r); err == nil {
			t.Errorf("stage %s: no error", r.Stage)
		}
	}
}

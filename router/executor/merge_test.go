package executor_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"marquee/router/executor"
	"marquee/router/plan"
	"marquee/router/transport"
)

// mergePlan reads items{id dims{w}} from one subgraph and dims{h} parts{n} of
// the same items from another.
func mergePlan() *plan.Plan {
	dims := func(key string, slot int) plan.ShapeField {
		return plan.ShapeField{Key: "dims", Slot: 1, Response: "dims", Child: &plan.Shape{Site: 2, Type: 2, Fields: []plan.ShapeField{bind(key, slot, key)}}}
	}
	part := &plan.Shape{Site: 3, Fields: []plan.ShapeField{bind("n", 0, "n")}}
	num := named("Int", false)
	f := entityFetch(1, "b", "...on Item{dims{h} parts{n}}", []int{0}, plan.Source{
		Site:            1,
		Representations: []plan.Representation{{Typename: "Item", Fields: []plan.RepField{{Key: "id", Slot: 0, Required: true}}}},
		Output:          &plan.Shape{Site: 1, Fields: []plan.ShapeField{dims("h", 1), {Key: "parts", Slot: 2, Lists: 1, Child: part, Response: "parts"}}},
	})
	return &plan.Plan{
		Types: []string{"", "Item", "Dims"},
		Sites: []plan.Site{
			{Parent: plan.NoSite, Slots: 1},
			{Parent: 0, ParentSlot: 0, Slots: 3, Key: "items", Tracked: true},
			{Parent: 1, ParentSlot: 1, Slots: 2, Key: "dims"},
			{Parent: 1, ParentSlot: 2, Slots: 1, Key: "parts"},
		},
		Fetches: []plan.Fetch{{Subgraph: "a", Operation: "{items{id dims{w}}}", Root: &plan.Shape{Fields: []plan.ShapeField{{
			Key: "items", Slot: 0, Lists: 1, Response: "items",
			Child: &plan.Shape{Site: 1, Type: 1, Fields: []plan.ShapeField{bind("id", 0, "id"), dims("w", 0)}},
		}}}}, f},
		Projection: selectAll(composite("items", 0, listOf(named("Item", false)),
			composite("dims", 1, named("Dims", false), leaf("w", 0, num, plan.LeafInt), leaf("h", 1, num, plan.LeafInt)),
			composite("parts", 2, listOf(named("Part", false)), leaf("n", 0, num, plan.LeafInt)))),
	}
}

// TestEqualRepresentationsKeepTheirOwnObjects: one entity answer goes to every
// object that asked for it, and into what each of them holds already.
func TestEqualRepresentationsKeepTheirOwnObjects(t *testing.T) {
	t.Parallel()
	x := executor.New(executor.Options{Transport: do(func(_ context.Context, r *transport.Request) (*transport.Response, error) {
		if r.Subgraph == "a" {
			return ok(`{"data":{"items":[{"id":1,"dims":{"w":1}},{"id":1,"dims":{"w":2}},{"id":1,"dims":null},{"id":1},null]}}`), nil
		}
		if n := strings.Count(string(r.Body), `"__typename":"Item"`); n != 1 {
			t.Errorf("%d representations: %s", n, r.Body)
		}
		return ok(`{"data":{"_0":[{"dims":{"h":9},"parts":[{"n":1},{"n":2}]}]}}`), nil
	})})
	_, got := run(x, mergePlan())
	parts := `"parts":[{"n":1},{"n":2}]}`
	want := `{"data":{"items":[{"dims":{"w":1,"h":9},` + parts + `,{"dims":{"w":2,"h":9},` + parts + `,{"dims":{"w":null,"h":9},` + parts + `,{"dims":{"w":null,"h":9},` + parts + `,null]}}`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestVariablesAreForwarded: those with a value, as they came.
func TestVariablesAreForwarded(t *testing.T) {
	t.Parallel()
	p := diamondPlan(plan.Query, [][]int{nil})
	p.Fetches[0].Variables = []string{"a", "b", "c"}
	header := http.Header{"X-Trace": {"1"}}
	subject := &transport.Subject{ID: "u1"}
	x := executor.New(executor.Options{Transport: do(func(_ context.Context, r *transport.Request) (*transport.Response, error) {
		if want := `{"query":"query{a}","variables":{"a":1.0,"c":{"x":[null]}}}`; string(r.Body) != want {
			t.Errorf("sent %s", r.Body)
		}
		if r.Header.Get("X-Trace") != "1" || r.Subject != subject {
			t.Error("header or subject is missing")
		}
		return ok(`{"data":{"a":1}}`), nil
	})})
	res := x.Execute(context.Background(), &executor.Request{Plan: p, Header: header, Subject: subject, Variables: map[string]json.RawMessage{
		"a": json.RawMessage("1.0"), "c": json.RawMessage(`{"x":[null]}`), "z": json.RawMessage("0"),
	}})
	if string(res.Data) != `{"a":1}` {
		t.Errorf("%s", res.AppendJSON(nil))
	}
}

package executor_test

import (
	"context"
	"fmt"
	"testing"

	"marquee/router/executor"
	"marquee/router/plan"
	"marquee/router/transport"
)

// onePlan reads one composite field "f" of the given type, with a leaf "x" of
// the given type below, and a leaf "s" beside it.
func onePlan(outer, inner *plan.Type, kind plan.Leaf, values ...string) *plan.Plan {
	lists := 0
	for t := outer; t.Elem != nil; t = t.Elem {
		lists++
	}
	x := leaf("x", 0, inner, kind)
	x.EnumValues = values
	return &plan.Plan{
		Types: []string{"", "A", "B", "C"},
		Sites: []plan.Site{{Parent: plan.NoSite, Slots: 2}, {Parent: 0, ParentSlot: 0, Slots: 1, Key: "f"}},
		Fetches: []plan.Fetch{{Subgraph: "s", Operation: "{f{x}s}", Root: &plan.Shape{Fields: []plan.ShapeField{
			{Key: "f", Slot: 0, Lists: lists, Response: "f", Child: &plan.Shape{Site: 1, Fields: []plan.ShapeField{
				{Key: "__typename", Slot: -1, Typename: true}, bind("x", 0, "x"),
			}}}, bind("s", 1, "s"),
		}}}},
		Projection: selectAll(composite("f", 0, outer, x), leaf("s", 1, named("Int", false), plan.LeafInt)),
	}
}

func nonNull(t *plan.Type) *plan.Type {
	out := *t
	out.NonNull = true
	return &out
}

// answerTo runs a plan whose every request is answered with body.
func answerTo(p *plan.Plan, body string) string {
	x := executor.New(executor.Options{Transport: do(func(context.Context, *transport.Request) (*transport.Response, error) {
		return ok(body), nil
	})})
	_, got := run(x, p)
	return got
}

func TestNullPropagation(t *testing.T) {
	t.Parallel()
	obj, str := named("T", false), named("String", false)
	nn := `,"errors":[{"message":"Cannot return null for non-nullable field x.","path":["f","x"],"extensions":{"code":"NULL_IN_NON_NULL_FIELD"}}]`
	at := func(path string) string {
		return `,"errors":[{"message":"Cannot return null for non-nullable field x.","path":` + path + `,"extensions":{"code":"NULL_IN_NON_NULL_FIELD"}}]`
	}
	bad := func(path, typ string) string {
		return `,"errors":[{"message":"Invalid value for field x of type ` + typ + `.","path":` + path + `,"extensions":{"code":"INVALID_FIELD_VALUE"}}]`
	}
	cases := []struct {
		name         string
		outer, inner *plan.Type
		data, want   string
	}{
		{"nullable leaf", obj, str, `{"f":{"x":null}}`, `{"data":{"f":{"x":null},"s":null}}`},
		{"to the object", obj, nonNull(str), `{"f":{"x":null},"s":1}`, `{"data":{"f":null,"s":1}` + nn + `}`},
		{"missing is null", obj, nonNull(str), `{"f":{}}`, `{"data":{"f":null,"s":null}` + nn + `}`},
		{"to the root", nonNull(obj), nonNull(str), `{"f":{"x":null}}`, `{"data":null` + nn + `}`},
		{"list of nullable", listOf(obj), nonNull(str), `{"f":[{"x":"1"},{"x":null},null]}`, `{"data":{"f":[{"x":"1"},null,null],"s":null}` + at(`["f",1,"x"]`) + `}`},
		{"list of non-null", listOf(nonNull(obj)), nonNull(str), `{"f":[{"x":"1"},{"x":null},{"x":null}]}`, `{"data":{"f":null,"s":null}` + at(`["f",1,"x"]`) + `}`},
		{"list of lists", listOf(listOf(nonNull(obj))), nonNull(str), `{"f":[[{"x":"1"}],[{"x":null}],[],null]}`, `{"data":{"f":[[{"x":"1"}],null,[],null],"s":null}` + at(`["f",1,0,"x"]`) + `}`},
		{"leaf list", obj, listOf(nonNull(str)), `{"f":{"x":["a", null]}}`, `{"data":{"f":{"x":null},"s":null}` + at(`["f","x",1]`) + `}`},
		{"leaf list of nullable", obj, nonNull(listOf(str)), `{"f":{"x":[ "a" , null ]}}`, `{"data":{"f":{"x":["a",null]},"s":null}}`},
		{"leaf list of lists", obj, listOf(listOf(nonNull(str))), `{"f":{"x":[["a"],[null],null,[]]}}`, `{"data":{"f":{"x":[["a"],null,null,[]]},"s":null}` + at(`["f","x",1,0]`) + `}`},
		{"leaf is no list", obj, listOf(str), `{"f":{"x":"a"}}`, `{"data":{"f":{"x":null},"s":null}` + bad(`["f","x"]`, "[String]") + `}`},
		{"wrong scalar", obj, nonNull(str), `{"f":{"x":1}}`, `{"data":{"f":null,"s":null}` + bad(`["f","x"]`, "String!") + `}`},
		{"wrong scalar in list", obj, listOf(str), `{"f":{"x":["a",1]}}`, `{"data":{"f":{"x":["a",null]},"s":null}` + bad(`["f","x",1]`, "[String]") + `}`},
		{"null object", nonNull(obj), str, `{"f":null}`, `{"data":null,"errors":[{"message":"Cannot return null for non-nullable field f.","path":["f"],"extensions":{"code":"NULL_IN_NON_NULL_FIELD"}}]}`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := answerTo(onePlan(c.outer, c.inner, plan.LeafString), `{"data":`+c.data+`}`); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestReportedNullIsNotReportedAgain(t *testing.T) {
	t.Parallel()
	got := answerTo(onePlan(nonNull(listOf(nonNull(named("T", false)))), nonNull(named("String", false)), plan.LeafString),
		`{"errors":[{"message":"m","path":["f",0,"x"]}],"data":{"f":[{"x":null}]}}`)
	if got != `{"data":null,"errors":[{"message":"m","path":["f",0,"x"],"extensions":{"code":"DOWNSTREAM_SERVICE_ERROR"}}]}` {
		t.Error(got)
	}
}

func TestLeafKinds(t *testing.T) {
	t.Parallel()
	cases := []struct {
		kind      plan.Leaf
		good, bad []string
	}{
		{plan.LeafInt, []string{"0", "-2147483648", "2147483647", "1.0", "1e3"}, []string{"2147483648", "-2147483649", "1.5", `"1"`, "true", "1e99", "{}", "[]"}},
		{plan.LeafFloat, []string{"0", "-1.5e300", "12345678901234567890"}, []string{`"1"`, "false", "[1]"}},
		{plan.LeafString, []string{`""`, `"\u0000"`}, []string{"1", "true", "{}"}},
		{plan.LeafBoolean, []string{"true", "false"}, []string{"1", `"true"`}},
		{plan.LeafID, []string{`"a"`, "7", "-7", "123456789012345678901"}, []string{"1.5", "true", "{}"}},
		{plan.LeafEnum, []string{`"RED"`, `"BLUE"`}, []string{`"GREEN"`, "1", `"R\u0045D"`}},
		{plan.LeafAny, []string{"1", `{"a":[ ]}`, `"x"`, "[1]"}, nil},
	}
	for _, c := range cases {
		p := onePlan(named("T", false), named("S", false), c.kind, "BLUE", "RED")
		for _, v := range c.good {
			if got := answerTo(p, `{"data":{"f":{"x":`+v+`}}}`); got != `{"data":{"f":{"x":`+v+`},"s":null}}` {
				t.Errorf("kind %d, %s: %s", c.kind, v, got)
			}
		}
		for _, v := range c.bad {
			want := `{"data":{"f":{"x":null},"s":null},"errors":[{"message":"Invalid value for field x of type S.","path":["f","x"],"extensions":{"code":"INVALID_FIELD_VALUE"}}]}`
			if got := answerTo(p, `{"data":{"f":{"x":`+v+`}}}`); got != want {
				t.Errorf("kind %d, %s: %s", c.kind, v, got)
			}
		}
	}
}

func TestTypesChooseTheSelection(t *testing.T) {
	t.Parallel()
	p := onePlan(listOf(named("I", false)), named("String", false), plan.LeafString)
	name := plan.SelField{Key: "kind", Typename: true}
	x := leaf("x", 0, named("String", false), plan.LeafString)
	p.Projection.Variants[0].Fields[0].Child = &plan.Selection{
		Possible: []plan.TypeID{1, 2, 3},
		Types:    []plan.TypeID{1, 2},
		Variants: []plan.Variant{
			{OnTypes: []plan.TypeID{1}, Fields: []plan.SelField{name, x, {Key: "raw", Raw: []byte(`{"q":[]}`)}}},
			{OnTypes: []plan.TypeID{3}, Fields: []plan.SelField{x}},
		},
	}
	p.Projection.Variants[0].Fields = append(p.Projection.Variants[0].Fields, plan.SelField{Key: "gone", Dropped: true, Type: nonNull(named("Int", false))})
	got := answerTo(p, `{"data":{"f":[{"__typename":"A","x":"1"},{"__typename":"B","x":"2"},{"__typename":"C","x":"3"},{"__typename":"Unknown","x":"4"},{"x":"5"}]}}`)
	untold := func(at int) string {
		return fmt.Sprintf(`{"message":"Cannot tell the type of an object in field f.","path":["f",%d],"extensions":{"code":"INVALID_FIELD_VALUE"}}`, at)
	}
	want := `{"data":{"f":[{"kind":"A","x":"1","raw":{"q":[]}},{},null,null,null],"s":null,"gone":null},"errors":[` + untold(3) + "," + untold(4) + `]}`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	p.Projection.Variants[0].Fields[0].Child.Possible = []plan.TypeID{1, 2}
	got = answerTo(p, `{"data":{"f":[{"__typename":"C","x":"3"},{"__typename":"B"}]}}`)
	want = `{"data":{"f":[null,{}],"s":null,"gone":null},"errors":[` + untold(0) + `]}`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	p.Projection.Variants[0].Fields[0].Child.Possible, p.Projection.Variants[0].Fields[0].Child.Types = nil, nil
	got = answerTo(p, `{"data":{"f":[{"__typename":"C","x":"3"},{"x":"5"}]}}`)
	want = `{"data":{"f":[{"x":"3"},null],"s":null,"gone":null},"errors":[` + untold(1) + `]}`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	p.Projection.Variants[0].Fields[0].Child.Variants = []plan.Variant{{Fields: []plan.SelField{name}}}
	got = answerTo(p, `{"data":{"f":[{"__typename":"A"},{}]}}`)
	want = `{"data":{"f":[{"kind":"A"},null],"s":null,"gone":null},"errors":[{"message":"Cannot return null for non-nullable field __typename.","path":["f",1,"kind"],"extensions":{"code":"NULL_IN_NON_NULL_FIELD"}}]}`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestEmptySelections(t *testing.T) {
	t.Parallel()
	p := &plan.Plan{Types: []string{""}, Sites: []plan.Site{{Parent: plan.NoSite}}, Projection: selectAll()}
	if got := answerTo(p, ""); got != `{"data":{}}` {
		t.Error(got)
	}
	p.Projection = selectAll(plan.SelField{Key: "__typename", Raw: []byte(`"Query"`)})
	if got := answerTo(p, ""); got != `{"data":{"__typename":"Query"}}` {
		t.Error(got)
	}
}

package executor

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"testing"

	"marquee/router/plan"
)

// treePlan reads leaves a, b and "key", an object o of the same form one level
// down, and a list of lists of such objects l.
func treePlan() *plan.Plan {
	leaf := func(key string, slot int) plan.ShapeField {
		return plan.ShapeField{Key: key, Slot: slot, Response: key}
	}
	child := func(site plan.SiteID) *plan.Shape {
		return &plan.Shape{Site: site, Fields: []plan.ShapeField{{Key: "__typename", Slot: -1, Typename: true}, leaf("a", 0), leaf("b", 1)}}
	}
	out := func(key string, slot int) plan.SelField {
		return plan.SelField{Key: key, Name: key, Slot: slot, Type: &plan.Type{Name: "JSON"}}
	}
	sel := &plan.Selection{Variants: []plan.Variant{{Fields: []plan.SelField{out("a", 0), out("b", 1)}}}}
	obj, lst := out("o", 3), out("l", 4)
	obj.Child, lst.Child = sel, sel
	obj.Type = &plan.Type{Name: "T"}
	lst.Type = &plan.Type{Elem: &plan.Type{Elem: &plan.Type{Name: "T"}}}
	return &plan.Plan{
		Types: []string{"", "T", "U"},
		Sites: []plan.Site{
			{Parent: plan.NoSite, Slots: 5, Type: "Query"},
			{Parent: 0, ParentSlot: 3, Slots: 2, Type: "T", Key: "o"},
			{Parent: 0, ParentSlot: 4, Slots: 2, Type: "T", Key: "l", Tracked: true},
		},
		Fetches: []plan.Fetch{{
			Subgraph: "s", Operation: "{a}",
			Root: &plan.Shape{Fields: []plan.ShapeField{
				leaf("a", 0), leaf("b", 1), leaf("key", 2),
				{Key: "o", Slot: 3, Child: child(1), Response: "o"},
				{Key: "l", Slot: 4, Child: child(2), Lists: 2, Response: "l"},
			}},
		}},
		Projection: &plan.Selection{Variants: []plan.Variant{{Fields: []plan.SelField{out("a", 0), out("b", 1), out("key", 2), obj, lst}}}},
	}
}

// runBody runs a one-fetch plan on a canned body, below the transport.
func runBody(x *Executor, p *plan.Plan, body []byte) *Response {
	r := x.newRun(&Request{Plan: p})
	r.start(ctxBackground, body)
	return r.respond(ctxBackground)
}

type tree struct {
	A, B any
	Key  any
	O    *branch
	L    [][]*branch
}

type branch struct{ A, B any }

// MarshalJSON uses the plan's key names.
func (t tree) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]any{"a": t.A, "b": t.B, "key": t.Key, "o": t.O, "l": t.L})
}

func (b branch) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]any{"a": b.A, "b": b.B})
}

// exactKeys tells whether no object of the value has a key twice or one that
// encoding/json would match in another case.
func exactKeys(b []byte) bool {
	dec := json.NewDecoder(bytes.NewReader(b))
	type frame struct {
		object, value bool
		seen          map[string]bool
	}
	stack := []*frame{{}}
	for {
		tok, err := dec.Token()
		if err != nil {
			return true
		}
		top := stack[len(stack)-1]
		if top.object && !top.value {
			if key, ok := tok.(string); ok {
				lower := string(bytes.ToLower([]byte(key)))
				if top.seen[lower] || lower != key {
					return false
				}
				top.seen[lower], top.value = true, true
				continue
			}
		}
		top.value = false
		if d, ok := tok.(json.Delim); ok {
			if d == '{' || d == '[' {
				stack = append(stack, &frame{object: d == '{', seen: map[string]bool{}})
			} else {
				stack = stack[:len(stack)-1]
			}
		}
	}
}

// FuzzParse: a body the executor accepts is strict JSON, and the answer it
// projects holds the values encoding/json finds at the same places.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		`{"data":{"a":1,"b":"x","key":{"z":[1]},"o":{"__typename":"T","a":1,"b":2},"l":[[{"a":1}],[],null,[null]]}}`,
		`{"errors":null,"data":{"l":[ ],"zz":{"a":1},"o":{"b":2,"a":1,"q":[{}]},"b":[1,null],"a":null},"extensions":{}}`,
		`{"data":{"o":"no","l":[{}]}}`, `{"data":{"\u0061":1}}`, `{"data":{"a":1}`, `{"data":null}`, `{"data":{"a":1}}x`,
	} {
		f.Add([]byte(s))
	}
	x, p := New(Options{}), treePlan()
	f.Fuzz(func(t *testing.T, body []byte) {
		res := runBody(x, p, body)
		if !json.Valid(res.AppendJSON(nil)) {
			t.Fatalf("answer is not JSON: %s", res.AppendJSON(nil))
		}
		if len(res.Errors) > 0 {
			return
		}
		if !json.Valid(body) {
			t.Fatalf("accepted %q", body)
		}
		if !exactKeys(body) {
			return
		}
		var want struct{ Data tree }
		if err := json.Unmarshal(body, &want); err != nil {
			t.Fatalf("accepted %q: %v", body, err)
		}
		text, _ := json.Marshal(want.Data)
		if !sameJSON(t, res.Data, text) {
			t.Fatalf("body %s\n got %s\nwant %s", body, res.Data, text)
		}
	})
}

func sameJSON(t *testing.T, a, b []byte) bool {
	t.Helper()
	var x, y any
	if err := json.Unmarshal(a, &x); err != nil {
		t.Fatalf("%s: %v", a, err)
	}
	if err := json.Unmarshal(b, &y); err != nil {
		t.Fatalf("%s: %v", b, err)
	}
	return reflect.DeepEqual(x, y)
}

func TestParseKeepsOrderlessKeysAndMerges(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, body, want string }{
		{"unknown keys", `{"x":1,"data":{"q":{"a":[1,{"b":2}]},"a":1,"w":"\"","b":2},"y":[]}`, `{"a":1,"b":2,"key":null,"o":null,"l":null}`},
		{"reordered", `{"data":{"l":[],"o":{"b":2,"a":1,"__typename":"T"},"key":3,"b":2,"a":1}}`, `{"a":1,"b":2,"key":3,"o":{"a":1,"b":2},"l":[]}`},
		{"duplicate object", `{"data":{"o":{"a":1},"o":{"b":2}}}`, `{"a":null,"b":null,"key":null,"o":{"a":1,"b":2},"l":null}`},
		{"null does not overwrite", `{"data":{"a":1,"o":{"a":1},"l":[[{"a":1}]],"o":null,"a":null,"l":null}}`, `{"a":1,"b":null,"key":null,"o":{"a":1,"b":null},"l":[[{"a":1,"b":null}]]}`},
		{"second list", `{"data":{"l":[[{"a":1},null]],"l":[[{"b":2},{"b":3}]]}}`, `{"a":null,"b":null,"key":null,"o":null,"l":[[{"a":1,"b":2},{"a":null,"b":3}]]}`},
		{"escaped key", `{"data":{"\u0061":1}}`, `{"a":1,"b":null,"key":null,"o":null,"l":null}`},
		{"raw copied", `{"data":{"a": {"x" : [1.50e1, "\u00e9"]} }}`, `{"a":{"x" : [1.50e1, "\u00e9"]},"b":null,"key":null,"o":null,"l":null}`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			res := runBody(New(Options{}), treePlan(), []byte(c.body))
			if len(res.Errors) > 0 || string(res.Data) != c.want {
				t.Errorf("got %s %v\nwant %s", res.Data, res.Errors, c.want)
			}
		})
	}
}

func TestMalformedBodiesLeaveNothing(t *testing.T) {
	t.Parallel()
	nothing := `{"a":null,"b":null,"key":null,"o":null,"l":null}`
	whole := `{"data":{"a":1,"o":{"__typename":"T","a":1},"l":[[{"a":1}]],"b":"x"},"extensions":{}}`
	for n := range len(whole) {
		res := runBody(New(Options{}), treePlan(), []byte(whole[:n]))
		if string(res.Data) != nothing || len(res.Errors) != 1 || res.Errors[0].Code() != CodeMalformed {
			t.Fatalf("cut at %d: %s %v", n, res.Data, res.Errors)
		}
	}
	for _, body := range []string{`[]`, `"x"`, `{"data":[]}`, `{"data":1}`, `{}`, `{"data":null}`, whole + "x", `{"data":{"l":[[{"a":1}]],"l":[]}}`} {
		res := runBody(New(Options{}), treePlan(), []byte(body))
		if string(res.Data) != nothing || len(res.Errors) != 1 || res.Errors[0].Code() != CodeMalformed {
			t.Errorf("%s: %s %v", body, res.Data, res.Errors)
		}
	}
}

func TestBounds(t *testing.T) {
	t.Parallel()
	var many bytes.Buffer
	many.WriteString(`{"data":{"l":[[`)
	for i := range 1000 {
		if i > 0 {
			many.WriteByte(',')
		}
		fmt.Fprintf(&many, `{"a":%d}`, i)
	}
	many.WriteString(`]]}}`)
	cases := []struct {
		opts Options
		code string
	}{
		{Options{MaxValues: 500}, CodeLimit},
		{Options{MaxBodyBytes: 5000}, CodeMalformed},
		{Options{MaxResponseBytes: 5000}, CodeLimit},
	}
	for _, c := range cases {
		res := runBody(New(c.opts), treePlan(), many.Bytes())
		if len(res.Errors) != 1 || res.Errors[0].Code() != c.code || len(res.Data) > 100 {
			t.Errorf("%+v: %.100s %v", c.opts, res.Data, res.Errors)
		}
	}
	if res := runBody(New(Options{}), treePlan(), many.Bytes()); len(res.Errors) != 0 {
		t.Errorf("without bounds: %v", res.Errors)
	}
}

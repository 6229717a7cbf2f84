package executor

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	"marquee/router/plan"
	"marquee/router/transport"
)

// feed is a body of about 51 KB with the plan that reads all of it: 40 users
// with reviews, each of a product.
func feed() ([]byte, *plan.Plan) {
	var b bytes.Buffer
	b.WriteString(`{"data":{"users":[`)
	for u := range 40 {
		if u > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"id":"user-%d","name":"User number %d","email":"user%d@example.org","reviews":[`, u, u, u)
		for r := range 8 {
			if r > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, `{"id":"r-%d-%d","body":"This is what user %d thinks of it.","stars":%d,"product":{"upc":"p%d","inStock":true}}`, u, r, u, r%5, r*u)
		}
		b.WriteString(`]}`)
	}
	b.WriteString(`]}}`)
	leaves := func(names ...string) (shape []plan.ShapeField, sel []plan.SelField) {
		for i, n := range names {
			shape = append(shape, plan.ShapeField{Key: n, Slot: i, Response: n})
			sel = append(sel, plan.SelField{Key: n, Name: n, Slot: i, Type: &plan.Type{Name: "String"}})
		}
		return shape, sel
	}
	nest := func(shape *[]plan.ShapeField, sel *[]plan.SelField, key string, slot, lists int, site plan.SiteID, sf []plan.ShapeField, of []plan.SelField) {
		t := &plan.Type{Name: "T"}
		if lists > 0 {
			t = &plan.Type{Elem: t}
		}
		*shape = append(*shape, plan.ShapeField{Key: key, Slot: slot, Lists: lists, Response: key, Child: &plan.Shape{Site: site, Type: 1, Fields: sf}})
		*sel = append(*sel, plan.SelField{Key: key, Name: key, Slot: slot, Type: t, Child: &plan.Selection{Variants: []plan.Variant{{Fields: of}}}})
	}
	ps, pf := leaves("upc", "inStock")
	rs, rf := leaves("id", "body", "stars")
	nest(&rs, &rf, "product", 3, 0, 3, ps, pf)
	us, uf := leaves("id", "name", "email")
	nest(&us, &uf, "reviews", 3, 1, 2, rs, rf)
	qs, qf := leaves()
	nest(&qs, &qf, "users", 0, 1, 1, us, uf)
	return b.Bytes(), &plan.Plan{
		Types: []string{"", "T"},
		Sites: []plan.Site{
			{Parent: plan.NoSite, Slots: 1},
			{Parent: 0, ParentSlot: 0, Slots: 4, Key: "users", Tracked: true},
			{Parent: 1, ParentSlot: 3, Slots: 4, Key: "reviews"},
			{Parent: 2, ParentSlot: 3, Slots: 2, Key: "product", Tracked: true},
		},
		Fetches:    []plan.Fetch{{Subgraph: "s", Operation: "{users}", Root: &plan.Shape{Fields: qs}}},
		Projection: &plan.Selection{Variants: []plan.Variant{{Fields: qf}}},
	}
}

func BenchmarkParse(b *testing.B) {
	body, p := feed()
	r := New(Options{}).newRun(&Request{Plan: p})
	j := newJob(0)
	j.roots = append(j.roots, 0)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		r.store.reset(r.prog, 1<<20)
		if _, err := r.parser.parse(body, &r.prog.fetches[0], j); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkProject(b *testing.B) {
	body, p := feed()
	r := New(Options{}).newRun(&Request{Plan: p})
	j := newJob(0)
	j.roots = append(j.roots, 0)
	if _, err := r.parser.parse(body, &r.prog.fetches[0], j); err != nil {
		b.Fatal(err)
	}
	pr := &r.projector
	pr.run = r
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		pr.out = append(pr.out[:0], lead...)
		pr.data(ctxBackground)
	}
}

// BenchmarkBaselineAny is what parse and projection are compared with.
func BenchmarkBaselineAny(b *testing.B) {
	body, _ := feed()
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		var v any
		if err := json.Unmarshal(body, &v); err != nil {
			b.Fatal(err)
		}
		if _, err := json.Marshal(v); err != nil {
			b.Fatal(err)
		}
	}
}

type canned []byte

func (c canned) Do(context.Context, *transport.Request) (*transport.Response, error) {
	return &transport.Response{Status: http.StatusOK, Body: c}, nil
}

func (c canned) Subscribe(context.Context, *transport.Request) (transport.Stream, error) {
	return nil, context.Canceled
}

func BenchmarkExecute(b *testing.B) {
	body, p := feed()
	x := New(Options{Transport: canned(body)})
	req := &Request{Plan: p}
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		x.Execute(ctxBackground, req).Release()
	}
}

// BenchmarkRepresent writes and deduplicates the representations of 320
// objects, 176 of them distinct.
func BenchmarkRepresent(b *testing.B) {
	body, p := feed()
	p.Fetches = append(p.Fetches, plan.Fetch{ID: 1, Kind: plan.Entity, Deps: []int{0}, Entries: []plan.Entry{{
		Alias: "_0", Variable: "r0", Sources: []plan.Source{{
			Site:            3,
			Representations: []plan.Representation{{Typename: "Product", Fields: []plan.RepField{{Key: "upc", Slot: 0, Required: true}}}},
			Output:          &plan.Shape{Site: 3, Fields: []plan.ShapeField{{Key: "inStock", Slot: 1}}},
		}},
	}}})
	r := New(Options{}).newRun(&Request{Plan: p})
	j := newJob(0)
	j.roots = append(j.roots, 0)
	if _, err := r.parser.parse(body, &r.prog.fetches[0], j); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		j := newJob(1)
		if r.prepare(&r.prog.fetches[1], j) == nil {
			b.Fatal("nothing to send")
		}
		j.release()
	}
}

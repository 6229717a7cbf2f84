package planner

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"marquee/router/hostile"
	"marquee/router/operation"
	"marquee/router/supergraph"
)

// FuzzPlan: every document is refused with a code or planned into a sound plan, twice the same, within the budgets.
func FuzzPlan(f *testing.F) {
	sg, err := supergraph.Parse(hostile.Supergraph(), supergraph.Options{})
	if err != nil {
		f.Fatal(err)
	}
	for _, c := range hostile.Cases() {
		if c.Query != "" && len(c.Query) < 2_000 {
			f.Add(c.Query)
		}
	}
	f.Add(`{ node(id: 1) { id ... on T1 { own1 peer { label } } ... on Named { name } } any { ... on T0 { size } __typename } }`)
	f.Add(`mutation { a: set(filter: {n: 1}) { label } b: set(filter: {}) { ... on T3 { name next { id } } } }`)
	pl := New(sg, Options{MaxWall: time.Minute, MaxFetches: 500})
	limits := operation.DefaultLimits()
	f.Fuzz(func(t *testing.T, text string) {
		doc, errs := operation.Parse(sg, text, limits)
		if len(errs) > 0 {
			return
		}
		op, e := doc.Operation("")
		if e != nil {
			return
		}
		vars, errs := op.Coerce(json.RawMessage(`{"s":true,"f":{},"n":1}`))
		if len(errs) > 0 {
			return
		}
		n, e := op.Normalise(vars, 0)
		if e != nil {
			return
		}
		p, err := pl.Plan(n)
		var pe *Error
		if errors.As(err, &pe) {
			if pe.Code != "QUERY_PLAN_LIMIT" && pe.Code != "QUERY_PLAN_FAILED" {
				t.Fatalf("%s\n%v", text, err)
			}
			return
		}
		if !strings.Contains(text, "__schema") { // its answer is large
			checkPlan(t, sg, p, 0)
		}
		q, err := pl.Plan(n)
		if err != nil || p.String() != q.String() {
			t.Fatalf("%s\nplanned twice:\n%s\n%s %v", text, p, q, err)
		}
	})
}

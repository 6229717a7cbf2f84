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

// What the default limits of documents let through is planned or refused within the budgets, however dear it is meant
// to be; counts, not clocks, decide.
func TestHostileOperations(t *testing.T) {
	t.Parallel()
	sg, err := supergraph.Parse(hostile.Supergraph(), supergraph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	opt := Options{MaxSolves: 4_000, MaxFetches: 5_000, MaxSites: 20_000, MaxWall: time.Minute}
	planned := 0
	for _, c := range hostile.Cases() {
		doc, errs := operation.Parse(sg, c.Query, operation.DefaultLimits())
		if len(errs) > 0 {
			continue
		}
		op, e := doc.Operation("")
		if e != nil {
			continue
		}
		var env struct{ Variables json.RawMessage }
		if err := json.Unmarshal(c.Body, &env); err != nil {
			continue
		}
		vars, errs := op.Coerce(env.Variables)
		if len(errs) > 0 {
			continue
		}
		n, e := op.Normalise(vars, 0)
		if e != nil {
			continue
		}
		if len(n.Key) > 1<<18 {
			t.Errorf("%s: a normal form of %d bytes", c.Name, len(n.Key))
		}
		p, err := New(sg, opt).Plan(n)
		var pe *Error
		switch {
		case errors.As(err, &pe):
			if pe.Code != "QUERY_PLAN_LIMIT" || strings.Contains(pe.Message, "solves") || strings.Contains(pe.Message, "time") {
				t.Errorf("%s: %v", c.Name, err)
			}
		case len(p.Fetches) > 1000:
			t.Errorf("%s: %d fetches", c.Name, len(p.Fetches))
		default:
			planned++
		}
	}
	if planned < 50 {
		t.Errorf("only %d planned", planned)
	}
}

// The bound is never above what emitting takes.
func TestLeastFetches(t *testing.T) {
	t.Parallel()
	sg := stressSupergraph(t, 5)
	for depth := range 4 {
		op, err := normalise(sg, "{ t0 "+stressQuery(depth, 6, 3)+" all "+stressQuery(depth, 3, 2)+" node { id ... on T1 { f1 n { id } } ... on T2 { f2 n { id } } } }", Request{})
		if err != nil {
			t.Fatal(err)
		}
		w, perr := New(sg, Options{MaxWall: time.Minute, MaxFetches: 1 << 20}).start(op)
		if perr != nil {
			t.Fatal(perr)
		}
		choices, err := w.solveRoot()
		if err != nil {
			t.Fatal(err)
		}
		least := leastFetches(choices, 1<<20, true)
		if _, _, err := w.emitRoot(choices); err != nil {
			t.Fatal(err)
		}
		if got := len(w.emit.fetches); least > got || (depth > 0 && least < 2) {
			t.Errorf("depth %d: at least %d, but it is %d", depth, least, got)
		}
		if at := min(least, 3); leastFetches(choices, 2, true) != at {
			t.Errorf("depth %d: the bound is not cut at its limit", depth)
		}
	}
}

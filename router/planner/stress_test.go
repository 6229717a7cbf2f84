package planner

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"marquee/router/operation"
	"marquee/router/supergraph"
)

// stressSupergraph has entities that all refer to each other, in n graphs that each own some fields and share others.
func stressSupergraph(t testing.TB, n int) *supergraph.Supergraph {
	t.Helper()
	var names []string
	for g := range n {
		names = append(names, fmt.Sprintf("g%d", g))
	}
	on := func(format string, skip int) string {
		var b strings.Builder
		for g := range n {
			if skip == 0 || g%skip == 0 {
				fmt.Fprintf(&b, format, g)
			}
		}
		return b.String()
	}
	var b strings.Builder
	b.WriteString("type Query" + on(" @join__type(graph: G%d)", 0) + " { t0: T0 all: [T1] node: N @join__field(graph: G0) }\n")
	b.WriteString("interface N" + on(" @join__type(graph: G%d)", 0) + " { id: ID! }\n")
	for i := range 4 {
		fmt.Fprintf(&b, "type T%d implements N%s%s {\n id: ID!\n", i, on(" @join__implements(graph: G%d, interface: \"N\")", 0), on(" @join__type(graph: G%d, key: \"id\")", 0))
		for k := range 12 {
			fmt.Fprintf(&b, " f%d: Int @join__field(graph: G%d) @join__field(graph: G%d)\n", k, k%n, (k*3+i)%n)
		}
		for k := range 4 {
			fmt.Fprintf(&b, " r%d: T%d @join__field(graph: G%d) @join__field(graph: G%d)\n", k, k, (k+i)%n, (k+i+1)%n)
		}
		b.WriteString(" v: V\n n: [N]" + on(" @join__field(graph: G%d)", 2) + "\n}\n")
	}
	b.WriteString("type V" + on(" @join__type(graph: G%d)", 0) + " { x: Int y: Int w: V t: T0 }\n")
	sg, err := supergraph.Parse(fullSchema(strings.Join(names, " "), b.String()), supergraph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return sg
}

// stressQuery nests references depth levels deep, with width fields and all references at every level.
func stressQuery(depth, width, refs int) string {
	if depth == 0 {
		return "{ id f1 f5 v { x w { y } } }"
	}
	var b strings.Builder
	b.WriteString("{ id")
	for k := range width {
		fmt.Fprintf(&b, " f%d", k)
	}
	for k := range refs {
		fmt.Fprintf(&b, " r%d %s", k, stressQuery(depth-1, width, refs))
	}
	b.WriteString(" v { x t { f3 } } }")
	return b.String()
}

// Planning a large operation over many graphs must stay within its budget: what is equal is solved once.
func TestStress(t *testing.T) {
	t.Parallel()
	sg := stressSupergraph(t, 8)
	query := "{ t0 " + stressQuery(4, 12, 4) + " all " + stressQuery(3, 6, 3) + " }"
	op, err := normalise(sg, query, Request{Limits: operation.Limits{}})
	if err != nil {
		t.Fatal(err)
	}
	w, err := New(sg, Options{MaxWall: time.Minute}).start(op)
	if err != nil {
		t.Fatal(err)
	}
	choices, err := w.solveRoot()
	if err != nil {
		t.Fatal(err)
	}
	if w.run.solves > 5000 {
		t.Errorf("%d sub-problems for %d bytes", w.run.solves, len(query))
	}
	p, err := w.finish(choices)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d bytes, %d sub-problems, %d sites, %d fetches", len(query), w.run.solves, len(p.Sites), len(p.Fetches))
}

// A budget that is too small gives a coded error, not a wrong plan.
func TestBudgets(t *testing.T) {
	t.Parallel()
	sg := stressSupergraph(t, 4)
	op, err := normalise(sg, "{ t0 "+stressQuery(3, 6, 3)+" }", Request{})
	if err != nil {
		t.Fatal(err)
	}
	largeSG := stressSupergraph(t, 8)
	large, err := normalise(largeSG, "{ t0 "+stressQuery(5, 8, 4)+" }", Request{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := New(sg, Options{MaxWall: time.Nanosecond}).Plan(op); err != nil {
		t.Errorf("a small plan was refused: %v", err)
	}
	for _, opt := range []Options{{MaxSolves: 5}, {MaxSites: 10}, {MaxWall: time.Nanosecond}} {
		op, sg := op, sg
		if opt.MaxWall > 0 {
			op, sg = large, largeSG
		}
		_, err := New(sg, opt).Plan(op)
		var e *Error
		if !errors.As(err, &e) || e.Code != "QUERY_PLAN_LIMIT" {
			t.Errorf("%+v: %v", opt, err)
		}
	}
	if _, err := New(sg, Options{MaxSolves: 1000, MaxWall: time.Minute}).Plan(op); err != nil {
		t.Error(err)
	}
}

func BenchmarkPlan(b *testing.B) {
	sg := stressSupergraph(b, 8)
	for name, query := range map[string]string{
		"small": "{ t0 { id f1 f2 r1 { f3 f4 } } }", "medium": "{ t0 " + stressQuery(2, 6, 2) + " }", "large": "{ t0 " + stressQuery(4, 12, 4) + " }",
	} {
		op, err := normalise(sg, query, Request{})
		if err != nil {
			b.Fatal(err)
		}
		pl := New(sg, Options{MaxWall: time.Minute})
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := pl.Plan(op); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

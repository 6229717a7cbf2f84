package planner_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"marquee/router/executor"
	"marquee/router/operation"
	"marquee/router/oracle"
	"marquee/router/plan"
	"marquee/router/planner"
	"marquee/router/supergraph"
)

const wideGraphs = 5

// wide is the federation of a content system: an interface of n block types, all of them known to every graph. With
// spread each graph has the children of its own types, otherwise the first has all. The own fields of a type are in two
// graphs more.
type wide struct {
	n      int
	spread bool
}

// home is the graph with the children of type i.
func (w wide) home(i int) int {
	if w.spread {
		return i % wideGraphs
	}
	return 0
}

// first and second are the graphs with the own fields of type i.
func (w wide) first(i int) int  { return (i + 1) % wideGraphs }
func (w wide) second(i int) int { return (i + 2) % wideGraphs }

func (w wide) supergraph(t testing.TB) *supergraph.Supergraph {
	t.Helper()
	var names []string
	everywhere := ""
	for g := range wideGraphs {
		names = append(names, graphName(g))
		everywhere += fmt.Sprintf(" @join__type(graph: G%d)", g)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "type Query%s { page: [Block!]! @join__field(graph: G0) }\ninterface Block%s { id: ID!", everywhere, everywhere)
	if !w.spread {
		b.WriteString(" children: [Block!]! @join__field(graph: G0)")
	}
	b.WriteString(" }\n")
	for i := range w.n {
		fmt.Fprintf(&b, "type B%d implements Block", i)
		for g := range wideGraphs {
			fmt.Fprintf(&b, " @join__implements(graph: G%d, interface: \"Block\") @join__type(graph: G%d, key: \"id\")", g, g)
		}
		fmt.Fprintf(&b, " { id: ID! children: [Block!]! @join__field(graph: G%d) a%d: String @join__field(graph: G%d) b%d: String @join__field(graph: G%d) }\n",
			w.home(i), i, w.first(i), i, w.second(i))
	}
	sg, err := supergraph.Parse(planner.FullSchema(strings.Join(names, " "), b.String()), supergraph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return sg
}

func (w wide) subgraphs() map[string]string {
	out := map[string]string{}
	for g := range wideGraphs {
		var b strings.Builder
		b.WriteString("type Query { unused: Int")
		if g == 0 {
			b.WriteString(" page: [Block!]!")
		}
		b.WriteString(" }\ninterface Block { id: ID! }\n")
		for i := range w.n {
			fmt.Fprintf(&b, "type B%d implements Block @key(fields: \"id\") { id: ID!", i)
			if w.home(i) == g {
				b.WriteString(" children: [Block!]!")
			}
			if w.first(i) == g {
				fmt.Fprintf(&b, " a%d: String", i)
			}
			if w.second(i) == g {
				fmt.Fprintf(&b, " b%d: String", i)
			}
			b.WriteString(" }\n")
		}
		if !w.spread && g == 0 {
			out[graphName(g)] = strings.Replace(b.String(), "interface Block { id: ID!", "interface Block { id: ID! children: [Block!]!", 1)
			continue
		}
		out[graphName(g)] = b.String()
	}
	return out
}

// fill makes two blocks of each type, with up to three blocks of any type below.
func (w wide) fill() *oracle.Graph {
	g := oracle.NewGraph()
	rnd := rand.New(rand.NewPCG(uint64(w.n), 3))
	var all []any
	for i := range 2 * w.n {
		typ := i % w.n
		o := g.Entity(fmt.Sprintf("B%d", typ), map[string]any{
			"id": fmt.Sprint(i), fmt.Sprintf("a%d", typ): fmt.Sprintf("a of %d", i), fmt.Sprintf("b%d", typ): fmt.Sprintf("b of %d", i),
		})
		all = append(all, o)
		if i < w.n {
			g.Implements(o.Type, "Block")
		}
	}
	for _, o := range all {
		children := []any{}
		for range rnd.IntN(4) {
			children = append(children, all[rnd.IntN(len(all))])
		}
		o.(*oracle.Object).Fields["children"] = children
	}
	g.Query.Fields["page"] = all
	return g
}

// query asks for everything of every block type, depth levels deep.
func (w wide) query(depth int) string {
	var b strings.Builder
	b.WriteString("{ page { ...L1 } }\n")
	for d := 1; d <= depth; d++ {
		fmt.Fprintf(&b, "fragment L%d on Block { id __typename", d)
		for i := range w.n {
			fmt.Fprintf(&b, " ... on B%d { a%d b%d", i, i, i)
			if d < depth {
				fmt.Fprintf(&b, " children { ...L%d }", d+1)
			}
			b.WriteString(" }")
		}
		b.WriteString(" }\n")
	}
	return b.String()
}

func (w wide) normalise(t testing.TB, sg *supergraph.Supergraph, depth int) *operation.Normalized {
	t.Helper()
	doc, errs := operation.Parse(sg, w.query(depth), operation.Limits{})
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	op, e := doc.Operation("")
	if e != nil {
		t.Fatal(e)
	}
	n, e := op.Normalise(nil, 0)
	if e != nil {
		t.Fatal(e)
	}
	return n
}

// The places of a plan, its requests and its text grow with the graphs that the types of an interface are spread over,
// not with the types: a request per graph and round trip is all there is, however many types there are.
func TestWideInterfaces(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		wide
		depth, sites, fetches, text int
		run                         bool // validating documents as large as the others is slow in the servers compared with
	}{
		{wide{12, false}, 3, 4, 5, 8 << 10, true},
		{wide{70, false}, 5, 6, 5, 8 << 10, false},
		{wide{10, true}, 3, 32, 15, 16 << 10, true},
		{wide{30, true}, 4, 157, 20, 96 << 10, false},
		{wide{30, true}, 5, 782, 25, 128 << 10, false},
		{wide{70, true}, 3, 32, 15, 160 << 10, false},
	} {
		t.Run(fmt.Sprintf("%+v depth %d", c.wide, c.depth), func(t *testing.T) {
			t.Parallel()
			sg := c.supergraph(t)
			for _, eager := range []bool{false, true} {
				if eager && c.sites > 500 {
					continue // a request for each chain of graphs: too much text
				}
				p, err := planner.New(sg, planner.Options{MaxWall: time.Minute, Eager: eager}).Plan(c.normalise(t, sg, c.depth))
				if err != nil {
					t.Fatal(err)
				}
				text := 0
				for i := range p.Fetches {
					text += len(p.Fetches[i].Operation)
				}
				if len(p.Sites) > c.sites || (!eager && len(p.Fetches) > c.fetches) || (!eager && text > c.text) {
					t.Errorf("eager %t: %d sites, %d fetches, %d bytes", eager, len(p.Sites), len(p.Fetches), text)
				}
				if c.run {
					planner.CheckPlan(t, sg, p)
					c.compare(t, sg, p, c.depth)
				}
			}
		})
	}
}

// compare runs a plan and compares its answer with that of one server with all the data.
func (w wide) compare(t *testing.T, sg *supergraph.Supergraph, p *plan.Plan, depth int) {
	t.Helper()
	x := executor.New(executor.Options{Transport: oracle.NewFederation(w.fill(), w.subgraphs())})
	got := x.Execute(context.Background(), &executor.Request{Plan: p}).AppendJSON(nil)
	want, err := json.Marshal(oracle.NewMonolith(sg.SDL, w.fill()).Execute(w.query(depth), "", nil))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("got  %.2000s\nwant %.2000s", got, want)
	}
}

// What is too wide to be planned is refused within the budgets, before it is printed.
func TestTooWide(t *testing.T) {
	t.Parallel()
	w := wide{70, true}
	sg := w.supergraph(t)
	_, err := planner.New(sg, planner.Options{MaxWall: time.Minute}).Plan(w.normalise(t, sg, 6))
	var e *planner.Error
	if !errors.As(err, &e) || e.Code != "QUERY_PLAN_LIMIT" {
		t.Error(err)
	}
}

func BenchmarkPlanWide(b *testing.B) {
	for _, w := range []wide{{30, false}, {10, true}, {30, true}} {
		sg := w.supergraph(b)
		op := w.normalise(b, sg, 4)
		pl := planner.New(sg, planner.Options{MaxWall: time.Minute})
		b.Run(fmt.Sprintf("%+v", w), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := pl.Plan(op); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

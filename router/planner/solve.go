package planner

import (
	"strconv"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"marquee/router/supergraph"
)

// run is the solving of one operation.
type run struct {
	sg      *supergraph.Supergraph
	opt     Options
	kinship *kinship
	sels    *selections
	states  *states
	objects []*supergraph.Type
	// serialType is the mutation or subscription root: its fields run once, never from several graphs.
	serialType *supergraph.Type

	memo     map[string]*choice
	stack    map[string]int
	lowest   int // the outermost stack position a result since depended on
	solves   int
	deadline time.Time
	failed   *Error
}

const noTaint = 1 << 30

// alwaysDone is the number of sub-problems, and of fetches, from which on the time is looked at: what is small is never
// refused because the machine is busy.
const alwaysDone = 256

func (p *run) serialRoot(g *siteGraph) bool { return g.t == p.serialType }

// greedy reports that joint choices are no longer searched for: the budget of solves is used up.
func (p *run) greedy() bool { return p.solves > p.opt.MaxSolves }

var infeasible = &choice{types: -1}

// solveChild solves what hangs below a composite field read by edge e.
func (p *run) solveChild(g *siteGraph, n *node, e *edge) *choice {
	origins := make([]*state, len(e.join))
	for i, j := range e.join {
		origins[i] = p.states.child(g.facts[e.from[i]].state, j, e.views[i], e.keep)
	}
	return p.memoised("s", n.sub, nil, n.sub.t, origins, func() *choice { return p.solveSite(n.sub, origins) })
}

// memoised runs a sub-problem once per (type, selection, origins). A sub-problem that meets itself is infeasible there;
// what depended on such a meeting is not remembered, except by the outermost problem it concerns.
func (p *run) memoised(kind string, s *sel, nodes []*node, t *supergraph.Type, origins []*state, solve func() *choice) *choice {
	var space [128]byte
	k := strconv.AppendInt(append(space[:0], kind...), int64(t.ID), 10)
	if s != nil {
		k = strconv.AppendInt(append(k, 's'), int64(s.id), 10)
	}
	for _, n := range nodes {
		k = strconv.AppendInt(append(k, 'n'), int64(n.id), 10)
	}
	for _, o := range origins {
		k = strconv.AppendInt(append(k, 'o'), int64(o.id), 10)
	}
	key := string(k)
	if c := p.memo[key]; c != nil {
		return c
	}
	if at, ok := p.stack[key]; ok {
		p.lowest = min(p.lowest, at)
		return infeasible
	}
	if p.solves++; p.solves > 2*p.opt.MaxSolves {
		p.fail(limitExceeded("solves"))
	}
	if p.solves >= alwaysDone && p.solves%32 == 0 && time.Now().After(p.deadline) {
		p.fail(limitExceeded("time"))
	}
	if p.failed != nil {
		return infeasible
	}
	outer := p.lowest
	p.lowest = noTaint
	depth := len(p.stack)
	p.stack[key] = depth
	c := solve()
	delete(p.stack, key)
	if p.lowest >= depth {
		p.memo[key] = c
		p.lowest = noTaint
	}
	p.lowest = min(p.lowest, outer)
	return c
}

func (p *run) fail(err *Error) {
	if p.failed == nil {
		p.failed = err
	}
}

// solveSite solves a site whose objects come from the origins. Several origins are possible only for concrete types.
func (p *run) solveSite(s *sel, origins []*state) *choice {
	first := origins[0]
	switch {
	case first.interfaceObject():
		return p.solveInterfaceObject(s, first)
	case first.decl.Kind == ast.Object:
		nodes, _ := s.on(first.decl)
		if first.keep != nil && !first.keep.types[first.decl] {
			nodes = nil
		}
		return p.solveConcrete(first.decl, nodes, origins)
	default:
		return p.solveAbstract(s, first)
	}
}

func (p *run) solveConcrete(t *supergraph.Type, nodes []*node, origins []*state) *choice {
	return p.memoised("c", nil, nodes, t, origins, func() *choice {
		return p.newSite(t, origins, false).solve(nodes)
	})
}

// solveAbstract solves a site where graph and type are really abstract. What is the same for every object type and local
// on the abstract type itself is asked for there; the rest is solved per object type.
func (p *run) solveAbstract(s *sel, origin *state) *choice {
	possible := origin.decl.PossibleIn(origin.graph)
	out := &choice{ok: true, abstract: true, types: -1, needType: len(possible) > 0}
	shared := p.sharedNodes(s, origin, possible)
	for {
		level := p.newSite(origin.decl, []*state{origin}, false)
		out.level = level.levelOnly(shared)
		if out.level.ok {
			break
		}
		// A field whose children cannot be solved from here is solved per type.
		shared = shared[:len(shared)-1]
	}
	if len(possible) == 0 {
		nodes, _ := s.on(origin.decl)
		out.ok = len(shared) == len(nodes)
		out.cost = out.level.cost
		return out
	}
	at := map[*node]bool{}
	for _, n := range shared {
		at[n] = true
	}
	var worst cost
	kin := relatives{p: p}
	for _, t := range possible {
		if t.Inaccessible || (origin.keep != nil && !origin.keep.types[t]) {
			continue
		}
		out.solved = append(out.solved, t)
		needed, _ := s.on(t)
		var rest []*node
		for _, n := range needed {
			if !at[n] {
				rest = append(rest, n)
			}
		}
		if len(rest) == 0 {
			continue
		}
		c := kin.solveCase(t, rest, []*state{p.caseState(origin, t)})
		if !c.ok {
			return infeasible
		}
		out.cases = append(out.cases, caseChoice{t: t, choice: c, origins: []caseOrigin{{step: -1, cond: t}}})
		worst.sum, worst.depth = max(worst.sum, c.cost.sum), max(worst.depth, c.cost.depth)
	}
	out.cost = cost{out.level.cost.sum + worst.sum, max(out.level.cost.depth, worst.depth)}
	return out
}

// caseState is an abstract origin narrowed to an object type; what is provided stays.
func (p *run) caseState(origin *state, t *supergraph.Type) *state {
	return p.states.get(state{graph: origin.graph, decl: t, view: origin.view})
}

// levelOnly solves nodes from the origins without opening anything at this site.
func (g *siteGraph) levelOnly(nodes []*node) *choice {
	heads := make([]int, len(nodes))
	for i, n := range nodes {
		heads[i] = g.addNode(n)
	}
	var c closing
	c.start(g, nil, nil).run(nil)
	return g.extract(nodes, heads, c.labels)
}

// sharedNodes are the nodes needed alike on all object types and local on the abstract type and on each of them,
// sorted so that those whose children cannot be solved from here come last.
func (p *run) sharedNodes(s *sel, origin *state, possible []*supergraph.Type) []*node {
	var good, bad []*node
	for _, n := range s.common {
		if !p.sharedNode(s, n, origin, possible) {
			continue
		}
		site := p.newSite(origin.decl, []*state{origin}, false)
		if c := site.levelOnly([]*node{n}); c.ok {
			good = append(good, n)
		} else {
			bad = append(bad, n)
		}
	}
	return append(good, bad...)
}

func (p *run) sharedNode(s *sel, n *node, origin *state, possible []*supergraph.Type) bool {
	j, _ := p.states.local(origin.decl, origin, n)
	if j == nil || j.Demanding() {
		return false
	}
	for _, t := range possible {
		if t.Inaccessible {
			continue
		}
		nodes, _ := s.on(t)
		found := false
		for _, m := range nodes {
			found = found || m == n
		}
		if !found {
			return false
		}
		l, _ := p.states.local(t, p.caseState(origin, t), n)
		if l == nil || l.Demanding() {
			return false
		}
	}
	return true
}

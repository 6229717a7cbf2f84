package planner

import "container/heap"

// label is what the fixpoint found for a fact: the edge that derives it and what that costs.
type label struct {
	done bool
	edge int
	cost cost
}

type candidate struct {
	fact, edge int
	cost       cost
}

// frontier pops the cheapest candidate; equal ones in order of fact and edge, so that runs are deterministic.
type frontier []candidate

func (f frontier) Len() int { return len(f) }
func (f frontier) Less(i, j int) bool {
	a, b := f[i], f[j]
	if x, y := a.cost.total(), b.cost.total(); x != y {
		return x < y
	}
	if a.fact != b.fact {
		return a.fact < b.fact
	}
	return a.edge < b.edge
}
func (f frontier) Swap(i, j int) { f[i], f[j] = f[j], f[i] }
func (f *frontier) Push(x any)   { *f = append(*f, x.(candidate)) }
func (f *frontier) Pop() any {
	old := *f
	x := old[len(old)-1]
	*f = old[:len(old)-1]
	return x
}

// close runs Knuth's generalisation of Dijkstra's algorithm: facts are finalised in order of cost, each by an edge whose
// body was finalised before, so derivations are well-founded whatever cycles keys and requirements have. States in
// closed are not entered; entering states in favoured costs no request.
func (g *siteGraph) close(closed, favoured map[int]bool) []label {
	labels := make([]label, len(g.facts))
	missing := make([][]int, len(g.facts))
	var queue frontier
	offer := func(head, ei int) {
		e := g.facts[head].edges[ei]
		if labels[head].done || (closed[head] && e.kind != stepOrigin) {
			return
		}
		c, ok := g.edgeCost(head, e, labels, favoured[head])
		if ok {
			heap.Push(&queue, candidate{head, ei, c})
		}
	}
	for i, f := range g.facts {
		missing[i] = make([]int, len(f.edges))
		for ei, e := range f.edges {
			missing[i][ei] = len(e.body)
			if len(e.body) == 0 {
				offer(i, ei)
			}
		}
	}
	for queue.Len() > 0 {
		c := heap.Pop(&queue).(candidate)
		if labels[c.fact].done {
			continue
		}
		labels[c.fact] = label{done: true, edge: c.edge, cost: c.cost}
		for _, u := range g.facts[c.fact].uses {
			if missing[u.head][u.edge]--; missing[u.head][u.edge] == 0 {
				offer(u.head, u.edge)
			}
		}
	}
	return labels
}

func (g *siteGraph) edgeCost(head int, e *edge, labels []label, favoured bool) (cost, bool) {
	var c cost
	for _, b := range e.body {
		c.sum += labels[b].cost.sum
		c.depth = max(c.depth, labels[b].cost.depth)
	}
	switch e.kind {
	case stepEntity, stepRoot:
		if !favoured {
			c.sum += costFetch
		}
		c.depth++
	case stepField:
		c.sum += costField
		n := g.facts[head].node
		if n.composite {
			if e.child == nil {
				e.child = g.p.solveChild(g, n, e)
			}
			if !e.child.ok {
				return c, false
			}
			c.sum += e.child.cost.sum
			c.depth += e.child.cost.depth
		}
	}
	return c, true
}

// solve finds the cheapest set of fetches for the needed nodes: first what the origins give alone; else over the whole
// graph, choosing jointly which states to open.
func (g *siteGraph) solve(needs []*node) *choice {
	heads := make([]int, len(needs))
	for i, n := range needs {
		heads[i] = g.addNode(n)
	}
	if len(g.origins) > 0 {
		if c := g.extract(needs, heads, g.close(nil, nil)); c.ok && c.cost.depth == 0 {
			return c
		}
	}
	g.expand()
	base := g.close(nil, nil)
	best := g.extract(needs, heads, base)
	if !best.ok && !g.p.serialRoot(g) {
		grown := false
		for i := range g.facts { // every infeasible composite, also those keys and requirements need
			if g.facts[i].node != nil && !base[i].done {
				g.addMulti(i)
				grown = true
			}
		}
		if grown {
			base = g.close(nil, nil)
			best = g.extract(needs, heads, base)
		}
	}
	if !best.ok {
		return best
	}
	return g.improve(needs, heads, base, best)
}

// improve chooses the states to open jointly: a fact's cheapest derivation does not know what others open anyway. Up to
// six candidates every subset is tried; beyond that, and when the budget is used up, single steps.
func (g *siteGraph) improve(needs []*node, heads []int, base []label, best *choice) *choice {
	var optional []int
	for i, f := range g.facts {
		if f.state != nil && base[i].done && f.edges[base[i].edge].kind != stepOrigin {
			optional = append(optional, i)
		}
	}
	if best.opened() <= 1 || len(optional) <= 1 {
		return best
	}
	better := func(c *choice) bool {
		if !c.ok {
			return false
		}
		if x, y := c.cost.total(), best.cost.total(); x != y {
			return x < y
		}
		return c.opened() < best.opened()
	}
	if len(optional) <= 6 && !g.p.greedy() {
		for size := 1; size < len(optional); size++ {
			for mask := 0; mask < 1<<len(optional); mask++ {
				if bits(mask) != size || size*costFetch >= best.cost.sum {
					continue
				}
				closed := map[int]bool{}
				for i, o := range optional {
					if mask&(1<<i) == 0 {
						closed[o] = true
					}
				}
				if c := g.extract(needs, heads, g.close(closed, nil)); better(c) {
					best = c
				}
			}
		}
		return best
	}
	closed, favoured := map[int]bool{}, map[int]bool{}
	for pass := 0; pass < 2; pass++ {
		changed := false
		for _, o := range optional {
			for _, set := range []map[int]bool{closed, favoured} {
				if set[o] {
					continue
				}
				set[o] = true
				if c := g.extract(needs, heads, g.close(closed, favoured)); better(c) {
					best, changed = c, true
				} else {
					delete(set, o)
				}
			}
		}
		if !changed {
			break
		}
	}
	return best
}

func bits(mask int) int {
	n := 0
	for ; mask > 0; mask &= mask - 1 {
		n++
	}
	return n
}

// opened counts the fetches a choice opens at its own site.
func (c *choice) opened() int {
	n := 0
	for i := range c.steps {
		if k := c.steps[i].kind; k == stepEntity || k == stepRoot {
			n++
		}
	}
	return n
}

// extract collects the derivations of the needed facts, and what they cost when shared parts count once.
func (g *siteGraph) extract(needs []*node, heads []int, labels []label) *choice {
	c := &choice{ok: true, t: g.t, nodes: needs, types: -1}
	for _, h := range heads {
		if !labels[h].done {
			c.ok = false
			return c
		}
	}
	at := map[int]int{}
	var visit func(f int) int
	visit = func(f int) int {
		if i, ok := at[f]; ok {
			return i
		}
		e := g.facts[f].edges[labels[f].edge]
		s := step{kind: e.kind, state: g.facts[f].state, node: g.facts[f].node, origin: e.origin, send: e.send, keys: e.keys, join: e.join, child: e.child}
		for _, b := range e.body {
			i := visit(b)
			if e.kind == stepField {
				s.from = append(s.from, i)
			} else {
				s.inputs = append(s.inputs, i)
			}
			s.depth = max(s.depth, c.steps[i].depth)
		}
		switch s.kind {
		case stepEntity, stepRoot:
			c.cost.sum += costFetch
			s.depth++
		case stepField:
			c.cost.sum += costField
			if s.child != nil {
				c.cost.sum += s.child.cost.sum
				s.depth += s.child.cost.depth
			}
		}
		c.cost.depth = max(c.cost.depth, s.depth)
		at[f] = len(c.steps)
		c.steps = append(c.steps, s)
		return at[f]
	}
	for _, h := range heads {
		c.needs = append(c.needs, visit(h))
	}
	return c
}

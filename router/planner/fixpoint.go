package planner

import "slices"

// solve finds the cheapest set of fetches for the needed nodes: first what the origins give alone; else over the whole
// graph, choosing jointly which states to open.
func (g *siteGraph) solve(needs []*node) *choice {
	heads := make([]int, len(needs))
	for i, n := range needs {
		heads[i] = g.addNode(n)
	}
	base := &closing{}
	if len(g.origins) > 0 && g.readable(heads) {
		base.start(g, nil, nil).run(heads)
		if c := g.extract(needs, heads, base.labels); c.ok && c.cost.depth == 0 {
			return c
		}
	}
	g.expand()
	base.start(g, nil, nil).run(heads)
	best := g.extract(needs, heads, base.labels)
	if !best.ok && !g.p.serialRoot(g) {
		grown := false
		for i := range g.facts { // every infeasible composite, also those keys and requirements need
			if g.facts[i].node != nil && !base.labels[i].done {
				g.addMulti(i)
				grown = true
			}
		}
		if grown {
			base.start(g, nil, nil).run(heads)
			best = g.extract(needs, heads, base.labels)
		}
	}
	if !best.ok || best.opened() <= 1 {
		return best
	}
	base.run(nil)
	return g.improve(needs, heads, base.labels, best)
}

// readable reports whether every needed field can be read somewhere, as far as the graph goes now.
func (g *siteGraph) readable(heads []int) bool {
	return !slices.ContainsFunc(heads, func(h int) bool { return len(g.facts[h].edges) == 0 })
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
	if len(optional) <= 1 {
		return best
	}
	least, opened := best.cost.total(), best.opened()
	closed, favoured := make([]bool, len(g.facts)), make([]bool, len(g.facts))
	var c closing
	try := func() bool {
		c.start(g, closed, favoured).run(heads)
		found, n, ok := g.measure(heads, c.labels)
		if !ok || found.total() > least || (found.total() == least && n >= opened) {
			return false
		}
		best, least, opened = g.extract(needs, heads, c.labels), found.total(), n
		return true
	}
	if len(optional) <= 6 && !g.p.greedy() {
		for size := 1; size < len(optional); size++ {
			for mask := 0; mask < 1<<len(optional); mask++ {
				if bits(mask) != size || size*costFetch >= least {
					continue
				}
				for i, o := range optional {
					closed[o] = mask&(1<<i) == 0
				}
				try()
			}
		}
		return best
	}
	for pass := 0; pass < 2; pass++ {
		changed := false
		for _, o := range optional {
			for _, set := range [][]bool{closed, favoured} {
				if set[o] {
					continue
				}
				set[o] = true
				if try() {
					changed = true
				} else {
					set[o] = false
				}
			}
		}
		if !changed {
			break
		}
	}
	return best
}

// measure tells what extract would find: the cost with shared parts counted once, and the fetches opened here.
func (g *siteGraph) measure(heads []int, labels []label) (c cost, opened int, ok bool) {
	depth := make([]int, len(g.facts)) // 0 is not visited yet; else depth+1
	var visit func(f int) int
	visit = func(f int) int {
		if depth[f] > 0 {
			return depth[f] - 1
		}
		e := g.facts[f].edges[labels[f].edge]
		d := 0
		for _, b := range e.body {
			d = max(d, visit(b))
		}
		switch e.kind {
		case stepEntity, stepRoot:
			c.sum += costFetch
			opened++
			d++
		case stepField:
			c.sum += costField
			if e.child != nil {
				c.sum += e.child.cost.sum
				d += e.child.cost.depth
			}
		}
		c.depth = max(c.depth, d)
		depth[f] = d + 1
		return d
	}
	for _, h := range heads {
		if !labels[h].done {
			return c, opened, false
		}
		visit(h)
	}
	return c, opened, true
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

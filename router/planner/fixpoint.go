package planner

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

func (f frontier) less(i, j int) bool {
	a, b := &f[i], &f[j]
	if x, y := a.cost.total(), b.cost.total(); x != y {
		return x < y
	}
	if a.fact != b.fact {
		return a.fact < b.fact
	}
	return a.edge < b.edge
}

func (f *frontier) push(c candidate) {
	*f = append(*f, c)
	h := *f
	for i := len(h) - 1; i > 0; {
		up := (i - 1) / 2
		if !h.less(i, up) {
			break
		}
		h[i], h[up] = h[up], h[i]
		i = up
	}
}

func (f *frontier) pop() candidate {
	h := *f
	top, n := h[0], len(h)-1
	h[0] = h[n]
	h = h[:n]
	*f = h
	for i := 0; ; {
		least := i
		for _, c := range [2]int{2*i + 1, 2*i + 2} {
			if c < n && h.less(c, least) {
				least = c
			}
		}
		if least == i {
			return top
		}
		h[i], h[least] = h[least], h[i]
		i = least
	}
}

// close runs Knuth's generalisation of Dijkstra's algorithm: facts are finalised in order of cost, each by an edge whose
// body was finalised before, so derivations are well-founded whatever cycles keys and requirements have. States in
// closed are not entered; entering states in favoured costs no request.
func (g *siteGraph) close(closed, favoured map[int]bool) []label {
	labels := make([]label, len(g.facts))
	missing := make([][]int, len(g.facts))
	edges := 0
	for _, f := range g.facts {
		edges += len(f.edges)
	}
	counts := make([]int, edges)
	var queue frontier
	offer := func(head, ei int) {
		e := g.facts[head].edges[ei]
		if labels[head].done || (closed[head] && e.kind != stepOrigin) {
			return
		}
		c, ok := g.edgeCost(head, e, labels, favoured[head])
		if ok {
			queue.push(candidate{head, ei, c})
		}
	}
	for i, f := range g.facts {
		missing[i], counts = counts[:len(f.edges)], counts[len(f.edges):]
		for ei, e := range f.edges {
			missing[i][ei] = len(e.body)
			if len(e.body) == 0 {
				offer(i, ei)
			}
		}
	}
	for len(queue) > 0 {
		c := queue.pop()
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
	least, opened := best.cost.total(), best.opened()
	try := func(closed, favoured map[int]bool) bool {
		labels := g.close(closed, favoured)
		c, n, ok := g.measure(heads, labels)
		if !ok || c.total() > least || (c.total() == least && n >= opened) {
			return false
		}
		best, least, opened = g.extract(needs, heads, labels), c.total(), n
		return true
	}
	if len(optional) <= 6 && !g.p.greedy() {
		closed := map[int]bool{}
		for size := 1; size < len(optional); size++ {
			for mask := 0; mask < 1<<len(optional); mask++ {
				if bits(mask) != size || size*costFetch >= least {
					continue
				}
				for i, o := range optional {
					closed[o] = mask&(1<<i) == 0
				}
				try(closed, nil)
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
				if try(closed, favoured) {
					changed = true
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

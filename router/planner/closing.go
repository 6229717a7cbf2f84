package planner

import "slices"

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

// closing runs Knuth's generalisation of Dijkstra's algorithm: facts are finalised in order of cost, each by an edge whose
// body was finalised before, so derivations are well-founded whatever cycles keys and requirements have.
//
// What hangs below a field is solved only when nothing cheaper is left to do: until then the field counts with what is
// below it as the least that could cost.
type closing struct {
	g      *siteGraph
	labels []label
	// missing counts the facts of an edge's body that are not finalised; those of fact i begin at first[i].
	missing, first []int
	queue          frontier
	// closed states are not entered; entering favoured ones costs no request. Either may be nil.
	closed, favoured []bool
}

// start prepares the closing of a graph as it is now, in the memory of an earlier one.
func (c *closing) start(g *siteGraph, closed, favoured []bool) *closing {
	c.g, c.closed, c.favoured = g, closed, favoured
	c.queue = c.queue[:0]
	c.labels = append(c.labels[:0], make([]label, len(g.facts))...)
	c.missing, c.first = c.missing[:0], c.first[:0]
	for _, f := range g.facts {
		c.first = append(c.first, len(c.missing))
		for _, e := range f.edges {
			c.missing = append(c.missing, len(e.body))
		}
	}
	for i, f := range g.facts {
		for ei, e := range f.edges {
			if len(e.body) == 0 {
				c.offer(i, ei)
			}
		}
	}
	return c
}

func (c *closing) offer(head, ei int) {
	e := c.g.facts[head].edges[ei]
	if c.labels[head].done || (c.closed != nil && c.closed[head] && e.kind != stepOrigin) || (e.child != nil && !e.child.ok) {
		return
	}
	c.queue.push(candidate{head, ei, c.edgeCost(head, e)})
}

// run finalises facts until all heads are final, or, without heads, all that can be.
func (c *closing) run(heads []int) {
	left := 0
	for _, h := range heads {
		if !c.labels[h].done {
			left++
		}
	}
	for len(c.queue) > 0 && (left > 0 || heads == nil) {
		next := c.queue.pop()
		if c.labels[next.fact].done {
			continue
		}
		e := c.g.facts[next.fact].edges[next.edge]
		if c.unsolved(next.fact, e) {
			e.child = c.g.p.solveChild(c.g, c.g.facts[next.fact].node, e)
			if !e.child.ok {
				continue
			}
			found := c.edgeCost(next.fact, e)
			if found.total() > next.cost.total() {
				c.queue.push(candidate{next.fact, next.edge, found})
				continue
			}
			next.cost = found
		}
		c.labels[next.fact] = label{done: true, edge: next.edge, cost: next.cost}
		if slices.Contains(heads, next.fact) {
			left--
		}
		for _, u := range c.g.facts[next.fact].uses {
			at := c.first[u.head] + u.edge
			if c.missing[at]--; c.missing[at] == 0 {
				c.offer(u.head, u.edge)
			}
		}
	}
}

// unsolved reports whether an edge reads a composite field and what is below it is not solved yet.
func (c *closing) unsolved(head int, e *edge) bool {
	return e.kind == stepField && e.child == nil && c.g.facts[head].node.composite
}

// edgeCost is what deriving a fact by an edge costs, at least.
func (c *closing) edgeCost(head int, e *edge) cost {
	var sum cost
	for _, b := range e.body {
		sum.sum += c.labels[b].cost.sum
		sum.depth = max(sum.depth, c.labels[b].cost.depth)
	}
	switch e.kind {
	case stepEntity, stepRoot:
		if c.favoured == nil || !c.favoured[head] {
			sum.sum += costFetch
		}
		sum.depth++
	case stepField:
		sum.sum += costField
		switch {
		case e.child != nil:
			sum.sum += e.child.cost.sum
			sum.depth += e.child.cost.depth
		case c.g.facts[head].node.sub != nil:
			sum.sum += c.g.facts[head].node.sub.least
		}
	}
	return sum
}

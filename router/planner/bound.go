package planner

import "marquee/router/supergraph"

// leastFetches is a lower bound of the fetches that emitting choices takes, at most one more than limit: choices are
// shared, so that it is known at once when a small operation would be emitted for minutes. With joint, object types of
// one site join each other's fetches.
func leastFetches(choices []*choice, limit int, joint bool) int {
	b := bounder{limit: limit + 1, joint: joint, memo: map[*choice]int{}}
	n := 0
	for _, c := range choices {
		n = min(b.limit, n+b.concrete(c, nil))
	}
	return n
}

type bounder struct {
	limit int
	joint bool
	memo  map[*choice]int
}

// below is what one composite field of some object types leads to; emitField emits it once for those types that have
// it from the same place.
type below struct {
	key   string
	child *choice
}

// counted is what the object types of a site before have led to.
type counted struct {
	below map[below]bool
	// graphs are those entered; a fetch more of one that is entered may join a fetch that is counted.
	graphs map[supergraph.GraphID]bool
}

func (b *bounder) site(c *choice) int {
	if n, ok := b.memo[c]; ok {
		return n
	}
	var n int
	if !c.abstract {
		n = b.concrete(c, nil)
	} else {
		n = b.concrete(c.level, nil)
		seen := &counted{map[below]bool{}, map[supergraph.GraphID]bool{}}
		for i := range c.cases {
			n = min(b.limit, n+b.concrete(c.cases[i].choice, seen))
		}
	}
	b.memo[c] = n
	return n
}

// concrete counts the fetches of a choice's own steps and what is below them, but for what is seen.
func (b *bounder) concrete(c *choice, seen *counted) int {
	n := 0
	for i := range c.steps {
		switch s := &c.steps[i]; s.kind {
		case stepEntity:
			if seen != nil && b.joint {
				if seen.graphs[s.state.graph] {
					continue
				}
				seen.graphs[s.state.graph] = true
			}
			n++
		case stepField:
			if s.child == nil || n >= b.limit {
				continue
			}
			if seen != nil {
				at := below{s.node.key, s.child}
				if seen.below[at] {
					continue
				}
				seen.below[at] = true
			}
			n += b.site(s.child)
		}
	}
	return min(n, b.limit)
}

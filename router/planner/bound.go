package planner

// leastFetches is a lower bound of the fetches that emitting choices takes, at most one more than limit: choices are
// shared, so that it is known at once when a small operation would be emitted for minutes.
func leastFetches(choices []*choice, limit int) int {
	b := bounder{limit: limit + 1, memo: map[*choice]int{}}
	n := 0
	for _, c := range choices {
		n = min(b.limit, n+b.concrete(c, nil))
	}
	return n
}

type bounder struct {
	limit int
	memo  map[*choice]int
}

// below is what one composite field of some object types leads to; emitField emits it once for those types that have
// it from the same place.
type below struct {
	key   string
	child *choice
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
		seen := map[below]bool{}
		for i := range c.cases {
			n = min(b.limit, n+b.concrete(c.cases[i].choice, seen))
		}
	}
	b.memo[c] = n
	return n
}

// concrete counts the fetches of a choice's own steps and what is below them, but for what is seen.
func (b *bounder) concrete(c *choice, seen map[below]bool) int {
	n := 0
	for i := range c.steps {
		switch s := &c.steps[i]; s.kind {
		case stepEntity:
			n++
		case stepField:
			if s.child == nil || n >= b.limit {
				continue
			}
			if seen != nil {
				at := below{s.node.key, s.child}
				if seen[at] {
					continue
				}
				seen[at] = true
			}
			n += b.site(s.child)
		}
	}
	return min(n, b.limit)
}

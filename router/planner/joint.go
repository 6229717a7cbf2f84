package planner

import (
	"slices"

	"marquee/router/supergraph"
)

// jointKey finds the fetches that other object types of a site have made: merging would put a fetch to the same graph
// that is equally deep into the same operation anyway. Doing so at once gives the types one level, so that what is below
// them can be shared: of n types that are spread over g graphs come g sites, not n, at each step down.
type jointKey struct {
	site           *siteNode
	graph          supergraph.GraphID
	segment, depth int
	// deps is what the fetch waits for, only with eager.
	deps string
}

func (e *emitter) jointKey(f *fetchNode, site *siteNode) jointKey {
	key := jointKey{site: site, graph: f.graph, segment: f.segment, depth: f.depth}
	if e.p.opt.Eager {
		key.deps = waitsFor(f)
	}
	return key
}

// offer lets other types of the entry's site join the fetch. Not with contexts: what they wait for is settled only at
// the end, and moves fetches.
func (e *emitter) offer(f *fetchNode, en *entry) {
	if en.reps[0].types == nil || e.p.sg.Contextual {
		return
	}
	key := e.jointKey(f, en.site)
	e.joint[key] = append(e.joint[key], f)
}

// join adds a representation to a fetch of other types, which is returned; nil if there is none that takes it. The
// fetch gets no deeper by what it waits for in addition, so that there are no cycles.
func (e *emitter) join(s *step, site *siteNode, rep *representation, deps map[*fetchNode]bool) *fetchNode {
	if rep.types == nil || e.p.sg.Contextual {
		return nil
	}
	alone := &fetchNode{graph: s.state.graph, segment: e.segment, deps: deps}
	for d := range deps {
		alone.depth = max(alone.depth, d.depth+1)
	}
	for _, f := range e.joint[e.jointKey(alone, site)] {
		if f.entries[0].take(rep) {
			union(f.deps, deps)
			return f
		}
	}
	return nil
}

// take adds the representation of an object type to an entry that has none of it, unless combine would refuse it.
func (e *entry) take(r *representation) bool {
	for _, have := range e.reps {
		if slices.Equal(have.types, r.types) || overlaps(have, r) || (have.send == r.send && !sameKeys(have, r)) {
			return false
		}
	}
	e.reps = append(e.reps, r)
	return true
}

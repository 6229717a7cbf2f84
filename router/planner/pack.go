package planner

import "sort"

// place is what fetches must have in common to be one operation.
type place struct {
	segment, depth int
	graph          int
	deps           string // with eager: what is waited for
}

func (f *fetchNode) place(eager bool) place {
	at := place{segment: f.segment, depth: f.depth, graph: int(f.graph)}
	if eager {
		at.deps = waitsFor(f)
	}
	return at
}

// packFetches merges again what mergeFetches had to keep apart because of the number of entries: entries that send and
// ask for the same are one `_entities` field, whatever their sites, and count once. Levels are final by now.
func packFetches(fetches []*fetchNode, maxEntries int, eager, plain bool) []*fetchNode {
	groups := map[place][]*fetchNode{}
	var order []place
	for _, f := range fetches {
		if !f.entity {
			continue
		}
		at := f.place(eager)
		if groups[at] == nil {
			order = append(order, at)
		}
		groups[at] = append(groups[at], f)
	}
	into := map[*fetchNode]*fetchNode{}
	for _, at := range order {
		if len(groups[at]) > 1 {
			pack(groups[at], maxEntries, plain, into)
		}
	}
	if len(into) == 0 {
		return fetches
	}
	var out []*fetchNode
	for _, f := range fetches {
		if to := into[f]; to != nil {
			union(to.deps, f.deps)
			continue
		}
		out = append(out, f)
	}
	for _, f := range out {
		deps := map[*fetchNode]bool{}
		for d := range f.deps {
			if to := into[d]; to != nil {
				d = to
			}
			deps[d] = true
		}
		f.deps = deps
	}
	setDepths(out)
	sort.SliceStable(out, func(i, j int) bool {
		if out[i].depth != out[j].depth {
			return out[i].depth < out[j].depth
		}
		return out[i].seq < out[j].seq
	})
	reduce(out)
	return out
}

// pack puts the fetches of one place into as few of them as come first.
func pack(group []*fetchNode, maxEntries int, plain bool, into map[*fetchNode]*fetchNode) {
	var outs []*level
	for _, f := range group {
		outs = append(outs, f.outs()...)
	}
	doc := newDocument(plain, outs...)
	type open struct {
		fetch      *fetchNode
		signatures map[string]bool
	}
	var opened []open
next:
	for _, f := range group {
		own := map[string]bool{}
		for _, en := range f.entries {
			own[en.signature(doc.selection(en.out))] = true
		}
		for _, o := range opened {
			more := 0
			for s := range own {
				if !o.signatures[s] {
					more++
				}
			}
			if len(o.signatures)+more > maxEntries {
				continue
			}
			for s := range own {
				o.signatures[s] = true
			}
			o.fetch.entries = append(o.fetch.entries, f.entries...)
			into[f] = o.fetch
			continue next
		}
		opened = append(opened, open{f, own})
	}
}

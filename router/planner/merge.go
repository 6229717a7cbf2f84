package planner

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"marquee/router/plan"
)

// setDepths gives every fetch the length of the longest chain of fetches before it.
func setDepths(fetches []*fetchNode) {
	done := map[*fetchNode]bool{}
	var visit func(f *fetchNode) int
	visit = func(f *fetchNode) int {
		if done[f] {
			return f.depth
		}
		done[f] = true
		f.depth = 0
		for d := range f.deps {
			f.depth = max(f.depth, visit(d)+1)
		}
		return f.depth
	}
	for _, f := range fetches {
		visit(f)
	}
}

// mergeFetches puts entity fetches to one graph that are equally deep into one operation. Being equally deep there is
// no path between them, so no cycle can come of it, and no chain gets longer. With eager, only those that wait for the
// same fetches are merged: none starts later than it could.
func mergeFetches(fetches []*fetchNode, maxEntries int, eager bool) []*fetchNode {
	setDepths(fetches)
	sorted := slices.Clone(fetches)
	sort.SliceStable(sorted, func(i, j int) bool { return sorted[i].depth < sorted[j].depth })
	into := map[*fetchNode]*fetchNode{}
	open := map[place]*fetchNode{}
	var out []*fetchNode
	for _, f := range sorted {
		deps := map[*fetchNode]bool{}
		for d := range f.deps { // shallower, so merged by now
			if to := into[d]; to != nil {
				d = to
			}
			deps[d] = true
		}
		f.deps = deps
		if !f.entity {
			out = append(out, f)
			continue
		}
		at := f.place(eager)
		if to := open[at]; to != nil && len(to.entries) < maxEntries {
			to.addEntry(f.entries[0])
			union(to.deps, f.deps)
			into[f] = to
			continue
		}
		open[at] = f
		out = append(out, f)
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

// waitsFor names everything before a fetch, however the dependencies are written down.
func waitsFor(f *fetchNode) string {
	all := map[*fetchNode]bool{}
	var visit func(f *fetchNode)
	visit = func(f *fetchNode) {
		for d := range f.deps {
			if !all[d] {
				all[d] = true
				visit(d)
			}
		}
	}
	visit(f)
	return fmt.Sprint(seqs(all))
}

func seqs(fetches map[*fetchNode]bool) []int {
	list := make([]int, 0, len(fetches))
	for f := range fetches {
		list = append(list, f.seq)
	}
	slices.Sort(list)
	return list
}

// addEntry adds an `_entities` field, to one for the same site if what they send can be combined.
func (f *fetchNode) addEntry(e *entry) {
	for _, have := range f.entries {
		if have.site == e.site && have.combine(e) {
			return
		}
	}
	f.entries = append(f.entries, e)
}

// combine merges two entries of one site. It refuses if they send different values under one key, or if one sends
// every object and the other only some. With contexts only what takes the same from them is combined: an object whose
// context is not known is not sent.
func (e *entry) combine(o *entry) bool {
	if !e.fill.same(o.fill) {
		return false
	}
	reps := make([]*representation, len(e.reps))
	for i, r := range e.reps {
		c := *r
		c.fields = slices.Clone(r.fields)
		reps[i] = &c
	}
	for _, r := range o.reps {
		var same *representation
		for _, have := range reps {
			if slices.Equal(have.types, r.types) && have.send == r.send {
				same = have
			} else if have.types == nil || r.types == nil || overlaps(have, r) || (have.send == r.send && !sameKeys(have, r)) {
				return false
			}
		}
		if same == nil {
			reps = append(reps, r)
			continue
		}
		for _, field := range r.fields {
			at := slices.IndexFunc(same.fields, func(x plan.RepField) bool { return x.Key == field.Key })
			switch {
			case at < 0:
				same.fields = append(same.fields, field)
			case !sameRep(same.fields[at], field):
				return false
			case field.Required:
				same.fields[at].Required = true
			}
		}
	}
	e.reps = reps
	e.out.merge(o.out)
	return true
}

func sameKeys(a, b *representation) bool {
	has := func(list []plan.RepField, key string) bool {
		return slices.ContainsFunc(list, func(x plan.RepField) bool { return x.Key == key })
	}
	for _, f := range a.fields {
		if !has(b.fields, f.Key) {
			return false
		}
	}
	return len(a.fields) == len(b.fields)
}

func overlaps(a, b *representation) bool {
	for _, t := range a.types {
		if slices.Contains(b.types, t) {
			return true
		}
	}
	return false
}

func sameRep(a, b plan.RepField) bool {
	return a.Key == b.Key && a.Slot == b.Slot && a.Typename == b.Typename && slices.Equal(a.OnTypes, b.OnTypes) &&
		slices.EqualFunc(a.Child, b.Child, sameRep)
}

// signature identifies what an entry sends and asks for, which is text, whatever the site: entries of one signature are
// one.
func (e *entry) signature(text string) string {
	var b strings.Builder
	for _, r := range e.reps {
		fmt.Fprintf(&b, "%v %s", len(r.types), r.send)
		for _, t := range r.types {
			b.WriteString(" " + t.Name)
		}
		repText(&b, r.fields)
		b.WriteByte('\n')
	}
	if e.fill != nil {
		b.WriteString(e.fill.demand.key + "\n")
	}
	b.WriteString(text)
	return b.String()
}

func repText(b *strings.Builder, fields []plan.RepField) {
	b.WriteByte('{')
	for _, f := range fields {
		fmt.Fprintf(b, "%s %t %t %v", f.Key, f.Required, f.Typename, f.OnTypes)
		if f.Child != nil {
			repText(b, f.Child)
		}
		b.WriteByte(' ')
	}
	b.WriteByte('}')
}

// reduce drops dependencies that follow from others.
func reduce(fetches []*fetchNode) {
	reach := map[*fetchNode]map[*fetchNode]bool{} // everything before a fetch
	for _, f := range fetches {
		all := map[*fetchNode]bool{}
		for d := range f.deps {
			all[d] = true
			union(all, reach[d])
		}
		reach[f] = all
	}
	for _, f := range fetches {
		kept := map[*fetchNode]bool{}
		for d := range f.deps {
			implied := false
			for o := range f.deps {
				implied = implied || (o != d && reach[o][d])
			}
			if !implied {
				kept[d] = true
			}
		}
		f.deps = kept
	}
}

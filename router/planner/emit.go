package planner

import (
	"sort"
	"time"

	"marquee/router/operation"
	"marquee/router/plan"
	"marquee/router/supergraph"
)

// siteNode is a site of the plan being made.
type siteNode struct {
	id, parent, slot int
	t                *supergraph.Type
	slots            map[string]int
	count            int
	children         map[int]*siteNode
	tracked          bool
}

type slotAt struct{ site, slot int }

// fetchNode is a fetch being made: a root operation, or one `_entities` field of one site.
type fetchNode struct {
	seq     int
	graph   supergraph.GraphID
	entity  bool
	op      plan.Kind
	segment int
	deps    map[*fetchNode]bool
	out     *level
	depth   int
	// entries are the `_entities` fields of an entity fetch.
	entries []*entry
}

// outs are the levels that the fetch's operation starts with.
func (f *fetchNode) outs() []*level {
	if !f.entity {
		return []*level{f.out}
	}
	outs := make([]*level, len(f.entries))
	for i, en := range f.entries {
		outs[i] = en.out
	}
	return outs
}

// entry is one `_entities` field: a site, what it sends, what it asks for.
type entry struct {
	site *siteNode
	reps []*representation
	out  *level
	// fill is what the entry takes from contexts, nil if nothing.
	fill *fill
}

// representation is how objects of some types of a site are sent.
type representation struct {
	types  []*supergraph.Type // nil: all
	send   string
	fields []plan.RepField
}

// cursor is a place in a fetch where fields of an object can be asked for.
type cursor struct {
	fetch *fetchNode
	level *level
	cond  string
}

// resolved says where the fields of a solved site ended up: slots by node key.
type resolved struct {
	site  *siteNode
	slots map[string]slotRef
	cases map[*supergraph.Type]map[string]slotRef
	done  map[*fetchNode]bool
	// typed: the runtime types of the objects are read, by typedBy. solved are the object types an abstract site was solved for;
	// only is the one type the objects have where a graph narrows an abstract field.
	typed   bool
	typedBy map[*fetchNode]bool
	solved  []*supergraph.Type
	only    *supergraph.Type
}

type slotRef struct {
	slot  int
	child *resolved
	// by are the fetches that write the slot, without what is below it; only kept where there are contexts.
	by map[*fetchNode]bool
}

// slot finds where a field of an object of type t is.
func (r *resolved) lookup(t *supergraph.Type, key string) (slotRef, bool) {
	if t != nil {
		if ref, ok := r.cases[t][key]; ok {
			return ref, true
		}
	}
	ref, ok := r.slots[key]
	return ref, ok
}

// sharedKey finds a composite field that another object type of the site reads in the same way: from the same place,
// with everything below solved alike. Both use one slot, so that wide interfaces do not multiply sites.
type sharedKey struct {
	site  *siteNode
	node  string
	child *choice
	level *level
	typ   string
}

type sharedField struct {
	ref  slotRef
	done map[*fetchNode]bool
}

// emitter turns choices into sites and fetches.
type emitter struct {
	p       *run
	sites   []*siteNode
	fetches []*fetchNode
	segment int
	// after are the fetches every new root fetch waits for: the earlier fields of a mutation.
	after map[*fetchNode]bool
	// reuse is the root fetch of the mutation field before, if the next field may join it.
	reuse  *fetchNode
	op     plan.Kind
	shared map[sharedKey]*sharedField
	joint  map[jointKey][]*fetchNode
	// at are the solved sites by site; fills are the values that entries take from contexts.
	at    map[int][]*resolved
	fills []*fill
	names *variableNames
	err   *Error
}

func newEmitter(p *run, op *operation.Normalized) *emitter {
	return &emitter{
		p: p, op: op.Kind, after: map[*fetchNode]bool{}, shared: map[sharedKey]*sharedField{}, joint: map[jointKey][]*fetchNode{},
		at: map[int][]*resolved{}, names: newVariableNames(op),
	}
}

func (e *emitter) newSite(parent *siteNode, slot int, t *supergraph.Type) *siteNode {
	s := &siteNode{id: len(e.sites), parent: -1, slot: slot, t: t, slots: map[string]int{}, children: map[int]*siteNode{}}
	if parent != nil {
		s.parent = parent.id
		parent.children[slot] = s
	}
	if len(e.sites) >= e.p.opt.MaxSites {
		e.fail(limitExceeded("sites"))
	}
	e.look(len(e.sites))
	e.sites = append(e.sites, s)
	return s
}

// look fails if the time is over, looking at it now and then while n sites, or n fetches, are made.
func (e *emitter) look(n int) {
	if n >= alwaysDone && n%32 == 0 && time.Now().After(e.p.deadline) {
		e.fail(limitExceeded("time"))
	}
}

func (e *emitter) fail(err *Error) {
	if e.err == nil {
		e.err = err
	}
}

// slotOf allots the slot of a field. Composite fields that are solved per object type have one per type, so that their
// objects form sites of their own.
func (s *siteNode) slotOf(branch *supergraph.Type, n *node, composite bool) int {
	key := n.key
	if composite {
		key = "{" + key
		if branch != nil {
			key = branch.Name + key
		}
	}
	i, ok := s.slots[key]
	if !ok {
		i = s.count
		s.count++
		s.slots[key] = i
	}
	return i
}

func (e *emitter) newFetch(graph supergraph.GraphID, entity bool, deps map[*fetchNode]bool, out *level) *fetchNode {
	f := &fetchNode{seq: len(e.fetches), graph: graph, entity: entity, segment: e.segment, deps: deps, out: out}
	if !entity && out.site.id == 0 {
		f.op = e.op
	}
	for d := range deps {
		f.depth = max(f.depth, d.depth+1)
	}
	n := len(e.fetches)
	if n >= e.p.opt.MaxFetches {
		e.fail(limitExceeded("fetches"))
	}
	e.look(n)
	e.fetches = append(e.fetches, f)
	return f
}

// emitConcrete writes out the steps of a concrete choice (or of the interface level of an abstract one).
func (e *emitter) emitConcrete(c *choice, site *siteNode, branch *supergraph.Type, origins []cursor) (*resolved, []cursor) {
	r := &resolved{site: site, slots: map[string]slotRef{}, done: map[*fetchNode]bool{}}
	cursors := make([]cursor, len(c.steps))
	done := make([]map[*fetchNode]bool, len(c.steps))
	refs := make([]slotRef, len(c.steps))
	for i := range c.steps {
		if e.err != nil {
			return r, cursors
		}
		s := &c.steps[i]
		switch s.kind {
		case stepOrigin:
			cursors[i] = origins[s.origin]
			done[i] = map[*fetchNode]bool{origins[s.origin].fetch: true}
		case stepRoot:
			cursors[i], done[i] = e.emitRoot(s, site, origins)
		case stepEntity:
			cursors[i], done[i] = e.emitEntity(c, i, site, branch, origins, done, refs)
		case stepField:
			if s.node == typesNode {
				cursors[s.from[0]].level.needType = true
				done[i] = done[s.from[0]]
				continue
			}
			refs[i], done[i] = e.emitField(s, site, branch, cursors)
		}
	}
	for i, n := range c.nodes {
		at := c.needs[i]
		if n != typesNode {
			r.slots[n.key] = refs[at]
		}
		union(r.done, done[at])
	}
	return r, cursors
}

func union(into, from map[*fetchNode]bool) {
	for f := range from {
		into[f] = true
	}
}

func (e *emitter) emitRoot(s *step, site *siteNode, origins []cursor) (cursor, map[*fetchNode]bool) {
	if f := e.reuse; f != nil && site.id == 0 && f.graph == s.state.graph {
		return cursor{fetch: f, level: f.out}, map[*fetchNode]bool{f: true}
	}
	deps := map[*fetchNode]bool{}
	if site.id == 0 {
		union(deps, e.after)
	} else {
		site.tracked = true
	}
	for _, o := range origins {
		deps[o.fetch] = true
	}
	f := e.newFetch(s.state.graph, false, deps, newLevel(site, s.state.decl, s.state.graph))
	return cursor{fetch: f, level: f.out}, map[*fetchNode]bool{f: true}
}

func (e *emitter) emitEntity(c *choice, i int, site *siteNode, branch *supergraph.Type, origins []cursor, done []map[*fetchNode]bool, refs []slotRef) (cursor, map[*fetchNode]bool) {
	s := &c.steps[i]
	site.tracked = true
	deps := map[*fetchNode]bool{}
	for _, o := range origins {
		deps[o.fetch] = true
	}
	rep := &representation{send: s.send}
	if branch != nil {
		rep.types = []*supergraph.Type{branch}
	}
	for k, in := range s.inputs {
		union(deps, done[in])
		n := c.steps[in].node
		field := e.repField(c.t, n, refs[in], k < s.keys)
		if f := c.t.Field(n.name); f != nil && f.Type.NonNull {
			field.Required = true // a subgraph that declares it so could not read a null
		}
		rep.fields = append(rep.fields, field)
	}
	if f := e.join(s, site, rep, deps); f != nil {
		return cursor{fetch: f, level: f.out, cond: s.state.decl.Name}, map[*fetchNode]bool{f: true}
	}
	out := newLevel(site, nil, s.state.graph)
	f := e.newFetch(s.state.graph, true, deps, out)
	en := &entry{site: site, reps: []*representation{rep}, out: out}
	if d := s.state.context; d != nil {
		en.fill = &fill{fetch: f, site: site, demand: d}
		e.fills = append(e.fills, en.fill)
	}
	f.entries = []*entry{en}
	e.offer(f, en)
	return cursor{fetch: f, level: out, cond: s.state.decl.Name}, map[*fetchNode]bool{f: true}
}

// repField reads an input for a representation from where it was resolved.
func (e *emitter) repField(t *supergraph.Type, n *node, ref slotRef, required bool) plan.RepField {
	f := plan.RepField{Key: n.name, Slot: ref.slot, Required: required}
	if ref.child != nil {
		f.Child = e.repFields(n.sub, ref.child, required)
	}
	return f
}

func (e *emitter) repFields(s *sel, r *resolved, required bool) []plan.RepField {
	fields := []plan.RepField{}
	if s.t.Abstract() && (r.typed || r.only != nil) {
		fields = append(fields, plan.RepField{Key: "__typename", Slot: -1, Typename: true})
	}
	if s.cases == nil && len(r.cases) == 0 {
		for _, n := range s.common {
			if ref, ok := r.lookup(nil, n.key); ok {
				fields = append(fields, e.repField(s.t, n, ref, required))
			}
		}
		return fields
	}
	for _, t := range s.t.Possible {
		nodes, _ := s.on(t)
		for _, n := range nodes {
			if ref, ok := r.lookup(t, n.key); ok {
				f := e.repField(t, n, ref, required)
				f.OnTypes = []plan.TypeID{plan.TypeID(t.Object)}
				fields = append(fields, f)
			}
		}
	}
	return fields
}

func (e *emitter) emitField(s *step, site *siteNode, branch *supergraph.Type, cursors []cursor) (slotRef, map[*fetchNode]bool) {
	n := s.node
	var key sharedKey
	if branch != nil && s.child != nil && len(s.from) == 1 {
		key = sharedKey{site, n.key, s.child, cursors[s.from[0]].level, s.join[0].Type.String()}
		if old := e.shared[key]; old != nil {
			c := cursors[s.from[0]]
			if f := c.level.add(c.cond, n.name, e.arguments(n, s.join[0]), s.join[0].Type, old.ref.slot); f.child != nil {
				return old.ref, old.done
			}
		}
	}
	ref := slotRef{slot: site.slotOf(branch, n, s.child != nil)}
	if e.p.sg.Contextual {
		ref.by = map[*fetchNode]bool{}
	}
	done := map[*fetchNode]bool{}
	var below []cursor
	for k, from := range s.from {
		c := cursors[from]
		j := s.join[k]
		cond := c.cond
		f := c.level.add(cond, n.name, e.arguments(n, j), j.Type, ref.slot)
		done[c.fetch] = true
		if ref.by != nil {
			ref.by[c.fetch] = true
		}
		if s.child == nil {
			continue
		}
		if f.child == nil {
			child := site.children[ref.slot]
			if child == nil {
				child = e.newSite(site, ref.slot, n.sub.t)
			}
			f.child = newLevel(child, j.Named, j.Graph)
		}
		below = append(below, cursor{fetch: c.fetch, level: f.child})
	}
	if s.child != nil {
		ref.child = e.emit(s.child, site.children[ref.slot], below)
		union(done, ref.child.done)
	}
	if key.site != nil {
		e.shared[key] = &sharedField{ref, done}
	}
	return ref, done
}

// emit writes out a solved site below its origins.
func (e *emitter) emit(c *choice, site *siteNode, origins []cursor) *resolved {
	if !c.abstract {
		r, _ := e.emitConcrete(c, site, nil, origins)
		r.only = c.t
		e.at[site.id] = append(e.at[site.id], r)
		return r
	}
	if c.needType {
		origins[0].level.needType = true
	}
	r, cursors := e.emitConcrete(c.level, site, nil, origins)
	r.cases = map[*supergraph.Type]map[string]slotRef{}
	r.typed = c.needType || c.types >= 0
	r.typedBy = map[*fetchNode]bool{}
	switch {
	case c.types >= 0:
		r.typedBy[cursors[c.types].fetch] = true
	case c.needType:
		r.typedBy[origins[0].fetch] = true
	}
	r.solved = c.solved
	e.at[site.id] = append(e.at[site.id], r)
	for i := range c.cases {
		cc := &c.cases[i]
		at := make([]cursor, len(cc.origins))
		for k, o := range cc.origins {
			if o.step < 0 {
				at[k] = origins[0]
			} else {
				at[k] = cursors[o.step]
			}
			if o.cond != nil {
				at[k].cond = o.cond.Name
			}
		}
		sub, _ := e.emitConcrete(cc.choice, site, cc.t, at)
		r.cases[cc.t] = sub.slots
		union(r.done, sub.done)
	}
	return r
}

func sortedFetches(set map[*fetchNode]bool) []*fetchNode {
	list := make([]*fetchNode, 0, len(set))
	for f := range set {
		list = append(list, f)
	}
	sort.Slice(list, func(i, j int) bool { return list[i].seq < list[j].seq })
	return list
}

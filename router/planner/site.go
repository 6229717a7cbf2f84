package planner

import (
	"github.com/vektah/gqlparser/v2/ast"

	"marquee/router/supergraph"
)

// siteGraph is the AND/OR graph of one site of a concrete type (or of the interface level of an interface object). Its
// facts are states and nodes; an edge derives its head from all facts of its body.
type siteGraph struct {
	p       *run
	t       *supergraph.Type
	origins []*state
	facts   []*fact
	states  map[*state]int
	nodes   map[*node]int
	open    bool // keys may be followed

	root bool
}

type fact struct {
	state *state
	node  *node
	edges []*edge
	uses  []use // edges whose body has this fact
}

type use struct{ head, edge int }

type edge struct {
	body   []int
	kind   stepKind
	origin int
	send   string
	keys   int
	// field edges
	from  []int
	join  []*supergraph.JoinField
	views []*view
	child *choice // solved when first needed
	keep  *keepSet
}

func (p *run) newSite(t *supergraph.Type, origins []*state, open bool) *siteGraph {
	g := &siteGraph{p: p, t: t, origins: origins, states: map[*state]int{}, nodes: map[*node]int{}, open: open}
	for i, s := range origins {
		id := g.addState(s)
		g.addEdge(id, &edge{kind: stepOrigin, origin: i})
	}
	return g
}

func (g *siteGraph) addEdge(head int, e *edge) {
	f := g.facts[head]
	for _, b := range e.body {
		g.facts[b].uses = append(g.facts[b].uses, use{head, len(f.edges)})
	}
	f.edges = append(f.edges, e)
}

// addState adds the fact "the object is at hand in s" and every field that can be read there.
func (g *siteGraph) addState(s *state) int {
	if id, ok := g.states[s]; ok {
		return id
	}
	id := len(g.facts)
	g.states[s] = id
	g.facts = append(g.facts, &fact{state: s})
	for i := 0; i < len(g.facts); i++ {
		if n := g.facts[i].node; n != nil {
			g.read(i, n, id, s)
		}
	}
	return id
}

// addNode adds the fact "this field is known", readable from every state there is.
func (g *siteGraph) addNode(n *node) int {
	if id, ok := g.nodes[n]; ok {
		return id
	}
	id := len(g.facts)
	g.nodes[n] = id
	g.facts = append(g.facts, &fact{node: n})
	for i := 0; i < len(g.facts); i++ {
		if s := g.facts[i].state; s != nil {
			g.read(id, n, i, s)
		}
	}
	if g.open {
		g.addRequirements(n)
	}
	return id
}

// read adds the edge by which state s delivers node n.
func (g *siteGraph) read(head int, n *node, sid int, s *state) {
	if n == typesNode {
		if !s.interfaceObject() {
			g.addEdge(head, &edge{body: []int{sid}, kind: stepField, from: []int{sid}})
		}
		return
	}
	j, v := g.local(s, n)
	if j == nil || !g.p.states.serves(s, j) {
		return
	}
	g.addEdge(head, &edge{
		body: []int{sid}, kind: stepField, from: []int{sid}, join: []*supergraph.JoinField{j}, views: []*view{v}, keep: g.keep(n),
	})
}

// local is states.local; at the interface level of an interface object a real interface answers a field only if all its
// implementers there can.
func (g *siteGraph) local(s *state, n *node) (*supergraph.JoinField, *view) {
	j, v := g.p.states.local(g.t, s, n)
	if j == nil || g.t.Kind != ast.Interface || s.interfaceObject() {
		return j, v
	}
	for _, t := range g.t.PossibleIn(s.graph) {
		f := t.Field(n.name)
		if f == nil {
			return nil, nil
		}
		if l := f.Local(s.graph, g.p.states.labels); l == nil || l.Demanding() {
			return nil, nil
		}
	}
	return j, v
}

// keyed lists the ways an object of the site's type can be entered: a graph, the type it is entered as, its keys.
func (g *siteGraph) keyed(visit func(s *state, key supergraph.Key)) {
	types := append([]*supergraph.Type{g.t}, g.t.Interfaces...)
	for gi := range g.p.sg.Graphs {
		id := supergraph.GraphID(gi)
		for _, t := range types {
			j := t.In(id)
			if j == nil || (t != g.t && !j.InterfaceObject) {
				continue
			}
			for _, k := range j.Keys {
				if k.Resolvable {
					visit(&state{graph: id, decl: t}, k)
				}
			}
		}
	}
}

// expand adds the states that entity entries and root entries open, until nothing new turns up.
func (g *siteGraph) expand() {
	g.open = true
	if g.root || g.t == g.p.sg.Roots[0] {
		for _, j := range g.t.Joins {
			id := g.addState(g.p.states.get(state{graph: j.Graph, decl: g.t}))
			g.addEdge(id, &edge{kind: stepRoot})
		}
	}
	g.keyed(func(s *state, key supergraph.Key) { g.enter(g.p.states.get(*s), key, nil) })
	for i := 0; i < len(g.facts); i++ {
		if n := g.facts[i].node; n != nil {
			g.addRequirements(n)
		}
	}
}

// enter adds the entry into state s by a key, and for a requirement.
func (g *siteGraph) enter(s *state, key supergraph.Key, requires []*node) {
	id := g.addState(s)
	e := &edge{kind: stepEntity, send: s.decl.Name}
	for _, n := range g.p.sels.fieldSet(g.t, key.Fields, "key "+key.Text) {
		e.body = append(e.body, g.addNode(n))
	}
	e.keys = len(e.body)
	for _, n := range requires {
		e.body = append(e.body, g.addNode(n))
	}
	for _, old := range g.facts[id].edges {
		if old.kind == stepEntity && sameInts(old.body, e.body) {
			return
		}
	}
	g.addEdge(id, e)
}

func sameInts(a, b []int) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// addRequirements adds the own entity fetches of a field with @requires or with arguments from a context.
func (g *siteGraph) addRequirements(n *node) {
	if n == typesNode {
		return
	}
	g.keyed(func(s *state, key supergraph.Key) {
		plain := g.p.states.get(*s)
		j, _ := g.local(plain, n)
		if j == nil || !j.Demanding() {
			return
		}
		s.req, s.context = j.RequiresText, g.p.states.demandOf(j)
		own := g.p.states.get(*s)
		g.enter(own, key, g.p.sels.fieldSet(g.t, j.Requires, "requires "+j.RequiresText))
	})
}

// keep applies the rule of partial unions: if the graphs from which a union field can be read know different members,
// only what all of them know may be asked for.
func (g *siteGraph) keep(n *node) *keepSet {
	f := g.t.Field(n.name)
	if f == nil || f.Named.Kind != ast.Union {
		return nil
	}
	seen := map[supergraph.GraphID]bool{}
	var common map[*supergraph.Type]bool
	differ := false
	consider := func(s *state) {
		j, _ := g.p.states.local(g.t, s, n)
		if j == nil || seen[s.graph] {
			return
		}
		seen[s.graph] = true
		members := map[*supergraph.Type]bool{}
		for _, t := range j.Named.PossibleIn(s.graph) {
			members[t] = true
		}
		if common == nil {
			common = members
			return
		}
		differ = differ || len(members) != len(common)
		for t := range common {
			if !members[t] {
				differ = true
				delete(common, t)
			}
		}
	}
	for _, s := range g.origins {
		consider(s)
	}
	if g.root || g.t == g.p.sg.Roots[0] {
		for _, j := range g.t.Joins {
			consider(g.p.states.get(state{graph: j.Graph, decl: g.t}))
		}
	}
	g.keyed(func(s *state, _ supergraph.Key) { consider(g.p.states.get(*s)) })
	if !differ {
		return nil
	}
	return g.p.states.keep(common, g.p.objects)
}

// addMulti adds the edges that read a composite field from two to four states at once, merging what they return. Only
// objects of one concrete type can be merged.
func (g *siteGraph) addMulti(head int) {
	n := g.facts[head].node
	if n == nil || !n.composite {
		return
	}
	type source struct {
		id   int
		join *supergraph.JoinField
		view *view
	}
	var from []source
	for i, f := range g.facts {
		if f.state == nil || f.state.req != "" || f.state.context != nil {
			continue
		}
		j, v := g.local(f.state, n)
		if j == nil || j.Demanding() || j.Named.Kind != ast.Object {
			continue
		}
		from = append(from, source{i, j, v})
	}
	if len(from) > 8 {
		from = from[:8]
	}
	for size := 2; size <= 4 && size <= len(from); size++ {
		for mask := 0; mask < 1<<len(from); mask++ {
			e := &edge{kind: stepField}
			same := true
			for i, s := range from {
				if mask&(1<<i) == 0 {
					continue
				}
				e.body = append(e.body, s.id)
				e.from = append(e.from, s.id)
				e.join = append(e.join, s.join)
				e.views = append(e.views, s.view)
				same = same && s.join.Named == e.join[0].Named
			}
			if len(e.body) == size && same {
				g.addEdge(head, e)
			}
		}
	}
}

package planner

import (
	"fmt"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"marquee/router/supergraph"
)

// state says in which graph an object is at hand and as what. Equal states are one pointer.
type state struct {
	id    int
	graph supergraph.GraphID
	// decl is the type the graph declares: the object type, an abstract type, or an interface object.
	decl *supergraph.Type
	// view are the @provides selections that reach here, nil if none.
	view *view
	// keep restricts a union to the members every subgraph agrees on; nil is all.
	keep *keepSet
	// req and context tell own entity fetches for a requirement, or for arguments from a context, apart from the plain
	// entry.
	req     string
	context *contextDemand
}

// interfaceObject reports whether the object is at hand as an interface object.
func (s *state) interfaceObject() bool { return s.decl.InterfaceObjectIn(s.graph) }

// keepSet is an interned set of object types.
type keepSet struct {
	key   string
	types map[*supergraph.Type]bool
}

// view is a position in @provides field sets: fields it names can be read here although they are external.
type view struct {
	key  string
	sets []ast.SelectionSet
}

// find returns whether the view names a field for objects of type t (t may be abstract: then only what is named
// without a type condition), and the view below it.
func (v *view) find(sg *supergraph.Supergraph, t *supergraph.Type, n *node) (bool, []ast.SelectionSet) {
	if v == nil {
		return false, nil
	}
	found := false
	var below []ast.SelectionSet
	var walk func(set ast.SelectionSet)
	walk = func(set ast.SelectionSet) {
		for _, s := range set {
			switch s := s.(type) {
			case *ast.Field:
				if s.Name == n.name && (len(s.Arguments) == 0 || s.Name+"("+argsText(s.Arguments)+")" == n.key) {
					found = true
					if len(s.SelectionSet) > 0 {
						below = append(below, s.SelectionSet)
					}
				}
			case *ast.InlineFragment:
				if s.TypeCondition == "" {
					walk(s.SelectionSet)
					continue
				}
				if c := sg.Type(s.TypeCondition); c != nil && (t == c || t.Kind == ast.Object && t.Implements(c)) {
					walk(s.SelectionSet)
				}
			}
		}
	}
	for _, set := range v.sets {
		walk(set)
	}
	return found, below
}

// states interns states and views.
type states struct {
	// unfed is a field that could not be used because no ancestor carries the context of an argument.
	unfed *supergraph.Field

	sg     *supergraph.Supergraph
	labels supergraph.Labels
	plain  map[[2]int]*state
	all    map[string]*state
	count  int
	views  map[string]*view
	keeps  map[string]*keepSet

	demands map[string]*contextDemand
}

func newStates(sg *supergraph.Supergraph, labels supergraph.Labels) *states {
	return &states{sg: sg, labels: labels, plain: map[[2]int]*state{}, all: map[string]*state{}, views: map[string]*view{}, keeps: map[string]*keepSet{}, demands: map[string]*contextDemand{}}
}

func (st *states) get(s state) *state {
	if s.view == nil && s.keep == nil && s.req == "" && s.context == nil { // nearly all
		at := [2]int{int(s.graph), s.decl.ID}
		old := st.plain[at]
		if old == nil {
			s.id = st.count
			st.count++
			old = &s
			st.plain[at] = old
		}
		return old
	}
	key := fmt.Sprintf("%d %d %s", s.graph, s.decl.ID, s.req)
	if s.view != nil {
		key += "|" + s.view.key
	}
	if s.keep != nil {
		key += "&" + s.keep.key
	}
	if s.context != nil {
		key += "$" + s.context.key
	}
	if old := st.all[key]; old != nil {
		return old
	}
	s.id = st.count
	st.count++
	st.all[key] = &s
	return &s
}

func (st *states) view(sets []ast.SelectionSet) *view {
	if len(sets) == 0 {
		return nil
	}
	var k strings.Builder
	for _, set := range sets {
		// A field set is parsed once, so the address of its first selection identifies it.
		fmt.Fprintf(&k, "%p ", set[0])
	}
	if old := st.views[k.String()]; old != nil {
		return old
	}
	v := &view{key: k.String(), sets: sets}
	st.views[v.key] = v
	return v
}

func (st *states) keep(types map[*supergraph.Type]bool, order []*supergraph.Type) *keepSet {
	key := ""
	for _, t := range order {
		if types[t] {
			key += fmt.Sprintf("%d ", t.Object)
		}
	}
	if old := st.keeps[key]; old != nil {
		return old
	}
	k := &keepSet{key: key, types: types}
	st.keeps[key] = k
	return k
}

// local finds the join by which state s answers field n of an object of type t, and the view below it. t is the object
// type, or the abstract type for what is asked on it directly. Requirements are not looked at.
func (st *states) local(t *supergraph.Type, s *state, n *node) (*supergraph.JoinField, *view) {
	holder := t
	if s.interfaceObject() {
		holder = s.decl
	}
	f := holder.Field(n.name)
	if f == nil {
		return nil, nil
	}
	provided, below := s.view.find(st.sg, t, n)
	j := f.Local(s.graph, st.labels)
	if j == nil && provided {
		j = f.In(s.graph)
		if j != nil && j.Requires != nil { // what is provided was computed where it comes from
			plain := *j
			plain.Requires, plain.RequiresText = nil, ""
			j = &plain
		}
	}
	if j == nil {
		return nil, nil
	}
	if len(j.ContextArguments) > 0 && !n.fedIn(holder, s.graph) {
		st.unfed = f
		return nil, nil
	}
	if len(j.Provides) > 0 {
		below = append(below[:len(below):len(below)], j.Provides)
	}
	return j, st.view(below)
}

// child is the state of what field j returns when read in state s.
func (st *states) child(s *state, j *supergraph.JoinField, v *view, keep *keepSet) *state {
	return st.get(state{graph: s.graph, decl: j.Named, view: v, keep: keep})
}

package planner

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/vektah/gqlparser/v2/ast"

	"marquee/router/supergraph"
)

// kinship tells object types of which the subgraphs know the same: wide interfaces have many types and few kinds of them,
// and what was found for one type holds for its kin under another name. It belongs to the supergraph and is looked up as
// types turn up.
type kinship struct {
	mu    sync.Mutex
	kinds map[string]int
	types map[*supergraph.Type]*kind
}

// kind is what one object type is like: equal numbers mean the same.
type kind struct {
	// entry is of the ways into the type: its keys and all that their fields need.
	entry int
	// fields are of the fields and all that their requirements need, by name.
	fields map[string]int
}

func newKinship() *kinship {
	return &kinship{kinds: map[string]int{}, types: map[*supergraph.Type]*kind{}}
}

func (k *kinship) of(t *supergraph.Type) *kind {
	k.mu.Lock()
	defer k.mu.Unlock()
	if have := k.types[t]; have != nil {
		return have
	}
	made := &kind{fields: map[string]int{}}
	for _, f := range t.Fields {
		needs := map[string]bool{}
		require(t, f.Name, needs)
		made.fields[f.Name] = k.number(fieldsText(t, needs))
	}
	var entry strings.Builder
	needs := map[string]bool{}
	for _, as := range append([]*supergraph.Type{t}, t.Interfaces...) {
		for i := range as.Joins {
			j := &as.Joins[i]
			if as != t && !j.InterfaceObject {
				continue
			}
			if as != t {
				entry.WriteString(as.Name + " ")
			}
			fmt.Fprintf(&entry, "%d", j.Graph)
			for _, key := range j.Keys {
				fmt.Fprintf(&entry, " %q %t", key.Text, key.Resolvable)
				eachField(key.Fields, func(name string) { require(t, name, needs) })
			}
			entry.WriteByte('\n')
		}
	}
	made.entry = k.number(entry.String() + fieldsText(t, needs))
	k.types[t] = made
	return made
}

func (k *kinship) number(text string) int {
	n, ok := k.kinds[text]
	if !ok {
		n = len(k.kinds)
		k.kinds[text] = n
	}
	return n
}

// require collects a field of the type and those that its requirements name.
func require(t *supergraph.Type, name string, into map[string]bool) {
	f := t.Field(name)
	if f == nil || into[name] {
		return
	}
	into[name] = true
	for i := range f.Joins {
		eachField(f.Joins[i].Requires, func(name string) { require(t, name, into) })
	}
}

// eachField visits the fields of a selection set on one level, whatever type conditions they have.
func eachField(set ast.SelectionSet, visit func(name string)) {
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			visit(s.Name)
		case *ast.InlineFragment:
			eachField(s.SelectionSet, visit)
		}
	}
}

// fieldsText writes down all that planning looks at in some fields of a type.
func fieldsText(t *supergraph.Type, names map[string]bool) string {
	var b strings.Builder
	for _, f := range t.Fields {
		if !names[f.Name] {
			continue
		}
		fmt.Fprintf(&b, "%s %s", f.Name, f.Type)
		for i := range f.Joins {
			j := &f.Joins[i]
			fmt.Fprintf(&b, "|%d %s %q %q %t %q %d", j.Graph, j.Type, j.RequiresText, j.ProvidesText, j.External, j.Override, j.Label)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// relatives finds solutions for types among those of their kin at one site.
type relatives struct {
	p    *run
	seen []relative
}

type relative struct {
	kind   *kind
	needs  []*node
	choice *choice
}

// solveCase solves what is needed of objects of type t; the first origin is that of the site narrowed to the type, the
// others are of all types.
func (r *relatives) solveCase(t *supergraph.Type, needs []*node, origins []*state) *choice {
	if r.p.kinship == nil || r.p.sg.Contextual || slices.Contains(r.p.sg.Roots[:], t) || slices.ContainsFunc(origins, func(s *state) bool { return s.view != nil }) {
		return r.p.solveConcrete(t, needs, origins)
	}
	own := r.p.kinship.of(t)
	for _, o := range r.seen {
		if o.kind.entry == own.entry && slices.Equal(o.needs, needs) && !slices.ContainsFunc(needs, func(n *node) bool { return o.kind.fields[n.name] != own.fields[n.name] }) {
			return r.p.rename(o.choice, t)
		}
	}
	c := r.p.solveConcrete(t, needs, origins)
	if c.ok {
		r.seen = append(r.seen, relative{own, needs, c})
	}
	return c
}

// rename is the solution of a concrete site for another type of the same kind.
func (p *run) rename(c *choice, t *supergraph.Type) *choice {
	out := *c
	out.t = t
	out.steps = slices.Clone(c.steps)
	for i := range out.steps {
		s := &out.steps[i]
		if s.state != nil && s.state.decl == c.t {
			own := *s.state
			own.decl = t
			s.state = p.states.get(own)
		}
		if s.kind == stepEntity && s.send == c.t.Name {
			s.send = t.Name
		}
		if s.node == nil || s.node == typesNode {
			continue
		}
		from, to := c.t.Field(s.node.name), t.Field(s.node.name)
		s.join = slices.Clone(s.join)
		for k, j := range s.join {
			if from != nil && from.In(j.Graph) == j { // not that of an interface object
				s.join[k] = to.In(j.Graph)
			}
		}
	}
	return &out
}

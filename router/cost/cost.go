// Package cost estimates what an operation costs before it is executed, from the directives @cost and @listSize of the
// supergraph (Federation 2.9, after IBM's GraphQL Cost Directive Specification).
//
// # Vocabulary
//
// The weight of a place is what @cost says there, else 1 for what has fields and 0 for the rest; the weight of a field
// takes the place of that of the type it returns. The cost of a field is the number of its values times (weight + cost of
// what is selected below), plus the cost of its arguments. The cost of an operation is the sum over its root fields, plus
// MutationBase if it is a mutation. A formula is the cost of one operation with what its variables change left open.
//
// # Rules
//
// A list is as long as its slicing arguments say: the largest of those given, else the largest default the schema declares
// for them, else assumedSize, else Options.ListSize. With sizedFields the size is that of the named fields of the object
// returned. A list in a list has Options.ListSize elements each time. A field without @listSize that has one of the
// arguments Options.Slicing is read as if @listSize named them; if it does not return a list, the size is that of all
// lists of objects directly below it (as `edges` and `nodes` of a connection).
//
// On an abstract type an object is as expensive as its most expensive possible type, so that naming the types one by one
// changes nothing. An alias is a field of its own. `__typename`, introspection and what the caller may not see cost
// nothing. An argument costs its weight for every element of a list, and at least once; an input object costs its weight
// and what its fields cost; null costs nothing. Costs saturate at Most, which is also the cost of an operation whose
// estimation takes too much work (maxWork).
package cost

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"marquee/router/supergraph"
)

// The constants of the rules above.
const (
	MutationBase    = 10
	DefaultListSize = 10
	Most            = 1<<53 - 1
)

// DefaultSlicing are the arguments that bound lists by custom.
var DefaultSlicing = []string{"first", "last", "limit"}

// Options of New. Zero means the default.
type Options struct {
	// ListSize is the length of a list of which nothing is known; negative means 0.
	ListSize int64
	// Slicing are arguments of type Int that bound a list though no @listSize says so; empty and not nil is none.
	Slicing []string
}

// Model is the costs of one supergraph. It is immutable.
type Model struct {
	sg      *supergraph.Supergraph
	opt     Options
	fields  map[*supergraph.Field]*field
	objects map[*supergraph.Type]int64
	// classes are those of the possible types of an abstract type, by the fields it has itself; profiles are numbers for
	// all of a type's fields.
	classes  map[*supergraph.Type][]class
	profiles map[*supergraph.Type]int
	known    map[string]int
}

// field is what a field of a type costs.
type field struct {
	weight   int64 // of one value
	explicit bool  // by @cost: in place of the weight of the objects returned
	lists    int   // list types around the named one
	size     *sizing
	args     map[string]int64
}

// sizing is ListSize with its paths taken apart.
type sizing struct {
	slicing  [][]string
	sized    [][]string
	one      bool
	fallback int64
	// byDefault: fallback is the default of a slicing argument, so one is always given.
	byDefault bool
}

// New prepares the costs of a supergraph.
func New(sg *supergraph.Supergraph, opt Options) *Model {
	if opt.ListSize == 0 {
		opt.ListSize = DefaultListSize
	}
	opt.ListSize = min(max(opt.ListSize, 0), supergraph.MaxWeight)
	if opt.Slicing == nil {
		opt.Slicing = DefaultSlicing
	}
	m := &Model{
		sg: sg, opt: opt, fields: map[*supergraph.Field]*field{}, objects: map[*supergraph.Type]int64{},
		classes: map[*supergraph.Type][]class{}, profiles: map[*supergraph.Type]int{}, known: map[string]int{},
	}
	for _, t := range sg.Types {
		m.objects[t] = m.ofType(t)
	}
	for _, t := range sg.Types {
		for _, f := range t.Fields {
			m.fields[f] = m.ofField(f)
		}
	}
	for _, t := range sg.Types {
		switch t.Kind { //nolint:exhaustive // the others have no fields that are selected
		case ast.Object:
			m.profiles[t] = m.profile(t, nil)
		case ast.Interface:
			m.classes[t] = m.classify(t.Possible, func(p *supergraph.Type) int { return m.profile(p, t) })
		case ast.Union: // which has no fields
			m.classes[t] = m.classify(t.Possible, func(*supergraph.Type) int { return 0 })
		}
	}
	m.known = nil
	return m
}

func (m *Model) ofType(t *supergraph.Type) int64 {
	switch {
	case t.Weight != nil:
		return *t.Weight
	case t.Composite() || t.Kind == ast.InputObject:
		return 1
	}
	return 0
}

// ofField reads a field; an object's field has what its interfaces declare and it does not.
func (m *Model) ofField(f *supergraph.Field) *field {
	out := &field{weight: m.objects[f.Named], lists: lists(f.Type), args: map[string]int64{}}
	list := (*supergraph.ListSize)(nil)
	for _, d := range declarations(f) {
		if d.Weight != nil && !out.explicit {
			out.weight, out.explicit = *d.Weight, true
		}
		if list == nil {
			list = d.ListSize
		}
		for _, a := range f.Def.Arguments {
			if w, ok := d.ArgWeights[a.Name]; ok {
				if _, have := out.args[a.Name]; !have {
					out.args[a.Name] = w
				}
			}
		}
	}
	if list != nil {
		out.size = m.declared(f, list)
	} else {
		out.size = m.implied(f, out.lists > 0)
	}
	return out
}

// declarations are the field and, for fields of objects, those of the same name in its interfaces.
func declarations(f *supergraph.Field) []*supergraph.Field {
	all := []*supergraph.Field{f}
	for _, i := range f.Parent.Interfaces {
		if above := i.Field(f.Name); above != nil {
			all = append(all, above)
		}
	}
	return all
}

func lists(t *ast.Type) int {
	n := 0
	for ; t.Elem != nil; t = t.Elem {
		n++
	}
	return n
}

// class is a set of object types whose fields cost the same.
type class struct {
	some   *supergraph.Type // one of them
	weight int64            // of the heaviest
}

// classify puts object types together; same says what of a type's fields counts.
func (m *Model) classify(types []*supergraph.Type, same func(t *supergraph.Type) int) []class {
	var out []class
	var ids []int
	for _, p := range types {
		id := same(p)
		i := slices.Index(ids, id)
		if i < 0 {
			i = len(ids)
			ids, out = append(ids, id), append(out, class{some: p})
		}
		out[i].weight = max(out[i].weight, m.objects[p])
	}
	return out
}

// profile is a number for what is special about the cost of a type's fields, or of those that above has too.
func (m *Model) profile(t, above *supergraph.Type) int {
	var b strings.Builder
	for _, f := range t.Fields {
		if above != nil && above.Field(f.Name) == nil {
			continue
		}
		info := m.fields[f]
		leaf := int64(0)
		if !f.Named.Composite() {
			leaf = info.weight
		}
		if leaf == 0 && !info.explicit && info.size == nil && len(info.args) == 0 {
			continue
		}
		fmt.Fprintf(&b, ";%s %d %t %d %v", f.Name, info.weight, info.explicit, info.lists, info.args)
		if info.size != nil {
			fmt.Fprintf(&b, " %+v", *info.size)
		}
	}
	id, ok := m.known[b.String()]
	if !ok {
		id = len(m.known)
		m.known[b.String()] = id
	}
	return id
}

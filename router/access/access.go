// Package access decides which fields and types of a supergraph a caller may
// see: @authenticated, @requiresScopes and @policy.
//
// Vocabulary: a rule is what one place of the schema demands; the rules of a
// field are all that must hold for it; a grant is the outcome of every rule for
// one caller, and its class is that outcome as a key: equal classes see the same.
//
// The rules of a field are its own, those of its parent type, of the type it
// returns, of the same field on every interface its parent implements, and of
// everything its @requires and its arguments from contexts read, however deep,
// also where an interface object answers it. So no rule is passed by asking
// through an interface, a fragment or an alias, and no requirement carries a
// value out. What is not decided is denied.
//
// Composers copy the rules of object types and their fields to the interfaces
// they implement. Such copies are left out here: objects are checked by the type
// they turn out to have, so that one denied type does not close an interface. A
// rule of an interface that does not follow from its implementations was meant
// for the interface, and holds for all of them; see propagated.go. What an object
// has only through an interface object has the rules of the interface's field if
// it has none of its own, as composers that copy rules would have copied them.
package access

import (
	"fmt"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"marquee/router/supergraph"
)

// Features are the SECURITY features that this package enforces, as
// supergraph.Options names them.
var Features = []string{"authenticated", "requiresScopes", "policy"}

// rule is one demand: alternatives of sets, of which one must hold entirely.
type rule struct {
	kind         string // of Features
	alternatives [][]string
}

// Rules are the access rules of one supergraph. They are immutable.
type Rules struct {
	rules    []rule
	policies []string
	fields   map[*supergraph.Field][]int // only those with rules
	types    map[*supergraph.Type][]int
}

// New collects the rules of a supergraph.
func New(sg *supergraph.Supergraph) *Rules {
	c := &collector{r: &Rules{fields: map[*supergraph.Field][]int{}, types: map[*supergraph.Type][]int{}}, index: map[string]int{}}
	for _, t := range sg.Types {
		if list := sorted(c.ofType(t)); list != nil {
			c.r.types[t] = list
		}
	}
	for _, t := range sg.Types {
		for _, f := range t.Fields {
			set := map[int]bool{}
			c.ofField(sg, f, set, map[*supergraph.Field]bool{})
			if list := sorted(set); list != nil {
				c.r.fields[f] = list
			}
		}
	}
	slices.Sort(c.r.policies)
	c.r.policies = slices.Compact(c.r.policies)
	return c.r
}

// Empty says that everyone may see everything.
func (r *Rules) Empty() bool { return len(r.rules) == 0 }

// Policies are the names of all policies, sorted.
func (r *Rules) Policies() []string { return r.policies }

type collector struct {
	r     *Rules
	index map[string]int
}

// own returns the rules of one place of the schema.
func (c *collector) own(a supergraph.Auth) []int {
	var list []int
	add := func(r rule) {
		key := fmt.Sprintf("%s%q", r.kind, r.alternatives)
		i, ok := c.index[key]
		if !ok {
			i = len(c.r.rules)
			c.index[key] = i
			c.r.rules = append(c.r.rules, r)
		}
		list = append(list, i)
	}
	if a.Authenticated {
		add(rule{kind: "authenticated"})
	}
	if a.Scopes != nil {
		add(rule{"requiresScopes", a.Scopes})
	}
	if a.Policies != nil {
		add(rule{"policy", a.Policies})
		for _, all := range a.Policies {
			c.r.policies = append(c.r.policies, all...)
		}
	}
	return list
}

func (c *collector) ofType(t *supergraph.Type) map[int]bool {
	set := map[int]bool{}
	for _, at := range append([]*supergraph.Type{t}, t.Interfaces...) {
		for _, i := range c.own(typeAuth(at)) {
			set[i] = true
		}
	}
	return set
}

func (c *collector) ofField(sg *supergraph.Supergraph, f *supergraph.Field, set map[int]bool, seen map[*supergraph.Field]bool) {
	if seen[f] {
		return
	}
	seen[f] = true
	add := func(list []int) {
		for _, i := range list {
			set[i] = true
		}
	}
	add(c.own(fieldAuth(f)))
	add(c.r.types[f.Parent])
	if f.Named != nil {
		add(c.r.types[f.Named])
	}
	for _, i := range f.Parent.Interfaces {
		if above := i.Field(f.Name); above != nil {
			add(c.own(fieldAuth(above)))
			if len(f.Joins) == 0 && open(f.Auth) {
				add(c.own(above.Auth))
			}
			for k := range above.Joins { // an interface object answers for the object, with what it reads of it
				if j := &above.Joins[k]; i.InterfaceObjectIn(j.Graph) {
					c.ofJoin(sg, f.Parent, j, set, seen)
				}
			}
		}
	}
	for i := range f.Joins {
		c.ofJoin(sg, f.Parent, &f.Joins[i], set, seen)
	}
}

// ofJoin adds the rules of what a graph reads to answer a field of objects of type t.
func (c *collector) ofJoin(sg *supergraph.Supergraph, t *supergraph.Type, j *supergraph.JoinField, set map[int]bool, seen map[*supergraph.Field]bool) {
	c.ofSet(sg, t, j.Requires, set, seen)
	for _, a := range j.ContextArguments {
		for _, above := range sg.Types {
			if above.Kind == ast.Object && above.Carries(a.Context) {
				c.ofSet(sg, above, a.Selection, set, seen)
			}
		}
	}
}

// open says that a place of the schema demands nothing.
func open(a supergraph.Auth) bool { return !a.Authenticated && a.Scopes == nil && a.Policies == nil }

// ofSet adds the rules of a field set, on every object type it may be read from.
func (c *collector) ofSet(sg *supergraph.Supergraph, t *supergraph.Type, fields ast.SelectionSet, set map[int]bool, seen map[*supergraph.Field]bool) {
	for _, s := range fields {
		switch s := s.(type) {
		case *ast.Field:
			for _, on := range append([]*supergraph.Type{t}, t.Possible...) {
				f := on.Field(s.Name)
				if f == nil {
					continue
				}
				c.ofField(sg, f, set, seen)
				if f.Named != nil {
					c.ofSet(sg, f.Named, s.SelectionSet, set, seen)
				}
			}
		case *ast.InlineFragment:
			on := t
			if n := sg.Type(s.TypeCondition); n != nil {
				on = n
				for _, i := range sorted(c.ofType(n)) {
					set[i] = true
				}
			}
			c.ofSet(sg, on, s.SelectionSet, set, seen)
		}
	}
}

func sorted(set map[int]bool) []int {
	if len(set) == 0 {
		return nil
	}
	list := make([]int, 0, len(set))
	for i := range set {
		list = append(list, i)
	}
	slices.Sort(list)
	return list
}

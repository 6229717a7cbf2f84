// Package oracle is what the router's tests compare the router with: a plain,
// slow executor of GraphQL operations over data held in memory, written from
// the specification and sharing no code with the router.
//
// Vocabulary: an object is one thing of the data graph; a monolith answers
// operations over the whole graph with one schema; a federation is a set of
// subgraphs, each answering over the same objects but only with the types and
// fields its own SDL declares; a resolver computes a field from other fields of
// its object, which a subgraph takes from the representation it was sent where
// its SDL calls them external. Only tests and benchmarks import this package.
package oracle

import (
	"fmt"
	"reflect"
	"strings"
)

// Object is one object of the data graph. A field's value is nil, a scalar
// (string, bool, int, float64), an *Object, a []any of values, an error (the
// field fails with it) or a Resolver.
type Object struct {
	Type   string
	Fields map[string]any
}

// Resolver computes a field. It reads other fields only through self.
type Resolver func(self *Instance, args map[string]any) any

// Instance is an object as one server sees it.
type Instance struct {
	object *Object
	// representation is set where a subgraph entered the object through
	// _entities; external fields are read from it.
	representation map[string]any
	external       func(field string) bool
	// ancestors are the objects above it in the answer, the root first.
	ancestors []*Instance
}

// Get reads a field of the object for a resolver. A field that the subgraph
// calls external comes from the representation; if it was not sent, the error
// names it, and the test that compares the answers fails.
func (in *Instance) Get(field string) any {
	if in.external != nil && in.external(field) {
		v, ok := in.representation[field]
		if !ok {
			return fmt.Errorf("%s.%s was not in the representation", in.object.Type, field)
		}
		return v
	}
	return in.object.Fields[field]
}

// Lookup reads a dotted path of fields for a resolver; null on the way is null.
func (in *Instance) Lookup(path string) any {
	first, rest, _ := strings.Cut(path, ".")
	v := in.Get(first)
	for rest != "" {
		first, rest, _ = strings.Cut(rest, ".")
		switch o := v.(type) {
		case *Object:
			v = o.Fields[first]
		case map[string]any:
			v = o[first]
		default:
			return nil
		}
	}
	return v
}

// Number reads a numeric field; ok is false for anything else.
func (in *Instance) Number(field string) (float64, bool) {
	n, ok := normal(in.Get(field)).(float64)
	return n, ok
}

// Graph is the data: the root objects and every entity by type.
type Graph struct {
	Query, Mutation, Subscription *Object
	entities                      map[string][]*Object
	interfaces                    map[string][]string // object type → its interfaces
}

// NewGraph returns an empty graph with root objects.
func NewGraph() *Graph {
	root := func(name string) *Object { return &Object{Type: name, Fields: map[string]any{}} }
	return &Graph{
		Query: root("Query"), Mutation: root("Mutation"), Subscription: root("Subscription"),
		entities: map[string][]*Object{}, interfaces: map[string][]string{},
	}
}

// Entity adds an object that subgraphs can be asked for by its keys.
func (g *Graph) Entity(typ string, fields map[string]any) *Object {
	o := &Object{Type: typ, Fields: fields}
	g.entities[typ] = append(g.entities[typ], o)
	return o
}

// Implements says that typ implements the interfaces, for entity look-ups by
// interface name.
func (g *Graph) Implements(typ string, interfaces ...string) {
	g.interfaces[typ] = append(g.interfaces[typ], interfaces...)
}

// find returns the entity of the type, or implementing it, whose fields equal
// the representation's at every key field the caller names; nil if none.
func (g *Graph) find(typename string, keys []string, rep map[string]any) *Object {
	for _, o := range g.candidates(typename) {
		if matches(o, keys, rep) {
			return o
		}
	}
	return nil
}

func (g *Graph) candidates(typename string) []*Object {
	if list := g.entities[typename]; list != nil {
		return list
	}
	var out []*Object
	for _, typ := range sortedKeys(g.entities) {
		for _, i := range g.interfaces[typ] {
			if i == typename {
				out = append(out, g.entities[typ]...)
			}
		}
	}
	return out
}

// matches compares dotted key paths ("id", "owner.id") of object and
// representation.
func matches(o *Object, keys []string, rep map[string]any) bool {
	for _, key := range keys {
		var have any = o
		var want any = rep
		for _, step := range strings.Split(key, ".") {
			ho, ok := have.(*Object)
			wm, wok := want.(map[string]any)
			if !ok || !wok {
				return false
			}
			have, want = ho.Fields[step], wm[step]
		}
		if have == nil || !reflect.DeepEqual(normal(have), normal(want)) {
			return false
		}
	}
	return true
}

// normal makes scalars comparable with decoded JSON.
func normal(v any) any {
	switch n := v.(type) {
	case int:
		return float64(n)
	case int64:
		return float64(n)
	}
	return v
}

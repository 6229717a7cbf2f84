package planner_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"marquee/router/oracle"
)

// federation is a random federation: entities with one or two keys, value types, an interface, a union; fields owned by
// one graph or shared by several, required, provided. It is made so that every operation can be answered.
type federation struct {
	rnd      *rand.Rand
	graphs   int
	entities []*entityType
	values   []*valueType
	roots    []*field
	// carriers are the entities that carry the context "ctx" of every graph.
	carriers map[string]bool
	// labelIn are the graphs in which the interface has its field `label`, kinIn those in which it has `kin`.
	labelIn, kinIn []int
	// plain federations have no contexts; in wide ones all entities implement the interface, with lists of each other.
	plain, wide bool
}

type entityType struct {
	name string
	// keys by graph: "id", "code" or both; a graph that is missing does not know the type.
	keys   map[int][]string
	hub    int
	fields []*field
	node   bool // implements Node
	hit    bool // member of Hit
}

type valueType struct {
	name   string
	graphs map[int]bool
	fields []*field
}

type field struct {
	name, target string // target "" is a leaf
	list         bool
	graphs       []int
	external     map[int]bool
	requires     string
	provides     map[int]string
	// context is the field of the nearest carrier that an argument of the field is taken from, "" for none.
	context string
	// overrides is one more than the graph from which the first of graphs takes the field over, 0 for none. That
	// graph still declares it.
	overrides int
}

func newFederation(seed uint64) *federation {
	f := &federation{rnd: rand.New(rand.NewPCG(seed, 7)), carriers: map[string]bool{}}
	f.graphs = 2 + f.rnd.IntN(3)
	f.plain, f.wide = f.rnd.IntN(2) == 0, f.rnd.IntN(2) == 0
	for i := range 2 {
		f.values = append(f.values, &valueType{name: fmt.Sprintf("V%d", i), graphs: map[int]bool{}})
	}
	for i := range 3 + f.rnd.IntN(2) {
		e := &entityType{name: fmt.Sprintf("E%d", i), keys: map[int][]string{}, node: i < 2 || f.wide, hit: i == 1 || i == 2}
		e.hub = f.rnd.IntN(f.graphs)
		e.keys[e.hub] = []string{"id", "code"}
		f.entities = append(f.entities, e)
		for g := range f.graphs {
			if f.rnd.IntN(3) > 0 {
				f.join(e, g)
			}
		}
	}
	for _, e := range f.entities {
		f.carriers[e.name] = f.rnd.IntN(2) == 0
		f.leaves(e)
		if f.wide {
			in := f.knowing(e)
			e.fields = append(e.fields, &field{name: "kin", target: "Node", list: true, graphs: []int{in[f.rnd.IntN(len(in))]}})
		}
		for i := range 1 + f.rnd.IntN(3) {
			e.fields = append(e.fields, f.ref(fmt.Sprintf("r%d", i), f.knowing(e)))
		}
	}
	f.provisions()
	f.rootFields()
	for i, v := range f.values {
		if len(v.graphs) == 0 {
			v.graphs[f.rnd.IntN(f.graphs)] = true
		}
		for k := range 2 {
			v.fields = append(v.fields, &field{name: fmt.Sprintf("v%d", k)})
		}
		if i == 0 {
			e := f.entities[f.rnd.IntN(len(f.entities))]
			for g := range f.graphs {
				if v.graphs[g] {
					f.join(e, g)
				}
			}
			v.fields = append(v.fields, &field{name: "back", target: e.name})
		}
	}
	f.labelIn, f.kinIn = f.commonIn("label"), f.commonIn("kin")
	return f
}

// commonIn are the graphs in which all implementers that are known have a field.
func (f *federation) commonIn(name string) []int {
	var out []int
	for g := range f.graphs {
		in, any := true, false
		for _, e := range f.entities {
			if e.node && e.keys[g] != nil {
				any = true
				l := e.field(name)
				in = in && l != nil && slices.Contains(l.graphs, g)
			}
		}
		if any && in {
			out = append(out, g)
		}
	}
	return out
}

// join makes a graph know an entity.
func (f *federation) join(e *entityType, g int) {
	if e.keys[g] != nil {
		return
	}
	e.keys[g] = [][]string{{"id"}, {"code"}, {"id", "code"}}[f.rnd.IntN(3)]
	if e.node && e.keys[g][0] != "id" {
		e.keys[g] = []string{"id"}
	}
}

func (f *federation) knowing(e *entityType) []int {
	var out []int
	for g := range f.graphs {
		if e.keys[g] != nil {
			out = append(out, g)
		}
	}
	return out
}

// some picks at least one.
func (f *federation) some(list []int) []int {
	var out []int
	for _, g := range list {
		if f.rnd.IntN(3) == 0 {
			out = append(out, g)
		}
	}
	if len(out) == 0 {
		out = append(out, list[f.rnd.IntN(len(list))])
	}
	return out
}

func (f *federation) leaves(e *entityType) {
	in := f.knowing(e)
	for i := range 3 + f.rnd.IntN(3) {
		l := &field{name: fmt.Sprintf("f%d", i), graphs: f.some(in), external: map[int]bool{}}
		if i > 0 && f.rnd.IntN(3) == 0 { // a requirement, perhaps of a field that has one itself
			g := in[f.rnd.IntN(len(in))]
			if of := e.fields[f.rnd.IntN(len(e.fields))]; of.context == "" && !slices.Contains(of.graphs, g) && of.overrides != g+1 {
				l.graphs, l.requires = []int{g}, of.name
				of.external[g] = true
			}
		}
		if g := in[f.rnd.IntN(len(in))]; l.requires == "" && !slices.Contains(l.graphs, g) && f.rnd.IntN(4) == 0 {
			l.overrides = g + 1
		}
		if !f.plain && i > 0 && l.overrides == 0 && f.rnd.IntN(4) == 0 { // an argument from a context, perhaps of a field that has one, too
			l.graphs, l.context = l.graphs[:1], []string{"code", "f0", "f1"}[f.rnd.IntN(3)]
		}
		e.fields = append(e.fields, l)
	}
	if e.node {
		e.fields = append(e.fields, &field{name: "label", graphs: f.some(in), external: map[int]bool{}})
	}
}

// ref is a field that returns something composite.
func (f *federation) ref(name string, in []int) *field {
	r := &field{name: name, list: f.rnd.IntN(3) == 0, graphs: f.some(in), provides: map[int]string{}}
	switch k := f.rnd.IntN(8); {
	case k < 4:
		e := f.entities[f.rnd.IntN(len(f.entities))]
		r.target = e.name
		for _, g := range r.graphs {
			f.join(e, g)
		}
	case k < 6:
		v := f.values[f.rnd.IntN(len(f.values))]
		r.target = v.name
		for _, g := range r.graphs {
			v.graphs[g] = true
		}
	case k == 6:
		r.target = "Node"
		r.graphs = r.graphs[:1]
		f.join(f.entities[f.rnd.IntN(2)], r.graphs[0])
	default:
		r.target = "Hit"
		r.graphs = r.graphs[:1]
		f.join(f.entities[1+f.rnd.IntN(2)], r.graphs[0])
	}
	return r
}

func (f *federation) provisions() {
	for _, e := range f.entities {
		for _, r := range e.fields {
			t := f.entity(r.target)
			if t == nil || f.rnd.IntN(2) == 0 {
				continue
			}
			g := r.graphs[0]
			for _, l := range t.fields {
				if l.target == "" && l.requires == "" && l.context == "" && !slices.Contains(l.graphs, g) && l.overrides != g+1 {
					l.external[g] = true
					r.provides[g] = l.name
					break
				}
			}
		}
	}
}

func (f *federation) rootFields() {
	all := make([]int, f.graphs)
	for g := range all {
		all[g] = g
	}
	for _, e := range f.entities {
		f.roots = append(f.roots, &field{name: strings.ToLower(e.name), target: e.name, graphs: f.some(f.knowing(e))},
			&field{name: strings.ToLower(e.name) + "s", target: e.name, list: true, graphs: f.some(f.knowing(e))})
	}
	f.roots = append(f.roots, f.ref("any", all), f.ref("other", all), &field{name: "nodes", target: "Node", list: true, graphs: []int{f.entities[0].hub}},
		&field{name: "hits", target: "Hit", list: true, graphs: []int{f.entities[1].hub}})
}

func (f *federation) entity(name string) *entityType {
	for _, e := range f.entities {
		if e.name == name {
			return e
		}
	}
	return nil
}

func (e *entityType) field(name string) *field {
	for _, l := range e.fields {
		if l.name == name {
			return l
		}
	}
	return nil
}

func (l *field) typ() string {
	t := l.target
	if t == "" {
		t = "String"
	}
	if l.list {
		t = "[" + t + "]"
	}
	return t
}

// fill makes the data: three objects of each entity.
func (f *federation) fill(seed uint64) *oracle.Graph {
	g := oracle.NewGraph()
	rnd := rand.New(rand.NewPCG(seed, 9))
	objects := map[string][]*oracle.Object{}
	for _, e := range f.entities {
		for i := range 3 {
			objects[e.name] = append(objects[e.name], g.Entity(e.name, map[string]any{
				"id": fmt.Sprintf("%s-%d", e.name, i), "code": fmt.Sprintf("code-%s-%d", e.name, i),
			}))
		}
		if e.node {
			g.Implements(e.name, "Node")
		}
	}
	for _, v := range f.values {
		for i := range 2 {
			o := &oracle.Object{Type: v.name, Fields: map[string]any{}}
			for _, l := range v.fields {
				o.Fields[l.name] = f.value(rnd, objects, v.name, i, l)
			}
			objects[v.name] = append(objects[v.name], o)
		}
	}
	for _, e := range f.entities {
		for i, o := range objects[e.name] {
			for _, l := range e.fields {
				o.Fields[l.name] = f.value(rnd, objects, e.name, i, l)
			}
		}
	}
	for _, r := range f.roots {
		g.Query.Fields[r.name] = f.value(rnd, objects, "Query", 0, r)
	}
	return g
}

func (f *federation) value(rnd *rand.Rand, objects map[string][]*oracle.Object, parent string, i int, l *field) any {
	if rnd.IntN(8) == 0 && l.requires == "" && l.context == "" {
		return nil
	}
	if l.context != "" {
		from := oracle.Above{}
		for name, carries := range f.carriers {
			if carries {
				from[name] = l.context
			}
		}
		return oracle.Taking(map[string]oracle.Above{"c": from}, func(self *oracle.Instance, args map[string]any) any {
			if l.requires == "" {
				return fmt.Sprintf("%s in %v", l.name, args["c"])
			}
			v := self.Get(l.requires)
			if r, ok := v.(oracle.Resolver); ok {
				v = r(self, nil)
			}
			if err, bad := v.(error); bad {
				return err
			}
			return fmt.Sprintf("%s(%v) in %v", l.name, v, args["c"])
		})
	}
	if l.requires != "" {
		of := l.requires
		return oracle.Resolver(func(self *oracle.Instance, _ map[string]any) any {
			v := self.Get(of)
			if r, ok := v.(oracle.Resolver); ok {
				v = r(self, nil)
			}
			if err, bad := v.(error); bad {
				return err
			}
			return fmt.Sprintf("%s(%v)", l.name, v)
		})
	}
	if l.target == "" {
		return fmt.Sprintf("%s.%s.%d", parent, l.name, i)
	}
	var from []*oracle.Object
	switch l.target {
	case "Node", "Hit": // only what the graph of the field knows
		for _, e := range f.entities {
			if e.keys[l.graphs[0]] != nil && (e.node && l.target == "Node" || e.hit && l.target == "Hit") {
				from = append(from, objects[e.name]...)
			}
		}
	default:
		from = objects[l.target]
	}
	if !l.list {
		return from[rnd.IntN(len(from))]
	}
	list := make([]any, rnd.IntN(4))
	for k := range list {
		if rnd.IntN(6) > 0 {
			list[k] = from[rnd.IntN(len(from))]
		}
	}
	return list
}

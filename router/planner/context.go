package planner

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"marquee/router/operation"
	"marquee/router/supergraph"
)

// contextDemand is what a graph takes from contexts for a field. Fields that take the same are fetched together.
type contextDemand struct {
	key  string
	args []supergraph.ContextArgument
}

// demandOf returns what the join takes from contexts, nil if nothing.
func (st *states) demandOf(j *supergraph.JoinField) *contextDemand {
	if len(j.ContextArguments) == 0 {
		return nil
	}
	byKey := map[string]supergraph.ContextArgument{}
	var keys []string
	for _, a := range j.ContextArguments {
		k := contextKey(a)
		if _, ok := byKey[k]; !ok {
			keys = append(keys, k)
		}
		byKey[k] = a
	}
	slices.Sort(keys)
	key := strings.Join(keys, "\n")
	if old := st.demands[key]; old != nil {
		return old
	}
	d := &contextDemand{key: key}
	for _, k := range keys {
		d.args = append(d.args, byKey[k])
	}
	st.demands[key] = d
	return d
}

// contextKey identifies a value taken from a context, whatever argument it is for.
func contextKey(a supergraph.ContextArgument) string {
	return a.Context + " " + a.Type.String() + " " + a.Text
}

// serves reports whether state s, which knows the field by j, may be asked for it. An entry for a context delivers only
// what needs that context: its objects are sent only where the value is known.
func (st *states) serves(s *state, j *supergraph.JoinField) bool {
	if s.context != st.demandOf(j) {
		return false
	}
	return s.req == j.RequiresText || j.Requires == nil && s.context == nil
}

// ancestor is a place above the fields being looked at, with the object types its objects have on the way there. Only
// places with a type that carries a context count.
type ancestor struct {
	id     int
	parent *ancestor
	sel    *operation.Selection
	types  []*supergraph.Type
}

// contextSource is an ancestor that gives a context, for those of its types that carry it.
type contextSource struct {
	at    *ancestor
	types []*supergraph.Type
}

// contexts makes what arguments from contexts need part of the operation: the ancestor's selection gets the value's
// field, and the field with the argument is marked as one that can be asked for. The result is for solving only; the
// projection knows nothing of it.
type contexts struct {
	p      *run
	memo   map[contextMemo]*operation.Selection
	levels map[string]*ancestor
	seq    map[*operation.Selection]int
	asked  map[string]bool
	more   map[*operation.Selection][]hiddenSelection
	err    *Error
}

type contextMemo struct {
	sel   *operation.Selection
	chain *ancestor
}

// hiddenSelection is what an argument needs of the objects of some types.
type hiddenSelection struct {
	types []*supergraph.Type
	arg   supergraph.ContextArgument
}

// maxPrecise is the number of places up to which what is below an abstract place is told apart by object type. Beyond,
// values are also read on objects of other types of the place: what is below is looked at once, not once per type.
const maxPrecise = 500

func (w *work) withContexts(root *operation.Selection) (*operation.Selection, *Error) {
	if !w.run.sg.Contextual {
		return root, nil
	}
	c := &contexts{
		p: w.run, memo: map[contextMemo]*operation.Selection{}, levels: map[string]*ancestor{},
		seq: map[*operation.Selection]int{}, asked: map[string]bool{}, more: map[*operation.Selection][]hiddenSelection{},
	}
	out := c.selection(root, nil)
	return out, c.err
}

func (c *contexts) selection(s *operation.Selection, chain *ancestor) *operation.Selection {
	key := contextMemo{s, chain}
	if done := c.memo[key]; done != nil {
		return done
	}
	out := &operation.Selection{Type: s.Type, Denied: s.Denied}
	c.memo[key] = out
	if len(c.memo) > c.p.opt.MaxSites && c.err == nil {
		c.err = limitExceeded("sites")
	}
	if c.err != nil {
		return out
	}
	all := visibleObjects(s.Type)
	out.Common = c.fields(all, s.Common, chain, c.level(out, all, chain))
	for _, v := range s.Variants {
		on := v.Types
		if len(c.memo) > maxPrecise {
			on = all
		}
		out.Variants = append(out.Variants, operation.Variant{Types: v.Types, Fields: c.fields(v.Types, v.Fields, chain, c.level(out, on, chain))})
	}
	// What is added may itself need the context of something further up, and so on.
	for n := 0; n < len(c.more[out]); n++ {
		c.add(out, c.more[out][n], chain)
	}
	return out
}

func visibleObjects(t *supergraph.Type) []*supergraph.Type {
	var out []*supergraph.Type
	for _, p := range t.Possible {
		if !p.Inaccessible {
			out = append(out, p)
		}
	}
	return out
}

// level puts a selection before the chain if one of the types carries a context. The root types of mutations and
// subscriptions give none: their fields are not asked for twice.
func (c *contexts) level(s *operation.Selection, types []*supergraph.Type, chain *ancestor) *ancestor {
	if s.Type == c.p.serialType || !slices.ContainsFunc(types, func(t *supergraph.Type) bool { return len(t.Contexts) > 0 }) {
		return chain
	}
	id, ok := c.seq[s]
	if !ok {
		id = len(c.seq)
		c.seq[s] = id
	}
	key := fmt.Sprint(id)
	for _, t := range types {
		key += fmt.Sprintf(" %d", t.Object)
	}
	a := c.levels[key]
	if a == nil {
		a = &ancestor{id: len(c.levels), parent: chain, sel: s, types: types}
		c.levels[key] = a
	}
	return a
}

// fields rewrites the fields of objects of some types: chain is what is above these objects, below begins with them.
func (c *contexts) fields(on []*supergraph.Type, list []*operation.Field, chain, below *ancestor) []*operation.Field {
	out := make([]*operation.Field, 0, len(list))
	for _, f := range list {
		if f.Def == nil {
			out = append(out, f)
			continue
		}
		n := *f
		if f.Sub != nil {
			n.Sub = c.selection(f.Sub, below)
		}
		if fed := c.feed(on, f.Name, chain); fed != "" {
			c.p.sels.fed[&n] = fed
		}
		out = append(out, &n)
	}
	return out
}

// feed finds the graphs in which every argument of the field has a context above, and asks there for the values.
func (c *contexts) feed(on []*supergraph.Type, name string, chain *ancestor) string {
	fed := ""
	for _, t := range on {
		f := t.Field(name)
		if f == nil {
			continue
		}
		for i := range f.Joins {
			j := &f.Joins[i]
			if len(j.ContextArguments) == 0 || f.Local(j.Graph, c.p.states.labels) == nil {
				continue
			}
			var sources [][]contextSource
			for _, a := range j.ContextArguments {
				if found := find(a.Context, chain); found != nil {
					sources = append(sources, found)
				}
			}
			if len(sources) < len(j.ContextArguments) {
				continue
			}
			for k, a := range j.ContextArguments {
				for _, s := range sources[k] {
					c.ask(s, a)
				}
			}
			fed += feedKey(t, j.Graph)
		}
	}
	return fed
}

// find lists the ancestors that may give a context, nearest first. One that gives it for all its types ends the search.
func find(context string, chain *ancestor) []contextSource {
	var out []contextSource
	for a := chain; a != nil; a = a.parent {
		var types []*supergraph.Type
		for _, t := range a.types {
			if t.Carries(context) {
				types = append(types, t)
			}
		}
		if types != nil {
			out = append(out, contextSource{a, types})
		}
		if len(types) == len(a.types) {
			break
		}
	}
	return out
}

func (c *contexts) ask(s contextSource, arg supergraph.ContextArgument) {
	key := fmt.Sprintf("%d %s", c.seq[s.at.sel], contextKey(arg))
	for _, t := range s.types {
		key += fmt.Sprintf(" %d", t.Object)
	}
	if c.asked[key] {
		return
	}
	c.asked[key] = true
	c.more[s.at.sel] = append(c.more[s.at.sel], hiddenSelection{s.types, arg})
}

// add selects on a place what an argument takes from it.
func (c *contexts) add(out *operation.Selection, h hiddenSelection, chain *ancestor) {
	on := func(t *supergraph.Type, types []*supergraph.Type) []*operation.Field {
		s := c.p.sels.contextSelection(t, h.arg)
		return c.fields(types, s.For(t), chain, c.level(out, types, chain))
	}
	if !out.Type.Abstract() {
		out.Common = append(out.Common, on(out.Type, []*supergraph.Type{out.Type})...)
		return
	}
	all := visibleObjects(out.Type)
	plain := len(h.types) == len(all) && out.Type.Kind == ast.Interface
	for _, s := range h.arg.Selection {
		f, ok := s.(*ast.Field)
		plain = plain && ok && out.Type.Field(f.Name) != nil
	}
	if plain {
		out.Common = append(out.Common, on(out.Type, all)...)
		if out.Variants == nil {
			return
		}
	}
	var split []operation.Variant
	for _, t := range all {
		if slices.Contains(out.Denied, t) {
			split = append(split, operation.Variant{Types: []*supergraph.Type{t}})
			continue
		}
		fields := slices.Clone(out.For(t))
		if slices.Contains(h.types, t) {
			fields = append(fields, on(t, []*supergraph.Type{t})...)
		}
		split = append(split, operation.Variant{Types: []*supergraph.Type{t}, Fields: fields})
	}
	out.Variants = split
}

// contextSelection is the selection of an argument on objects of type t.
func (b *selections) contextSelection(t *supergraph.Type, a supergraph.ContextArgument) *operation.Selection {
	return b.fieldSetSelection(t, a.Selection, "context "+a.Text)
}

func feedKey(t *supergraph.Type, g supergraph.GraphID) string {
	return fmt.Sprintf(";%s/%d;", t.Name, g)
}

// fedIn reports whether the contexts that graph g needs for the field on type t are there.
func (n *node) fedIn(t *supergraph.Type, g supergraph.GraphID) bool {
	return strings.Contains(n.fed, feedKey(t, g))
}

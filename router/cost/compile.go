package cost

import (
	"encoding/json"
	"fmt"
	"strings"

	"marquee/router/operation"
	"marquee/router/plan"
	"marquee/router/supergraph"
)

// Compile makes the formula of an operation in normal form. Its literals are part of the formula.
func (m *Model) Compile(n *operation.Normalized) *Formula {
	c := &compiler{m: m, literals: n.Literals, memo: map[place]operand{}}
	total := []operand{c.selection(n.Root, 0, nil)}
	if n.Kind == plan.Mutation {
		total = append(total, constant(MutationBase))
	}
	result := c.sum(total)
	return &Formula{m: m, steps: c.steps, result: result, problem: c.problem}
}

type compiler struct {
	m        *Model
	literals map[string]json.RawMessage
	steps    []step
	memo     map[place]operand
	problem  *Problem
	work     int // fields seen
}

// maxWork bounds the fields that are looked at, each once for every class of types that it can be on: some 20 ms. Where
// types do not differ in cost that is more than the limits of a document let through.
const maxWork = 10_000

// place is a selection with what its surroundings say of its cost. Selections are shared by the normaliser, so that the
// work is bounded by the document and not by what it expands to.
type place struct {
	sel    *operation.Selection
	weight int64
	sized  string
}

// ownWeight means that each object has the weight of its type.
const ownWeight = -1

// sized is a size that an outer field gives to a field below.
type sized struct {
	path []string
	size operand
}

// selection is the cost of one object of a place, its weight included.
func (c *compiler) selection(sel *operation.Selection, weight int64, outer []sized) operand {
	key := place{sel, weight, keyOf(outer)}
	if have, ok := c.memo[key]; ok {
		return have
	}
	var all []operand
	object := func(k class, fields []*operation.Field) {
		if weight != ownWeight {
			k.weight = weight
		}
		parts := []operand{constant(k.weight)}
		for _, f := range fields {
			parts = append(parts, c.field(k.some, f, outer))
		}
		all = append(all, c.sum(parts))
	}
	switch t := sel.Type; {
	case len(sel.Variants) > 0:
		for i := range sel.Variants {
			v := &sel.Variants[i]
			for _, k := range c.m.classify(v.Types, func(p *supergraph.Type) int { return c.m.profiles[p] }) {
				object(k, v.Fields)
			}
		}
	case len(c.m.classes[t]) > 0:
		for _, k := range c.m.classes[t] {
			object(k, sel.Common)
		}
	default:
		object(class{t, c.m.objects[t]}, sel.Common)
	}
	out := c.max(all)
	c.memo[key] = out
	return out
}

func keyOf(list []sized) string {
	if len(list) == 0 {
		return ""
	}
	var b strings.Builder
	for _, s := range list {
		fmt.Fprintf(&b, "%s=%d/%d;", strings.Join(s.path, "."), s.size.value, s.size.step)
	}
	return b.String()
}

// field is the cost of a field of one object of type t.
func (c *compiler) field(t *supergraph.Type, f *operation.Field, outer []sized) operand {
	if f.Def == nil {
		return constant(0)
	}
	if c.work++; c.work > maxWork {
		return constant(Most)
	}
	def := t.Field(f.Name)
	if def == nil {
		def = f.Def
	}
	info := c.m.fields[def]
	count := constant(1)
	if info.lists > 0 {
		count = constant(c.m.opt.ListSize)
	}
	var below []sized
	for _, s := range outer {
		switch {
		case s.path[0] != f.Name:
		case len(s.path) > 1:
			below = append(below, sized{s.path[1:], s.size})
		case info.lists > 0:
			count = s.size
		}
	}
	if info.size != nil {
		size := c.size(def.Parent.Name+"."+def.Name, info.size, f.Args)
		for _, path := range info.size.sized {
			below = append(below, sized{path, size})
		}
		if len(info.size.sized) == 0 && info.lists > 0 {
			count = size
		}
	}
	for range info.lists - 1 {
		count = c.mul(count, constant(c.m.opt.ListSize))
	}
	one := constant(info.weight)
	if f.Sub != nil {
		weight := int64(ownWeight)
		if info.explicit {
			weight = info.weight
		}
		one = c.selection(f.Sub, weight, below)
	}
	parts := []operand{c.mul(count, one)}
	for _, a := range f.Args {
		parts = append(parts, c.argument(def, info, a))
	}
	return c.sum(parts)
}

func (c *compiler) push(s step) operand {
	c.steps = append(c.steps, s)
	return operand{step: len(c.steps)}
}

// sum adds constants at once and leaves the rest to a step.
func (c *compiler) sum(list []operand) operand {
	known, open := int64(0), []operand(nil)
	for _, o := range list {
		if o.step == 0 {
			known = add(known, o.value)
		} else {
			open = append(open, o)
		}
	}
	switch {
	case len(open) == 0:
		return constant(known)
	case known > 0:
		open = append(open, constant(known))
	case len(open) == 1:
		return open[0]
	}
	return c.push(step{op: opSum, args: open})
}

func (c *compiler) mul(a, b operand) operand {
	switch {
	case a.step == 0 && b.step == 0:
		return constant(mul(a.value, b.value))
	case a == constant(0) || b == constant(0):
		return constant(0)
	case a == constant(1):
		return b
	case b == constant(1):
		return a
	}
	return c.push(step{op: opMul, args: []operand{a, b}})
}

func (c *compiler) max(list []operand) operand {
	known, open := int64(0), []operand(nil)
	for _, o := range list {
		if o.step == 0 {
			known = max(known, o.value)
		} else {
			open = append(open, o)
		}
	}
	if len(open) == 0 {
		return constant(known)
	}
	if known > 0 {
		open = append(open, constant(known))
	}
	if len(open) == 1 {
		return open[0]
	}
	return c.push(step{op: opMax, args: open})
}

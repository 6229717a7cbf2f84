package cost

import (
	"encoding/json"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"marquee/router/operation"
	"marquee/router/plan"
	"marquee/router/supergraph"
)

// Actual is what an operation has cost: as the estimate, but with the numbers of values that are in its answer. data is
// the answer's "data", with the keys of the normal form; vars are all variables, lifted literals included. Where the
// answer does not tell the type of an object it is taken for the dearest that it can be.
func (m *Model) Actual(n *operation.Normalized, vars map[string]json.RawMessage, data json.RawMessage) int64 {
	all := make(map[string]json.RawMessage, len(n.Variables))
	for _, v := range n.Variables {
		if all[v.Name] = vars[v.Name]; all[v.Name] == nil {
			all[v.Name] = json.RawMessage("null")
		}
	}
	// With every variable known, what the compiler says of arguments is a constant.
	c := &counter{m: m, inputs: compiler{m: m, literals: all}, arguments: map[*operation.Field]int64{}}
	total := int64(0)
	if n.Kind == plan.Mutation {
		total = MutationBase
	}
	if len(data) > 0 && data[0] == '{' {
		total = add(total, c.object(data, n.Root, 0))
	}
	return total
}

// counter adds up an answer.
type counter struct {
	m         *Model
	inputs    compiler
	arguments map[*operation.Field]int64 // what those of a field cost
}

type member struct {
	key   string
	value json.RawMessage
}

func (c *counter) object(raw json.RawMessage, sel *operation.Selection, weight int64) int64 {
	var room [16]member
	members := room[:0]
	operation.EachMember(raw, func(key string, value json.RawMessage) { members = append(members, member{key, value}) })
	most := int64(0)
	for _, k := range c.candidates(sel, members) {
		total := weight
		if weight == ownWeight {
			total = k.weight
		}
		for i, f := range k.fields {
			if f.Def != nil {
				total = add(total, c.field(k.some, f, valueOf(members, f.Key, i)))
			}
		}
		most = max(most, total)
	}
	return most
}

// candidate is a class of types that an object can be of, with what is selected on them.
type candidate struct {
	class
	fields []*operation.Field
}

// candidates are those whose fields, and type name if it was asked for, are in the answer.
func (c *counter) candidates(sel *operation.Selection, members []member) []candidate {
	if len(sel.Variants) == 0 {
		return c.fitting(nil, sel.Type, sel.Common, members)
	}
	var out []candidate
	for i := range sel.Variants {
		v := &sel.Variants[i]
		if len(v.Fields) == len(members) && !slices.ContainsFunc(v.Fields, func(f *operation.Field) bool {
			return !slices.ContainsFunc(members, func(m member) bool { return m.key == f.Key })
		}) {
			out = append(out, c.fitting(v.Types, nil, v.Fields, members)...)
		}
	}
	return out
}

func (c *counter) fitting(types []*supergraph.Type, static *supergraph.Type, fields []*operation.Field, members []member) []candidate {
	if types == nil {
		types = []*supergraph.Type{static}
		if static.Abstract() && len(static.Possible) > 0 {
			types = static.Possible
		}
	}
	for i, f := range fields {
		if !f.IsTypename {
			continue
		}
		var name string
		if json.Unmarshal(valueOf(members, f.Key, i), &name) == nil {
			if t := c.m.sg.Type(name); t != nil && slices.Contains(types, t) {
				types = []*supergraph.Type{t}
			} else if static == nil {
				return nil
			}
		}
		break
	}
	var out []candidate
	for _, k := range c.m.classify(types, func(t *supergraph.Type) int { return c.m.profiles[t] }) {
		out = append(out, candidate{k, fields})
	}
	return out
}

// valueOf finds a member, which is likely to be at i.
func valueOf(members []member, key string, i int) json.RawMessage {
	if i < len(members) && members[i].key == key {
		return members[i].value
	}
	for _, m := range members {
		if m.key == key {
			return m.value
		}
	}
	return nil
}

func (c *counter) field(t *supergraph.Type, f *operation.Field, raw json.RawMessage) int64 {
	def := t.Field(f.Name)
	if def == nil {
		def = f.Def
	}
	info := c.m.fields[def]
	weight := info.weight
	if f.Sub != nil && !info.explicit {
		weight = ownWeight
	}
	total, ok := c.arguments[f]
	if !ok {
		for _, a := range f.Args {
			total = add(total, c.inputs.argument(def, info, a).value)
		}
		c.arguments[f] = total
	}
	return add(total, c.values(raw, def.Type, f.Sub, weight))
}

func (c *counter) values(raw json.RawMessage, t *ast.Type, sel *operation.Selection, weight int64) int64 {
	switch {
	case len(raw) == 0 || raw[0] == 'n':
		return 0
	case raw[0] == '[' && t.Elem != nil:
		total := int64(0)
		if sel != nil || weight > 0 {
			operation.EachElement(raw, func(e json.RawMessage) { total = add(total, c.values(e, t.Elem, sel, weight)) })
		}
		return total
	case sel != nil && raw[0] == '{':
		return c.object(raw, sel, weight)
	case sel != nil:
		return 0
	}
	return weight
}

package cost

import (
	"encoding/json"

	"github.com/vektah/gqlparser/v2/ast"

	"marquee/router/operation"
	"marquee/router/supergraph"
)

// input is the cost of an argument that is a variable.
type input struct {
	name   string
	typ    *ast.Type
	weight int64
}

// argument is what one argument of a field costs.
func (c *compiler) argument(def *supergraph.Field, info *field, a operation.Argument) operand {
	arg := def.Def.Arguments.ForName(a.Name)
	if arg == nil {
		return constant(0)
	}
	w, ok := info.args[a.Name]
	if !ok {
		w = c.m.inputWeight(arg.Type)
	}
	return c.input(arg.Type, w, a.Value)
}

// inputWeight is the weight of an input without @cost of its own.
func (m *Model) inputWeight(t *ast.Type) int64 {
	return m.objects[m.sg.Type(t.Name())]
}

// free reports whether no value of the type costs anything.
func (m *Model) free(t *ast.Type, weight int64) bool {
	def := m.sg.Type(t.Name())
	return weight == 0 && (def == nil || def.Kind != ast.InputObject)
}

func (m *Model) memberWeight(of *supergraph.Type, f *ast.FieldDefinition) int64 {
	if w, ok := of.InputWeights[f.Name]; ok {
		return w
	}
	return m.inputWeight(f.Type)
}

// input is the cost of a value in the normal form: variables, and lists and objects around them.
func (c *compiler) input(t *ast.Type, weight int64, v *ast.Value) operand {
	if v == nil || v.Kind == ast.NullValue || c.m.free(t, weight) {
		return constant(0)
	}
	switch v.Kind {
	case ast.Variable:
		if raw, ok := c.literals[v.Raw]; ok {
			return constant(c.m.inputJSON(t, weight, raw))
		}
		return c.push(step{op: opInput, input: &input{v.Raw, t, weight}})
	case ast.ListValue:
		if t.Elem == nil {
			break
		}
		var all []operand
		for _, child := range v.Children {
			all = append(all, c.input(t.Elem, weight, child.Value))
		}
		return c.max([]operand{constant(weight), c.sum(all)})
	case ast.ObjectValue:
		all := []operand{constant(weight)}
		if def := c.m.sg.Type(t.Name()); def != nil && def.Kind == ast.InputObject {
			for _, child := range v.Children {
				if f := def.Def.Fields.ForName(child.Name); f != nil {
					all = append(all, c.input(f.Type, c.m.memberWeight(def, f), child.Value))
				}
			}
		}
		return c.sum(all)
	}
	return constant(weight)
}

// inputJSON is the cost of a value that has been coerced to t.
func (m *Model) inputJSON(t *ast.Type, weight int64, raw json.RawMessage) int64 {
	if len(raw) == 0 || raw[0] == 'n' || m.free(t, weight) {
		return 0
	}
	switch {
	case raw[0] == '[' && t.Elem != nil:
		total := int64(0)
		operation.EachElement(raw, func(e json.RawMessage) { total = add(total, m.inputJSON(t.Elem, weight, e)) })
		return max(total, weight)
	case raw[0] == '{':
		def := m.sg.Type(t.Name())
		if def == nil || def.Kind != ast.InputObject {
			return weight
		}
		total := weight
		operation.EachMember(raw, func(key string, value json.RawMessage) {
			if f := def.Def.Fields.ForName(key); f != nil {
				total = add(total, m.inputJSON(f.Type, m.memberWeight(def, f), value))
			}
		})
		return total
	}
	return weight
}

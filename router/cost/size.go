package cost

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"marquee/router/operation"
	"marquee/router/supergraph"
)

func paths(list []string) [][]string {
	var out [][]string
	for _, s := range list {
		out = append(out, strings.Split(s, "."))
	}
	return out
}

// declared prepares @listSize.
func (m *Model) declared(f *supergraph.Field, l *supergraph.ListSize) *sizing {
	s := &sizing{slicing: paths(l.Slicing), sized: paths(l.Sized), one: l.RequireOne, fallback: m.opt.ListSize}
	if l.Assumed >= 0 {
		s.fallback = l.Assumed
	}
	m.defaults(f, s)
	return s
}

// implied reads arguments that bound lists by custom; nil if there are none, or nothing that they could bound.
func (m *Model) implied(f *supergraph.Field, list bool) *sizing {
	s := &sizing{fallback: m.opt.ListSize}
	for _, a := range f.Def.Arguments {
		if a.Type.NamedType == "Int" && slices.Contains(m.opt.Slicing, a.Name) {
			s.slicing = append(s.slicing, []string{a.Name})
		}
	}
	if s.slicing == nil {
		return nil
	}
	if !list {
		for _, below := range f.Named.Fields {
			if below.Type.Elem != nil && below.Named.Composite() {
				s.sized = append(s.sized, []string{below.Name})
			}
		}
		if s.sized == nil {
			return nil
		}
	}
	m.defaults(f, s)
	return s
}

// defaults looks for defaults of the slicing arguments.
func (m *Model) defaults(f *supergraph.Field, s *sizing) {
	for _, path := range s.slicing {
		a := f.Def.Arguments.ForName(path[0])
		if a == nil {
			continue
		}
		v := m.defaultAt(a.Type, a.DefaultValue, path[1:])
		if v == nil || v.Kind != ast.IntValue {
			continue
		}
		if n, ok := number(json.RawMessage(v.Raw)); ok && (!s.byDefault || n > s.fallback) {
			s.fallback, s.byDefault = n, true
		}
	}
}

// defaultAt follows a path through a default value, and through the defaults of input fields where there is none.
func (m *Model) defaultAt(t *ast.Type, v *ast.Value, path []string) *ast.Value {
	for _, name := range path {
		def := m.sg.Type(t.Name())
		if def == nil || def.Kind != ast.InputObject {
			return nil
		}
		f := def.Def.Fields.ForName(name)
		if f == nil {
			return nil
		}
		var child *ast.Value
		if v != nil {
			child = v.Children.ForName(name)
		}
		if child == nil {
			child = f.DefaultValue
		}
		t, v = f.Type, child
	}
	return v
}

// slice is a size that depends on variables.
type slice struct {
	where   string // Type.field
	sizing  *sizing
	vars    []reference
	known   int64 // the largest size known without them, −1 if none
	given   int   // slicing arguments given without them
	unsized bool  // one of those given is not a size
}

// reference is what a path leads to in a variable's value.
type reference struct {
	name string
	path []string
}

// size is the size that a field's arguments say.
func (c *compiler) size(where string, s *sizing, args []operation.Argument) operand {
	out := &slice{where: where, sizing: s, known: -1}
	for _, path := range s.slicing {
		i := slices.IndexFunc(args, func(a operation.Argument) bool { return a.Name == path[0] })
		if i < 0 {
			continue
		}
		if raw, ref := c.follow(args[i].Value, path[1:]); ref != nil {
			out.vars = append(out.vars, *ref)
		} else {
			out.take(raw)
		}
	}
	if len(out.vars) > 0 {
		return c.push(step{op: opSlice, slice: out})
	}
	n, ok := out.settle()
	if !ok {
		c.problem = &Problem{where, s.slicing}
	}
	return constant(n)
}

// take counts a slicing argument; nil is not given.
func (s *slice) take(raw json.RawMessage) {
	if raw == nil || string(raw) == "null" {
		return
	}
	s.given++
	if n, ok := number(raw); ok {
		s.known = max(s.known, n)
	} else {
		s.unsized = true
	}
}

// settle returns the size; false if it breaks requireOneSlicingArgument.
func (s *slice) settle() (int64, bool) {
	ok := !s.sizing.one || s.given == 1 || (s.given == 0 && s.sizing.byDefault)
	n := s.known
	if n < 0 || s.unsized {
		n = max(n, s.sizing.fallback)
	}
	return n, ok
}

// value is the size for variables.
func (s *slice) value(vars map[string]json.RawMessage) (int64, bool) {
	with := *s
	for _, r := range s.vars {
		with.take(at(vars[r.name], r.path))
	}
	return with.settle()
}

// follow goes along a path in an argument's value: to JSON (nil if it is not there) or into a client's variable.
func (c *compiler) follow(v *ast.Value, path []string) (json.RawMessage, *reference) {
	for {
		switch {
		case v == nil:
			return nil, nil
		case v.Kind == ast.Variable:
			if raw, ok := c.literals[v.Raw]; ok {
				return at(raw, path), nil
			}
			return nil, &reference{v.Raw, path}
		case len(path) == 0:
			raw, err := operation.LiteralJSON(v)
			if err != nil { // a list or object around variables is not a size
				raw = json.RawMessage("{}")
			}
			return raw, nil
		case v.Kind != ast.ObjectValue:
			return nil, nil
		}
		v, path = v.Children.ForName(path[0]), path[1:]
	}
}

// at goes along a path in a JSON value; nil if it is not there.
func at(raw json.RawMessage, path []string) json.RawMessage {
	for _, name := range path {
		if len(raw) == 0 || raw[0] != '{' {
			return nil
		}
		var found json.RawMessage
		operation.EachMember(raw, func(key string, value json.RawMessage) {
			if key == name {
				found = value
			}
		})
		raw = found
	}
	return raw
}

// number reads a size; negative numbers are none.
func number(raw json.RawMessage) (int64, bool) {
	if len(raw) == 0 || raw[0] < '0' || raw[0] > '9' {
		return 0, false
	}
	n := int64(0)
	for _, c := range raw {
		if c < '0' || c > '9' {
			f, err := strconv.ParseFloat(string(raw), 64) // 1e2 and 100.0 are integers too
			if err != nil || f != math.Trunc(f) {
				return 0, false
			}
			return int64(min(f, supergraph.MaxWeight)), true
		}
		n = min(n*10+int64(c-'0'), supergraph.MaxWeight)
	}
	return n, true
}

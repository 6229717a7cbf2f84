// Package introspection answers __schema and __type from a schema in memory.
//
// Vocabulary: a node is an introspection object (a schema, a type reference, a
// field, …); a field node is a selected field of the client's document. The
// package follows the GraphQL specification, October 2021, section 4, with
// isOneOf of the September 2025 edition. It never looks at the data.
package introspection

import (
	"encoding/json"

	"github.com/vektah/gqlparser/v2/ast"
)

// Execute answers one root field, __schema or __type. fields are all nodes of
// the document under one response key, in document order, with fragments
// resolved by validation; vars are the coerced variables, used for arguments,
// @skip and @include. The result is raw JSON, keys in the order of the document.
// Any other root field gives null.
func Execute(schema *ast.Schema, fields []*ast.Field, vars map[string]any) json.RawMessage {
	if len(fields) == 0 {
		return json.RawMessage("null")
	}
	x := &executor{schema: schema, vars: vars}
	var sets []ast.SelectionSet
	for _, f := range fields {
		sets = append(sets, f.SelectionSet)
	}
	switch fields[0].Name {
	case "__schema":
		x.object(schemaNode{schema}, sets)
	case "__type":
		name, _ := x.args(fields[0])["name"].(string)
		if def := schema.Types[name]; def != nil {
			x.object(named(schema, def), sets)
		} else {
			x.null()
		}
	default:
		x.null()
	}
	return x.out
}

// node is an object of the introspection schema.
type node interface {
	// typename is the object's type, such as "__Field".
	typename() string
	// value resolves a field: nil, a string, a bool, a node or a []node.
	value(field string, args map[string]any) any
}

type executor struct {
	schema *ast.Schema
	vars   map[string]any
	out    []byte
}

func (x *executor) null() { x.out = append(x.out, "null"...) }

// args returns the field's coerced arguments; defaults come from the schema.
func (x *executor) args(f *ast.Field) map[string]any {
	if f.Definition != nil {
		return f.ArgumentMap(x.vars)
	}
	args := make(map[string]any, len(f.Arguments))
	for _, a := range f.Arguments {
		if v, err := a.Value.Value(x.vars); err == nil {
			args[a.Name] = v
		}
	}
	return args
}

// included evaluates @skip and @include.
func (x *executor) included(list ast.DirectiveList) bool {
	for _, d := range list {
		if d.Name != "skip" && d.Name != "include" {
			continue
		}
		arg := d.Arguments.ForName("if")
		if arg == nil {
			continue
		}
		v, err := arg.Value.Value(x.vars)
		if b, ok := v.(bool); err == nil && ok && b == (d.Name == "skip") {
			return false
		}
	}
	return true
}

// collected is one response key with all its field nodes.
type collected struct {
	key    string
	fields []*ast.Field
}

func (x *executor) collect(typename string, sets []ast.SelectionSet, into []collected) []collected {
	for _, set := range sets {
		for _, sel := range set {
			switch s := sel.(type) {
			case *ast.Field:
				if !x.included(s.Directives) {
					continue
				}
				into = add(into, s)
			case *ast.InlineFragment:
				if x.included(s.Directives) && (s.TypeCondition == "" || s.TypeCondition == typename) {
					into = x.collect(typename, []ast.SelectionSet{s.SelectionSet}, into)
				}
			case *ast.FragmentSpread:
				if s.Definition != nil && x.included(s.Directives) && s.Definition.TypeCondition == typename {
					into = x.collect(typename, []ast.SelectionSet{s.Definition.SelectionSet}, into)
				}
			}
		}
	}
	return into
}

func add(into []collected, f *ast.Field) []collected {
	key := f.Alias
	if key == "" {
		key = f.Name
	}
	for i := range into {
		if into[i].key == key {
			into[i].fields = append(into[i].fields, f)
			return into
		}
	}
	return append(into, collected{key: key, fields: []*ast.Field{f}})
}

func (x *executor) object(n node, sets []ast.SelectionSet) {
	x.out = append(x.out, '{')
	for i, c := range x.collect(n.typename(), sets, nil) {
		if i > 0 {
			x.out = append(x.out, ',')
		}
		x.string(c.key)
		x.out = append(x.out, ':')
		f := c.fields[0]
		if f.Name == "__typename" {
			x.string(n.typename())
			continue
		}
		var below []ast.SelectionSet
		for _, f := range c.fields {
			below = append(below, f.SelectionSet)
		}
		x.any(n.value(f.Name, x.args(f)), below)
	}
	x.out = append(x.out, '}')
}

func (x *executor) any(v any, below []ast.SelectionSet) {
	switch v := v.(type) {
	case string:
		x.string(v)
	case bool:
		if v {
			x.out = append(x.out, "true"...)
		} else {
			x.out = append(x.out, "false"...)
		}
	case node:
		x.object(v, below)
	case []node:
		x.out = append(x.out, '[')
		for i, n := range v {
			if i > 0 {
				x.out = append(x.out, ',')
			}
			x.object(n, below)
		}
		x.out = append(x.out, ']')
	case []string:
		x.out = append(x.out, '[')
		for i, s := range v {
			if i > 0 {
				x.out = append(x.out, ',')
			}
			x.string(s)
		}
		x.out = append(x.out, ']')
	default:
		x.null()
	}
}

func (x *executor) string(s string) {
	b, err := json.Marshal(s)
	if err != nil { // a string always marshals
		b = []byte(`""`)
	}
	x.out = append(x.out, b...)
}

// Package introspection answers `__schema` and `__type` from the API schema. The answer depends on nothing but the
// selection, so it becomes a constant of the plan.
package introspection

import (
	"bytes"
	"encoding/json"
	"sort"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"marquee/router/operation"
)

// Budget returns how many objects the answers of one operation may have together: many times what a tool needs that
// asks for everything once, and little enough that nobody can make a small document into a large answer.
func Budget(schema *ast.Schema) int {
	n := 0
	for _, d := range schema.Types {
		n += 1 + len(d.Fields) + len(d.EnumValues) + len(d.Interfaces) + len(schema.PossibleTypes[d.Name])
		for _, f := range d.Fields {
			n += len(f.Arguments)
		}
	}
	return 5_000 + 20*n
}

// Answer returns the JSON value of the field m, which is `__schema` or `__type`. It takes the objects it writes from
// the budget; ok is false if that is not enough.
func Answer(schema *ast.Schema, m *operation.Meta, budget *int) (answer []byte, ok bool) {
	w := &writer{schema: schema, left: budget}
	var name string
	switch {
	case m.Name == "__schema":
		w.schemaObject(m)
	case json.Unmarshal(m.Args["name"], &name) != nil || schema.Types[name] == nil:
		w.null()
	default:
		w.named(m, schema.Types[name])
	}
	return w.b.Bytes(), *budget >= 0
}

type writer struct {
	schema *ast.Schema
	b      bytes.Buffer
	left   *int // objects; below zero nothing more is written
}

// object writes the selected fields; value writes one of them.
func (w *writer) object(typename string, m *operation.Meta, value func(f *operation.Meta)) {
	if *w.left--; *w.left < 0 {
		w.null()
		return
	}
	w.b.WriteByte('{')
	for i, f := range m.Sub {
		if i > 0 {
			w.b.WriteByte(',')
		}
		w.text(f.Key)
		w.b.WriteByte(':')
		if f.Name == "__typename" {
			w.text(typename)
			continue
		}
		value(f)
	}
	w.b.WriteByte('}')
}

func (w *writer) text(s string) {
	if plain(s) {
		w.b.WriteByte('"')
		w.b.WriteString(s)
		w.b.WriteByte('"')
		return
	}
	enc := json.NewEncoder(&w.b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		w.null()
		return
	}
	w.b.Truncate(w.b.Len() - 1)
}

// plain says whether a string is its own JSON.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < 0x20 || c >= 0x80 || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

func (w *writer) optional(s string) {
	if s == "" {
		w.null()
		return
	}
	w.text(s)
}

func (w *writer) null() { w.b.WriteString("null") }

func (w *writer) boolean(v bool) {
	if v {
		w.b.WriteString("true")
	} else {
		w.b.WriteString("false")
	}
}

func (w *writer) list(n int, element func(i int)) {
	w.b.WriteByte('[')
	for i := 0; i < n && *w.left >= 0; i++ {
		if i > 0 {
			w.b.WriteByte(',')
		}
		element(i)
	}
	w.b.WriteByte(']')
}

func (w *writer) schemaObject(m *operation.Meta) {
	w.object("__Schema", m, func(f *operation.Meta) {
		switch f.Name {
		case "description":
			w.optional(w.schema.Description)
		case "types":
			names := make([]string, 0, len(w.schema.Types))
			for name := range w.schema.Types {
				names = append(names, name)
			}
			sort.Strings(names)
			w.list(len(names), func(i int) { w.named(f, w.schema.Types[names[i]]) })
		case "queryType":
			w.root(f, w.schema.Query)
		case "mutationType":
			w.root(f, w.schema.Mutation)
		case "subscriptionType":
			w.root(f, w.schema.Subscription)
		case "directives":
			names := make([]string, 0, len(w.schema.Directives))
			for name := range w.schema.Directives {
				names = append(names, name)
			}
			sort.Strings(names)
			w.list(len(names), func(i int) { w.directive(f, w.schema.Directives[names[i]]) })
		default:
			w.null()
		}
	})
}

func (w *writer) root(m *operation.Meta, def *ast.Definition) {
	if def == nil {
		w.null()
		return
	}
	w.named(m, def)
}

// ref writes a type reference: wrappers as __Type objects of their own.
func (w *writer) ref(m *operation.Meta, t *ast.Type) {
	switch {
	case t.NonNull:
		inner := *t
		inner.NonNull = false
		w.wrapper(m, "NON_NULL", &inner)
	case t.Elem != nil:
		w.wrapper(m, "LIST", t.Elem)
	default:
		if def := w.schema.Types[t.NamedType]; def != nil {
			w.named(m, def)
		} else {
			w.null()
		}
	}
}

func (w *writer) wrapper(m *operation.Meta, kind string, of *ast.Type) {
	w.object("__Type", m, func(f *operation.Meta) {
		switch f.Name {
		case "kind":
			w.text(kind)
		case "ofType":
			w.ref(f, of)
		default:
			w.null()
		}
	})
}

func (w *writer) named(m *operation.Meta, d *ast.Definition) {
	w.object("__Type", m, func(f *operation.Meta) {
		switch f.Name {
		case "kind":
			w.text(string(d.Kind))
		case "name":
			w.text(d.Name)
		case "description":
			w.optional(d.Description)
		case "specifiedByURL":
			w.optional(directiveArg(d.Directives, "specifiedBy", "url"))
		case "isOneOf":
			if d.Kind != ast.InputObject {
				w.null()
			} else {
				w.boolean(d.Directives.ForName("oneOf") != nil)
			}
		case "fields":
			if d.Kind != ast.Object && d.Kind != ast.Interface {
				w.null()
				return
			}
			var fields []*ast.FieldDefinition
			for _, x := range d.Fields {
				if !strings.HasPrefix(x.Name, "__") && shown(f, x.Directives) {
					fields = append(fields, x)
				}
			}
			w.list(len(fields), func(i int) { w.field(f, fields[i]) })
		case "inputFields":
			if d.Kind != ast.InputObject {
				w.null()
				return
			}
			var fields []*ast.FieldDefinition
			for _, x := range d.Fields {
				if shown(f, x.Directives) {
					fields = append(fields, x)
				}
			}
			w.list(len(fields), func(i int) {
				x := fields[i]
				w.input(f, x.Name, x.Description, x.Type, x.DefaultValue, x.Directives)
			})
		case "interfaces":
			if d.Kind != ast.Object && d.Kind != ast.Interface {
				w.null()
				return
			}
			w.list(len(d.Interfaces), func(i int) { w.ref(f, &ast.Type{NamedType: d.Interfaces[i]}) })
		case "possibleTypes":
			if d.Kind != ast.Union && d.Kind != ast.Interface {
				w.null()
				return
			}
			var names []string
			for _, p := range w.schema.GetPossibleTypes(d) {
				if p.Kind == ast.Object {
					names = append(names, p.Name)
				}
			}
			sort.Strings(names)
			w.list(len(names), func(i int) { w.ref(f, &ast.Type{NamedType: names[i]}) })
		case "enumValues":
			if d.Kind != ast.Enum {
				w.null()
				return
			}
			var values []*ast.EnumValueDefinition
			for _, x := range d.EnumValues {
				if shown(f, x.Directives) {
					values = append(values, x)
				}
			}
			w.list(len(values), func(i int) { w.enumValue(f, values[i]) })
		default:
			w.null()
		}
	})
}

// shown applies includeDeprecated, which is false unless given.
func shown(f *operation.Meta, list ast.DirectiveList) bool {
	return string(f.Args["includeDeprecated"]) == "true" || list.ForName("deprecated") == nil
}

func (w *writer) field(m *operation.Meta, x *ast.FieldDefinition) {
	w.object("__Field", m, func(f *operation.Meta) {
		switch f.Name {
		case "name":
			w.text(x.Name)
		case "description":
			w.optional(x.Description)
		case "args":
			w.arguments(f, x.Arguments)
		case "type":
			w.ref(f, x.Type)
		default:
			w.deprecation(f, x.Directives)
		}
	})
}

func (w *writer) arguments(f *operation.Meta, list ast.ArgumentDefinitionList) {
	var args []*ast.ArgumentDefinition
	for _, a := range list {
		if shown(f, a.Directives) {
			args = append(args, a)
		}
	}
	w.list(len(args), func(i int) {
		a := args[i]
		w.input(f, a.Name, a.Description, a.Type, a.DefaultValue, a.Directives)
	})
}

func (w *writer) input(m *operation.Meta, name, description string, t *ast.Type, def *ast.Value, list ast.DirectiveList) {
	w.object("__InputValue", m, func(f *operation.Meta) {
		switch f.Name {
		case "name":
			w.text(name)
		case "description":
			w.optional(description)
		case "type":
			w.ref(f, t)
		case "defaultValue":
			if def == nil {
				w.null()
			} else {
				w.text(def.String())
			}
		default:
			w.deprecation(f, list)
		}
	})
}

func (w *writer) enumValue(m *operation.Meta, x *ast.EnumValueDefinition) {
	w.object("__EnumValue", m, func(f *operation.Meta) {
		switch f.Name {
		case "name":
			w.text(x.Name)
		case "description":
			w.optional(x.Description)
		default:
			w.deprecation(f, x.Directives)
		}
	})
}

func (w *writer) deprecation(f *operation.Meta, list ast.DirectiveList) {
	d := list.ForName("deprecated")
	switch f.Name {
	case "isDeprecated":
		w.boolean(d != nil)
	case "deprecationReason":
		if d == nil {
			w.null()
			return
		}
		reason := directiveArg(list, "deprecated", "reason")
		if reason == "" {
			reason = "No longer supported"
		}
		w.text(reason)
	default:
		w.null()
	}
}

func (w *writer) directive(m *operation.Meta, d *ast.DirectiveDefinition) {
	w.object("__Directive", m, func(f *operation.Meta) {
		switch f.Name {
		case "name":
			w.text(d.Name)
		case "description":
			w.optional(d.Description)
		case "isRepeatable":
			w.boolean(d.IsRepeatable)
		case "locations":
			w.list(len(d.Locations), func(i int) { w.text(string(d.Locations[i])) })
		case "args":
			w.arguments(f, d.Arguments)
		default:
			w.null()
		}
	})
}

func directiveArg(list ast.DirectiveList, directive, arg string) string {
	d := list.ForName(directive)
	if d == nil {
		return ""
	}
	if a := d.Arguments.ForName(arg); a != nil && a.Value != nil {
		return a.Value.Raw
	}
	return ""
}

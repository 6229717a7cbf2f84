package introspection

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

func text(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func yes(args map[string]any, name string) bool {
	b, _ := args[name].(bool)
	return b
}

// deprecation returns whether and why an element is deprecated.
func deprecation(list ast.DirectiveList) (bool, any) {
	d := list.ForName("deprecated")
	if d == nil {
		return false, nil
	}
	if a := d.Arguments.ForName("reason"); a != nil && a.Value != nil {
		return true, a.Value.Raw
	}
	return true, "No longer supported"
}

type schemaNode struct{ s *ast.Schema }

func (schemaNode) typename() string { return "__Schema" }

func (n schemaNode) value(field string, _ map[string]any) any {
	switch field {
	case "description":
		return text(n.s.Description)
	case "types":
		names := make([]string, 0, len(n.s.Types))
		for name := range n.s.Types {
			names = append(names, name)
		}
		slices.Sort(names)
		list := make([]node, len(names))
		for i, name := range names {
			list[i] = named(n.s, n.s.Types[name])
		}
		return list
	case "queryType":
		return root(n.s, n.s.Query)
	case "mutationType":
		return root(n.s, n.s.Mutation)
	case "subscriptionType":
		return root(n.s, n.s.Subscription)
	case "directives":
		names := make([]string, 0, len(n.s.Directives))
		for name := range n.s.Directives {
			names = append(names, name)
		}
		slices.Sort(names)
		list := make([]node, len(names))
		for i, name := range names {
			list[i] = directiveNode{n.s, n.s.Directives[name]}
		}
		return list
	}
	return nil
}

func root(s *ast.Schema, def *ast.Definition) any {
	if def == nil {
		return nil
	}
	return named(s, def)
}

// typeNode is a named type (ref nil or without wrappers) or a wrapper.
type typeNode struct {
	s   *ast.Schema
	def *ast.Definition // set for a named type
	ref *ast.Type       // set for a list or non-null
}

func named(s *ast.Schema, def *ast.Definition) node { return typeNode{s: s, def: def} }

func typeOf(s *ast.Schema, t *ast.Type) any {
	if t == nil {
		return nil
	}
	if t.NonNull || t.Elem != nil {
		return typeNode{s: s, ref: t}
	}
	def := s.Types[t.NamedType]
	if def == nil {
		return nil
	}
	return named(s, def)
}

func (typeNode) typename() string { return "__Type" }

func (n typeNode) value(field string, args map[string]any) any {
	if n.def == nil {
		return n.wrapper(field)
	}
	def := n.def
	switch field {
	case "kind":
		return string(def.Kind)
	case "name":
		return def.Name
	case "description":
		return text(def.Description)
	case "specifiedByURL":
		if d := def.Directives.ForName("specifiedBy"); d != nil {
			if a := d.Arguments.ForName("url"); a != nil {
				return a.Value.Raw
			}
		}
	case "isOneOf":
		if def.Kind == ast.InputObject {
			return def.Directives.ForName("oneOf") != nil
		}
	case "fields":
		if def.Kind == ast.Object || def.Kind == ast.Interface {
			return n.fields(yes(args, "includeDeprecated"))
		}
	case "inputFields":
		if def.Kind == ast.InputObject {
			list := []node{}
			for _, f := range def.Fields {
				if old, _ := deprecation(f.Directives); !old || yes(args, "includeDeprecated") {
					list = append(list, inputNode{n.s, f.Name, f.Description, f.Type, f.DefaultValue, f.Directives})
				}
			}
			return list
		}
	case "enumValues":
		if def.Kind == ast.Enum {
			list := []node{}
			for _, v := range def.EnumValues {
				if old, _ := deprecation(v.Directives); !old || yes(args, "includeDeprecated") {
					list = append(list, enumNode{v})
				}
			}
			return list
		}
	case "interfaces":
		if def.Kind == ast.Object || def.Kind == ast.Interface {
			list := []node{}
			for _, name := range def.Interfaces {
				if i := n.s.Types[name]; i != nil {
					list = append(list, named(n.s, i))
				}
			}
			return list
		}
	case "possibleTypes":
		return n.possible()
	}
	return nil
}

func (n typeNode) possible() any {
	if n.def.Kind != ast.Interface && n.def.Kind != ast.Union {
		return nil
	}
	defs := slices.Clone(n.s.GetPossibleTypes(n.def))
	slices.SortFunc(defs, func(a, b *ast.Definition) int { return strings.Compare(a.Name, b.Name) })
	list := []node{}
	for _, d := range defs {
		if d.Kind == ast.Object {
			list = append(list, named(n.s, d))
		}
	}
	return list
}

func (n typeNode) fields(deprecated bool) []node {
	list := []node{}
	for _, f := range n.def.Fields {
		if strings.HasPrefix(f.Name, "__") {
			continue
		}
		if old, _ := deprecation(f.Directives); !old || deprecated {
			list = append(list, fieldNode{n.s, f})
		}
	}
	return list
}

func (n typeNode) wrapper(field string) any {
	switch field {
	case "kind":
		if n.ref.NonNull {
			return "NON_NULL"
		}
		return "LIST"
	case "ofType":
		if n.ref.NonNull {
			inner := *n.ref
			inner.NonNull = false
			return typeOf(n.s, &inner)
		}
		return typeOf(n.s, n.ref.Elem)
	}
	return nil
}

type fieldNode struct {
	s *ast.Schema
	f *ast.FieldDefinition
}

func (fieldNode) typename() string { return "__Field" }

func (n fieldNode) value(field string, args map[string]any) any {
	old, why := deprecation(n.f.Directives)
	switch field {
	case "name":
		return n.f.Name
	case "description":
		return text(n.f.Description)
	case "args":
		return arguments(n.s, n.f.Arguments, yes(args, "includeDeprecated"))
	case "type":
		return typeOf(n.s, n.f.Type)
	case "isDeprecated":
		return old
	case "deprecationReason":
		return why
	}
	return nil
}

func arguments(s *ast.Schema, defs ast.ArgumentDefinitionList, deprecated bool) []node {
	list := []node{}
	for _, a := range defs {
		if old, _ := deprecation(a.Directives); !old || deprecated {
			list = append(list, inputNode{s, a.Name, a.Description, a.Type, a.DefaultValue, a.Directives})
		}
	}
	return list
}

type inputNode struct {
	s           *ast.Schema
	name        string
	description string
	typ         *ast.Type
	def         *ast.Value
	directives  ast.DirectiveList
}

func (inputNode) typename() string { return "__InputValue" }

func (n inputNode) value(field string, _ map[string]any) any {
	old, why := deprecation(n.directives)
	switch field {
	case "name":
		return n.name
	case "description":
		return text(n.description)
	case "type":
		return typeOf(n.s, n.typ)
	case "defaultValue":
		if n.def != nil {
			return n.def.String()
		}
	case "isDeprecated":
		return old
	case "deprecationReason":
		return why
	}
	return nil
}

type enumNode struct{ v *ast.EnumValueDefinition }

func (enumNode) typename() string { return "__EnumValue" }

func (n enumNode) value(field string, _ map[string]any) any {
	old, why := deprecation(n.v.Directives)
	switch field {
	case "name":
		return n.v.Name
	case "description":
		return text(n.v.Description)
	case "isDeprecated":
		return old
	case "deprecationReason":
		return why
	}
	return nil
}

type directiveNode struct {
	s *ast.Schema
	d *ast.DirectiveDefinition
}

func (directiveNode) typename() string { return "__Directive" }

func (n directiveNode) value(field string, args map[string]any) any {
	switch field {
	case "name":
		return n.d.Name
	case "description":
		return text(n.d.Description)
	case "isRepeatable":
		return n.d.IsRepeatable
	case "locations":
		list := make([]string, len(n.d.Locations))
		for i, l := range n.d.Locations {
			list[i] = string(l)
		}
		return list
	case "args":
		return arguments(n.s, n.d.Arguments, yes(args, "includeDeprecated"))
	}
	return nil
}

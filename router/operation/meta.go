package operation

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// Meta is a selected introspection field with its arguments' values. All introspection types are object types, so there
// is nothing conditional in it.
type Meta struct {
	Key, Name string
	Args      map[string]json.RawMessage
	Sub       []*Meta
}

func (n *normaliser) meta(key string, group []*ast.Field) *Meta {
	m := &Meta{Key: key, Name: group[0].Name}
	for _, a := range group[0].Arguments {
		raw := n.vars[a.Value.Raw]
		if a.Value.Kind != ast.Variable {
			var err error
			if raw, err = LiteralJSON(a.Value); err != nil {
				n.fail(newError(CodeValidation, a.Position, "%v", err))
				return m
			}
		}
		if raw != nil {
			if m.Args == nil {
				m.Args = map[string]json.RawMessage{}
			}
			m.Args[a.Name] = raw
		}
	}
	var order []string
	groups := map[string][]*ast.Field{}
	for _, f := range group {
		visited := map[string]bool{}
		var walk func(set ast.SelectionSet)
		walk = func(set ast.SelectionSet) {
			for _, s := range set {
				if n.err != nil {
					return
				}
				switch s := s.(type) {
				case *ast.Field:
					if n.included(s.Directives) && n.spend(s.Position) {
						if groups[s.Alias] == nil {
							order = append(order, s.Alias)
						}
						groups[s.Alias] = append(groups[s.Alias], s)
					}
				case *ast.InlineFragment:
					if n.included(s.Directives) {
						walk(s.SelectionSet)
					}
				case *ast.FragmentSpread:
					if def := n.op.doc.Fragments.ForName(s.Name); def != nil && n.included(s.Directives) && !visited[s.Name] {
						visited[s.Name] = true
						walk(def.SelectionSet)
					}
				}
			}
		}
		walk(f.SelectionSet)
	}
	for _, k := range order {
		m.Sub = append(m.Sub, n.meta(k, groups[k]))
	}
	return m
}

func (m *Meta) print(b *strings.Builder, indent int) {
	fmt.Fprintf(b, "%s%s: %s", strings.Repeat("  ", indent), m.Key, m.Name)
	for _, name := range []string{"name", "includeDeprecated"} {
		if v, ok := m.Args[name]; ok {
			fmt.Fprintf(b, " %s=%s", name, v)
		}
	}
	b.WriteByte('\n')
	for _, s := range m.Sub {
		s.print(b, indent+1)
	}
}

package operation

import (
	"github.com/vektah/gqlparser/v2/ast"

	"marquee/router/supergraph"
)

// Labels are the override labels that the operation's plan can depend on, whatever its variables: others make no
// difference to it.
func (o *Operation) Labels() supergraph.Labels { return o.labels }

// collectLabels looks at every type the operation selects on, and every object type an object there may have.
func (o *Operation) collectLabels() {
	if len(o.sg.Labels) == 0 {
		return
	}
	types, fragments := map[*supergraph.Type]bool{}, map[string]bool{}
	see := func(t *supergraph.Type) {
		if t == nil || types[t] {
			return
		}
		types[t] = true
		o.labels |= t.Labels
		for _, p := range t.Possible {
			o.labels |= p.Labels
		}
	}
	var walk func(set ast.SelectionSet)
	walk = func(set ast.SelectionSet) {
		for _, s := range set {
			switch s := s.(type) {
			case *ast.Field:
				if s.Definition != nil {
					see(o.sg.Type(s.Definition.Type.Name()))
				}
				walk(s.SelectionSet)
			case *ast.InlineFragment:
				see(o.sg.Type(s.TypeCondition))
				walk(s.SelectionSet)
			case *ast.FragmentSpread:
				if f := o.doc.Fragments.ForName(s.Name); f != nil && !fragments[s.Name] {
					fragments[s.Name] = true
					see(o.sg.Type(f.TypeCondition))
					walk(f.SelectionSet)
				}
			}
		}
	}
	see(o.sg.Roots[o.Kind])
	walk(o.def.SelectionSet)
}

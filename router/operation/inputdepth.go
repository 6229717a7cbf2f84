package operation

import (
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// checkInputDepth refuses literals that are nested deeper than variables' values may be. It comes before validation,
// which looks at what is below a value once for every value around it.
func checkInputDepth(doc *ast.QueryDocument) *gqlerror.Error {
	var found *ast.Value
	check := func(v *ast.Value) {
		if found == nil && v != nil && deeper(v, maxInputDepth) {
			found = v
		}
	}
	directives := func(list ast.DirectiveList) {
		for _, d := range list {
			for _, a := range d.Arguments {
				check(a.Value)
			}
		}
	}
	var set func(ast.SelectionSet)
	set = func(s ast.SelectionSet) {
		for _, s := range s {
			switch s := s.(type) {
			case *ast.Field:
				for _, a := range s.Arguments {
					check(a.Value)
				}
				directives(s.Directives)
				set(s.SelectionSet)
			case *ast.InlineFragment:
				directives(s.Directives)
				set(s.SelectionSet)
			case *ast.FragmentSpread:
				directives(s.Directives)
			}
		}
	}
	for _, op := range doc.Operations {
		for _, v := range op.VariableDefinitions {
			check(v.DefaultValue)
			directives(v.Directives)
		}
		directives(op.Directives)
		set(op.SelectionSet)
	}
	for _, f := range doc.Fragments {
		directives(f.Directives)
		set(f.SelectionSet)
	}
	if found == nil {
		return nil
	}
	e := newError(CodeLimit, found.Position, "a value is nested deeper than %d levels", maxInputDepth)
	e.Extensions["limit"] = "inputDepth"
	return e
}

// deeper says whether a value has more than so many levels of lists and objects.
func deeper(v *ast.Value, levels int) bool {
	if v.Kind != ast.ListValue && v.Kind != ast.ObjectValue {
		return false
	}
	if levels == 0 {
		return true
	}
	for _, c := range v.Children {
		if deeper(c.Value, levels-1) {
			return true
		}
	}
	return false
}

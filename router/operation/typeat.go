package operation

import (
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"
)

// TypeAt returns the name of the type of a place in a variable's value: path
// begins with the variable's name, then come names of input fields and indexes of
// lists. "" if there can be nothing.
func (o *Operation) TypeAt(path []string) string {
	if len(path) == 0 {
		return ""
	}
	def := o.def.VariableDefinitions.ForName(path[0])
	if def == nil {
		return ""
	}
	t := def.Type
	for _, step := range path[1:] {
		if t.Elem != nil {
			if _, err := strconv.ParseUint(step, 10, 31); err != nil {
				return ""
			}
			t = t.Elem
			continue
		}
		in := o.sg.Schema.Types[t.NamedType]
		if in == nil || in.Kind != ast.InputObject {
			return ""
		}
		f := in.Fields.ForName(step)
		if f == nil {
			return ""
		}
		t = f.Type
	}
	return t.NamedType
}

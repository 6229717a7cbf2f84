package operation

import (
	"github.com/vektah/gqlparser/v2/ast"

	"marquee/router/supergraph"
)

// Access decides what a caller may see.
type Access interface {
	Field(f *supergraph.Field) bool
	Object(t *supergraph.Type) bool
}

// uneven reports whether the caller may not see the same of all possible types of an abstract type.
func (n *normaliser) uneven(t *supergraph.Type, common []*ast.Field) bool {
	if n.access == nil || !t.Abstract() {
		return false
	}
	for _, p := range t.Possible {
		if p.Inaccessible {
			continue
		}
		if !n.access.Object(p) {
			return true
		}
		for _, f := range common {
			above, own := t.Field(f.Name), p.Field(f.Name)
			if above != nil && own != nil && n.access.Field(above) != n.access.Field(own) {
				return true
			}
		}
	}
	return false
}

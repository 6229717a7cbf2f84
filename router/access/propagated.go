package access

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"marquee/router/supergraph"
)

// typeAuth is what a type itself demands: for an interface, without what follows
// from its object types.
func typeAuth(t *supergraph.Type) supergraph.Auth {
	if t.Kind != ast.Interface {
		return t.Auth
	}
	below := make([]supergraph.Auth, 0, len(t.Possible))
	for _, p := range t.Possible {
		below = append(below, p.Auth)
	}
	return without(t.Auth, below)
}

// fieldAuth is the same for a field.
func fieldAuth(f *supergraph.Field) supergraph.Auth {
	if f.Parent.Kind != ast.Interface {
		return f.Auth
	}
	var below []supergraph.Auth
	for _, p := range f.Parent.Possible {
		if own := p.Field(f.Name); own != nil {
			below = append(below, own.Auth)
		}
	}
	return without(f.Auth, below)
}

// without drops from a what holds whenever all of below hold.
func without(a supergraph.Auth, below []supergraph.Auth) supergraph.Auth {
	var scopes, policies [][][]string
	for _, b := range below {
		if b.Authenticated {
			a.Authenticated = false
		}
		if b.Scopes != nil {
			scopes = append(scopes, b.Scopes)
		}
		if b.Policies != nil {
			policies = append(policies, b.Policies)
		}
	}
	if implied(a.Scopes, scopes) {
		a.Scopes = nil
	}
	if implied(a.Policies, policies) {
		a.Policies = nil
	}
	return a
}

// maxCombinations bounds the work of implied; beyond it nothing is implied.
const maxCombinations = 4096

// implied says whether every way to fulfil all of below fulfils an alternative too.
func implied(alternatives [][]string, below [][][]string) bool {
	if len(below) == 0 {
		return false
	}
	ways := [][]string{nil}
	for _, list := range below {
		var next [][]string
		for _, w := range ways {
			for _, set := range list {
				if len(next) == maxCombinations {
					return false
				}
				next = append(next, union(w, set))
			}
		}
		ways = next
	}
	for _, w := range ways {
		if !slices.ContainsFunc(alternatives, func(all []string) bool {
			return !slices.ContainsFunc(all, func(s string) bool { return !slices.Contains(w, s) })
		}) {
			return false
		}
	}
	return true
}

func union(a, b []string) []string {
	out := slices.Clone(a)
	for _, s := range b {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

package oracle_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/rules"
	"pgregory.net/rapid"

	"marquee/router/access"
	"marquee/router/oracle"
	"marquee/router/planner"
	"marquee/router/supergraph"
)

// protect marks fields of objects and of interface objects at random, but no
// keys, as open to authenticated callers only. Composers copy the rule of an interface object's
// field to the objects that have the field by it; some do not.
func protect(t *rapid.T, sg *supergraph.Supergraph) {
	share := rapid.IntRange(2, 12).Draw(t, "one of")
	copied := rapid.Bool().Draw(t, "copied")
	keys := keyFields(sg)
	mark := func() bool { return rapid.IntRange(1, share).Draw(t, "mark") == 1 }
	for _, typ := range sg.Types {
		for _, f := range typ.Fields {
			switch {
			case typ == sg.Roots[0] || typ == sg.Roots[1] || typ == sg.Roots[2] || keys[f.Name]:
			case typ.Kind == ast.Object && len(f.Joins) > 0:
				f.Auth.Authenticated = mark()
			case typ.Kind == ast.Interface && byInterfaceObject(typ, f):
				if f.Auth.Authenticated = mark(); f.Auth.Authenticated && copied {
					for _, p := range typ.Possible {
						p.Field(f.Name).Auth.Authenticated = true
					}
				}
			}
		}
	}
}

// keyFields are the names of all fields of keys: those are asked for wherever an
// entity is entered, and only sent on.
func keyFields(sg *supergraph.Supergraph) map[string]bool {
	names := map[string]bool{}
	for _, t := range sg.Types {
		for _, j := range t.Joins {
			for _, k := range j.Keys {
				for _, name := range strings.FieldsFunc(k.Text, func(r rune) bool { return strings.ContainsRune(" {}", r) }) {
					names[name] = true
				}
			}
		}
	}
	return names
}

func byInterfaceObject(typ *supergraph.Type, f *supergraph.Field) bool {
	for i := range f.Joins {
		if typ.InterfaceObjectIn(f.Joins[i].Graph) {
			return true
		}
	}
	return false
}

// isProtected says whether a field of a type of a subgraph has a mark, on any
// object it may be asked of there.
func isProtected(sg *supergraph.Supergraph, g supergraph.GraphID, typename, field string) bool {
	t := sg.Type(typename)
	if t == nil || t.Field(field) == nil {
		return false
	}
	if t.Field(field).Auth.Authenticated {
		return true
	}
	for _, p := range t.PossibleIn(g) {
		if f := p.Field(field); f != nil && f.Auth.Authenticated {
			return true
		}
	}
	return false
}

// leaks returns the first protected field a request asks for.
func leaks(sg *supergraph.Supergraph, fed *oracle.Federation, request string) string {
	name, body, _ := strings.Cut(request, ": ")
	var sent struct{ Query string }
	if err := json.Unmarshal([]byte(body), &sent); err != nil {
		return err.Error()
	}
	doc, errs := gqlparser.LoadQueryWithRules(fed.Subgraphs[name].Schema(), sent.Query, rules.NewDefaultRules())
	if len(errs) > 0 {
		return errs.Error()
	}
	g, _ := sg.GraphByName(name)
	var walk func(set ast.SelectionSet) string
	walk = func(set ast.SelectionSet) string {
		for _, s := range set {
			found := ""
			switch s := s.(type) {
			case *ast.Field:
				if found = walk(s.SelectionSet); isProtected(sg, g, s.ObjectDefinition.Name, s.Name) {
					found = s.ObjectDefinition.Name + "." + s.Name
				}
			case *ast.InlineFragment:
				found = walk(s.SelectionSet)
			}
			if found != "" {
				return found
			}
		}
		return ""
	}
	return walk(doc.Operations[0].SelectionSet)
}

// TestNothingProtectedIsAskedFor: wherever the marks are, no subgraph is asked
// for a marked field for an anonymous caller: not by an interface or an interface
// object, a fragment or an alias, nor for a requirement or a context. What is not
// marked, and needs nothing that is, is answered.
func TestNothingProtectedIsAskedFor(t *testing.T) {
	t.Parallel()
	for _, f := range oracle.Fixtures() {
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				sg, err := supergraph.Parse(f.Supergraph(), supergraph.Options{})
				if err != nil {
					t.Fatal(err)
				}
				protect(t, sg)
				grant := access.New(sg).Grant(access.Caller{})
				seed := rapid.Uint64Range(0, 1<<20).Draw(t, "seed")
				mono := oracle.NewMonolith(f.API(), f.Fill(seed, 0.1, 0))
				mono.Deny(func(typename, field string) bool {
					typ := sg.Type(typename)
					return field == "" && !grant.Object(typ) || field != "" && typ.Field(field) != nil && !grant.Field(typ.Field(field))
				})
				gen := &oracle.Generator{Schema: mono.Schema(), Values: f.Values, Depth: rapid.IntRange(1, 4).Draw(t, "depth")}
				query, vars := gen.Draw(t, ast.Query)
				fed := oracle.NewFederation(f.Fill(seed, 0.1, 0), f.Subgraphs())
				r := &router{sg: sg, planner: planner.New(sg, planner.Options{MaxWall: 10 * time.Second}), access: grant}
				res, p, err := r.execute(fed, query, vars)
				if err != nil {
					t.Fatalf("%s\n%v", query, err)
				}
				for _, request := range fed.Requests() {
					if found := leaks(sg, fed, request); found != "" {
						t.Fatalf("%s\nasks for %s\n%s\n%s", query, found, request, p)
					}
				}
				want := mono.Execute(query, "", vars)
				if text := data(t, want); string(res.Data) != text || (len(want.Errors) > 0) != (len(res.Errors) > 0) {
					t.Fatalf("%s\n got %s\nwant %s\n%s", query, res.AppendJSON(nil), text, p)
				}
			})
		})
	}
}

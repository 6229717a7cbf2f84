package oracle_test

import (
	"hash/fnv"
	"strconv"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"pgregory.net/rapid"

	"marquee/router/oracle"
	"marquee/router/supergraph"
)

// denial denies some fields of object types, and some object types (the field
// ""), by a seed.
type denial struct {
	seed          uint64
	fields, types uint64 // one of how many; 0 is none
}

func (d denial) denies(typename, field string) bool {
	h := fnv.New64a()
	_, _ = h.Write([]byte(strconv.FormatUint(d.seed, 10) + " " + typename + " " + field))
	share := d.fields
	if field == "" {
		share = d.types
	}
	return share > 0 && typename != "Query" && h.Sum64()%share == 0
}

// Object implements operation.Access.
func (d denial) Object(t *supergraph.Type) bool { return !d.denies(t.Name, "") }

// Field implements operation.Access.
func (d denial) Field(f *supergraph.Field) bool {
	if f.Parent.Kind == ast.Object && d.denies(f.Parent.Name, f.Name) {
		return false
	}
	for _, p := range f.Named.Possible {
		if d.Object(p) {
			return true
		}
	}
	return !f.Named.Composite()
}

// TestDeniedFieldsEqualFailingOnes: what a caller may not see is null as if the
// monolith failed there, and no denied field of an object type is in a request.
func TestDeniedFieldsEqualFailingOnes(t *testing.T) {
	t.Parallel()
	for _, f := range oracle.Fixtures() {
		all := newRouter(t, f.Supergraph())
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				d := denial{
					rapid.Uint64Range(0, 1<<20).Draw(t, "denied"), rapid.SampledFrom([]uint64{0, 3, 8}).Draw(t, "fields"),
					rapid.SampledFrom([]uint64{0, 3, 6}).Draw(t, "types"),
				}
				seed := rapid.Uint64Range(0, 1<<20).Draw(t, "seed")
				mono := oracle.NewMonolith(f.API(), f.Fill(seed, 0.1, 0))
				mono.Deny(d.denies)
				fed := oracle.NewFederation(f.Fill(seed, 0.1, 0), f.Subgraphs())
				gen := &oracle.Generator{Schema: mono.Schema(), Values: f.Values, Depth: rapid.IntRange(1, 4).Draw(t, "depth")}
				query, vars := gen.Draw(t, ast.Query)
				r := *all
				r.access = d
				res, p, err := r.execute(fed, query, vars)
				if err != nil {
					t.Fatalf("%s\n%v", query, err)
				}
				want := mono.Execute(query, "", vars)
				if text := data(t, want); string(res.Data) != text || (len(want.Errors) > 0) != (len(res.Errors) > 0) {
					t.Fatalf("%s\n got %s\nwant %s (%d errors)\n%s\n%s", query, res.AppendJSON(nil), text, len(want.Errors), p, strings.Join(fed.Requests(), "\n"))
				}
			})
		})
	}
}

package planner

import (
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"marquee/router/operation"
	"marquee/router/plan"
	"marquee/router/supergraph"
)

// TestEager: what is equally deep is one request, unless the planner is eager; then no request waits for one that
// none, or only some, of its sources need.
func TestEager(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		file             string
		merged, separate int // requests
	}{{"batch", 3, 4}, {"nested-reviews", 7, 11}} {
		archive, err := txtar.ParseFile(filepath.Join("testdata", c.file+".txtar"))
		if err != nil {
			t.Fatal(err)
		}
		files := map[string]string{}
		var query string
		for _, f := range archive.Files {
			files[f.Name] = string(f.Data)
			if strings.HasSuffix(f.Name, ".query") {
				query = string(f.Data)
			}
		}
		sg, err := supergraph.Parse(fullSchema(files["graphs"], files["schema.graphql"]), supergraph.Options{})
		if err != nil {
			t.Fatal(err)
		}
		op, err := normalise(sg, query, Request{Limits: operation.DefaultLimits()})
		if err != nil {
			t.Fatal(err)
		}
		for eager, want := range map[bool]int{false: c.merged, true: c.separate} {
			p, err := New(sg, Options{Eager: eager}).Plan(op)
			if err != nil {
				t.Fatal(err)
			}
			checkPlan(t, sg, p, op.Labels)
			if len(p.Fetches) != want {
				t.Errorf("%s, eager %t: %d requests, want %d", c.file, eager, len(p.Fetches), want)
			}
			if eager {
				checkEager(t, p)
			}
		}
	}
}

// checkEager checks that every fetch comes after what each of its sources needs, and after nothing else.
func checkEager(t *testing.T, p *plan.Plan) {
	t.Helper()
	before := make([]map[int]bool, len(p.Fetches))
	for i := range p.Fetches {
		before[i] = map[int]bool{}
		for _, d := range p.Fetches[i].Deps {
			before[i][d] = true
			for b := range before[d] {
				before[i][b] = true
			}
		}
	}
	for i := range p.Fetches {
		for _, e := range p.Fetches[i].Entries {
			for _, s := range e.Sources {
				needed := map[int]bool{}
				for _, r := range s.Representations {
					for _, f := range r.Fields {
						for d := range before[i] {
							if writes(p, d, slotAt{int(s.Site), f.Slot}) {
								needed[d] = true
								for b := range before[d] {
									needed[b] = true
								}
							}
						}
					}
				}
				if len(needed) != len(before[i]) {
					t.Errorf("fetch %d waits for %v; site %d needs %v only", i, before[i], s.Site, needed)
				}
			}
		}
	}
}

func writes(p *plan.Plan, fetch int, at slotAt) bool {
	f := &p.Fetches[fetch]
	found := false
	var visit func(s *plan.Shape)
	visit = func(s *plan.Shape) {
		if s == nil {
			return
		}
		for i := range s.Fields {
			found = found || (slotAt{int(s.Site), s.Fields[i].Slot} == at)
			visit(s.Fields[i].Child)
		}
	}
	visit(f.Root)
	for _, e := range f.Entries {
		for _, s := range e.Sources {
			visit(s.Output)
		}
	}
	return found
}

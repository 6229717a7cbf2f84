package planner

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"marquee/router/plan"
	"marquee/router/supergraph"
)

// testingT is what *testing.T and *rapid.T have in common here.
type testingT interface {
	Helper()
	Errorf(format string, args ...any)
	Fatal(args ...any)
}

// checkPlan checks what must hold of every plan.
func checkPlan(t testingT, sg *supergraph.Supergraph, p *plan.Plan, active supergraph.Labels) {
	t.Helper()
	c := &planCheck{t: t, p: p, active: active, written: map[slotAt]map[int]bool{}, before: make([]map[int]bool, len(p.Fetches))}
	for i := range p.Fetches {
		c.fetch(sg, i)
	}
	c.selection(p.Projection, 0)
	for i, s := range p.Sites {
		if i == 0 != (s.Parent == plan.NoSite) || int(s.Parent) >= i {
			t.Errorf("site %d has parent %d", i, s.Parent)
		}
	}
}

type planCheck struct {
	t       testingT
	p       *plan.Plan
	active  supergraph.Labels
	written map[slotAt]map[int]bool // which fetches write a slot
	before  []map[int]bool          // all fetches before one
}

func (c *planCheck) fetch(sg *supergraph.Supergraph, i int) {
	f := &c.p.Fetches[i]
	if f.ID != i {
		c.t.Errorf("fetch %d has id %d", i, f.ID)
	}
	c.before[i] = map[int]bool{}
	for _, d := range f.Deps {
		if d >= i {
			c.t.Errorf("fetch %d depends on %d", i, d)
			continue
		}
		c.before[i][d] = true
		for b := range c.before[d] {
			c.before[i][b] = true
		}
	}
	c.validate(sg, f)
	if f.Root != nil {
		c.shape(f.Root, i)
	}
	for _, e := range f.Entries {
		for _, s := range e.Sources {
			if !c.p.Sites[s.Site].Tracked || s.Output.Site != s.Site {
				c.t.Errorf("fetch %d: source site %d is not tracked, or its output is for site %d", i, s.Site, s.Output.Site)
			}
			for _, r := range s.Representations {
				c.inputs(r.Fields, s.Site, i)
			}
		}
	}
	for _, e := range f.Entries {
		for _, s := range e.Sources {
			c.shape(s.Output, i)
		}
	}
}

// validate checks the operation against the schema its subgraph must have.
func (c *planCheck) validate(sg *supergraph.Supergraph, f *plan.Fetch) {
	g, ok := sg.GraphByName(f.Subgraph)
	if !ok {
		c.t.Errorf("fetch %d goes to the unknown subgraph %s", f.ID, f.Subgraph)
		return
	}
	schema, err := sg.GraphSchema(g)
	if err != nil {
		c.t.Fatal(err)
	}
	doc, err := parser.ParseQuery(&ast.Source{Input: f.Operation})
	if err != nil {
		c.t.Errorf("fetch %d does not parse: %v\n%s", f.ID, err, f.Operation)
		return
	}
	if errs := validator.ValidateWithRules(schema, doc, rules.NewDefaultRules()); len(errs) > 0 {
		c.t.Errorf("fetch %d is not valid in %s: %v\n%s", f.ID, f.Subgraph, errs, f.Operation)
		return
	}
	for _, op := range doc.Operations {
		c.owned(sg, g, f, op.SelectionSet)
	}
}

// owned: a subgraph is asked only for fields it owns: neither external, unless it provides them somewhere, nor
// overridden by another.
func (c *planCheck) owned(sg *supergraph.Supergraph, g supergraph.GraphID, f *plan.Fetch, set ast.SelectionSet) {
	for _, s := range set {
		switch s := s.(type) {
		case *ast.InlineFragment:
			c.owned(sg, g, f, s.SelectionSet)
		case *ast.Field:
			c.owned(sg, g, f, s.SelectionSet)
			if strings.HasPrefix(s.Name, "_") {
				continue
			}
			def := sg.Type(s.ObjectDefinition.Name).Field(s.Name)
			j := def.In(g)
			if def.Local(g, c.active) == nil && (j == nil || !j.External || !provides(sg, g, s.Name)) {
				c.t.Errorf("fetch %d asks %s for %s.%s, which it does not own\n%s", f.ID, f.Subgraph, def.Parent.Name, s.Name, f.Operation)
			}
		}
	}
}

// provides reports whether some field of the graph provides a field of that name.
func provides(sg *supergraph.Supergraph, g supergraph.GraphID, name string) bool {
	for _, t := range sg.Types {
		for _, f := range t.Fields {
			if j := f.In(g); j != nil && slices.Contains(strings.Fields(j.ProvidesText), name) {
				return true
			}
		}
	}
	return false
}

// inputs must have been written by a fetch before.
func (c *planCheck) inputs(fields []plan.RepField, site plan.SiteID, fetch int) {
	for _, f := range fields {
		if f.Typename {
			continue
		}
		found := false
		for w := range c.written[slotAt{int(site), f.Slot}] {
			found = found || c.before[fetch][w]
		}
		if !found {
			c.t.Errorf("fetch %d reads %s (site %d slot %d), which nothing before it writes", fetch, f.Key, site, f.Slot)
		}
		if f.Child != nil {
			c.inputs(f.Child, c.child(site, f.Slot), fetch)
		}
	}
}

func (c *planCheck) child(site plan.SiteID, slot int) plan.SiteID {
	for i, s := range c.p.Sites {
		if s.Parent == site && s.ParentSlot == slot {
			return plan.SiteID(i)
		}
	}
	c.t.Errorf("site %d slot %d has no child site", site, slot)
	return 0
}

func (c *planCheck) shape(s *plan.Shape, fetch int) {
	keys := map[string]bool{}
	for _, f := range s.Fields {
		if keys[f.Key] {
			c.t.Errorf("fetch %d: key %s twice on one level", fetch, f.Key)
		}
		keys[f.Key] = true
		if f.Typename {
			continue
		}
		if f.Slot < 0 || f.Slot >= c.p.Sites[s.Site].Slots {
			c.t.Errorf("fetch %d: %s goes to slot %d of site %d, which has %d", fetch, f.Key, f.Slot, s.Site, c.p.Sites[s.Site].Slots)
		}
		at := slotAt{int(s.Site), f.Slot}
		if c.written[at] == nil {
			c.written[at] = map[int]bool{}
		}
		c.written[at][fetch] = true
		if f.Child != nil {
			if child := c.p.Sites[f.Child.Site]; child.Parent != s.Site || child.ParentSlot != f.Slot {
				c.t.Errorf("fetch %d: %s lands in site %d, which does not hang there", fetch, f.Key, f.Child.Site)
			}
			c.shape(f.Child, fetch)
		}
	}
}

// selection: every projected slot is written by some fetch.
func (c *planCheck) selection(s *plan.Selection, site plan.SiteID) {
	for _, v := range s.Variants {
		for _, f := range v.Fields {
			if f.Typename || f.Raw != nil || f.Dropped || f.Denied {
				continue
			}
			if len(c.written[slotAt{int(site), f.Slot}]) == 0 {
				c.t.Errorf("projection reads %s (site %d slot %d), which no fetch writes", f.Key, site, f.Slot)
			}
			if f.Child != nil {
				c.selection(f.Child, c.child(site, f.Slot))
			}
		}
	}
}

package operation

import (
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// Limits bound a document. Zero means "no limit" for each of them. Counts are taken after fragments are expanded, as the
// document would be executed, whatever @skip and @include say.
type Limits struct {
	// Tokens of the document.
	Tokens int
	// Depth of nested fields below the operation; introspection fields have their own fixed limits.
	Depth int
	// Aliases counts aliased fields, `__typename` too.
	Aliases int
	// RootFields counts the fields selected on the root type.
	RootFields int
	// Directives counts uses of directives.
	Directives int
	// Fields counts all selected fields.
	Fields int
}

// DefaultLimits are on unless the configuration says otherwise.
func DefaultLimits() Limits {
	return Limits{Tokens: 2000, Depth: 12, Aliases: 30, RootFields: 10, Directives: 50, Fields: 5000}
}

func limitError(name string, limit int, at *ast.Position) *gqlerror.Error {
	e := newError(CodeLimit, at, "the operation exceeds the limit of %d %s", limit, name)
	e.Extensions["limit"] = name
	return e
}

// counts of a selection set. They saturate, so that fragments that multiply cannot overflow them.
type counts struct {
	depth, aliases, fields, top, directives int
}

const saturated = 1 << 30

func (c *counts) add(o counts, nested bool) {
	c.aliases = min(saturated, c.aliases+o.aliases)
	c.fields = min(saturated, c.fields+o.fields)
	c.directives = min(saturated, c.directives+o.directives)
	if nested {
		c.depth = max(c.depth, o.depth+1)
	} else {
		c.depth = max(c.depth, o.depth)
		c.top = min(saturated, c.top+o.top)
	}
}

func (o *Operation) checkLimits() *gqlerror.Error {
	c := counter{doc: o.doc, fragments: map[string]counts{}, pinned: map[string]bool{}}
	n := c.set(o.def.SelectionSet, false)
	n.directives = min(saturated, n.directives+len(o.def.Directives))
	for _, v := range o.def.VariableDefinitions {
		n.directives = min(saturated, n.directives+len(v.Directives))
	}
	for _, l := range []struct {
		name       string
		got, limit int
	}{
		{"depth", n.depth, o.limits.Depth},
		{"aliases", n.aliases, o.limits.Aliases},
		{"rootFields", n.top, o.limits.RootFields},
		{"directives", n.directives, o.limits.Directives},
		{"fields", n.fields, o.limits.Fields},
	} {
		if l.limit > 0 && l.got > l.limit {
			return limitError(l.name, l.limit, o.def.Position)
		}
	}
	for _, v := range o.def.VariableDefinitions {
		if c.pinned[v.Variable] {
			o.pinned = append(o.pinned, v.Variable)
		}
	}
	return nil
}

// counter adds up selection sets; each fragment is counted once.
type counter struct {
	doc       *ast.QueryDocument
	fragments map[string]counts
	pinned    map[string]bool
}

func (c *counter) set(set ast.SelectionSet, introspection bool) counts {
	var n counts
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			c.field(s, &n, introspection)
		case *ast.InlineFragment:
			c.directives(s.Directives, &n)
			n.add(c.set(s.SelectionSet, introspection), false)
		case *ast.FragmentSpread:
			c.directives(s.Directives, &n)
			n.add(c.fragment(s.Name, introspection), false)
		}
	}
	return n
}

func (c *counter) field(f *ast.Field, n *counts, introspection bool) {
	c.directives(f.Directives, n)
	introspection = introspection || f.Name == "__schema" || f.Name == "__type"
	if introspection {
		for _, a := range f.Arguments {
			c.pin(a.Value)
		}
	}
	own := counts{fields: 1, top: 1, depth: 1}
	if f.Alias != "" && f.Alias != f.Name {
		own.aliases = 1
	}
	sub := c.set(f.SelectionSet, introspection)
	if introspection {
		sub.depth = 0
	}
	own.add(sub, len(f.SelectionSet) > 0 && !introspection)
	if introspection {
		own.top = 1
	}
	n.add(own, false)
}

// fragment relies on validation having refused cycles.
func (c *counter) fragment(name string, introspection bool) counts {
	key := name
	if introspection {
		key = "introspection " + name
	}
	if n, ok := c.fragments[key]; ok {
		return n
	}
	var n counts
	if f := c.doc.Fragments.ForName(name); f != nil {
		c.directives(f.Directives, &n)
		n.add(c.set(f.SelectionSet, introspection), false)
	}
	c.fragments[key] = n
	return n
}

func (c *counter) directives(list ast.DirectiveList, n *counts) {
	n.directives = min(saturated, n.directives+len(list))
	for _, d := range list {
		if d.Name == "skip" || d.Name == "include" {
			for _, a := range d.Arguments {
				c.pin(a.Value)
			}
		}
	}
}

func (c *counter) pin(v *ast.Value) {
	if v.Kind == ast.Variable {
		c.pinned[v.Raw] = true
	}
	for _, child := range v.Children {
		c.pin(child.Value)
	}
}

package operation

import (
	"sort"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// overlapBudget is the most occurrences the overlapping-fields rule looks at for one document.
const overlapBudget = 100_000

// overlap is the rule "field selection merging". Instead of comparing pairs it groups the occurrences of a response key
// and compares each with the first of its group: having the same shape, and being the same field with the same
// arguments, are equivalences. Merged child selections are checked group by group, each set of occurrences once.
func overlap(schema *ast.Schema, doc *ast.QueryDocument) gqlerror.List {
	c := &overlapChecker{schema: schema, doc: doc, args: map[*ast.Field]string{}, ids: map[*ast.Field]int{}, done: map[string]bool{}, reported: map[string]bool{}}
	for _, op := range doc.Operations {
		c.check([]ast.SelectionSet{op.SelectionSet}, []*ast.Definition{c.root(op.Operation)}, false)
		c.check([]ast.SelectionSet{op.SelectionSet}, []*ast.Definition{c.root(op.Operation)}, true)
	}
	return c.errs
}

type overlapChecker struct {
	schema   *ast.Schema
	doc      *ast.QueryDocument
	args     map[*ast.Field]string
	ids      map[*ast.Field]int
	done     map[string]bool
	reported map[string]bool
	visited  int
	errs     gqlerror.List
}

type occurrence struct {
	field  *ast.Field
	parent *ast.Definition
}

func (c *overlapChecker) root(op ast.Operation) *ast.Definition {
	switch op {
	case ast.Mutation:
		return c.schema.Mutation
	case ast.Subscription:
		return c.schema.Subscription
	}
	return c.schema.Query
}

func (c *overlapChecker) stop() bool { return len(c.errs) >= MaxErrors || c.visited > overlapBudget }

// check merges the selection sets and checks them. Pass shapes == true compares response shapes over all parents; pass
// false compares names and arguments among the occurrences that can apply to one object.
func (c *overlapChecker) check(sets []ast.SelectionSet, parents []*ast.Definition, shapes bool) {
	keys, groups := c.collect(sets, parents)
	for _, key := range keys {
		if c.stop() {
			return
		}
		if group := groups[key]; shapes {
			c.sameShape(key, group)
		} else {
			c.sameField(key, group)
		}
	}
}

func (c *overlapChecker) collect(sets []ast.SelectionSet, parents []*ast.Definition) ([]string, map[string][]occurrence) {
	var keys []string
	groups := map[string][]occurrence{}
	seen := map[string]bool{}
	var walk func(set ast.SelectionSet, parent *ast.Definition)
	walk = func(set ast.SelectionSet, parent *ast.Definition) {
		for _, s := range set {
			if c.visited++; c.visited > overlapBudget {
				if len(c.errs) < MaxErrors && !c.reported["budget"] {
					c.reported["budget"] = true
					e := newError(CodeLimit, nil, "the document is too complex to validate")
					e.Extensions["limit"] = "validation"
					c.errs = append(c.errs, e)
				}
				return
			}
			switch s := s.(type) {
			case *ast.Field:
				if groups[s.Alias] == nil {
					keys = append(keys, s.Alias)
				}
				groups[s.Alias] = append(groups[s.Alias], occurrence{s, parent})
			case *ast.InlineFragment:
				on := parent
				if s.TypeCondition != "" {
					on = c.schema.Types[s.TypeCondition]
				}
				walk(s.SelectionSet, on)
			case *ast.FragmentSpread:
				f := c.doc.Fragments.ForName(s.Name)
				if f == nil || seen[s.Name] {
					continue
				}
				seen[s.Name] = true
				walk(f.SelectionSet, c.schema.Types[f.TypeCondition])
			}
		}
	}
	for i, set := range sets {
		walk(set, parents[i])
	}
	return keys, groups
}

func (c *overlapChecker) sameField(key string, group []occurrence) {
	var abstract []occurrence
	byObject := map[string][]occurrence{}
	var objects []string
	for _, o := range group {
		if o.parent == nil || o.parent.Kind != ast.Object {
			abstract = append(abstract, o)
			continue
		}
		if byObject[o.parent.Name] == nil {
			objects = append(objects, o.parent.Name)
		}
		byObject[o.parent.Name] = append(byObject[o.parent.Name], o)
	}
	sort.Strings(objects)
	if len(objects) == 0 {
		objects = []string{""}
	}
	for _, name := range objects {
		together := append(append([]occurrence{}, abstract...), byObject[name]...)
		first := together[0]
		for _, o := range together[1:] {
			if c.visited++; c.stop() {
				return
			}
			if o.field == first.field {
				continue
			}
			if o.field.Name != first.field.Name {
				c.conflict(key, first, o, "they select different fields")
				return
			}
			if c.argsOf(o.field) != c.argsOf(first.field) {
				c.conflict(key, first, o, "they have different arguments")
				return
			}
		}
		c.descend(together, false)
	}
}

func (c *overlapChecker) sameShape(key string, group []occurrence) {
	first := group[0]
	for _, o := range group[1:] {
		if c.visited++; c.stop() {
			return
		}
		if o.field != first.field && !c.shapesAgree(first.field, o.field) {
			c.conflict(key, first, o, "they return conflicting types")
			return
		}
	}
	c.descend(group, true)
}

func (c *overlapChecker) shapesAgree(a, b *ast.Field) bool {
	if a.Definition == nil || b.Definition == nil {
		return true
	}
	s, t := a.Definition.Type, b.Definition.Type
	for {
		if s.NonNull != t.NonNull || (s.Elem == nil) != (t.Elem == nil) {
			return false
		}
		if s.Elem == nil {
			break
		}
		s, t = s.Elem, t.Elem
	}
	x, y := c.schema.Types[s.NamedType], c.schema.Types[t.NamedType]
	if x == nil || y == nil || (x.IsCompositeType() && y.IsCompositeType()) {
		return true
	}
	return x == y
}

// descend checks the merged child selections of a group, unless this very set was checked before.
func (c *overlapChecker) descend(group []occurrence, shapes bool) {
	var sets []ast.SelectionSet
	var parents []*ast.Definition
	var key strings.Builder
	if shapes {
		key.WriteByte('s')
	}
	seen := map[*ast.Field]bool{}
	for _, o := range group {
		if len(o.field.SelectionSet) == 0 || o.field.Definition == nil || seen[o.field] {
			continue
		}
		seen[o.field] = true
		id, ok := c.ids[o.field]
		if !ok {
			id = len(c.ids)
			c.ids[o.field] = id
		}
		key.WriteString(strconv.Itoa(id))
		key.WriteByte(' ')
		sets = append(sets, o.field.SelectionSet)
		parents = append(parents, c.schema.Types[o.field.Definition.Type.Name()])
	}
	if len(sets) == 0 || c.done[key.String()] {
		return
	}
	c.done[key.String()] = true
	c.check(sets, parents, shapes)
}

func (c *overlapChecker) argsOf(f *ast.Field) string {
	if s, ok := c.args[f]; ok {
		return s
	}
	s := argumentsKey(f.Arguments)
	c.args[f] = s
	return s
}

// argumentsKey prints arguments sorted by name, input object fields sorted too.
func argumentsKey(args ast.ArgumentList) string {
	parts := make([]string, len(args))
	for i, a := range args {
		parts[i] = a.Name + ":" + valueKey(a.Value)
	}
	sort.Strings(parts)
	return strings.Join(parts, ",")
}

func valueKey(v *ast.Value) string {
	switch v.Kind {
	case ast.ListValue:
		parts := make([]string, len(v.Children))
		for i, c := range v.Children {
			parts[i] = valueKey(c.Value)
		}
		return "[" + strings.Join(parts, ",") + "]"
	case ast.ObjectValue:
		parts := make([]string, len(v.Children))
		for i, c := range v.Children {
			parts[i] = c.Name + ":" + valueKey(c.Value)
		}
		sort.Strings(parts)
		return "{" + strings.Join(parts, ",") + "}"
	}
	return v.String()
}

func (c *overlapChecker) conflict(key string, a, b occurrence, why string) {
	if c.reported[key+why] || len(c.errs) >= MaxErrors {
		return
	}
	c.reported[key+why] = true
	e := newError(CodeValidation, a.field.Position, "Fields %q conflict because %s. Use different aliases on the fields to fetch both if this was intentional.", key, why)
	if p := b.field.Position; p != nil {
		e.Locations = append(e.Locations, gqlerror.Location{Line: p.Line, Column: p.Column})
	}
	c.errs = append(c.errs, e)
}

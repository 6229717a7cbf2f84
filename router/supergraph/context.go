package supergraph

import (
	"slices"
	"sort"

	"github.com/vektah/gqlparser/v2/ast"
)

// readContextArguments reads contextArguments: [{context:, name:, type:, selection:}] of a field in one graph.
func (b *builder) readContextArguments(where string, j *JoinField, d *ast.Directive) error {
	list := d.Arguments.ForName("contextArguments")
	if list == nil || list.Value.Kind != ast.ListValue {
		return nil
	}
	for _, c := range list.Value.Children {
		text := func(name string) string {
			if v := c.Value.Children.ForName(name); v != nil {
				return v.Raw
			}
			return ""
		}
		a := ContextArgument{Name: text("name"), Context: text("context"), Text: text("selection")}
		if a.Name == "" || a.Context == "" || a.Text == "" || text("type") == "" {
			return invalid("%s: an argument from a context needs context, name, type and selection", where)
		}
		var err error
		if a.Type, err = parseType(text("type")); err != nil {
			return invalid("%s: argument %s: type %q: %v", where, a.Name, text("type"), err)
		}
		if a.Selection, err = parseFieldSet(a.Text); err != nil {
			return invalid("%s: argument %s: selection %q: %v", where, a.Name, a.Text, err)
		}
		j.ContextArguments = append(j.ContextArguments, a)
	}
	sort.Slice(j.ContextArguments, func(i, k int) bool { return j.ContextArguments[i].Name < j.ContextArguments[k].Name })
	b.sg.Contextual = b.sg.Contextual || len(j.ContextArguments) > 0
	return nil
}

// readContexts finds out which contexts a type carries. An object carries those of every interface and union it belongs
// to; an interface those of the interfaces it implements.
func (b *builder) readContexts() error {
	own := map[*Type][]string{}
	for _, t := range b.sg.Types {
		for _, d := range t.Def.Directives.ForNames(b.links.directiveName("context")) {
			if name := argString(d, "name"); name != "" {
				own[t] = append(own[t], name)
			}
		}
	}
	if len(own) == 0 {
		return nil
	}
	add := func(t *Type, names []string) {
		for _, n := range names {
			if !slices.Contains(t.Contexts, n) {
				t.Contexts = append(t.Contexts, n)
			}
		}
	}
	for _, t := range b.sg.Types {
		add(t, own[t])
		for _, i := range t.Interfaces {
			add(t, own[i])
		}
		if t.Abstract() {
			for _, p := range t.Possible {
				add(p, own[t])
			}
		}
	}
	for _, t := range b.sg.Types {
		slices.Sort(t.Contexts)
	}
	return nil
}

// checkContexts verifies that the selection of an argument fits every type that carries its context.
func (b *builder) checkContexts(f *Field, j *JoinField) error {
	for _, a := range j.ContextArguments {
		for _, t := range b.sg.Types {
			if !slices.Contains(t.Contexts, a.Context) || t.Kind == ast.Union {
				continue
			}
			if err := b.checkSet(t, a.Selection); err != nil {
				return invalid("%s.%s: argument %s from context %s: selection %q: %v", f.Parent.Name, f.Name, a.Name, a.Context, a.Text, err)
			}
		}
	}
	return nil
}

// Carries reports whether the type carries the context.
func (t *Type) Carries(context string) bool {
	_, found := slices.BinarySearch(t.Contexts, context)
	return found
}

// fromContext reports whether a graph takes the argument from a context.
func (f *Field) fromContext(name string) bool {
	if f == nil {
		return false
	}
	for i := range f.Joins {
		if slices.ContainsFunc(f.Joins[i].ContextArguments, func(a ContextArgument) bool { return a.Name == name }) {
			return true
		}
	}
	return false
}

// Demanding reports whether the graph needs more than the object to answer the field: other fields of it (@requires), or
// arguments from a context.
func (j *JoinField) Demanding() bool { return j.Requires != nil || len(j.ContextArguments) > 0 }

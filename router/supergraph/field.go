package supergraph

import (
	"sort"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
)

func (b *builder) readFields() error {
	for _, t := range b.sg.Types {
		if t.Kind != ast.Object && t.Kind != ast.Interface {
			continue
		}
		for _, def := range t.Def.Fields {
			f := &Field{
				Name: def.Name, Parent: t, Type: def.Type, Named: b.sg.byName[def.Type.Name()], Def: def,
				joins:        make([]*JoinField, len(b.sg.Graphs)),
				Inaccessible: b.links.has(def.Directives, "inaccessible"),
				Auth:         b.links.auth(def.Directives),
			}
			if f.Named == nil {
				return invalid("%s.%s has the unknown type %s", t.Name, f.Name, def.Type.Name())
			}
			if t.fields[f.Name] != nil {
				return invalid("%s.%s is defined twice", t.Name, f.Name)
			}
			if err := b.readJoinFields(t, f); err != nil {
				return err
			}
			t.Fields = append(t.Fields, f)
			t.fields[f.Name] = f
		}
		b.markRequired(t)
	}
	return nil
}

// markRequired makes what an interface object requires of itself external there: a composer leaves the directives of a
// field out, and with them external, if the field is in all graphs of its interface.
func (b *builder) markRequired(t *Type) {
	for _, f := range t.Fields {
		for i := range f.Joins {
			g := f.Joins[i].Graph
			if !t.InterfaceObjectIn(g) {
				continue
			}
			for _, s := range f.Joins[i].Requires {
				required, ok := s.(*ast.Field)
				if !ok {
					continue
				}
				if r := t.fields[required.Name]; r != nil && r.joins[g] != nil && len(b.directives(r.Def.Directives, "field")) == 0 && !t.keyIn(g, r.Name) {
					r.joins[g].External = true
				}
			}
		}
	}
}

// keyIn reports whether the field is part of a key of the type in g.
func (t *Type) keyIn(g GraphID, field string) bool {
	for _, k := range t.joins[g].Keys {
		for _, s := range k.Fields {
			if f, ok := s.(*ast.Field); ok && f.Name == field {
				return true
			}
		}
	}
	return false
}

func (b *builder) readJoinFields(t *Type, f *Field) error {
	uses := b.directives(f.Def.Directives, "field")
	where := t.Name + "." + f.Name
	byGraph := make([]*JoinField, len(b.sg.Graphs))
	for _, d := range uses {
		if d.Arguments.ForName("graph") == nil {
			continue // only through an interface object
		}
		g, err := b.graph(d, where)
		if err != nil {
			return err
		}
		if t.joins[g] == nil {
			return invalid("%s is joined to graph %s, its type is not", where, b.sg.Graphs[g].Enum)
		}
		j, err := b.readJoinField(where, f, g, d)
		if err != nil {
			return err
		}
		byGraph[g] = j
	}
	if len(uses) == 0 {
		b.joinEverywhere(t, f, byGraph)
	}
	if b.links.joinV1 {
		b.joinKeyFields(t, f, byGraph)
	}
	for _, j := range byGraph {
		if j != nil {
			f.Joins = append(f.Joins, *j)
		}
	}
	for i := range f.Joins {
		f.joins[f.Joins[i].Graph] = &f.Joins[i]
	}
	return nil
}

func plainJoin(f *Field, g GraphID) *JoinField {
	return &JoinField{Graph: g, Type: f.Type, Named: f.Named, Label: -1, lostLabel: -1}
}

// joinEverywhere joins a field without directives to every graph of its type; on an owned type of v0.1 to the owner.
func (b *builder) joinEverywhere(t *Type, f *Field, byGraph []*JoinField) {
	if owners := b.directives(t.Def.Directives, "owner"); len(owners) > 0 {
		if g, ok := b.graphs[argString(owners[0], "graph")]; ok {
			byGraph[g] = plainJoin(f, g)
		}
		return
	}
	for _, j := range t.Joins {
		byGraph[j.Graph] = plainJoin(f, j.Graph)
	}
}

// joinKeyFields: before v0.2 key fields were not marked in the graphs that do not own the type.
func (b *builder) joinKeyFields(t *Type, f *Field, byGraph []*JoinField) {
	for _, j := range t.Joins {
		for _, k := range j.Keys {
			for _, s := range k.Fields {
				if kf, ok := s.(*ast.Field); ok && kf.Name == f.Name && byGraph[j.Graph] == nil {
					byGraph[j.Graph] = plainJoin(f, j.Graph)
				}
			}
		}
	}
}

func (b *builder) readJoinField(where string, f *Field, g GraphID, d *ast.Directive) (*JoinField, error) {
	j := plainJoin(f, g)
	j.External = argBool(d, "external", false) || argBool(d, "usedOverridden", false)
	j.Override = argString(d, "override")
	if err := b.readContextArguments(where, j, d); err != nil {
		return nil, err
	}
	if text := argString(d, "type"); text != "" {
		typ, err := parseType(text)
		if err != nil {
			return nil, invalid("%s: type %q in graph %s: %v", where, text, b.sg.Graphs[g].Enum, err)
		}
		j.Type, j.Named = typ, b.sg.byName[typ.Name()]
		if j.Named == nil {
			return nil, invalid("%s: unknown type %q in graph %s", where, text, b.sg.Graphs[g].Enum)
		}
	}
	var err error
	if j.RequiresText = argString(d, "requires"); j.RequiresText != "" {
		if j.Requires, err = parseFieldSet(j.RequiresText); err != nil {
			return nil, invalid("%s: requires %q: %v", where, j.RequiresText, err)
		}
	}
	if j.ProvidesText = argString(d, "provides"); j.ProvidesText != "" {
		if j.Provides, err = parseFieldSet(j.ProvidesText); err != nil {
			return nil, invalid("%s: provides %q: %v", where, j.ProvidesText, err)
		}
	}
	return j, nil
}

func parseType(text string) (*ast.Type, error) {
	doc, err := parser.ParseSchema(&ast.Source{Name: "type", Input: "type T{f:" + text + "}"})
	if err != nil {
		return nil, err
	}
	return doc.Definitions[0].Fields[0].Type, nil
}

// readAbstract links interfaces and unions with their object types, over all graphs and per graph.
func (b *builder) readAbstract() error {
	possible := map[*Type]map[*Type]bool{}
	inGraph := map[*Type][]map[*Type]bool{}
	for _, t := range b.sg.Types {
		possible[t] = map[*Type]bool{}
		inGraph[t] = make([]map[*Type]bool, len(b.sg.Graphs))
		for g := range inGraph[t] {
			inGraph[t][g] = map[*Type]bool{}
		}
	}
	add := func(abstract, t *Type, g GraphID) {
		if abstract.joins[g] != nil && t.joins[g] != nil && t.Kind == ast.Object {
			inGraph[abstract][g][t] = true
		}
	}
	for _, t := range b.sg.Types {
		for _, name := range t.Def.Interfaces {
			i := b.sg.byName[name]
			if i == nil || i.Kind != ast.Interface {
				return invalid("%s implements the unknown interface %s", t.Name, name)
			}
			t.Interfaces = append(t.Interfaces, i)
			if t.Kind == ast.Object {
				possible[i][t] = true
			}
			uses := b.directives(t.Def.Directives, "implements")
			if len(uses) == 0 {
				for _, j := range t.Joins {
					add(i, t, j.Graph)
				}
			}
			for _, d := range uses {
				if g, err := b.graph(d, t.Name); err != nil {
					return err
				} else if argString(d, "interface") == name {
					add(i, t, g)
				}
			}
		}
		if err := b.readMembers(t, possible, add); err != nil {
			return err
		}
	}
	for _, t := range b.sg.Types {
		t.Possible = sortedObjects(possible[t])
		for g := range b.sg.Graphs {
			t.possible[g] = sortedObjects(inGraph[t][g])
		}
		if t.Kind == ast.Object {
			t.Possible = []*Type{t}
			for _, j := range t.Joins {
				t.possible[j.Graph] = t.Possible
			}
		}
	}
	return nil
}

func (b *builder) readMembers(t *Type, possible map[*Type]map[*Type]bool, add func(abstract, t *Type, g GraphID)) error {
	uses := b.directives(t.Def.Directives, "unionMember")
	for _, name := range t.Def.Types {
		m := b.sg.byName[name]
		if m == nil || m.Kind != ast.Object {
			return invalid("union %s has the unknown member %s", t.Name, name)
		}
		possible[t][m] = true
		if len(uses) == 0 {
			for _, j := range t.Joins {
				add(t, m, j.Graph)
			}
		}
		for _, d := range uses {
			if g, err := b.graph(d, t.Name); err != nil {
				return err
			} else if argString(d, "member") == name {
				add(t, m, g)
			}
		}
	}
	return nil
}

func sortedObjects(set map[*Type]bool) []*Type {
	list := make([]*Type, 0, len(set))
	for t := range set {
		list = append(list, t)
	}
	sort.Slice(list, func(i, j int) bool { return list[i].Object < list[j].Object })
	return list
}

// checkFieldSets verifies that every key, requirement and provision names fields of the full schema.
func (b *builder) checkFieldSets() error {
	for _, t := range b.sg.Types {
		for _, j := range t.Joins {
			for _, k := range j.Keys {
				if err := b.checkSet(t, k.Fields); err != nil {
					return invalid("%s: key %q: %v", t.Name, k.Text, err)
				}
			}
		}
		for _, f := range t.Fields {
			for i := range f.Joins {
				j := &f.Joins[i]
				if err := b.checkSet(t, j.Requires); err != nil {
					return invalid("%s.%s: requires %q: %v", t.Name, f.Name, j.RequiresText, err)
				}
				if err := b.checkSet(j.Named, j.Provides); err != nil {
					return invalid("%s.%s: provides %q: %v", t.Name, f.Name, j.ProvidesText, err)
				}
				if err := b.checkContexts(f, j); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (b *builder) checkSet(t *Type, set ast.SelectionSet) error {
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			if s.Name == "__typename" {
				continue
			}
			f := t.Field(s.Name)
			if f == nil {
				return invalid("%s has no field %s", t.Name, s.Name)
			}
			if f.Named.Composite() != (len(s.SelectionSet) > 0) {
				return invalid("%s.%s: selection and type do not fit", t.Name, s.Name)
			}
			if err := b.checkSet(f.Named, s.SelectionSet); err != nil {
				return err
			}
		case *ast.InlineFragment:
			on := t
			if s.TypeCondition != "" {
				if on = b.sg.byName[s.TypeCondition]; on == nil || !on.Composite() {
					return invalid("unknown type condition %s", s.TypeCondition)
				}
			}
			if err := b.checkSet(on, s.SelectionSet); err != nil {
				return err
			}
		default:
			return invalid("named fragments are not possible in a field set")
		}
	}
	return nil
}

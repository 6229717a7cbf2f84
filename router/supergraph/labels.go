package supergraph

import (
	"fmt"
	"sort"

	"github.com/vektah/gqlparser/v2/ast"
)

// settleOverrides marks the joins that lose their field to another graph.
func (b *builder) settleOverrides() error {
	labels := map[string]bool{}
	for _, t := range b.sg.Types {
		for _, f := range t.Fields {
			for i := range f.Joins {
				if l := f.Joins[i].labelText(f.Def, b); l != "" {
					labels[l] = true
				}
			}
		}
	}
	for l := range labels {
		b.sg.Labels = append(b.sg.Labels, l)
	}
	sort.Strings(b.sg.Labels)
	if len(b.sg.Labels) > 64 {
		return &Error{Code: "SUPERGRAPH_UNSUPPORTED", Message: fmt.Sprintf("%d override labels; at most 64 are supported", len(b.sg.Labels))}
	}
	for _, t := range b.sg.Types {
		for _, f := range t.Fields {
			for i := range f.Joins {
				j := &f.Joins[i]
				if l := j.labelText(f.Def, b); l != "" {
					j.Label = sort.SearchStrings(b.sg.Labels, l)
				}
				if j.Override == "" {
					continue
				}
				if loser, ok := b.sg.GraphByName(j.Override); ok && loser != j.Graph && f.joins[loser] != nil {
					f.joins[loser].lost, f.joins[loser].lostLabel = true, j.Label
				}
			}
		}
	}
	b.spreadLabels()
	return nil
}

// labelText finds the overrideLabel of the join's own directive.
func (j *JoinField) labelText(def *ast.FieldDefinition, b *builder) string {
	if j.Override == "" {
		return ""
	}
	for _, d := range b.directives(def.Directives, "field") {
		if g, ok := b.graphs[argString(d, "graph")]; ok && g == j.Graph {
			return argString(d, "overrideLabel")
		}
	}
	return ""
}

// spreadLabels finds the labels that a plan with objects of a type can depend on: those of its fields, and of everything
// that is read to enter the type in another graph or for requirements.
func (b *builder) spreadLabels() {
	if len(b.sg.Labels) == 0 {
		return
	}
	read := map[*Type][]*Type{}
	for _, t := range b.sg.Types {
		seen := map[*Type]bool{}
		for _, f := range t.Fields {
			for i := range f.Joins {
				j := &f.Joins[i]
				if j.Label >= 0 {
					t.Labels |= 1 << j.Label
				}
				b.typesRead(t, j.Requires, seen)
				b.typesRead(j.Named, j.Provides, seen)
				for _, a := range j.ContextArguments {
					for _, above := range b.sg.Types {
						if above.Carries(a.Context) {
							seen[above] = true
							b.typesRead(above, a.Selection, seen)
						}
					}
				}
			}
		}
		for _, j := range t.Joins {
			for _, k := range j.Keys {
				b.typesRead(t, k.Fields, seen)
			}
		}
		for _, i := range t.Interfaces {
			seen[i] = true
		}
		for _, s := range b.sg.Types { // in order
			if seen[s] {
				read[t] = append(read[t], s)
			}
		}
	}
	for changed := true; changed; {
		changed = false
		for _, t := range b.sg.Types {
			before := t.Labels
			for _, s := range read[t] {
				t.Labels |= s.Labels
			}
			changed = changed || t.Labels != before
		}
	}
}

// typesRead collects the types a field set on t goes through.
func (b *builder) typesRead(t *Type, set ast.SelectionSet, into map[*Type]bool) {
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			for _, on := range append([]*Type{t}, t.Possible...) {
				if f := on.Field(s.Name); f != nil && f.Named.Composite() {
					into[f.Named] = true
					for _, p := range f.Named.Possible {
						into[p] = true
					}
					b.typesRead(f.Named, s.SelectionSet, into)
				}
			}
		case *ast.InlineFragment:
			on := t
			if c := b.sg.byName[s.TypeCondition]; c != nil {
				on = c
			}
			b.typesRead(on, s.SelectionSet, into)
		}
	}
}

// Package supergraph turns supergraph SDL (the output of a Federation 2 composer, join specification v0.1 to v0.5) into
// an immutable model and into the API schema that clients see.
//
// # Vocabulary
//
// A graph is a subgraph. A join says what a directive of the join specification records about a type or a field in one
// graph. A field is local in a graph if that graph can answer it for an object it holds: it is joined there, not
// external, and not overridden by another graph. An interface object is an interface that one graph declares as an
// object type. A label names a progressive override; the set of active labels is a bit mask.
package supergraph

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
)

// GraphID indexes Supergraph.Graphs.
type GraphID int32

// NoGraph stands for "no graph".
const NoGraph GraphID = -1

// Labels is a set of active override labels: bit i stands for Supergraph.Labels[i].
type Labels uint64

// Supergraph is the model. It is immutable after Parse.
type Supergraph struct {
	Graphs []Graph
	// Types in the order of the SDL, with those of the join machinery left out.
	Types []*Type
	// Objects are the names of the object types, sorted, with "" at index 0: the table of runtime types.
	Objects []string
	// Roots are the query, mutation and subscription types; nil where there is none.
	Roots [3]*Type
	// Labels are the distinct override labels, sorted.
	Labels []string
	// Contextual: some field has arguments from a context.
	Contextual bool
	// Schema is the API schema and SDL its print.
	Schema *ast.Schema
	SDL    string

	byName map[string]*Type
}

// Graph is a subgraph: its join__Graph enum value, its name (what @override speaks of) and its address.
type Graph struct {
	Enum, Name, URL string
}

// Type returns the named type of the full schema, nil if there is none.
func (s *Supergraph) Type(name string) *Type { return s.byName[name] }

// GraphByName returns the graph of that name (not enum value).
func (s *Supergraph) GraphByName(name string) (GraphID, bool) {
	for i, g := range s.Graphs {
		if g.Name == name {
			return GraphID(i), true
		}
	}
	return NoGraph, false
}

// Type is a type of the full schema with what each graph knows of it.
type Type struct {
	// ID is the index in Supergraph.Types.
	ID   int
	Name string
	Kind ast.DefinitionKind
	// Object is the index in Supergraph.Objects for object types, else 0.
	Object int32
	Def    *ast.Definition
	Fields []*Field
	// Joins has one element per graph the type is in, in graph order.
	Joins []JoinType
	// Possible are the object types of an abstract type over all graphs, sorted by Object; for an object type itself.
	Possible []*Type
	// Interfaces are those an object or interface implements, over all graphs.
	Interfaces []*Type
	// Contexts are the names of the contexts the type carries (@context), itself or by an interface or union it belongs
	// to, sorted.
	Contexts []string
	// Labels are those that a plan with objects of the type can depend on.
	Labels Labels
	// Inaccessible types are not part of the API schema.
	Inaccessible bool
	Auth         Auth
	// Weight is of @cost, nil if there is none; InputWeights are those of the fields of an input type.
	Weight       *int64
	InputWeights map[string]int64

	fields   map[string]*Field
	joins    []*JoinType // by GraphID
	possible [][]*Type   // by GraphID
}

// JoinType is what one graph knows of a type.
type JoinType struct {
	Graph GraphID
	Keys  []Key
	// InterfaceObject: the interface is an object type there.
	InterfaceObject bool
}

// Key is an entity key.
type Key struct {
	// Fields is the parsed field set, Text its source.
	Fields     ast.SelectionSet
	Text       string
	Resolvable bool
}

// Field is a field of an object or interface type.
type Field struct {
	Name   string
	Parent *Type
	Type   *ast.Type
	// Named is the named type of Type.
	Named *Type
	Def   *ast.FieldDefinition
	// Joins has one element per graph the field is in, in graph order; fields of interface objects that a graph
	// resolves only through the interface have none there.
	Joins        []JoinField
	Inaccessible bool
	Auth         Auth
	// Weight is of @cost, nil if there is none; ArgWeights are those of the arguments. ListSize is nil without @listSize.
	Weight     *int64
	ArgWeights map[string]int64
	ListSize   *ListSize

	joins []*JoinField // by GraphID
}

// JoinField is what one graph knows of a field.
type JoinField struct {
	Graph GraphID
	// Type is the type in that graph: Field.Type unless the directive says otherwise.
	Type  *ast.Type
	Named *Type
	// Requires and Provides are field sets, nil if there is none.
	Requires, Provides ast.SelectionSet
	RequiresText       string
	ProvidesText       string
	// External covers usedOverridden too: the graph cannot answer it, except below a @provides that names it.
	External bool
	// Override is the name of the graph that loses the field, Label the progressive label (-1: none).
	Override string
	Label    int
	// ContextArguments are filled by the gateway from an ancestor (@fromContext), sorted by name.
	ContextArguments []ContextArgument

	// lost: another graph overrides this one, always (lostLabel -1) or while lostLabel is active.
	lost      bool
	lostLabel int
}

// ContextArgument is an argument that only its graph declares: clients do not see it. Its value is what Selection finds on
// the nearest ancestor whose type carries Context.
type ContextArgument struct {
	Name string
	// Type as the graph declares it, for the variable.
	Type    *ast.Type
	Context string
	// Selection has one field, with one field below it and so on, or one such selection per type condition. Text is its
	// source.
	Selection ast.SelectionSet
	Text      string
}

// Auth is the access rule of a type or field (@authenticated, @requiresScopes, @policy): outer lists are alternatives,
// inner lists must all hold.
type Auth struct {
	Authenticated bool
	Scopes        [][]string
	Policies      [][]string
}

// Field returns the named field or nil.
func (t *Type) Field(name string) *Field { return t.fields[name] }

// In returns what graph g knows of the type, nil if it does not know it.
func (t *Type) In(g GraphID) *JoinType { return t.joins[g] }

// PossibleIn returns the object types that g can return where it says t, sorted by Object; for an object type itself.
func (t *Type) PossibleIn(g GraphID) []*Type { return t.possible[g] }

// InterfaceObjectIn reports whether t is an interface that g declares as an object.
func (t *Type) InterfaceObjectIn(g GraphID) bool {
	j := t.joins[g]
	return j != nil && j.InterfaceObject
}

// Composite reports whether the type has fields to select.
func (t *Type) Composite() bool {
	return t.Kind == ast.Object || t.Kind == ast.Interface || t.Kind == ast.Union
}

// Abstract reports whether the type is an interface or a union.
func (t *Type) Abstract() bool { return t.Kind == ast.Interface || t.Kind == ast.Union }

// Implements reports whether the object type is a possible type of the abstract type.
func (t *Type) Implements(abstract *Type) bool {
	return t == abstract || slices.Contains(abstract.Possible, t)
}

// In returns what graph g knows of the field, nil if nothing.
func (f *Field) In(g GraphID) *JoinField { return f.joins[g] }

// Local returns the join of the field in g if g can answer it on its own while the labels are active, else nil.
func (f *Field) Local(g GraphID, active Labels) *JoinField {
	j := f.joins[g]
	if j == nil || j.External {
		return nil
	}
	if j.lost && (j.lostLabel < 0 || active&(1<<j.lostLabel) != 0) {
		return nil
	}
	if j.Override != "" && j.Label >= 0 && active&(1<<j.Label) == 0 {
		return nil
	}
	return j
}

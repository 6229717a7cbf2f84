package supergraph

import (
	"fmt"
	"sort"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
)

// Error is a supergraph that cannot be served. Code is stable: SUPERGRAPH_PARSE_FAILED, SUPERGRAPH_INVALID or
// SUPERGRAPH_UNSUPPORTED.
type Error struct {
	Code    string
	Message string
}

func (e *Error) Error() string { return e.Code + ": " + e.Message }

func invalid(format string, args ...any) *Error {
	return &Error{Code: "SUPERGRAPH_INVALID", Message: fmt.Sprintf(format, args...)}
}

// Options of Parse.
type Options struct {
	// Enforced names the SECURITY features (the last path segment of their specification's address without the
	// version, as "authenticated", "requiresScopes", "policy") that the caller enforces itself. A supergraph that links
	// another SECURITY feature is refused.
	Enforced []string
}

// Parse reads supergraph SDL. Every error is an *Error.
func Parse(sdl string, opt Options) (*Supergraph, error) {
	doc, err := parser.ParseSchema(&ast.Source{Name: "supergraph", Input: sdl})
	if err != nil {
		return nil, &Error{Code: "SUPERGRAPH_PARSE_FAILED", Message: err.Error()}
	}
	if n := len(doc.Definitions); n > MaxTypes {
		return nil, invalid("%d types are more than the %d a supergraph may have", n, MaxTypes)
	}
	links, err := readLinks(doc, opt)
	if err != nil {
		return nil, err
	}
	b := &builder{doc: doc, links: links, sg: &Supergraph{byName: map[string]*Type{}}, graphs: map[string]GraphID{}}
	for _, step := range []func() error{b.readGraphs, b.readTypes, b.readFields, b.readCosts, b.readAbstract, b.readContexts, b.readRoots, b.settleOverrides, b.checkFieldSets} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	if err := b.buildAPI(); err != nil {
		return nil, err
	}
	return b.sg, nil
}

// MaxTypes is the largest number of types of a supergraph.
const MaxTypes = 1<<16 - 1

type builder struct {
	doc    *ast.SchemaDocument
	links  *links
	sg     *Supergraph
	graphs map[string]GraphID
	roots  map[string]bool
}

// directives returns the uses of the directive `join__<name>` under whatever prefix the join specification is linked.
func (b *builder) directives(list ast.DirectiveList, name string) []*ast.Directive {
	return list.ForNames(b.links.joinPrefix + "__" + name)
}

func (b *builder) readGraphs() error {
	name := b.links.joinPrefix + "__Graph"
	def := b.doc.Definitions.ForName(name)
	if def == nil || def.Kind != ast.Enum || len(def.EnumValues) == 0 {
		return invalid("enum %s with the subgraphs is missing: this is not a supergraph", name)
	}
	for _, v := range def.EnumValues {
		g := Graph{Enum: v.Name, Name: v.Name}
		for _, d := range b.directives(v.Directives, "graph") {
			g.Name, g.URL = argString(d, "name"), argString(d, "url")
		}
		b.graphs[v.Name] = GraphID(len(b.sg.Graphs))
		b.sg.Graphs = append(b.sg.Graphs, g)
	}
	return nil
}

func (b *builder) graph(d *ast.Directive, where string) (GraphID, error) {
	name := argString(d, "graph")
	g, ok := b.graphs[name]
	if !ok {
		return NoGraph, invalid("%s: @%s names the unknown graph %q", where, d.Name, name)
	}
	return g, nil
}

// machinery reports whether a definition belongs to the join specification or another linked feature.
func (b *builder) machinery(def *ast.Definition) bool {
	if b.links.owns(def.Name) {
		return true
	}
	// From v0.2 on every type of the schema says which graphs it is in; what does not is an imported helper.
	return !b.links.joinV1 && !b.roots[def.Name] && len(b.directives(def.Directives, "type")) == 0
}

func (b *builder) readTypes() error {
	b.roots = map[string]bool{"Query": true}
	for _, s := range append(append(ast.SchemaDefinitionList{}, b.doc.Schema...), b.doc.SchemaExtension...) {
		for _, op := range s.OperationTypes {
			b.roots[op.Type] = true
		}
	}
	for _, def := range b.doc.Definitions {
		if b.machinery(def) {
			continue
		}
		if b.sg.byName[def.Name] != nil {
			return invalid("type %s is defined twice", def.Name)
		}
		t := &Type{
			ID: len(b.sg.Types), Name: def.Name, Kind: def.Kind, Def: def,
			joins:        make([]*JoinType, len(b.sg.Graphs)),
			possible:     make([][]*Type, len(b.sg.Graphs)),
			fields:       map[string]*Field{},
			Inaccessible: b.links.has(def.Directives, "inaccessible"),
			Auth:         b.links.auth(def.Directives),
		}
		if err := b.readJoinTypes(t); err != nil {
			return err
		}
		b.sg.Types = append(b.sg.Types, t)
		b.sg.byName[t.Name] = t
	}
	if len(b.doc.Extensions) > 0 {
		return invalid("type extension of %s: a supergraph has none", b.doc.Extensions[0].Name)
	}
	for _, name := range []string{"Int", "Float", "String", "Boolean", "ID"} {
		if b.sg.byName[name] == nil {
			t := &Type{
				ID: len(b.sg.Types), Name: name, Kind: ast.Scalar, Def: &ast.Definition{Kind: ast.Scalar, Name: name, BuiltIn: true},
				joins: make([]*JoinType, len(b.sg.Graphs)), possible: make([][]*Type, len(b.sg.Graphs)), fields: map[string]*Field{},
			}
			b.sg.Types = append(b.sg.Types, t)
			b.sg.byName[name] = t
		}
	}
	b.numberObjects()
	return nil
}

func (b *builder) numberObjects() {
	var objects []*Type
	for _, t := range b.sg.Types {
		if t.Kind == ast.Object {
			objects = append(objects, t)
		}
	}
	sort.Slice(objects, func(i, j int) bool { return objects[i].Name < objects[j].Name })
	b.sg.Objects = []string{""}
	for _, t := range objects {
		t.Object = int32(len(b.sg.Objects))
		b.sg.Objects = append(b.sg.Objects, t.Name)
	}
}

func (b *builder) readJoinTypes(t *Type) error {
	byGraph := make([]*JoinType, len(b.sg.Graphs))
	uses := b.directives(t.Def.Directives, "type")
	for _, d := range uses {
		g, err := b.graph(d, t.Name)
		if err != nil {
			return err
		}
		if byGraph[g] == nil {
			byGraph[g] = &JoinType{Graph: g}
		}
		j := byGraph[g]
		j.InterfaceObject = j.InterfaceObject || argBool(d, "isInterfaceObject", false)
		if key := argString(d, "key"); key != "" {
			set, err := parseFieldSet(key)
			if err != nil {
				return invalid("%s: key %q: %v", t.Name, key, err)
			}
			j.Keys = append(j.Keys, Key{Fields: set, Text: key, Resolvable: argBool(d, "resolvable", true)})
		}
	}
	for _, d := range b.directives(t.Def.Directives, "owner") {
		g, err := b.graph(d, t.Name)
		if err != nil {
			return err
		}
		if byGraph[g] == nil {
			byGraph[g] = &JoinType{Graph: g}
		}
	}
	if len(uses) == 0 { // value types of v0.1, root types without fields of their own: everywhere
		for g := range byGraph {
			byGraph[g] = &JoinType{Graph: GraphID(g)}
		}
	}
	for _, j := range byGraph {
		if j != nil {
			t.Joins = append(t.Joins, *j)
		}
	}
	for i := range t.Joins {
		t.joins[t.Joins[i].Graph] = &t.Joins[i]
	}
	return nil
}

func (b *builder) readRoots() error {
	names := [3]string{"Query", "", ""}
	for _, s := range append(append(ast.SchemaDefinitionList{}, b.doc.Schema...), b.doc.SchemaExtension...) {
		for _, op := range s.OperationTypes {
			switch op.Operation {
			case ast.Query:
				names[0] = op.Type
			case ast.Mutation:
				names[1] = op.Type
			case ast.Subscription:
				names[2] = op.Type
			}
		}
	}
	for i, name := range names {
		if name == "" {
			continue
		}
		t := b.sg.byName[name]
		if t == nil || t.Kind != ast.Object {
			return invalid("root type %s is not an object type of the supergraph", name)
		}
		b.sg.Roots[i] = t
	}
	return nil
}

func argString(d *ast.Directive, name string) string {
	if a := d.Arguments.ForName(name); a != nil && a.Value != nil && a.Value.Kind != ast.NullValue {
		return a.Value.Raw
	}
	return ""
}

func argBool(d *ast.Directive, name string, def bool) bool {
	if a := d.Arguments.ForName(name); a != nil && a.Value != nil && a.Value.Kind == ast.BooleanValue {
		return a.Value.Raw == "true"
	}
	return def
}

func parseFieldSet(text string) (ast.SelectionSet, error) {
	text = strings.TrimSpace(text)
	if !strings.HasPrefix(text, "{") {
		text = "{" + text + "}"
	}
	doc, err := parser.ParseQuery(&ast.Source{Name: "field set", Input: text})
	if err != nil {
		return nil, err
	}
	if len(doc.Operations) != 1 || len(doc.Fragments) != 0 {
		return nil, fmt.Errorf("not one selection set")
	}
	return doc.Operations[0].SelectionSet, nil
}

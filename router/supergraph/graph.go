package supergraph

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
	"github.com/vektah/gqlparser/v2/validator"
)

// GraphSchema rebuilds the schema one graph must have, as far as the supergraph tells: its types and fields (external
// ones too), and `_entities` over its entities and interface objects. It is what an operation sent there must be valid
// against.
func (s *Supergraph) GraphSchema(g GraphID) (*ast.Schema, error) {
	doc := &ast.SchemaDocument{}
	var entities []string
	roots := &ast.SchemaDefinition{}
	for i, op := range []ast.Operation{ast.Query, ast.Mutation, ast.Subscription} {
		if t := s.Roots[i]; t != nil && (i == 0 || t.hasFieldIn(g)) {
			roots.OperationTypes = append(roots.OperationTypes, &ast.OperationTypeDefinition{Operation: op, Type: t.Name})
		}
	}
	doc.Schema = ast.SchemaDefinitionList{roots}
	for _, t := range s.Types {
		j := t.joins[g]
		isQuery := t == s.Roots[0]
		if t.Def.BuiltIn || (j == nil && !isQuery) || (t == s.Roots[1] || t == s.Roots[2]) && !t.hasFieldIn(g) {
			continue
		}
		d := s.graphDefinition(t, g)
		if j != nil && len(j.Keys) > 0 && d.Kind == ast.Object {
			entities = append(entities, t.Name)
		}
		if isQuery {
			d.Fields = append(d.Fields, &ast.FieldDefinition{Name: "_unused", Type: ast.NamedType("String", nil)})
		}
		if len(d.Fields) == 0 && (d.Kind == ast.Object || d.Kind == ast.Interface) {
			d.Fields = ast.FieldList{{Name: "_unused", Type: ast.NamedType("String", nil)}}
		}
		doc.Definitions = append(doc.Definitions, d)
	}
	var buf bytes.Buffer
	formatter.NewFormatter(&buf).FormatSchemaDocument(doc)
	if len(entities) > 0 {
		fmt.Fprintf(&buf, "\nscalar _Any\nunion _Entity = %s\nextend type %s { _entities(representations: [_Any!]!): [_Entity]! }\n",
			strings.Join(entities, " | "), s.Roots[0].Name)
	}
	schema, err := validator.LoadSchema(validator.Prelude, &ast.Source{Name: s.Graphs[g].Name, Input: buf.String()})
	if err != nil {
		return nil, fmt.Errorf("schema of graph %s: %w", s.Graphs[g].Name, err)
	}
	return schema, nil
}

func (t *Type) hasFieldIn(g GraphID) bool {
	for _, f := range t.Fields {
		if f.joins[g] != nil {
			return true
		}
	}
	return false
}

func (s *Supergraph) graphDefinition(t *Type, g GraphID) *ast.Definition {
	d := &ast.Definition{Kind: t.Kind, Name: t.Name, EnumValues: plainValues(t.Def.EnumValues)}
	if t.InterfaceObjectIn(g) {
		d.Kind = ast.Object
	}
	for _, i := range t.Interfaces {
		if i.joins[g] == nil || i.InterfaceObjectIn(g) {
			continue
		}
		in := t.Kind == ast.Interface && i.joins[g] != nil
		for _, p := range i.possible[g] {
			in = in || p == t
		}
		if in {
			d.Interfaces = append(d.Interfaces, i.Name)
		}
	}
	if t.Kind == ast.Union {
		for _, m := range t.possible[g] {
			d.Types = append(d.Types, m.Name)
		}
	}
	if t.Kind == ast.InputObject {
		for _, f := range t.Def.Fields {
			d.Fields = append(d.Fields, &ast.FieldDefinition{Name: f.Name, Type: f.Type, DefaultValue: f.DefaultValue})
		}
		return d
	}
	for _, f := range t.Fields {
		j := f.joins[g]
		if j == nil {
			continue
		}
		field := &ast.FieldDefinition{Name: f.Name, Type: j.Type}
		for _, a := range f.Def.Arguments {
			field.Arguments = append(field.Arguments, &ast.ArgumentDefinition{Name: a.Name, Type: a.Type, DefaultValue: a.DefaultValue})
		}
		for _, a := range j.ContextArguments {
			if field.Arguments.ForName(a.Name) == nil {
				field.Arguments = append(field.Arguments, &ast.ArgumentDefinition{Name: a.Name, Type: a.Type})
			}
		}
		d.Fields = append(d.Fields, field)
	}
	return d
}

func plainValues(list ast.EnumValueList) ast.EnumValueList {
	var out ast.EnumValueList
	for _, v := range list {
		out = append(out, &ast.EnumValueDefinition{Name: v.Name})
	}
	return out
}

package supergraph

import (
	"bytes"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
	"github.com/vektah/gqlparser/v2/validator"
)

// kept are the directives that stay visible in the API schema.
var kept = map[string]bool{"deprecated": true, "specifiedBy": true, "oneOf": true}

// buildAPI derives what clients see: no join machinery, nothing inaccessible, no reference to what was dropped, no empty
// type.
func (b *builder) buildAPI() error {
	visible := map[string]bool{}
	for _, t := range b.sg.Types {
		visible[t.Name] = !t.Inaccessible
	}
	defs := map[string]*ast.Definition{}
	for {
		changed := false
		for _, t := range b.sg.Types {
			if !visible[t.Name] || t.Def.BuiltIn {
				continue
			}
			defs[t.Name] = b.apiDefinition(t, visible)
			if empty(defs[t.Name]) {
				visible[t.Name], changed = false, true
			}
		}
		if !changed {
			break
		}
	}
	doc := &ast.SchemaDocument{}
	schema := &ast.SchemaDefinition{}
	for i, op := range []ast.Operation{ast.Query, ast.Mutation, ast.Subscription} {
		if t := b.sg.Roots[i]; t != nil && visible[t.Name] {
			schema.OperationTypes = append(schema.OperationTypes, &ast.OperationTypeDefinition{Operation: op, Type: t.Name})
		}
	}
	doc.Schema = ast.SchemaDefinitionList{schema}
	for _, t := range b.sg.Types {
		t.Inaccessible = !visible[t.Name]
		if visible[t.Name] && !t.Def.BuiltIn {
			doc.Definitions = append(doc.Definitions, defs[t.Name])
		}
	}
	var buf bytes.Buffer
	formatter.NewFormatter(&buf, formatter.WithIndent("  ")).FormatSchemaDocument(doc)
	b.sg.SDL = buf.String()
	api, err := validator.LoadSchema(validator.Prelude, &ast.Source{Name: "api", Input: b.sg.SDL})
	if err != nil {
		return invalid("the API schema of this supergraph is not valid: %v", err)
	}
	if api.Query == nil {
		return invalid("the API schema has no query type")
	}
	b.sg.Schema = api
	return nil
}

func empty(d *ast.Definition) bool {
	switch d.Kind {
	case ast.Object, ast.Interface, ast.InputObject:
		return len(d.Fields) == 0
	case ast.Union:
		return len(d.Types) == 0
	case ast.Enum:
		return len(d.EnumValues) == 0
	}
	return false
}

func (b *builder) apiDefinition(t *Type, visible map[string]bool) *ast.Definition {
	d := &ast.Definition{
		Kind: t.Kind, Name: t.Name, Description: t.Def.Description, Directives: keptDirectives(t.Def.Directives),
	}
	for _, i := range t.Def.Interfaces {
		if visible[i] {
			d.Interfaces = append(d.Interfaces, i)
		}
	}
	for _, m := range t.Def.Types {
		if visible[m] {
			d.Types = append(d.Types, m)
		}
	}
	for _, v := range t.Def.EnumValues {
		if !b.links.has(v.Directives, "inaccessible") {
			d.EnumValues = append(d.EnumValues, &ast.EnumValueDefinition{
				Description: v.Description, Name: v.Name, Directives: keptDirectives(v.Directives),
			})
		}
	}
	for _, f := range t.Def.Fields {
		if b.links.has(f.Directives, "inaccessible") || !visible[f.Type.Name()] {
			continue
		}
		field := &ast.FieldDefinition{
			Description: f.Description, Name: f.Name, Type: f.Type, DefaultValue: b.apiDefault(f.Type, f.DefaultValue),
			Directives: keptDirectives(f.Directives),
		}
		for _, a := range f.Arguments {
			if b.links.has(a.Directives, "inaccessible") || !visible[a.Type.Name()] || t.fields[f.Name].fromContext(a.Name) {
				continue
			}
			field.Arguments = append(field.Arguments, &ast.ArgumentDefinition{
				Description: a.Description, Name: a.Name, Type: a.Type, DefaultValue: b.apiDefault(a.Type, a.DefaultValue),
				Directives: keptDirectives(a.Directives),
			})
		}
		d.Fields = append(d.Fields, field)
	}
	return d
}

func keptDirectives(list ast.DirectiveList) ast.DirectiveList {
	var out ast.DirectiveList
	for _, d := range list {
		if kept[d.Name] {
			out = append(out, d)
		}
	}
	return out
}

// apiDefault drops a default value that names an inaccessible enum value or input field; the subgraph fills it in.
func (b *builder) apiDefault(typ *ast.Type, v *ast.Value) *ast.Value {
	if v == nil || !b.defaultVisible(typ, v) {
		return nil
	}
	return v
}

func (b *builder) defaultVisible(typ *ast.Type, v *ast.Value) bool {
	def := b.sg.byName[typ.Name()]
	switch v.Kind {
	case ast.EnumValue:
		if def == nil || def.Kind != ast.Enum {
			return true
		}
		value := def.Def.EnumValues.ForName(v.Raw)
		return value != nil && !b.links.has(value.Directives, "inaccessible")
	case ast.ListValue:
		for _, c := range v.Children {
			if !b.defaultVisible(typ, c.Value) {
				return false
			}
		}
	case ast.ObjectValue:
		for _, c := range v.Children {
			if def == nil || def.Kind != ast.InputObject {
				return true
			}
			f := def.Def.Fields.ForName(c.Name)
			if f == nil || b.links.has(f.Directives, "inaccessible") || !b.defaultVisible(f.Type, c.Value) {
				return false
			}
		}
	}
	return true
}

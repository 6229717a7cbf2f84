package conformance_test

import (
	"fmt"
	"sort"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
)

// directives are what a subgraph's SDL may use without defining it.
const directives = `
scalar _Any
scalar FieldSet
scalar ContextFieldValue
scalar link__Import
enum link__Purpose { SECURITY EXECUTION }
directive @link(url: String!, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
directive @PREFIXkey(fields: FieldSet!, resolvable: Boolean = true) repeatable on OBJECT | INTERFACE
directive @PREFIXrequires(fields: FieldSet!) on FIELD_DEFINITION
directive @PREFIXprovides(fields: FieldSet!) on FIELD_DEFINITION
directive @PREFIXexternal on FIELD_DEFINITION | OBJECT
directive @PREFIXextends on OBJECT | INTERFACE
directive @PREFIXshareable repeatable on FIELD_DEFINITION | OBJECT
directive @PREFIXoverride(from: String!, label: String) on FIELD_DEFINITION
directive @PREFIXinterfaceObject on OBJECT
directive @PREFIXcontext(name: String!) repeatable on OBJECT | INTERFACE | UNION
directive @PREFIXfromContext(field: ContextFieldValue) on ARGUMENT_DEFINITION
directive @PREFIXcomposeDirective(name: String!) repeatable on SCHEMA
directive @PREFIXinaccessible on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ENUM | ENUM_VALUE | SCALAR | INPUT_OBJECT | INPUT_FIELD_DEFINITION | ARGUMENT_DEFINITION
directive @PREFIXtag(name: String!) repeatable on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ENUM | ENUM_VALUE | SCALAR | INPUT_OBJECT | INPUT_FIELD_DEFINITION | ARGUMENT_DEFINITION
directive @PREFIXauthenticated on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
directive @PREFIXcost(weight: Int!) on ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION | INPUT_FIELD_DEFINITION | OBJECT | SCALAR
directive @PREFIXlistSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION
`

// subgraph answers operations by its own SDL, strictly: what a real subgraph
// could not know is a violation, and fails the test.
type subgraph struct {
	name   string
	schema *ast.Schema
	// extended are the types that are only extended here (Federation 1) or have
	// @extends: their key fields are known although they are called external.
	extended map[string]bool
	// keys are the resolvable keys by type.
	keys map[string][]ast.SelectionSet
}

func loadSubgraph(name, sdl string) (*subgraph, error) {
	doc, err := parser.ParseSchema(&ast.Source{Name: name, Input: sdl})
	if err != nil {
		return nil, err
	}
	sg := &subgraph{name: name, extended: map[string]bool{}, keys: map[string][]ast.SelectionSet{}}
	for _, def := range doc.Extensions {
		if doc.Definitions.ForName(def.Name) == nil {
			sg.extended[def.Name] = true
		}
	}
	root := "Query"
	for _, s := range append(append(ast.SchemaDefinitionList{}, doc.Schema...), doc.SchemaExtension...) {
		for _, op := range s.OperationTypes {
			if op.Operation == ast.Query {
				root = op.Type
			}
		}
	}
	var members []string
	for _, def := range append(append(ast.DefinitionList{}, doc.Definitions...), doc.Extensions...) {
		if has(def.Directives, "extends") {
			sg.extended[def.Name] = true
		}
		entity := false
		for _, d := range find(def.Directives, "key") {
			entity = true
			if r := d.Arguments.ForName("resolvable"); r != nil && r.Value.Raw == "false" {
				continue
			}
			set, err := parseSet(d.Arguments.ForName("fields").Value.Raw)
			if err != nil {
				return nil, err
			}
			sg.keys[def.Name] = append(sg.keys[def.Name], set)
		}
		if entity && def.Kind == ast.Object {
			members = append(members, def.Name)
		}
	}
	sort.Strings(members)
	full := sdl + strings.ReplaceAll(directives, "PREFIX", "")
	if strings.Contains(sdl, "@federation__") {
		full += strings.ReplaceAll(directives[strings.Index(directives, "directive @PREFIXkey"):], "PREFIX", "federation__")
	}
	keyword := "extend type"
	if doc.Definitions.ForName(root) == nil && doc.Extensions.ForName(root) == nil {
		keyword = "type"
	}
	full += fmt.Sprintf("\ntype _Service { sdl: String! }\n%s %s { _service: _Service! ", keyword, root)
	if len(members) > 0 {
		full += "_entities(representations: [_Any!]!): [_Entity]! }\nunion _Entity = " + strings.Join(unique(members), " | ")
	} else {
		full += "}"
	}
	if sg.schema, err = validator.LoadSchema(validator.Prelude, &ast.Source{Name: name, Input: full}); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return sg, nil
}

func unique(sorted []string) []string {
	var out []string
	for i, s := range sorted {
		if i == 0 || s != sorted[i-1] {
			out = append(out, s)
		}
	}
	return out
}

// find returns the uses of a federation directive, whether it was imported or not.
func find(list ast.DirectiveList, name string) []*ast.Directive {
	return append(list.ForNames(name), list.ForNames("federation__"+name)...)
}

func has(list ast.DirectiveList, name string) bool { return len(find(list, name)) > 0 }

// fieldSet returns the argument of @requires or @provides, nil if there is none.
func fieldSet(f *ast.FieldDefinition, name string) ast.SelectionSet {
	uses := find(f.Directives, name)
	if len(uses) == 0 {
		return nil
	}
	set, err := parseSet(uses[0].Arguments.ForName("fields").Value.Raw)
	if err != nil {
		panic(err)
	}
	return set
}

func parseSet(text string) (ast.SelectionSet, error) {
	doc, err := parser.ParseQuery(&ast.Source{Input: "{" + text + "}"})
	if err != nil {
		return nil, err
	}
	return doc.Operations[0].SelectionSet, nil
}

// external reports whether the subgraph cannot answer the field by itself.
func (sg *subgraph) external(def *ast.Definition, f *ast.FieldDefinition) bool {
	if !has(f.Directives, "external") && !has(def.Directives, "external") {
		return false
	}
	if sg.extended[def.Name] {
		for _, d := range find(def.Directives, "key") {
			set, err := parseSet(d.Arguments.ForName("fields").Value.Raw)
			if err != nil {
				panic(err)
			}
			if named(set, f.Name) {
				return false
			}
		}
	}
	return true
}

func named(set ast.SelectionSet, field string) bool {
	for _, s := range set {
		if f, ok := s.(*ast.Field); ok && f.Name == field {
			return true
		}
	}
	return false
}

// implements reports whether the object type is what a type condition names.
func implements(s *ast.Schema, object, condition string) bool {
	if condition == "" || object == condition {
		return true
	}
	for _, p := range s.GetPossibleTypes(s.Types[condition]) {
		if p.Name == object {
			return true
		}
	}
	return false
}

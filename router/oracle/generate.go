package oracle

import (
	"fmt"
	"strings"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/rules"
	"pgregory.net/rapid"
)

// Generator draws random operations that are valid for a schema.
type Generator struct {
	Schema *ast.Schema
	// Depth bounds the nesting of selections. Default 4.
	Depth int
	// Values are literals to draw for arguments by the argument's name.
	Values map[string][]string

	t         *rapid.T
	fragments []string
	usesVars  bool
	root      bool // the next field is the only one of a subscription
}

// Draw draws a document with one operation of the kind and its variables:
// $yes and $no, used by @skip and @include.
func (g *Generator) Draw(t *rapid.T, kind ast.Operation) (query string, variables map[string]any) {
	g.t, g.fragments, g.usesVars, g.root = t, nil, false, false
	root := g.Schema.Query
	switch kind {
	case ast.Mutation:
		root = g.Schema.Mutation
	case ast.Subscription:
		root = g.Schema.Subscription
	}
	depth := g.Depth
	if depth == 0 {
		depth = 4
	}
	var body string
	if kind == ast.Subscription { // exactly one field, without conditions
		g.root = true
		body = "{ " + g.field(root.Fields[g.pick("field", len(root.Fields))], depth) + " }"
	} else {
		body = g.selection(root, depth)
	}
	head := string(kind)
	if g.usesVars {
		head += "($yes: Boolean!, $no: Boolean!)"
		variables = map[string]any{"yes": true, "no": false}
	}
	query = head + " " + body + strings.Join(g.fragments, "")
	if _, errs := gqlparser.LoadQueryWithRules(g.Schema, query, rules.NewDefaultRules()); len(errs) > 0 {
		t.Skipf("%v", errs) // fields that cannot be merged, mostly
	}
	return query, variables
}

func (g *Generator) pick(label string, n int) int { return rapid.IntRange(0, n-1).Draw(g.t, label) }

// chance is false where the drawn number is small, as failing cases shrink
// towards that.
func (g *Generator) chance(label string, percent int) bool { return g.pick(label, 100) >= 100-percent }

func (g *Generator) selection(def *ast.Definition, depth int) string {
	var sb strings.Builder
	sb.WriteString("{ ")
	n := 1 + g.pick("fields", 4)
	for i := range n {
		if part := g.part(def, depth); part != "" {
			sb.WriteString(part + " ")
		} else if i == n-1 {
			sb.WriteString("__typename ")
		}
	}
	if def.IsAbstractType() && def.Kind == ast.Union && sb.Len() == 2 {
		sb.WriteString("__typename ")
	}
	sb.WriteString("}")
	if sb.String() == "{ }" {
		return "{ __typename }"
	}
	return sb.String()
}

// part is a field or a fragment.
func (g *Generator) part(def *ast.Definition, depth int) string {
	fields := g.fields(def, depth)
	var types []*ast.Definition
	if def.IsAbstractType() {
		types = g.Schema.GetPossibleTypes(def)
	}
	switch k := g.pick("part", 10); {
	case k == 9:
		return "__typename" + g.condition()
	case len(types) > 0 && (len(fields) == 0 || k > 4):
		t := types[g.pick("type", len(types))]
		return g.fragment(t, depth)
	case k == 8:
		return g.fragment(def, depth)
	case len(fields) == 0:
		return ""
	}
	return g.field(fields[g.pick("field", len(fields))], depth)
}

// fragment is an inline fragment or a spread of a named one.
func (g *Generator) fragment(t *ast.Definition, depth int) string {
	if depth <= 0 {
		return ""
	}
	body := g.selection(t, depth-1)
	if g.chance("named", 30) {
		name := fmt.Sprintf("F%d", len(g.fragments))
		g.fragments = append(g.fragments, fmt.Sprintf(" fragment %s on %s %s", name, t.Name, body))
		return "..." + name + g.condition()
	}
	return "... on " + t.Name + g.condition() + " " + body
}

// fields lists the fields that can be selected with the depth left.
func (g *Generator) fields(def *ast.Definition, depth int) ast.FieldList {
	var out ast.FieldList
	for _, f := range def.Fields {
		if strings.HasPrefix(f.Name, "__") {
			continue
		}
		if depth > 0 || !g.Schema.Types[f.Type.Name()].IsCompositeType() {
			out = append(out, f)
		}
	}
	return out
}

func (g *Generator) field(f *ast.FieldDefinition, depth int) string {
	args, tag := g.arguments(f)
	alias := ""
	if tag != "" || g.chance("alias", 15) {
		alias = fmt.Sprintf("%s%s%d: ", f.Name, tag, g.pick("variant", 2))
	}
	out := alias + f.Name + args
	if !g.root {
		out += g.condition()
	}
	g.root = false
	if t := g.Schema.Types[f.Type.Name()]; t.IsCompositeType() {
		out += " " + g.selection(t, depth-1)
	}
	return out
}

// arguments draws arguments, and a tag that equals another's only if they do.
func (g *Generator) arguments(f *ast.FieldDefinition) (args, tag string) {
	var list []string
	for _, a := range f.Arguments {
		if !a.Type.NonNull && g.chance("omit", 50) {
			continue
		}
		values := g.Values[a.Name]
		if len(values) == 0 || g.Schema.Types[a.Type.Name()].Kind == ast.Enum {
			values = g.literals(a.Type, 2)
		}
		k := g.pick(a.Name, len(values))
		list = append(list, a.Name+": "+values[k])
		tag += fmt.Sprintf("_%s%d", a.Name, k)
	}
	if len(list) == 0 {
		return "", ""
	}
	return "(" + strings.Join(list, ", ") + ")", tag
}

// literals are values of an input type, objects nested no deeper than depth.
func (g *Generator) literals(t *ast.Type, depth int) []string {
	if t.Elem != nil {
		of := g.literals(t.Elem, depth)
		if len(of) == 0 {
			return []string{"[]"}
		}
		return []string{"[]", "[" + of[0] + "]", "[" + strings.Join(of, ", ") + "]"}
	}
	switch def := g.Schema.Types[t.NamedType]; def.Kind {
	case ast.Enum:
		var names []string
		for _, v := range def.EnumValues {
			names = append(names, v.Name)
		}
		return names
	case ast.InputObject:
		var least, most []string
		for _, f := range def.Fields {
			of := []string(nil)
			if depth > 0 {
				of = g.literals(f.Type, depth-1)
			}
			switch {
			case len(of) == 0 && f.Type.NonNull:
				return nil
			case len(of) == 0:
				continue
			case f.Type.NonNull:
				least = append(least, f.Name+": "+of[0])
			}
			most = append(most, f.Name+": "+of[len(of)-1])
		}
		return []string{"{" + strings.Join(least, ", ") + "}", "{" + strings.Join(most, ", ") + "}"}
	}
	return map[string][]string{"Int": {"0", "1", "2", "9"}, "Boolean": {"true", "false"}, "String": {`"a"`, `"b"`}}[t.NamedType]
}

// condition is a directive or nothing.
func (g *Generator) condition() string {
	list := []string{"@include(if: $yes)", "@include(if: $no)", "@skip(if: $yes)", "@skip(if: $no)", "@include(if: true)", "@skip(if: true)"}
	k := g.pick("condition", 40) - 40 + len(list)
	if k < 0 {
		return ""
	}
	g.usesVars = g.usesVars || k < 4
	return " " + list[k]
}

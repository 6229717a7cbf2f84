package gateway

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// operationWriter writes operations as clients do: every one with a name, arguments as variables, most scalars of a type, some of what hangs
// on it, fragments where a type is abstract.
type operationWriter struct {
	schema *ast.Schema
	rnd    *rand.Rand
	left   int               // fields that may still be written
	vars   map[string]string // variable → type
	depth  int
}

// Shape of the operations.
const (
	fieldsAtMost = 120
	depthAtMost  = 7
)

// operations returns n distinct operations that are valid for the schema, always the same.
func operations(sdl string, n int) ([]string, error) {
	schema, gerr := gqlparser.LoadSchema(&ast.Source{Name: "api", Input: sdl})
	if gerr != nil {
		return nil, gerr
	}
	rnd := rand.New(rand.NewPCG(7, uint64(n)))
	var out []string
	seen := map[string]bool{}
	for tries := 0; len(out) < n; tries++ {
		if tries > 20*n {
			return nil, fmt.Errorf("only %d of %d distinct operations found", len(out), n)
		}
		w := &operationWriter{schema: schema, rnd: rnd, left: 10 + rnd.IntN(fieldsAtMost-10), vars: map[string]string{}, depth: 2 + rnd.IntN(depthAtMost-1)}
		body, kind := w.operation()
		if body == "" || seen[body] {
			continue
		}
		seen[body] = true
		query := fmt.Sprintf("%s Operation%d%s %s", kind, len(out), w.declarations(), body)
		if _, errs := gqlparser.LoadQueryWithRules(schema, query, rules.NewDefaultRules()); len(errs) > 0 {
			continue // two members of a union with one field of different types, mostly
		}
		out = append(out, query)
	}
	return out, nil
}

func (w *operationWriter) operation() (body string, kind ast.Operation) {
	if w.schema.Mutation != nil && w.rnd.IntN(10) == 0 {
		fields := visible(w.schema.Mutation)
		return "{ " + w.field(w.schema.Mutation, fields[w.rnd.IntN(len(fields))], w.depth) + " }", ast.Mutation
	}
	fields := visible(w.schema.Query)
	w.rnd.Shuffle(len(fields), func(i, j int) { fields[i], fields[j] = fields[j], fields[i] })
	var parts []string
	for _, f := range fields[:1+w.rnd.IntN(min(3, len(fields)))] {
		parts = append(parts, w.field(w.schema.Query, f, w.depth))
	}
	return "{ " + strings.Join(parts, " ") + " }", ast.Query
}

func visible(def *ast.Definition) ast.FieldList {
	return slices.DeleteFunc(slices.Clone(def.Fields), func(f *ast.FieldDefinition) bool { return strings.HasPrefix(f.Name, "__") })
}

func (w *operationWriter) field(parent *ast.Definition, f *ast.FieldDefinition, depth int) string {
	w.left--
	var args []string
	for _, a := range f.Arguments {
		if !a.Type.NonNull && w.rnd.IntN(3) > 0 {
			continue
		}
		name := strings.ToLower(parent.Name[:1]) + parent.Name[1:] + "_" + f.Name + "_" + a.Name
		w.vars[name] = a.Type.String()
		args = append(args, a.Name+": $"+name)
	}
	out := f.Name
	if len(args) > 0 {
		out += "(" + strings.Join(args, ", ") + ")"
	}
	if t := w.schema.Types[f.Type.Name()]; t.IsCompositeType() {
		out += " " + w.selection(t, depth-1)
	}
	return out
}

func (w *operationWriter) selection(t *ast.Definition, depth int) string {
	var parts []string
	for _, f := range visible(t) {
		composite := w.schema.Types[f.Type.Name()].IsCompositeType()
		switch {
		case !composite && w.rnd.IntN(3) > 0, composite && depth > 0 && w.left > 0 && w.rnd.IntN(2) == 0:
			parts = append(parts, w.field(t, f, depth))
		}
	}
	if t.IsAbstractType() {
		for _, member := range w.schema.GetPossibleTypes(t) {
			if w.rnd.IntN(2) == 0 && depth > 0 && w.left > 0 {
				parts = append(parts, "... on "+member.Name+" "+w.selection(member, depth-1))
			}
		}
	}
	if len(parts) == 0 || t.IsAbstractType() {
		parts = append(parts, "__typename")
	}
	return "{ " + strings.Join(parts, " ") + " }"
}

func (w *operationWriter) declarations() string {
	var list []string
	for name, typ := range w.vars {
		list = append(list, "$"+name+": "+typ)
	}
	if len(list) == 0 {
		return ""
	}
	slices.Sort(list)
	return "(" + strings.Join(list, ", ") + ")"
}

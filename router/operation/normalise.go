package operation

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"marquee/router/plan"
	"marquee/router/supergraph"
)

// Normalized is an operation in normal form: no fragments, no conditions, no literals.
type Normalized struct {
	Kind   plan.Kind
	Name   string
	Labels supergraph.Labels
	Root   *Selection
	// Variables are all that subgraph operations may declare: the client's in order of declaration, then lifted ones.
	Variables []Variable
	// Literals are the values of the lifted variables: to be added to the request's variables.
	Literals map[string]json.RawMessage
	// Key is equal for operations that have the same plan.
	Key string
}

// Variable is a declaration as subgraphs need it: Default is the printed default value or "".
type Variable struct {
	Name, Type, Default string
}

// Selection is what the client selects on the objects of one place.
type Selection struct {
	// Type is the static type.
	Type *supergraph.Type
	// Common are the fields selected without a type condition.
	Common []*Field
	// Variants is nil unless some field has a type condition. Then they cover all visible possible types, each with
	// everything selected on it, Common included.
	Variants []Variant
	// Denied are the object types whose objects the caller may not see, sorted by Object: such an object is null, and
	// nothing is selected on it.
	Denied []*supergraph.Type
}

// Variant is the selection on some object types, sorted by Object.
type Variant struct {
	Types  []*supergraph.Type
	Fields []*Field
}

// For returns what is selected on an object type.
func (s *Selection) For(t *supergraph.Type) []*Field {
	for i := range s.Variants {
		for _, v := range s.Variants[i].Types {
			if v == t {
				return s.Variants[i].Fields
			}
		}
	}
	return s.Common
}

// Field is a merged response key.
type Field struct {
	Key  string // response key
	Name string
	// Def is nil for `__typename` and for introspection fields.
	Def  *supergraph.Field
	Args []Argument
	// ArgsKey identifies the arguments.
	ArgsKey string
	// Sub is nil for leaves. Equal selections may be shared.
	Sub *Selection
	// Meta is set for `__schema` and `__type`.
	Meta       *Meta
	IsTypename bool
	// Denied is the definition of a field that the caller may not see: Def is nil then, it is not to be fetched, and it
	// is null in the answer.
	Denied *supergraph.Field
}

// Argument is an argument without literals: its value consists of variables (lists and objects around variables may
// hold literals).
type Argument struct {
	Name  string
	Value *ast.Value
}

// Pinned returns the part of the variables that the normal form depends on, as a cache key next to the document and the
// operation name.
func (o *Operation) Pinned(vars map[string]json.RawMessage) string {
	var b strings.Builder
	for _, name := range o.pinned {
		fmt.Fprintf(&b, "%s=%s;", name, vars[name])
	}
	return b.String()
}

// Normalise brings the operation into normal form for coerced variables and a set of active override labels.
func (o *Operation) Normalise(vars map[string]json.RawMessage, labels supergraph.Labels) (*Normalized, *gqlerror.Error) {
	return o.NormaliseFor(vars, labels, nil)
}

// NormaliseFor is Normalise for a caller who may not see everything; a nil access allows all.
func (o *Operation) NormaliseFor(vars map[string]json.RawMessage, labels supergraph.Labels, access Access) (*Normalized, *gqlerror.Error) {
	root := o.sg.Roots[o.Kind]
	if root == nil {
		return nil, newError(CodeValidation, o.def.Position, "the schema has no %s type", o.Kind)
	}
	n := &normaliser{op: o, vars: vars, ids: map[*ast.Field]int{}, memo: map[string]*Selection{}, lifter: newLifter(o), access: access}
	sel := n.selection(root, []ast.SelectionSet{o.def.SelectionSet})
	if n.err != nil {
		return nil, n.err
	}
	if o.Kind == plan.Subscription && len(sel.Common) != 1 {
		return nil, newError(CodeValidation, o.def.Position, "a subscription must select exactly one top level field")
	}
	if o.Kind == plan.Subscription && sel.Common[0].Denied != nil {
		return nil, newError(CodeUnauthorized, o.def.Position, "Unauthorized field or type")
	}
	out := &Normalized{Kind: o.Kind, Name: o.Name, Labels: labels, Root: sel, Literals: n.lifter.values}
	for _, v := range o.def.VariableDefinitions {
		d := Variable{Name: v.Variable, Type: v.Type.String()}
		if v.DefaultValue != nil {
			d.Default = v.DefaultValue.String()
		}
		out.Variables = append(out.Variables, d)
	}
	out.Variables = append(out.Variables, n.lifter.variables...)
	out.Key = out.String()
	return out, nil
}

type normaliser struct {
	op     *Operation
	vars   map[string]json.RawMessage
	lifter *lifter
	access Access // nil allows all
	ids    map[*ast.Field]int
	memo   map[string]*Selection
	fields int
	err    *gqlerror.Error
}

// seen is an occurrence with the object types it is restricted to; on is nil if it is not.
type seen struct {
	field *ast.Field
	on    []*supergraph.Type
}

func (n *normaliser) fail(err *gqlerror.Error) {
	if n.err == nil {
		n.err = err
	}
}

// spend counts an occurrence: merging the fields of many possible types may visit more than the document has.
func (n *normaliser) spend(at *ast.Position) bool {
	if n.fields++; n.op.limits.Fields > 0 && n.fields > 4*n.op.limits.Fields {
		n.fail(limitError("fields", n.op.limits.Fields, at))
		return false
	}
	return true
}

func (n *normaliser) selection(t *supergraph.Type, sets []ast.SelectionSet) *Selection {
	var occs []seen
	conditional := false
	visited := map[string]bool{}
	var walk func(set ast.SelectionSet, on []*supergraph.Type)
	walk = func(set ast.SelectionSet, on []*supergraph.Type) {
		for _, s := range set {
			if n.err != nil {
				return
			}
			switch s := s.(type) {
			case *ast.Field:
				if !n.included(s.Directives) {
					continue
				}
				if !n.spend(s.Position) {
					return
				}
				occs = append(occs, seen{s, on})
				conditional = conditional || on != nil
			case *ast.InlineFragment:
				if n.included(s.Directives) {
					if narrowed, any := n.narrow(t, on, s.TypeCondition); any {
						walk(s.SelectionSet, narrowed)
					}
				}
			case *ast.FragmentSpread:
				f := n.op.doc.Fragments.ForName(s.Name)
				if f == nil || !n.included(s.Directives) {
					continue
				}
				narrowed, any := n.narrow(t, on, f.TypeCondition)
				key := s.Name + typesKey(narrowed)
				if !any || visited[key] {
					continue
				}
				visited[key] = true
				walk(f.SelectionSet, narrowed)
			}
		}
	}
	for _, set := range sets {
		walk(set, nil)
	}
	out := &Selection{Type: t}
	if n.err != nil {
		return out
	}
	var common []*ast.Field
	for _, o := range occs {
		if o.on == nil {
			common = append(common, o.field)
		}
	}
	out.Common = n.merge(t, common)
	if conditional || n.uneven(t, common) {
		n.variants(t, occs, out)
	}
	return out
}

// narrow applies a type condition to the restriction on; nil means every type of t.
func (n *normaliser) narrow(t *supergraph.Type, on []*supergraph.Type, condition string) ([]*supergraph.Type, bool) {
	c := t
	if condition != "" {
		c = n.op.sg.Type(condition)
	}
	if c == nil {
		return nil, false
	}
	from := on
	if from == nil {
		from = t.Possible
	}
	var out []*supergraph.Type
	for _, p := range from {
		if p.Implements(c) {
			out = append(out, p)
		}
	}
	if on == nil && len(out) == len(from) && (c == t || t.Kind == ast.Object || contains(t.Interfaces, c)) {
		return nil, true
	}
	return out, len(out) > 0
}

func contains(list []*supergraph.Type, t *supergraph.Type) bool {
	for _, l := range list {
		if l == t {
			return true
		}
	}
	return false
}

func typesKey(types []*supergraph.Type) string {
	if types == nil {
		return ""
	}
	var b strings.Builder
	for _, t := range types {
		fmt.Fprintf(&b, "|%d", t.Object)
	}
	return b.String()
}

// variants splits the possible types by the occurrences that apply to them.
func (n *normaliser) variants(t *supergraph.Type, occs []seen, out *Selection) {
	index := map[string]int{}
	for _, p := range t.Possible {
		if p.Inaccessible {
			continue
		}
		var fields []*ast.Field
		denied := n.access != nil && !n.access.Object(p)
		if denied {
			out.Denied = append(out.Denied, p)
		}
		for _, o := range occs {
			if !denied && (o.on == nil || contains(o.on, p)) {
				fields = append(fields, o.field)
			}
		}
		// Types with the same occurrences can still differ in the types of their fields, so each is merged on its
		// own and only those that end up with the same fields are put together.
		merged := n.merge(p, fields)
		key := n.variantKey(merged)
		i, ok := index[key]
		if !ok {
			i = len(out.Variants)
			index[key] = i
			out.Variants = append(out.Variants, Variant{Fields: merged})
		}
		out.Variants[i].Types = append(out.Variants[i].Types, p)
	}
}

func (n *normaliser) variantKey(fields []*Field) string {
	var b strings.Builder
	for _, f := range fields {
		fmt.Fprintf(&b, "%s:%s(%s)%p", f.Key, f.Name, f.ArgsKey, f.Sub)
		if f.Denied != nil {
			b.WriteString("denied " + f.Denied.Type.String())
		}
		if f.Def != nil {
			b.WriteString(f.Def.Type.String())
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// merge groups occurrences by response key, in order of first occurrence.
func (n *normaliser) merge(t *supergraph.Type, occs []*ast.Field) []*Field {
	var order []string
	groups := map[string][]*ast.Field{}
	for _, f := range occs {
		if groups[f.Alias] == nil {
			order = append(order, f.Alias)
		}
		groups[f.Alias] = append(groups[f.Alias], f)
	}
	var out []*Field
	for _, key := range order {
		if f := n.field(t, key, groups[key]); f != nil {
			out = append(out, f)
		}
	}
	return out
}

func (n *normaliser) field(t *supergraph.Type, key string, group []*ast.Field) *Field {
	first := group[0]
	f := &Field{Key: key, Name: first.Name}
	switch first.Name {
	case "__typename":
		f.IsTypename = true
		return f
	case "__schema", "__type":
		f.Meta = n.meta(key, group)
		return f
	}
	if f.Def = t.Field(first.Name); f.Def == nil {
		n.fail(newError(CodeValidation, first.Position, "type %s has no field %q", t.Name, first.Name))
		return nil
	}
	if n.access != nil && !n.access.Field(f.Def) {
		f.Def, f.Denied = nil, f.Def
		return f
	}
	for _, a := range first.Arguments {
		def := f.Def.Def.Arguments.ForName(a.Name)
		if def == nil {
			n.fail(newError(CodeValidation, a.Position, "unknown argument %q", a.Name))
			return nil
		}
		value, err := n.lifter.lift(def.Type, a.Value)
		if err != nil {
			n.fail(err)
			return nil
		}
		f.Args = append(f.Args, Argument{Name: a.Name, Value: value})
	}
	f.ArgsKey = keyOf(f.Args)
	if f.Def.Named.Composite() {
		f.Sub = n.child(f.Def.Named, group)
	}
	return f
}

// child normalises the merged child selection of some occurrences, once per type and set of occurrences.
func (n *normaliser) child(t *supergraph.Type, group []*ast.Field) *Selection {
	var key strings.Builder
	key.WriteString(t.Name)
	sets := make([]ast.SelectionSet, 0, len(group))
	for _, f := range group {
		id, ok := n.ids[f]
		if !ok {
			id = len(n.ids)
			n.ids[f] = id
		}
		fmt.Fprintf(&key, " %d", id)
		sets = append(sets, f.SelectionSet)
	}
	if s := n.memo[key.String()]; s != nil {
		return s
	}
	s := n.selection(t, sets)
	n.memo[key.String()] = s
	return s
}

// included evaluates @skip and @include.
func (n *normaliser) included(list ast.DirectiveList) bool {
	for _, d := range list {
		if d.Name != "skip" && d.Name != "include" {
			continue
		}
		arg := d.Arguments.ForName("if")
		if arg == nil {
			continue
		}
		value := arg.Value.Raw
		if arg.Value.Kind == ast.Variable {
			value = string(n.vars[arg.Value.Raw])
			if value != "true" && value != "false" {
				n.fail(newError(CodeInput, arg.Position, "variable $%s of @%s must be true or false", arg.Value.Raw, d.Name))
				return false
			}
		}
		if (value == "true") == (d.Name == "skip") {
			return false
		}
	}
	return true
}

package oracle

import (
	"encoding/json"
	"errors"
	"fmt"
	"sort"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// FieldError is one entry of an answer's errors.
type FieldError struct {
	Message    string         `json:"message"`
	Path       []any          `json:"path,omitempty"`
	Extensions map[string]any `json:"extensions,omitempty"`
}

// Answer is the result of one operation. Data is nil if the operation was
// refused before execution.
type Answer struct {
	Data   any // *ordered or nil
	Errors []FieldError
	ran    bool
}

// MarshalJSON writes the answer with "data" only if the operation ran.
func (a *Answer) MarshalJSON() ([]byte, error) {
	out := &ordered{}
	if a.ran {
		out.set("data", a.Data)
	}
	if len(a.Errors) > 0 {
		out.set("errors", a.Errors)
	}
	return json.Marshal(out)
}

// ordered is a JSON object that keeps the order of its keys.
type ordered struct {
	keys []string
	vals []any
}

func (o *ordered) set(key string, v any) {
	o.keys = append(o.keys, key)
	o.vals = append(o.vals, v)
}

// MarshalJSON implements json.Marshaler.
func (o *ordered) MarshalJSON() ([]byte, error) {
	out := []byte{'{'}
	for i, k := range o.keys {
		if i > 0 {
			out = append(out, ',')
		}
		kb, _ := json.Marshal(k)
		vb, err := json.Marshal(o.vals[i])
		if err != nil {
			return nil, err
		}
		out = append(append(append(out, kb...), ':'), vb...)
	}
	return append(out, '}'), nil
}

// server executes operations over a graph with one schema.
type server struct {
	schema   *ast.Schema
	graph    *Graph
	entities func(args map[string]any) []any // nil in a monolith
	external func(typename, field string) bool
	deny     func(typename, field string) bool // see Monolith.Deny
	event    any                               // the value of a subscription's root field, per event
}

// Monolith answers with the whole schema: the truth the router is compared
// with.
type Monolith struct{ server }

// NewMonolith panics if the SDL does not load: it is part of a test.
func NewMonolith(sdl string, g *Graph) *Monolith {
	schema := gqlparser.MustLoadSchema(&ast.Source{Name: "monolith", Input: sdl})
	return &Monolith{server{schema: schema, graph: g}}
}

// Deny makes fields and, for the field "", object types fail where they are
// asked for. A field whose objects can only be of denied types fails as a whole.
func (m *Monolith) Deny(deny func(typename, field string) bool) { m.deny = deny }

func (x *execution) denied(def *ast.Definition, f *ast.Field) bool {
	if x.deny == nil {
		return false
	}
	possible := x.schema.GetPossibleTypes(x.schema.Types[f.Definition.Type.Name()])
	for _, p := range possible {
		if !x.deny(p.Name, "") {
			possible = nil
		}
	}
	return x.deny(def.Name, f.Name) || len(possible) > 0
}

// Schema returns the monolith's schema.
func (m *Monolith) Schema() *ast.Schema { return m.schema }

// Execute answers one operation; variables are decoded JSON.
func (s *server) Execute(query, name string, variables map[string]any) *Answer {
	doc, errs := gqlparser.LoadQueryWithRules(s.schema, query, rules.NewDefaultRules())
	if len(errs) > 0 {
		return refuse(errs)
	}
	op := doc.Operations.ForName(name)
	if op == nil {
		return refuse(fmt.Errorf("no operation %q", name))
	}
	vars, err := validator.VariableValues(s.schema, op, variables)
	if err != nil {
		return refuse(err)
	}
	root, def := s.graph.Query, s.schema.Query
	switch op.Operation {
	case ast.Mutation:
		root, def = s.graph.Mutation, s.schema.Mutation
	case ast.Subscription:
		root, def = s.graph.Subscription, s.schema.Subscription
	}
	run := &execution{server: s, vars: vars, answer: &Answer{ran: true}}
	if v, ok := run.object(def, &Instance{object: root}, []ast.SelectionSet{op.SelectionSet}, nil); ok {
		run.answer.Data = v
	}
	return run.answer
}

// ExecuteEvent answers a subscription for one event: the value of its root
// field.
func (m *Monolith) ExecuteEvent(query string, variables map[string]any, event any) *Answer {
	s := m.server
	s.event = event
	return s.Execute(query, "", variables)
}

var errDenied = errors.New("denied")

func refuse(err error) *Answer {
	return &Answer{Errors: []FieldError{{
		Message: err.Error(), Extensions: map[string]any{"code": "GRAPHQL_VALIDATION_FAILED"},
	}}}
}

type execution struct {
	*server
	vars   map[string]any
	answer *Answer
	above  []*Instance // the objects being answered, the root first
}

func (x *execution) fail(path []any, format string, args ...any) {
	p := append([]any(nil), path...)
	x.answer.Errors = append(x.answer.Errors, FieldError{Message: fmt.Sprintf(format, args...), Path: p})
}

// collected is one response key with all fields that share it.
type collected struct {
	key    string
	fields []*ast.Field
}

func (x *execution) collect(def *ast.Definition, sets []ast.SelectionSet) []collected {
	var out []collected
	index := map[string]int{}
	var walk func(ast.SelectionSet)
	applies := func(cond string) bool {
		if cond == "" || cond == def.Name {
			return true
		}
		for _, p := range x.schema.GetPossibleTypes(x.schema.Types[cond]) {
			if p.Name == def.Name {
				return true
			}
		}
		return false
	}
	walk = func(set ast.SelectionSet) {
		for _, sel := range set {
			switch sel := sel.(type) {
			case *ast.Field:
				if !x.included(sel.Directives) {
					continue
				}
				i, ok := index[sel.Alias]
				if !ok {
					i = len(out)
					index[sel.Alias] = i
					out = append(out, collected{key: sel.Alias})
				}
				out[i].fields = append(out[i].fields, sel)
			case *ast.InlineFragment:
				if x.included(sel.Directives) && applies(sel.TypeCondition) {
					walk(sel.SelectionSet)
				}
			case *ast.FragmentSpread:
				if x.included(sel.Directives) && applies(sel.Definition.TypeCondition) {
					walk(sel.Definition.SelectionSet)
				}
			}
		}
	}
	for _, set := range sets {
		walk(set)
	}
	return out
}

func (x *execution) included(list ast.DirectiveList) bool {
	arg := func(name string) any {
		d := list.ForName(name)
		if d == nil {
			return nil
		}
		return d.ArgumentMap(x.vars)["if"]
	}
	return arg("skip") != true && arg("include") != false
}

// object executes selections on one object of a concrete type. ok is false if
// a non-null field failed.
func (x *execution) object(def *ast.Definition, in *Instance, sets []ast.SelectionSet, path []any) (any, bool) {
	out, good := &ordered{}, true
	in.ancestors = x.above
	x.above = append(x.above[:len(x.above):len(x.above)], in)
	defer func() { x.above = in.ancestors }()
	for _, c := range x.collect(def, sets) {
		at := append(path[:len(path):len(path)], c.key)
		f := c.fields[0]
		if f.Name == "__typename" {
			out.set(c.key, def.Name)
			continue
		}
		var value any
		switch {
		case f.Name == "_entities" && x.entities != nil:
			value = x.entities(f.ArgumentMap(x.vars))
		case f.Name == "_service":
			value = &Object{Type: "_Service", Fields: map[string]any{"sdl": ""}}
		case x.event != nil && def == x.schema.Subscription:
			value = x.event
		case x.denied(def, f):
			value = errDenied
		default:
			value = x.resolve(def, in, f)
		}
		typ := f.Definition.Type
		if fd := def.Fields.ForName(f.Name); fd != nil {
			typ = fd.Type // which may be stricter than the interface's the field was selected on
		}
		v, ok := x.complete(typ, value, c.fields, at)
		if !ok {
			good = false // siblings run on, as their errors count too
			continue
		}
		out.set(c.key, v)
	}
	if !good {
		return nil, false
	}
	return out, true
}

func (x *execution) resolve(def *ast.Definition, in *Instance, f *ast.Field) any {
	v := in.object.Fields[f.Name]
	if in.representation != nil && in.external != nil && in.external(f.Name) {
		if sent, ok := in.representation[f.Name]; ok {
			return sent
		}
	}
	if r, ok := v.(Resolver); ok {
		own := *f
		if fd := def.Fields.ForName(f.Name); fd != nil {
			own.Definition = fd // selected on an interface, answered by the type: its defaults count
		}
		return r(in, own.ArgumentMap(x.vars))
	}
	return v
}

// complete coerces a value to a type. ok is false if null must propagate to
// the parent.
func (x *execution) complete(t *ast.Type, v any, fields []*ast.Field, path []any) (any, bool) {
	if t.NonNull {
		inner := *t
		inner.NonNull = false
		before := len(x.answer.Errors)
		out, ok := x.complete(&inner, v, fields, path)
		if !ok || out == nil {
			if len(x.answer.Errors) == before {
				x.fail(path, "Cannot return null for non-nullable field.")
			}
			return nil, false
		}
		return out, true
	}
	switch v := v.(type) {
	case nil:
		return nil, true
	case error:
		x.fail(path, "%s", v.Error())
		return nil, true
	case []any:
		if t.Elem == nil {
			x.fail(path, "unexpected list")
			return nil, true
		}
		out := make([]any, len(v))
		for i, e := range v {
			item, ok := x.complete(t.Elem, e, fields, append(path[:len(path):len(path)], i))
			if !ok {
				return nil, true
			}
			out[i] = item
		}
		return out, true
	case *Object:
		return x.composite(&Instance{object: v}, fields, path)
	case *Instance:
		return x.composite(v, fields, path)
	}
	if t.Elem != nil {
		x.fail(path, "expected a list")
		return nil, true
	}
	return v, true
}

func (x *execution) composite(in *Instance, fields []*ast.Field, path []any) (any, bool) {
	def := x.runtimeType(in.object.Type)
	if def == nil {
		x.fail(path, "type %s is unknown here", in.object.Type)
		return nil, true
	}
	if x.deny != nil && x.deny(def.Name, "") {
		x.fail(path, "%s", errDenied)
		return nil, true
	}
	if x.external != nil {
		name := def.Name
		in.external = func(field string) bool { return x.external(name, field) }
	}
	sets := make([]ast.SelectionSet, len(fields))
	for i, f := range fields {
		sets[i] = f.SelectionSet
	}
	out, ok := x.object(def, in, sets, path)
	if !ok {
		return nil, true
	}
	return out, true
}

// runtimeType returns the type this server knows the object as: its own, or an
// interface of it that is an object type here (an interface object).
func (x *execution) runtimeType(name string) *ast.Definition {
	if d := x.schema.Types[name]; d != nil {
		return d
	}
	for _, i := range x.graph.interfaces[name] {
		if d := x.schema.Types[i]; d != nil && d.Kind == ast.Object {
			return d
		}
	}
	return nil
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

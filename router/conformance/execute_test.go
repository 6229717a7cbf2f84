package conformance_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// server executes operations for one subgraph, or, without one, for the whole
// schema: the monolith.
type server struct {
	schema *ast.Schema
	sg     *subgraph // nil in the monolith
	view   view

	mu         *sync.Mutex // held while executing: mutations write to the data
	violations *[]string
}

type request struct {
	Query         string         `json:"query"`
	OperationName string         `json:"operationName"`
	Variables     map[string]any `json:"variables"`
}

type answer struct {
	Data   any   `json:"data"`
	Errors []any `json:"errors,omitempty"`
}

// ServeHTTP implements http.Handler.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var req request
	s.mu.Lock()
	defer s.mu.Unlock()
	out := &answer{}
	if err := json.NewDecoder(r.Body).Decode(&req); err != nil {
		_ = s.violate("request: %v", err)
	} else {
		out = s.execute(req)
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(out)
}

func (s *server) violate(format string, args ...any) error {
	name := "monolith"
	if s.sg != nil {
		name = s.sg.name
	}
	err := fmt.Errorf(name+": "+format, args...)
	*s.violations = append(*s.violations, err.Error())
	return err
}

func (s *server) execute(req request) *answer {
	refuse := func(err error) *answer {
		_ = s.violate("refused %s\n\t%v", req.Query, err)
		return &answer{Errors: []any{map[string]any{"message": err.Error()}}}
	}
	doc, errs := gqlparser.LoadQueryWithRules(s.schema, req.Query, rules.NewDefaultRules())
	if len(errs) > 0 {
		return refuse(errs)
	}
	op := doc.Operations.ForName(req.OperationName)
	if op == nil && len(doc.Operations) == 1 {
		op = doc.Operations[0]
	}
	if op == nil {
		return refuse(fmt.Errorf("no operation %q", req.OperationName))
	}
	vars, err := validator.VariableValues(s.schema, op, req.Variables)
	if err != nil {
		return refuse(err)
	}
	root, def := s.view.Objects["Query"], s.schema.Query
	if op.Operation == ast.Mutation {
		root, def = s.view.Objects["Mutation"], s.schema.Mutation
	}
	x := &execution{server: s, vars: vars, out: &answer{}}
	if v, ok := x.object(&instance{obj: root, def: def}, []ast.SelectionSet{op.SelectionSet}, nil); ok {
		x.out.Data = v
	}
	return x.out
}

// instance is an object as this server came by it.
type instance struct {
	obj map[string]any
	def *ast.Definition
	// rep is the representation it was entered with, provided what its parents
	// provide of it.
	rep      map[string]any
	provided []ast.SelectionSet
}

type execution struct {
	*server
	vars map[string]any
	out  *answer
}

func (x *execution) fail(path []any, err error) {
	x.out.Errors = append(x.out.Errors, map[string]any{"message": err.Error(), "path": append([]any{}, path...)})
}

// ordered is a JSON object that keeps the order of its keys.
type ordered struct {
	keys []string
	vals []any
}

// MarshalJSON implements json.Marshaler.
func (o *ordered) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, k := range o.keys {
		if i > 0 {
			b.WriteByte(',')
		}
		v, err := json.Marshal(o.vals[i])
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, "%q:%s", k, v)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

func (x *execution) included(list ast.DirectiveList) bool {
	arg := func(name string) any {
		if d := list.ForName(name); d != nil {
			return d.ArgumentMap(x.vars)["if"]
		}
		return nil
	}
	return arg("skip") != true && arg("include") != false
}

// collect groups the fields that apply to a type by response key.
func (x *execution) collect(def *ast.Definition, sets []ast.SelectionSet) (keys []string, fields map[string][]*ast.Field) {
	fields = map[string][]*ast.Field{}
	var walk func(ast.SelectionSet)
	walk = func(set ast.SelectionSet) {
		for _, s := range set {
			switch s := s.(type) {
			case *ast.Field:
				if x.included(s.Directives) {
					if fields[s.Alias] == nil {
						keys = append(keys, s.Alias)
					}
					fields[s.Alias] = append(fields[s.Alias], s)
				}
			case *ast.InlineFragment:
				if x.included(s.Directives) && implements(x.schema, def.Name, s.TypeCondition) {
					walk(s.SelectionSet)
				}
			case *ast.FragmentSpread:
				if x.included(s.Directives) && implements(x.schema, def.Name, s.Definition.TypeCondition) {
					walk(s.Definition.SelectionSet)
				}
			}
		}
	}
	for _, set := range sets {
		walk(set)
	}
	return keys, fields
}

func (x *execution) object(in *instance, sets []ast.SelectionSet, path []any) (any, bool) {
	out, good := &ordered{}, true
	keys, fields := x.collect(in.def, sets)
	for _, key := range keys {
		at := append(path[:len(path):len(path)], key)
		f := fields[key][0]
		if f.Name == "__typename" {
			out.keys, out.vals = append(out.keys, key), append(out.vals, in.def.Name)
			continue
		}
		var value any
		var below []ast.SelectionSet
		if f.Name == "_entities" {
			value = x.entities(f.ArgumentMap(x.vars))
		} else {
			value, below = x.resolve(in, f)
		}
		typ := f.Definition.Type
		if fd := in.def.Fields.ForName(f.Name); fd != nil {
			typ = fd.Type // which may be stricter than the interface's the field was selected on
		}
		v, ok := x.complete(typ, value, fields[key], below, at)
		good = good && ok
		out.keys, out.vals = append(out.keys, key), append(out.vals, v)
	}
	return out, good
}

// resolve reads a field, and tells what it provides below.
func (x *execution) resolve(in *instance, f *ast.Field) (any, []ast.SelectionSet) {
	var below []ast.SelectionSet
	if x.sg != nil {
		fd := f.Definition
		provided, sets := x.providedHere(in, f.Name)
		below = sets
		if set := fieldSet(fd, "provides"); set != nil {
			below = append(below, set)
		}
		if x.sg.external(in.def, fd) && !provided {
			return x.violate("%s.%s is external and not provided", in.def.Name, f.Name), nil
		}
		if set := fieldSet(fd, "requires"); set != nil {
			if err := x.sentAll(in, set, in.rep, in.def.Name); err != nil {
				return err, nil
			}
		}
	}
	own := *f
	if fd := in.def.Fields.ForName(f.Name); fd != nil {
		own.Definition = fd // selected on an interface, answered by the type: its defaults count
	}
	return x.view.eval(x.view.field(in.obj, f.Name), own.ArgumentMap(x.vars), x.reader(in)), below
}

func (x *execution) providedHere(in *instance, field string) (bool, []ast.SelectionSet) {
	found := false
	var below []ast.SelectionSet
	var walk func(set ast.SelectionSet)
	walk = func(set ast.SelectionSet) {
		for _, s := range set {
			switch s := s.(type) {
			case *ast.Field:
				if s.Name == field {
					found = true
					below = append(below, s.SelectionSet)
				}
			case *ast.InlineFragment:
				if implements(x.schema, in.def.Name, s.TypeCondition) {
					walk(s.SelectionSet)
				}
			}
		}
	}
	for _, set := range in.provided {
		walk(set)
	}
	return found, below
}

// sentAll checks that a representation has everything a requirement names.
func (x *execution) sentAll(in *instance, set ast.SelectionSet, sent any, typ string) error {
	switch sent := sent.(type) {
	case []any:
		for _, e := range sent {
			if err := x.sentAll(in, set, e, ""); err != nil {
				return err
			}
		}
		return nil
	case map[string]any:
		if sent == nil {
			return x.violate("%s was not entered by a representation, but a field requires one", in.def.Name)
		}
		if t, ok := sent["__typename"].(string); ok {
			typ = t
		}
		for _, s := range set {
			switch s := s.(type) {
			case *ast.Field:
				v, ok := sent[s.Name]
				if !ok && s.Name != "__typename" {
					return x.violate("%s: required %s is missing in %s", in.def.Name, s.Name, text(in.rep))
				}
				if def := x.schema.Types[typ]; v == nil && def != nil {
					if fd := def.Fields.ForName(s.Name); fd != nil && fd.Type.NonNull {
						return x.violate("%s: required %s is null in %s", in.def.Name, s.Name, text(in.rep))
					}
				}
				if s.SelectionSet != nil {
					if err := x.sentAll(in, s.SelectionSet, v, ""); err != nil {
						return err
					}
				}
			case *ast.InlineFragment:
				if typ == "" && s.TypeCondition != "" {
					return x.violate("%s: no __typename to decide on %s", in.def.Name, s.TypeCondition)
				}
				if s.TypeCondition == "" || x.view.is(typ, s.TypeCondition) || implements(x.schema, typ, s.TypeCondition) {
					if err := x.sentAll(in, s.SelectionSet, sent, typ); err != nil {
						return err
					}
				}
			}
		}
	}
	return nil
}

// reader reads fields for templates: external ones only from the representation.
func (x *execution) reader(in *instance) reader {
	return func(field string, args map[string]any) any {
		if x.sg != nil {
			fd := in.def.Fields.ForName(field)
			if fd == nil {
				return x.violate("%s has no field %s to compute from", in.def.Name, field)
			}
			if x.sg.external(in.def, fd) {
				v, ok := in.rep[field]
				if !ok {
					return x.violate("%s.%s is needed and was not sent", in.def.Name, field)
				}
				return v
			}
		}
		return x.view.eval(x.view.field(in.obj, field), args, x.reader(in))
	}
}

// complete coerces a value to a type; ok is false if null goes to the parent.
func (x *execution) complete(t *ast.Type, v any, fields []*ast.Field, provided []ast.SelectionSet, path []any) (any, bool) {
	if t.NonNull {
		inner := *t
		inner.NonNull = false
		before := len(x.out.Errors)
		out, ok := x.complete(&inner, v, fields, provided, path)
		if !ok || out == nil {
			if len(x.out.Errors) == before {
				x.fail(path, fmt.Errorf("null for a non-null field"))
			}
			return nil, false
		}
		return out, true
	}
	if in, ok := v.(*instance); ok {
		return x.composite(in, fields, path), true
	}
	if s, ok := v.(string); ok && (len(s) > 0 && s[0] == '&') {
		v = x.view.deref(v)
	}
	switch v := v.(type) {
	case nil:
		return nil, true
	case error:
		x.fail(path, v)
		return nil, true
	case []any:
		if t.Elem == nil && x.schema.Types[t.NamedType].Kind == ast.Scalar {
			return v, true
		}
		if t.Elem == nil {
			x.fail(path, x.violate("%v: a list for %s", path, t))
			return nil, true
		}
		out := make([]any, len(v))
		for i, e := range v {
			item, ok := x.complete(t.Elem, e, fields, provided, append(path[:len(path):len(path)], i))
			if !ok {
				return nil, true
			}
			out[i] = item
		}
		return out, true
	}
	if t.Elem != nil {
		x.fail(path, x.violate("%v: not a list for %s", path, t))
		return nil, true
	}
	def := x.schema.Types[t.NamedType]
	if m, ok := v.(map[string]any); ok && def.IsCompositeType() {
		if s, ok := m["$error"].(string); ok {
			x.fail(path, fmt.Errorf("%s", s))
			return nil, true
		}
		typ, err := x.runtime(def, m)
		if err != nil {
			x.fail(path, err)
			return nil, true
		}
		if typ == nil {
			return nil, true
		}
		return x.composite(&instance{obj: m, def: typ, provided: provided}, fields, path), true
	}
	if s, ok := v.(string); def.Kind == ast.Enum && (!ok || def.EnumValues.ForName(s) == nil) {
		x.fail(path, fmt.Errorf("%v is not in enum %s", v, def.Name))
		return nil, true
	}
	return v, true
}

func (x *execution) composite(in *instance, fields []*ast.Field, path []any) any {
	sets := make([]ast.SelectionSet, len(fields))
	for i, f := range fields {
		sets[i] = f.SelectionSet
	}
	if out, ok := x.object(in, sets, path); ok {
		return out
	}
	return nil
}

// runtime is the object type by which this server knows an object where it
// declares def.
func (x *execution) runtime(def *ast.Definition, o map[string]any) (*ast.Definition, error) {
	name, _ := o["__typename"].(string)
	if def.Kind == ast.Object {
		if name != "" && name != def.Name && !has(def.Directives, "interfaceObject") {
			return nil, x.violate("%s where %s is declared", name, def.Name)
		}
		return def, nil
	}
	if real := x.schema.Types[name]; real != nil && real.Kind == ast.Object && implements(x.schema, name, def.Name) {
		return real, nil
	}
	for _, p := range x.schema.GetPossibleTypes(def) { // an interface object inside an abstract type
		if has(p.Directives, "interfaceObject") && x.view.is(name, p.Name) {
			return p, nil
		}
	}
	if x.sg == nil {
		return nil, nil // an inaccessible type
	}
	return nil, x.violate("%s is not a %s here", name, def.Name)
}

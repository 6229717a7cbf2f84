package oracle

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// Conform checks that a whole GraphQL answer obeys the specification for an
// operation, whatever the data: it is JSON, has only the keys an answer may
// have, every error has a message and a code, data has exactly the selected
// keys in order, and no null stands where the schema promises a value. If data
// is partial there must be an error.
func (s *server) Conform(answer []byte, query, name string, variables map[string]any) error {
	var env struct {
		Data       json.RawMessage  `json:"data"`
		Errors     *[]FieldError    `json:"errors"`
		Extensions *json.RawMessage `json:"extensions"`
	}
	dec := json.NewDecoder(bytes.NewReader(answer))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&env); err != nil {
		return fmt.Errorf("%w in %s", err, answer)
	}
	if env.Errors != nil {
		if len(*env.Errors) == 0 {
			return fmt.Errorf("errors is an empty list")
		}
		for _, e := range *env.Errors {
			if code, _ := e.Extensions["code"].(string); e.Message == "" || code == "" {
				return fmt.Errorf("error without message or code: %+v", e)
			}
		}
	}
	doc, errs := gqlparser.LoadQueryWithRules(s.schema, query, rules.NewDefaultRules())
	if len(errs) > 0 {
		return errs
	}
	op := doc.Operations.ForName(name)
	vars, err := validator.VariableValues(s.schema, op, variables)
	if err != nil {
		return err
	}
	if env.Data == nil || string(env.Data) == "null" {
		if env.Errors == nil {
			return fmt.Errorf("neither data nor errors")
		}
		return nil
	}
	def := s.schema.Query
	switch op.Operation {
	case ast.Mutation:
		def = s.schema.Mutation
	case ast.Subscription:
		def = s.schema.Subscription
	}
	x := &execution{server: s, vars: vars}
	return x.conformObject([]*ast.Definition{def}, []ast.SelectionSet{op.SelectionSet}, env.Data, "data")
}

// conformObject checks an object that is of one of the types.
func (x *execution) conformObject(types []*ast.Definition, sets []ast.SelectionSet, text json.RawMessage, at string) error {
	keys, members, err := orderedMembers(text)
	if err != nil {
		return fmt.Errorf("%s: %w", at, err)
	}
	first := fmt.Errorf("%s: no type", at)
	for i, def := range types {
		err := x.conformAs(def, sets, keys, members, at)
		if err == nil {
			return nil
		}
		if i == 0 {
			first = err
		}
	}
	return first
}

func (x *execution) conformAs(def *ast.Definition, sets []ast.SelectionSet, keys []string, members map[string]json.RawMessage, at string) error {
	fields := x.collect(def, sets)
	want := make([]string, len(fields))
	for i, c := range fields {
		want[i] = c.key
	}
	if strings.Join(want, " ") != strings.Join(keys, " ") {
		return fmt.Errorf("%s (%s): keys %v, want %v", at, def.Name, keys, want)
	}
	for _, c := range fields {
		f := c.fields[0]
		if f.Name == "__typename" {
			if string(members[c.key]) != `"`+def.Name+`"` {
				return fmt.Errorf("%s.%s: %s, want %s", at, c.key, members[c.key], def.Name)
			}
			continue
		}
		if err := x.conformValue(f.Definition.Type, c.fields, members[c.key], at+"."+c.key); err != nil {
			return err
		}
	}
	return nil
}

func (x *execution) conformValue(t *ast.Type, fields []*ast.Field, text json.RawMessage, at string) error {
	if string(text) == "null" {
		if t.NonNull {
			return fmt.Errorf("%s: null, but its type is %s", at, t)
		}
		return nil
	}
	if t.Elem != nil {
		var list []json.RawMessage
		if err := json.Unmarshal(text, &list); err != nil {
			return fmt.Errorf("%s: %w", at, err)
		}
		for i, e := range list {
			if err := x.conformValue(t.Elem, fields, e, fmt.Sprintf("%s.%d", at, i)); err != nil {
				return err
			}
		}
		return nil
	}
	def := x.schema.Types[t.NamedType]
	if !def.IsCompositeType() {
		return conformLeaf(def, text, at)
	}
	sets := make([]ast.SelectionSet, len(fields))
	for i, f := range fields {
		sets[i] = f.SelectionSet
	}
	types := []*ast.Definition{def}
	if def.IsAbstractType() {
		types = x.schema.GetPossibleTypes(def)
	}
	return x.conformObject(types, sets, text, at)
}

func conformLeaf(def *ast.Definition, text json.RawMessage, at string) error {
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		return fmt.Errorf("%s: %w", at, err)
	}
	ok := true
	switch def.Name {
	case "String":
		_, ok = v.(string)
	case "Boolean":
		_, ok = v.(bool)
	case "Float", "Int":
		_, ok = v.(float64)
	}
	if s, isString := v.(string); def.Kind == ast.Enum {
		ok = isString && def.EnumValues.ForName(s) != nil
	}
	if !ok {
		return fmt.Errorf("%s: %s is not a %s", at, text, def.Name)
	}
	return nil
}

func orderedMembers(text json.RawMessage) ([]string, map[string]json.RawMessage, error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	if tok, err := dec.Token(); err != nil || tok != json.Delim('{') {
		return nil, nil, fmt.Errorf("not an object: %s", text)
	}
	var keys []string
	members := map[string]json.RawMessage{}
	for dec.More() {
		tok, err := dec.Token()
		if err != nil {
			return nil, nil, err
		}
		key, _ := tok.(string)
		if _, dup := members[key]; dup {
			return nil, nil, fmt.Errorf("key %q twice", key)
		}
		var v json.RawMessage
		if err := dec.Decode(&v); err != nil {
			return nil, nil, err
		}
		keys = append(keys, key)
		members[key] = v
	}
	return keys, members, nil
}

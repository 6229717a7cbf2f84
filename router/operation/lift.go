package operation

import (
	"bytes"
	"encoding/json"
	"fmt"
	"sort"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"marquee/router/supergraph"
)

// lifter turns literal arguments into variables. Equal literals of equal type share one.
type lifter struct {
	sg        *supergraph.Supergraph
	prefix    string
	byValue   map[string]string
	values    map[string]json.RawMessage
	variables []Variable
}

func newLifter(o *Operation) *lifter {
	prefix := "_l"
	for taken := true; taken; {
		taken = false
		for _, v := range o.def.VariableDefinitions {
			if strings.HasPrefix(v.Variable, prefix) {
				prefix, taken = prefix+"_", true
			}
		}
	}
	return &lifter{sg: o.sg, prefix: prefix, byValue: map[string]string{}, values: map[string]json.RawMessage{}}
}

// lift returns a variable in place of a literal. A value with variables inside stays as it is.
func (l *lifter) lift(typ *ast.Type, v *ast.Value) (*ast.Value, *gqlerror.Error) {
	if hasVariable(v) {
		return v, nil
	}
	raw, err := LiteralJSON(v)
	if err != nil {
		return nil, newError(CodeValidation, v.Position, "%v", err)
	}
	c := coercer{schema: l.sg.Schema, code: CodeValidation}
	c.value(typ, raw, "the argument", 0)
	if len(c.errs) > 0 {
		e := c.errs[0]
		if v.Position != nil {
			e.Locations = []gqlerror.Location{{Line: v.Position.Line, Column: v.Position.Column}}
		}
		return nil, e
	}
	key := typ.String() + " " + string(raw)
	name, ok := l.byValue[key]
	if !ok {
		name = fmt.Sprintf("%s%d", l.prefix, len(l.variables))
		l.byValue[key] = name
		l.values[name] = raw
		l.variables = append(l.variables, Variable{Name: name, Type: typ.String()})
	}
	return &ast.Value{Kind: ast.Variable, Raw: name}, nil
}

func hasVariable(v *ast.Value) bool {
	if v.Kind == ast.Variable {
		return true
	}
	for _, c := range v.Children {
		if hasVariable(c.Value) {
			return true
		}
	}
	return false
}

// LiteralJSON writes a literal without variables as JSON: enum values become strings.
func LiteralJSON(v *ast.Value) (json.RawMessage, error) {
	var b bytes.Buffer
	if err := writeLiteral(&b, v); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func writeLiteral(b *bytes.Buffer, v *ast.Value) error {
	switch v.Kind {
	case ast.IntValue, ast.FloatValue, ast.BooleanValue:
		b.WriteString(v.Raw)
	case ast.NullValue:
		b.WriteString("null")
	case ast.StringValue, ast.BlockValue, ast.EnumValue:
		return writeString(b, v.Raw)
	case ast.ListValue:
		b.WriteByte('[')
		for i, c := range v.Children {
			if i > 0 {
				b.WriteByte(',')
			}
			if err := writeLiteral(b, c.Value); err != nil {
				return err
			}
		}
		b.WriteByte(']')
	case ast.ObjectValue:
		b.WriteByte('{')
		for i, c := range v.Children {
			if i > 0 {
				b.WriteByte(',')
			}
			if err := writeString(b, c.Name); err != nil {
				return err
			}
			b.WriteByte(':')
			if err := writeLiteral(b, c.Value); err != nil {
				return err
			}
		}
		b.WriteByte('}')
	default:
		return fmt.Errorf("a variable is not possible here")
	}
	return nil
}

func writeString(b *bytes.Buffer, s string) error {
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		return fmt.Errorf("encode string: %w", err)
	}
	b.Truncate(b.Len() - 1)
	return nil
}

// keyOf prints arguments sorted by name.
func keyOf(args []Argument) string {
	parts := make([]string, len(args))
	for i, a := range args {
		parts[i] = a.Name + ":" + valueKey(a.Value)
	}
	sort.Strings(parts)
	return strings.Join(parts, ",")
}

package operation

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"marquee/router/scan"
)

// maxInputDepth bounds the nesting of variable values.
const maxInputDepth = 100

// Coerce checks the raw `variables` object (nil, empty or `null` is none) against the operation's declarations and
// returns a value for each variable that has one: as the client sent it, or its default. Undeclared variables are
// dropped. Values are checked as the specification says for input coercion, keys may not repeat.
func (o *Operation) Coerce(raw json.RawMessage) (map[string]json.RawMessage, gqlerror.List) {
	given := map[string]json.RawMessage{}
	if text := strings.TrimSpace(string(raw)); text != "" && text != "null" {
		if err := scan.Check(raw); errors.Is(err, scan.ErrDepth) {
			e := newError(CodeLimit, nil, "variables are nested deeper than %d levels", scan.MaxDepth)
			e.Extensions["limit"] = "inputDepth"
			return nil, gqlerror.List{e}
		} else if err != nil || text[0] != '{' {
			return nil, gqlerror.List{newError(CodeInput, nil, "variables must be a JSON object")}
		}
		dup := ""
		EachMember(raw, func(key string, value json.RawMessage) {
			if _, ok := given[key]; ok {
				dup = key
			}
			given[key] = value
		})
		if dup != "" {
			return nil, gqlerror.List{newError(CodeInput, nil, "variable $%s is given twice", shorten(dup))}
		}
	}
	c := coercer{schema: o.sg.Schema, code: CodeInput}
	out := map[string]json.RawMessage{}
	for _, def := range o.def.VariableDefinitions {
		value, ok := given[def.Variable]
		if !ok {
			if def.DefaultValue != nil {
				text, err := LiteralJSON(def.DefaultValue)
				if err != nil {
					c.fail("variable $%s: %v", def.Variable, err)
					continue
				}
				out[def.Variable] = text
			} else if def.Type.NonNull {
				c.at = def.Position
				c.fail("variable $%s of required type %s was not provided", def.Variable, def.Type)
			}
			continue
		}
		c.at = def.Position
		c.value(def.Type, value, "variable $"+def.Variable, 0)
		out[def.Variable] = value
	}
	if len(c.errs) > 0 {
		return nil, c.errs
	}
	return out, nil
}

// coercer checks JSON values against input types.
type coercer struct {
	schema *ast.Schema
	code   string
	at     *ast.Position
	errs   gqlerror.List
}

func (c *coercer) fail(format string, args ...any) {
	if len(c.errs) < MaxErrors {
		c.errs = append(c.errs, newError(c.code, c.at, format, args...))
	}
}

func (c *coercer) value(t *ast.Type, raw json.RawMessage, where string, depth int) {
	if len(c.errs) >= MaxErrors {
		return
	}
	if depth > maxInputDepth {
		c.fail("%s is nested too deep", where)
		return
	}
	if string(raw) == "null" {
		if t.NonNull {
			c.fail("%s: expected non-null type %s, found null", where, t)
		}
		return
	}
	if t.Elem != nil {
		if raw[0] != '[' { // a single value stands for a list of one
			c.value(t.Elem, raw, where, depth+1)
			return
		}
		i := 0
		EachElement(raw, func(e json.RawMessage) {
			c.value(t.Elem, e, where+"["+strconv.Itoa(i)+"]", depth+1)
			i++
		})
		return
	}
	def := c.schema.Types[t.NamedType]
	switch {
	case def == nil:
		c.fail("%s: unknown type %s", where, t.NamedType)
	case def.Kind == ast.Enum:
		var s string
		if raw[0] != '"' || json.Unmarshal(raw, &s) != nil || def.EnumValues.ForName(s) == nil {
			c.fail("%s: %s is not a value of enum %s", where, shorten(string(raw)), def.Name)
		}
	case def.Kind == ast.InputObject:
		c.object(def, raw, where, depth)
	case def.Kind == ast.Scalar:
		if why := scalar(def.Name, raw); why != "" {
			c.fail("%s: %s cannot represent %s: %s", where, def.Name, shorten(string(raw)), why)
		}
	default:
		c.fail("%s: %s is not an input type", where, t.NamedType)
	}
}

func (c *coercer) object(def *ast.Definition, raw json.RawMessage, where string, depth int) {
	if raw[0] != '{' {
		c.fail("%s: expected an object of type %s, found %s", where, def.Name, shorten(string(raw)))
		return
	}
	got := map[string]bool{}
	nulls := 0
	EachMember(raw, func(key string, value json.RawMessage) {
		f := def.Fields.ForName(key)
		switch {
		case f == nil:
			c.fail("%s: field %q is not defined by type %s", where, shorten(key), def.Name)
		case got[key]:
			c.fail("%s: field %q is given twice", where, key)
		default:
			got[key] = true
			if string(value) == "null" {
				nulls++
			}
			c.value(f.Type, value, where+"."+key, depth+1)
		}
	})
	for _, f := range def.Fields {
		if !got[f.Name] && f.Type.NonNull && f.DefaultValue == nil {
			c.fail("%s: field %q of required type %s was not provided", where, f.Name, f.Type)
		}
	}
	if def.Directives.ForName("oneOf") != nil && (len(got) != 1 || nulls > 0) {
		c.fail("%s: exactly one field of %s must be given, and not null", where, def.Name)
	}
}

// scalar returns what is wrong with a value of a built-in scalar; custom scalars take any value.
func scalar(name string, raw json.RawMessage) string {
	isNumber := raw[0] == '-' || (raw[0] >= '0' && raw[0] <= '9')
	switch name {
	case "Int":
		if !isNumber {
			return "not an integer"
		}
		n, ok := integer(raw)
		if !ok {
			return "not an integer"
		}
		if !n.IsInt64() || n.Int64() > 1<<31-1 || n.Int64() < -1<<31 {
			return "not a 32-bit signed integer"
		}
	case "Float":
		if !isNumber {
			return "not a number"
		}
		if _, err := strconv.ParseFloat(string(raw), 64); err != nil {
			return "not a finite number"
		}
	case "String":
		if raw[0] != '"' {
			return "not a string"
		}
	case "Boolean":
		if s := string(raw); s != "true" && s != "false" {
			return "not true or false"
		}
	case "ID":
		if raw[0] == '"' {
			return ""
		}
		if !isNumber || strings.ContainsAny(string(raw), ".eE") {
			return "not a string or an integer"
		}
	}
	return ""
}

// integer reads a JSON number with an integral value; 1.0 and 1e3 are integers too.
func integer(raw json.RawMessage) (*big.Int, bool) {
	s := string(raw)
	if len(s) > 40 {
		return nil, false
	}
	if !strings.ContainsAny(s, ".eE") {
		n, ok := new(big.Int).SetString(s, 10)
		return n, ok
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f != float64(int64(f)) {
		return nil, false
	}
	return big.NewInt(int64(f)), true
}

func shorten(s string) string {
	if len(s) > 60 {
		return fmt.Sprintf("%.57q…", s)
	}
	return s
}

package conformance_test

import (
	"encoding/json"
	"fmt"
	"os"
	"sort"
	"strconv"
	"strings"
)

// data is what the subgraphs of a case know. A value is JSON; a string "&id" is
// the object of that name, "=text {path}" is computed from other fields (see
// template), and objects with a key that starts with $ are instructions:
//
//	{"$error": "message"}                       the field fails
//	{"$find": "Type"}                           the object of the type whose fields equal the arguments
//	{"$all": "Type"}                            all objects of the type, by name
//	{"$switch": "arg", "EUR": 1, "": 2}         by the value of an argument
//	{"$set": {"id.field": v}, "$return": v}     a mutation: what is set is seen by everybody
type data struct {
	Objects map[string]map[string]any `json:"objects"`
	// Query and Mutation are the roots.
	Query    map[string]any `json:"Query"`
	Mutation map[string]any `json:"Mutation"`
	// In holds what a subgraph sees differently: subgraph → object → field.
	In map[string]map[string]map[string]any `json:"in"`
	// Absent are the objects a subgraph does not know.
	Absent map[string][]string `json:"absent"`
	// Agree: all subgraphs together answer as one server with all the data would.
	Agree bool `json:"agree"`

	interfaces map[string][]string
}

func loadData(path string, subgraphs map[string]*subgraph) (*data, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	d := &data{interfaces: map[string][]string{}}
	if err := json.Unmarshal(text, d); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if d.Objects == nil {
		d.Objects = map[string]map[string]any{}
	}
	d.Objects["Query"], d.Objects["Mutation"] = d.Query, d.Mutation
	for id, o := range d.Objects {
		if o == nil {
			o = map[string]any{}
			d.Objects[id] = o
		}
		o["$id"] = id
	}
	for _, sg := range subgraphs {
		for _, def := range sg.schema.Types {
			d.interfaces[def.Name] = append(d.interfaces[def.Name], def.Interfaces...)
		}
	}
	return d, nil
}

// is reports whether an object type is, or implements, a type.
func (d *data) is(object, typ string) bool {
	if object == typ {
		return true
	}
	for _, i := range d.interfaces[object] {
		if i == typ || d.is(i, typ) {
			return true
		}
	}
	return false
}

// view is the data as one subgraph, or the monolith (""), sees it.
type view struct {
	*data
	subgraph string
}

func (v view) field(o map[string]any, name string) any {
	id, _ := o["$id"].(string)
	if own, ok := v.In[v.subgraph][id][name]; ok {
		return own
	}
	return o[name]
}

// of lists the objects of a type that are known here, by name.
func (v view) of(typ string) []any {
	var ids []string
	for id, o := range v.Objects {
		if t, _ := o["__typename"].(string); t != "" && v.is(t, typ) && !v.absent(id) {
			ids = append(ids, id)
		}
	}
	sort.Strings(ids)
	out := make([]any, len(ids))
	for i, id := range ids {
		out[i] = v.Objects[id]
	}
	return out
}

func (v view) absent(id string) bool {
	for _, a := range v.Absent[v.subgraph] {
		if a == id {
			return true
		}
	}
	return false
}

// deref follows "&id".
func (v view) deref(x any) any {
	if s, ok := x.(string); ok && strings.HasPrefix(s, "&") {
		o := v.Objects[s[1:]]
		if o == nil {
			return fmt.Errorf("no object %s", s)
		}
		return o
	}
	return x
}

// eval turns a stored value into a plain one: follows instructions and computes
// templates with read, which reads a field of the object itself.
func (v view) eval(x any, args map[string]any, read reader) any {
	switch x := v.deref(x).(type) {
	case string:
		if strings.HasPrefix(x, "=") {
			return v.template(x[1:], args, read)
		}
		return x
	case map[string]any:
		if m, ok := x["$error"].(string); ok {
			return fmt.Errorf("%s", m)
		}
		if t, ok := x["$find"].(string); ok {
			return v.find(t, args)
		}
		if t, ok := x["$all"].(string); ok {
			return v.of(t)
		}
		if name, ok := x["$switch"].(string); ok {
			chosen, ok := x[text(args[name])]
			if !ok {
				chosen = x[""]
			}
			return v.eval(chosen, args, read)
		}
		if set, ok := x["$set"].(map[string]any); ok {
			for _, path := range sortedKeys(set) {
				id, field, _ := strings.Cut(path, ".")
				v.Objects[id][field] = v.eval(set[path], args, read)
			}
			return v.eval(x["$return"], args, read)
		}
		return x
	default:
		return x
	}
}

func (v view) find(typ string, args map[string]any) any {
	for _, o := range v.of(typ) {
		o, same := o.(map[string]any), true
		for name, want := range args {
			same = same && text(v.field(o, name)) == text(want)
		}
		if same {
			return o
		}
	}
	return nil
}

// reader reads one field of the object a template belongs to.
type reader func(field string, args map[string]any) any

// template replaces {path} by fields of the object, {$name} by arguments and
// {&id.field} by fields of others. A path goes through objects and lists;
// arguments follow the field: {price(currency:EUR)}. "#" makes it the sum of the
// numbers in it.
func (v view) template(s string, args map[string]any, read reader) any {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(s, "{")
		b.WriteString(before)
		if !ok {
			break
		}
		var path string
		path, s, _ = strings.Cut(rest, "}")
		val := v.path(path, args, read)
		if err, bad := val.(error); bad {
			return err
		}
		b.WriteString(text(val))
	}
	out := b.String()
	if !strings.HasPrefix(out, "#") {
		return out
	}
	sum := 0.0
	for _, part := range strings.Fields(out[1:]) {
		n, err := strconv.ParseFloat(part, 64)
		if err != nil {
			return nil
		}
		sum += n
	}
	return sum
}

func (v view) path(path string, args map[string]any, read reader) any {
	steps := strings.Split(path, ".")
	var at any
	switch {
	case strings.HasPrefix(path, "$"):
		at = args[steps[0][1:]]
	case strings.HasPrefix(path, "&"):
		at = v.deref(steps[0])
	default:
		name, with := call(steps[0])
		at = read(name, with)
	}
	return v.follow(at, steps[1:])
}

// follow walks fields of objects (of the data, or of a representation) and of
// each element of lists.
func (v view) follow(at any, steps []string) any {
	at = v.deref(at)
	switch o := at.(type) {
	case []any:
		out := make([]any, len(o))
		for i := range o {
			out[i] = v.follow(o[i], steps)
			if err, bad := out[i].(error); bad {
				return err
			}
		}
		return out
	case map[string]any:
		if len(steps) == 0 {
			return o
		}
		name, with := call(steps[0])
		if _, known := o["$id"]; known {
			self := func(f string, a map[string]any) any { return v.eval(v.field(o, f), a, nil) }
			return v.follow(v.eval(v.field(o, name), with, self), steps[1:])
		}
		return v.follow(v.eval(o[name], with, nil), steps[1:])
	}
	return at
}

// call splits "price(currency:EUR)".
func call(step string) (string, map[string]any) {
	name, rest, ok := strings.Cut(step, "(")
	if !ok {
		return name, nil
	}
	args := map[string]any{}
	for _, a := range strings.Split(strings.TrimSuffix(rest, ")"), ",") {
		k, val, _ := strings.Cut(a, ":")
		args[strings.TrimSpace(k)] = strings.TrimSpace(val)
	}
	return name, args
}

func text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case map[string]any:
		if t, ok := v["__typename"].(string); ok {
			return t
		}
	case []any:
		parts := make([]string, len(v))
		for i, e := range v {
			parts[i] = text(e)
		}
		return "[" + strings.Join(parts, " ") + "]"
	}
	b, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

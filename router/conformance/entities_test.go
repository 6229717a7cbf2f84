package conformance_test

import (
	"github.com/vektah/gqlparser/v2/ast"
)

// entities answers _entities: an object that is not known is null; a
// representation without a complete key is a violation.
func (x *execution) entities(args map[string]any) any {
	list, _ := args["representations"].([]any)
	out := make([]any, len(list))
	for i, item := range list {
		rep, _ := item.(map[string]any)
		typ, _ := rep["__typename"].(string)
		out[i] = x.entity(typ, rep)
	}
	return out
}

func (x *execution) entity(typ string, rep map[string]any) any {
	def := x.schema.Types[typ]
	if def == nil {
		return x.violate("no type %q for %s", typ, mustJSON(rep))
	}
	for name := range rep {
		if name != "__typename" && def.Fields.ForName(name) == nil {
			return x.violate("%s has no field %s: %s", typ, name, mustJSON(rep))
		}
	}
	for _, key := range x.sg.keys[typ] {
		if !completeKey(key, rep) {
			continue
		}
		for _, o := range x.view.of(typ) {
			o, _ := o.(map[string]any)
			if !x.matches(key, o, rep) {
				continue
			}
			as := def
			if def.Kind != ast.Object {
				if as = x.schema.Types[o["__typename"].(string)]; as == nil {
					return nil
				}
			}
			return &instance{obj: o, def: as, rep: rep}
		}
		return nil
	}
	return x.violate("no key of %s is in %s", typ, mustJSON(rep))
}

func completeKey(set ast.SelectionSet, sent any) bool {
	switch sent := sent.(type) {
	case []any:
		for _, e := range sent {
			if !completeKey(set, e) {
				return false
			}
		}
		return true
	case map[string]any:
		for _, s := range set {
			f, ok := s.(*ast.Field)
			if !ok {
				continue
			}
			v := sent[f.Name]
			if v == nil || f.SelectionSet != nil && !completeKey(f.SelectionSet, v) {
				return false
			}
		}
		return true
	}
	return false
}

// matches compares an object with a representation at the fields of a key.
func (x *execution) matches(set ast.SelectionSet, have, sent any) bool {
	switch sent := sent.(type) {
	case []any:
		list, ok := have.([]any)
		if !ok || len(list) != len(sent) {
			return false
		}
		for i := range sent {
			if !x.matches(set, x.view.deref(list[i]), sent[i]) {
				return false
			}
		}
		return true
	case map[string]any:
		o, ok := have.(map[string]any)
		if !ok {
			return false
		}
		for _, s := range set {
			f, ok := s.(*ast.Field)
			if !ok || f.Name == "__typename" {
				continue
			}
			v := x.view.eval(x.view.field(o, f.Name), nil, func(field string, args map[string]any) any {
				return x.view.eval(x.view.field(o, field), args, nil)
			})
			if f.SelectionSet == nil {
				if v == nil || text(v) != text(sent[f.Name]) {
					return false
				}
			} else if !x.matches(f.SelectionSet, v, sent[f.Name]) {
				return false
			}
		}
		return true
	}
	return false
}

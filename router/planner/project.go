package planner

import (
	"encoding/json"
	"slices"
	"sort"

	"github.com/vektah/gqlparser/v2/ast"

	"marquee/router/introspection"
	"marquee/router/operation"
	"marquee/router/plan"
	"marquee/router/supergraph"
)

// projector turns the client's selection into the projection over the slots that emitting allotted.
type projector struct {
	p         *run
	memo      map[projectKey]*plan.Selection
	responses map[slotAt]string
	possible  map[*supergraph.Type][2][]plan.TypeID
	types     map[*ast.Type]*plan.Type
	budget    *int // of introspection, nil before its first use
	beyond    int  // how many of the places above the current one no object comes to
	err       *Error
}

type projectKey struct {
	sel *operation.Selection
	at  *resolved
}

func (pr *projector) selection(s *operation.Selection, r *resolved) *plan.Selection {
	key := projectKey{s, r}
	if done := pr.memo[key]; done != nil {
		return done
	}
	out := &plan.Selection{}
	pr.memo[key] = out
	if !s.Type.Abstract() {
		out.Variants = []plan.Variant{{Fields: pr.fields(s.Type, s.Type, s.Common, r)}}
		return out
	}
	if r.typed {
		out.Possible, out.Types = pr.possibleTypes(s.Type)
	}
	for _, t := range s.Denied {
		out.Denied = append(out.Denied, plan.TypeID(t.Object))
	}
	if s.Variants == nil && len(r.cases) == 0 && r.only == nil {
		out.Variants = []plan.Variant{{Fields: pr.fields(s.Type, nil, s.Common, r)}}
		return out
	}
	for _, t := range s.Type.Possible {
		if t.Inaccessible {
			continue
		}
		fields := pr.fields(s.Type, t, s.For(t), r)
		id := plan.TypeID(t.Object)
		found := false
		for i := range out.Variants {
			if sameFields(out.Variants[i].Fields, fields) {
				out.Variants[i].OnTypes = append(out.Variants[i].OnTypes, id)
				found = true
				break
			}
		}
		if !found {
			out.Variants = append(out.Variants, plan.Variant{OnTypes: []plan.TypeID{id}, Fields: fields})
		}
	}
	if len(out.Variants) == 1 {
		out.Variants[0].OnTypes = nil
	}
	return out
}

// possibleTypes are the object types of an abstract type, and those of them that the client may see, nil if that is all.
func (pr *projector) possibleTypes(t *supergraph.Type) (all, visible []plan.TypeID) {
	if known, ok := pr.possible[t]; ok {
		return known[0], known[1]
	}
	for _, p := range t.Possible {
		all = append(all, plan.TypeID(p.Object))
		if !p.Inaccessible {
			visible = append(visible, plan.TypeID(p.Object))
		}
	}
	if len(visible) == len(all) {
		visible = nil
	}
	pr.possible[t] = [2][]plan.TypeID{all, visible}
	return all, visible
}

func sameFields(a, b []plan.SelField) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		x, y := &a[i], &b[i]
		if x.Key != y.Key || x.Slot != y.Slot || x.Child != y.Child || x.Typename != y.Typename || x.Dropped != y.Dropped || x.Denied != y.Denied ||
			x.Name != y.Name || string(x.Raw) != string(y.Raw) || !sameType(x.Type, y.Type) {
			return false
		}
	}
	return true
}

func sameType(a, b *plan.Type) bool {
	if a == b || a == nil || b == nil {
		return a == b
	}
	return a.Name == b.Name && a.NonNull == b.NonNull && sameType(a.Elem, b.Elem)
}

// fields projects a list of fields of an object of static type static, of object type t if it is known.
func (pr *projector) fields(static, t *supergraph.Type, fields []*operation.Field, r *resolved) []plan.SelField {
	out := make([]plan.SelField, 0, len(fields))
	for _, f := range fields {
		switch {
		case f.IsTypename && !static.Abstract():
			raw, _ := json.Marshal(static.Name)
			out = append(out, plan.SelField{Key: f.Key, Name: f.Name, Raw: raw})
		case f.IsTypename:
			out = append(out, plan.SelField{Key: f.Key, Name: f.Name, Typename: true})
		case f.Meta != nil:
			out = append(out, plan.SelField{Key: f.Key, Name: f.Name, Raw: pr.introspect(f.Meta)})
		case f.Denied != nil:
			out = append(out, plan.SelField{Key: f.Key, Name: f.Name, Type: pr.planType(f.Denied.Type), Denied: true})
		default:
			out = append(out, pr.field(static, t, f, r))
		}
	}
	return out
}

// introspect answers an introspection field; all of them share one budget.
func (pr *projector) introspect(m *operation.Meta) json.RawMessage {
	if pr.budget == nil {
		n := introspection.Budget(pr.p.sg.Schema)
		pr.budget = &n
	}
	answer, ok := introspection.Answer(pr.p.sg.Schema, m, pr.budget)
	if !ok && pr.err == nil {
		pr.err = limitExceeded("introspection")
	}
	return answer
}

func (pr *projector) field(static, t *supergraph.Type, f *operation.Field, r *resolved) plan.SelField {
	sf := plan.SelField{Key: f.Key, Name: f.Name, Type: pr.planType(f.Def.Type)}
	owner := t
	if owner == nil {
		owner = static
	} else if own := t.Field(f.Name); own != nil {
		// What may be null is for the object's type to say, which may be stricter than its interface. Where types are not
		// told apart one subgraph answers all of it, and keeps to its own.
		sf.Type = pr.planType(own.Type)
	}
	ref, ok := r.lookup(t, pr.p.sels.keyOf(owner, f))
	if !ok || (ref.child == nil) != (f.Sub == nil) {
		if pr.beyond == 0 && pr.missing(static, t, r) {
			pr.err = internal("field %s.%s has no place in the plan", owner.Name, f.Name)
		}
		sf.Dropped = true
		return sf
	}
	sf.Slot = ref.slot
	at := slotAt{r.site.id, ref.slot}
	if _, ok := pr.responses[at]; !ok {
		pr.responses[at] = f.Key
	}
	if f.Sub != nil {
		if never := static.Abstract() && t != nil && !comes(t, r); never {
			// The slot is that of other types' field, and may lack what is asked below this one's.
			pr.beyond++
			defer func() { pr.beyond-- }()
		}
		sf.Child = pr.selection(f.Sub, ref.child)
		return sf
	}
	pr.leaf(&sf, f.Def.Named)
	return sf
}

// comes reports whether objects of type t can come to an abstract place.
func comes(t *supergraph.Type, r *resolved) bool {
	if r.only != nil {
		return t == r.only
	}
	return len(r.solved) == 0 || slices.Contains(r.solved, t)
}

// missing reports whether a field without a slot is a fault: it is not for object types that cannot come here, or that
// not every subgraph knows.
func (pr *projector) missing(static, t *supergraph.Type, r *resolved) bool {
	if !static.Abstract() || t == nil {
		return true
	}
	if r.only != nil {
		return t == r.only && static.Kind != ast.Union
	}
	for _, s := range r.solved {
		if s == t {
			return true
		}
	}
	return false
}

func (pr *projector) leaf(sf *plan.SelField, t *supergraph.Type) {
	switch t.Name {
	case "Int":
		sf.Leaf = plan.LeafInt
	case "Float":
		sf.Leaf = plan.LeafFloat
	case "String":
		sf.Leaf = plan.LeafString
	case "Boolean":
		sf.Leaf = plan.LeafBoolean
	case "ID":
		sf.Leaf = plan.LeafID
	}
	if t.Kind != ast.Enum {
		return
	}
	sf.Leaf = plan.LeafEnum
	if def := pr.p.sg.Schema.Types[t.Name]; def != nil {
		for _, v := range def.EnumValues {
			sf.EnumValues = append(sf.EnumValues, v.Name)
		}
	}
	sort.Strings(sf.EnumValues)
}

func (pr *projector) planType(t *ast.Type) *plan.Type {
	if done := pr.types[t]; done != nil {
		return done
	}
	out := &plan.Type{Name: t.NamedType, NonNull: t.NonNull}
	if t.Elem != nil {
		out.Elem = pr.planType(t.Elem)
	}
	pr.types[t] = out
	return out
}

package planner

import (
	"fmt"
	"sort"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"marquee/router/operation"
	"marquee/router/plan"
	"marquee/router/supergraph"
)

// level is one JSON object level of a fetch: what is asked for there, under which keys, and into which slots it goes.
// A key stands for one slot and one type over all type branches; where that fails an alias is given.
type level struct {
	site *siteNode
	// decl is the type of the level in its graph; nil at the top of `_entities`.
	decl  *supergraph.Type
	graph supergraph.GraphID
	// interfaceObject: the runtime type is unknown and `__typename` would be wrong.
	interfaceObject bool
	needType        bool
	fields          []*outField
	keys            map[string]*outField
}

// outField is a field of a level, under a type condition ("" is none).
type outField struct {
	key   string
	cond  string
	name  string
	args  []operation.Argument
	argsK string
	typ   *ast.Type
	slot  int
	child *level
}

func newLevel(site *siteNode, decl *supergraph.Type, graph supergraph.GraphID) *level {
	return &level{
		site: site, decl: decl, graph: graph, keys: map[string]*outField{},
		interfaceObject: decl != nil && decl.InterfaceObjectIn(graph),
	}
}

// add asks for a field under a type condition and returns it; an equal field that is there already is shared.
func (l *level) add(cond, name string, args []operation.Argument, typ *ast.Type, slot int) *outField {
	if l.decl != nil && cond == l.decl.Name {
		cond = ""
	}
	argsK := argumentsKey(args)
	same := func(f *outField) bool {
		return f.name == name && f.argsK == argsK && f.slot == slot && f.typ.String() == typ.String()
	}
	for _, f := range l.fields {
		if same(f) && (f.cond == cond || (f.cond == "" && f.child == nil)) {
			return f
		}
	}
	f := &outField{key: name, cond: cond, name: name, args: args, argsK: argsK, typ: typ, slot: slot}
	for i := 1; ; i++ {
		old := l.keys[f.key]
		if old == nil {
			l.keys[f.key] = f
			break
		}
		if same(old) { // another type branch: one key, one child level
			f.child = old.child
			break
		}
		f.key = fmt.Sprintf("a%d_%s", i, name)
	}
	l.fields = append(l.fields, f)
	return f
}

func argumentsKey(args []operation.Argument) string {
	parts := make([]string, len(args))
	for i, a := range args {
		parts[i] = a.Name + ":" + a.Value.String()
	}
	sort.Strings(parts)
	return strings.Join(parts, ",")
}

// merge adds everything of another level of the same site. Levels are shared by type branches: each pair is merged once.
func (l *level) merge(o *level) { l.mergeOnce(o, map[[2]*level]bool{}) }

func (l *level) mergeOnce(o *level, done map[[2]*level]bool) {
	at := [2]*level{l, o}
	if done[at] {
		return
	}
	done[at] = true
	l.needType = l.needType || o.needType
	for _, f := range o.fields {
		added := l.add(f.cond, f.name, f.args, f.typ, f.slot)
		switch {
		case f.child == nil:
		case added.child == nil:
			added.child = f.child
		case added.child != f.child:
			added.child.mergeOnce(f.child, done)
		}
	}
}

// fold asks for a field on the interface itself where it is asked for alike on all object types of the interface.
// done holds the levels that are folded already: they are shared by type branches.
func (l *level) fold(labels supergraph.Labels, done map[*level]bool) {
	if done[l] {
		return
	}
	done[l] = true
	for _, f := range l.fields {
		if f.child != nil {
			f.child.fold(labels, done)
		}
	}
	if l.decl == nil || l.decl.Kind != ast.Interface || l.interfaceObject {
		return
	}
	on := map[string]map[string]bool{} // key → type conditions
	for _, f := range l.fields {
		if on[f.key] == nil {
			on[f.key] = map[string]bool{}
		}
		on[f.key][f.cond] = true
	}
	everywhere := func(f *outField) bool {
		def := l.decl.Field(f.name)
		if def == nil || f.cond == "" || on[f.key][""] {
			return false
		}
		j := def.Local(l.graph, labels)
		if j == nil || j.Type.String() != f.typ.String() {
			return false
		}
		for _, t := range l.decl.PossibleIn(l.graph) {
			if !on[f.key][t.Name] {
				return false
			}
		}
		return true
	}
	var kept []*outField
	folded := map[string]bool{}
	for _, f := range l.fields {
		if !everywhere(f) {
			kept = append(kept, f)
			continue
		}
		if !folded[f.key] {
			folded[f.key] = true
			f.cond = ""
			kept = append(kept, f)
		}
	}
	l.fields = kept
}

// variables collects the variables used in arguments; done holds the levels that were looked at.
func (l *level) variables(into map[string]bool, done map[*level]bool) {
	if done[l] {
		return
	}
	done[l] = true
	for _, f := range l.fields {
		for _, a := range f.args {
			valueVariables(a.Value, into)
		}
		if f.child != nil {
			f.child.variables(into, done)
		}
	}
}

func valueVariables(v *ast.Value, into map[string]bool) {
	if v.Kind == ast.Variable {
		into[v.Raw] = true
	}
	for _, c := range v.Children {
		valueVariables(c.Value, into)
	}
}

// shape converts the level; entity marks the top of `_entities`, whose objects exist already.
func (l *level) shape(responses map[slotAt]string, entity bool) *plan.Shape {
	s := &plan.Shape{Site: plan.SiteID(l.site.id)}
	if !entity && l.decl != nil && l.decl.Kind == ast.Object && !l.interfaceObject {
		s.Type = plan.TypeID(l.decl.Object)
	}
	if l.needType {
		s.Fields = append(s.Fields, plan.ShapeField{Key: "__typename", Slot: -1, Typename: true})
	}
	done := map[string]bool{}
	add := func(f *outField) {
		if done[f.key] {
			return
		}
		done[f.key] = true
		sf := plan.ShapeField{Key: f.key, Slot: f.slot, Lists: lists(f.typ), Response: responses[slotAt{l.site.id, f.slot}]}
		if f.child != nil {
			sf.Child = f.child.shape(responses, false)
		}
		s.Fields = append(s.Fields, sf)
	}
	for _, f := range l.fields {
		if f.cond == "" {
			add(f)
		}
	}
	var conds []string
	seen := map[string]bool{"": true}
	for _, f := range l.fields {
		if !seen[f.cond] {
			seen[f.cond] = true
			conds = append(conds, f.cond)
		}
	}
	for _, c := range conds {
		for _, f := range l.fields {
			if f.cond == c {
				add(f)
			}
		}
	}
	return s
}

func lists(t *ast.Type) int {
	n := 0
	for ; t.Elem != nil; t = t.Elem {
		n++
	}
	return n
}

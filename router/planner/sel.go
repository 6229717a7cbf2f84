package planner

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"marquee/router/operation"
	"marquee/router/supergraph"
)

// sel is what must be known of the objects of a site: the data side of a selection, without response keys. Equal
// selections are one pointer.
type sel struct {
	id     int
	t      *supergraph.Type
	common []*node
	// typename: the client wants `__typename`, of every object (only told apart for abstract types).
	typename bool
	// least is the least that can be for a solution: a field each.
	least int
	// cases is nil without type conditions; else it has every possible type of t with all that is needed on it, sorted
	// by Object.
	cases []selCase
}

type selCase struct {
	t        *supergraph.Type
	nodes    []*node
	typename bool
}

// node is a field with arguments and everything needed below it. Equal nodes are one pointer.
type node struct {
	id   int
	name string
	args []operation.Argument
	// key identifies field and arguments (not the selection): the slot.
	key string
	sub *sel
	// fed names the types and graphs in which the contexts that arguments of the field need are there; see context.go.
	fed string
	// composite and named are as the static parent type says.
	composite bool
}

// typesNode stands for "the runtime type of an interface object is known".
var typesNode = &node{id: -1, name: "__types", key: "__types"}

// on returns what is needed of an object of type t.
func (s *sel) on(t *supergraph.Type) ([]*node, bool) {
	at, found := slices.BinarySearchFunc(s.cases, t.Object, func(c selCase, object int32) int { return int(c.t.Object - object) })
	if found {
		return s.cases[at].nodes, s.cases[at].typename
	}
	return s.common, s.typename
}

// selections builds and interns sels and nodes.
type selections struct {
	sg    *supergraph.Supergraph
	sels  map[string]*sel
	nodes map[string]*node
	memo  map[string]*sel
	// serial is the type whose fields keep their response key in their identity: equal mutations run twice.
	serial *supergraph.Type
	seq    map[*operation.Selection]int
	sets   map[string]*operation.Selection
	// fed is node.fed of operation fields.
	fed map[*operation.Field]string
}

func newSelections(sg *supergraph.Supergraph) *selections {
	return &selections{
		sg: sg, sels: map[string]*sel{}, nodes: map[string]*node{}, memo: map[string]*sel{},
		seq: map[*operation.Selection]int{}, sets: map[string]*operation.Selection{}, fed: map[*operation.Field]string{},
	}
}

// build merges client selections on one type into a sel.
func (b *selections) build(t *supergraph.Type, from []*operation.Selection) *sel {
	var memo strings.Builder
	memo.WriteString(t.Name)
	for _, s := range from {
		id, ok := b.seq[s]
		if !ok {
			id = len(b.seq)
			b.seq[s] = id
		}
		fmt.Fprintf(&memo, " %d", id)
	}
	if s := b.memo[memo.String()]; s != nil {
		return s
	}
	out := &sel{t: t}
	var common []*operation.Field
	conditional, denied := false, false
	for _, s := range from {
		common = append(common, s.Common...)
		conditional = conditional || s.Variants != nil
		denied = denied || s.Denied != nil
	}
	out.common, out.typename = b.merge(t, common)
	out.typename = out.typename || denied // who is denied is decided by it
	if conditional {
		for _, p := range t.Possible {
			var fields []*operation.Field
			for _, s := range from {
				fields = append(fields, s.For(p)...)
			}
			nodes, typename := b.merge(p, fields)
			out.cases = append(out.cases, selCase{p, nodes, typename || denied})
		}
	}
	for _, n := range out.common {
		out.least++
		if n.sub != nil {
			out.least += n.sub.least
		}
	}
	out = b.intern(out)
	b.memo[memo.String()] = out
	return out
}

func (b *selections) merge(t *supergraph.Type, fields []*operation.Field) ([]*node, bool) {
	var order []string
	groups := map[string][]*operation.Field{}
	typename := false
	for _, f := range fields {
		if f.IsTypename {
			typename = true
			continue
		}
		if f.Def == nil {
			continue
		}
		key := b.keyOf(t, f)
		if groups[key] == nil {
			order = append(order, key)
		}
		groups[key] = append(groups[key], f)
	}
	var out []*node
	for _, key := range order {
		group := groups[key]
		n := &node{name: group[0].Name, args: group[0].Args, key: key, fed: b.fedOf(group)}
		if def := t.Field(n.name); def != nil && def.Named.Composite() {
			n.composite = true
			var subs []*operation.Selection
			for _, f := range group {
				subs = append(subs, f.Sub)
			}
			n.sub = b.build(def.Named, subs)
		}
		out = append(out, b.internNode(n))
	}
	return out, typename
}

// fedOf puts together what is known of the occurrences of a field.
func (b *selections) fedOf(group []*operation.Field) string {
	fed := ""
	for _, f := range group {
		if more := b.fed[f]; !strings.Contains(fed, more) {
			fed += more
		}
	}
	return fed
}

// keyOf identifies the slot of a client field.
func (b *selections) keyOf(t *supergraph.Type, f *operation.Field) string {
	key := f.Name
	if f.ArgsKey != "" {
		key += "(" + f.ArgsKey + ")"
	}
	if b.serial == t {
		key += "#" + f.Key
	}
	return key
}

func (b *selections) internNode(n *node) *node {
	id := 0
	if n.sub != nil {
		id = n.sub.id
	}
	key := fmt.Sprintf("%s{%d%s", n.key, id, n.fed)
	if old := b.nodes[key]; old != nil {
		return old
	}
	n.id = len(b.nodes)
	b.nodes[key] = n
	return n
}

func (b *selections) intern(s *sel) *sel {
	var k strings.Builder
	k.WriteString(s.t.Name)
	write := func(nodes []*node, typename bool) {
		ids := make([]int, len(nodes))
		for i, n := range nodes {
			ids[i] = n.id
		}
		sort.Ints(ids)
		fmt.Fprintf(&k, " %t%v", typename, ids)
	}
	write(s.common, s.typename)
	for _, c := range s.cases {
		fmt.Fprintf(&k, "|%d", c.t.Object)
		write(c.nodes, c.typename)
	}
	if old := b.sels[k.String()]; old != nil {
		return old
	}
	s.id = len(b.sels) + 1
	b.sels[k.String()] = s
	return s
}

// fieldSet turns a key or requirement on t into nodes. Field sets are read against the full schema.
func (b *selections) fieldSet(t *supergraph.Type, set ast.SelectionSet, text string) []*node {
	s := b.fieldSetSelection(t, set, text)
	nodes, _ := b.build(t, []*operation.Selection{s}).on(t)
	return nodes
}

func (b *selections) fieldSetSelection(t *supergraph.Type, set ast.SelectionSet, text string) *operation.Selection {
	key := t.Name + " " + text
	if s := b.sets[key]; s != nil && text != "" {
		return s
	}
	s := b.convert(t, []ast.SelectionSet{set})
	b.sets[key] = s
	return s
}

type setField struct {
	field *ast.Field
	on    []*supergraph.Type
}

func (b *selections) convert(t *supergraph.Type, sets []ast.SelectionSet) *operation.Selection {
	var list []setField
	conditional := false
	var walk func(set ast.SelectionSet, on []*supergraph.Type)
	walk = func(set ast.SelectionSet, on []*supergraph.Type) {
		for _, s := range set {
			switch s := s.(type) {
			case *ast.Field:
				list = append(list, setField{s, on})
				conditional = conditional || on != nil
			case *ast.InlineFragment:
				narrowed := on
				if c := b.sg.Type(s.TypeCondition); c != nil && c != t {
					from := on
					if from == nil {
						from = t.Possible
					}
					narrowed = []*supergraph.Type{}
					for _, p := range from {
						if p.Implements(c) {
							narrowed = append(narrowed, p)
						}
					}
				}
				walk(s.SelectionSet, narrowed)
			}
		}
	}
	for _, set := range sets {
		walk(set, nil)
	}
	fieldsOn := func(p *supergraph.Type, all bool) []*operation.Field {
		var order []string
		groups := map[string][]ast.SelectionSet{}
		first := map[string]*ast.Field{}
		for _, f := range list {
			applies := f.on == nil
			if all {
				for _, o := range f.on {
					applies = applies || o == p
				}
			}
			if !applies {
				continue
			}
			key := f.field.Name + "(" + argsText(f.field.Arguments) + ")"
			if first[key] == nil {
				first[key] = f.field
				order = append(order, key)
			}
			groups[key] = append(groups[key], f.field.SelectionSet)
		}
		var out []*operation.Field
		for _, key := range order {
			f := first[key]
			if f.Name == "__typename" {
				out = append(out, &operation.Field{Key: f.Name, Name: f.Name, IsTypename: true})
				continue
			}
			def := p.Field(f.Name)
			if def == nil {
				continue
			}
			o := &operation.Field{Key: f.Name, Name: f.Name, Def: def, ArgsKey: argsText(f.Arguments)}
			for _, a := range f.Arguments {
				o.Args = append(o.Args, operation.Argument{Name: a.Name, Value: a.Value})
			}
			if def.Named.Composite() {
				o.Sub = b.convert(def.Named, groups[key])
			}
			out = append(out, o)
		}
		return out
	}
	out := &operation.Selection{Type: t, Common: fieldsOn(t, false)}
	if conditional {
		for _, p := range t.Possible {
			out.Variants = append(out.Variants, operation.Variant{Types: []*supergraph.Type{p}, Fields: fieldsOn(p, true)})
		}
	}
	return out
}

func argsText(args ast.ArgumentList) string {
	parts := make([]string, len(args))
	for i, a := range args {
		parts[i] = a.Name + ":" + a.Value.String()
	}
	sort.Strings(parts)
	return strings.Join(parts, ",")
}

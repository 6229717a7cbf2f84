package planner

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"marquee/router/operation"
	"marquee/router/plan"
)

// assemble turns sites, fetches and projection into the plan.
func (e *emitter) assemble(op *operation.Normalized, fetches []*fetchNode, projection *plan.Selection, responses map[slotAt]string) *plan.Plan {
	out := &plan.Plan{Kind: op.Kind, Types: e.p.sg.Objects, Projection: projection}
	ids := map[*fetchNode]int{}
	for i, f := range fetches {
		ids[f] = i
	}
	for i, f := range fetches {
		out.Fetches = append(out.Fetches, e.fetch(op, f, i, ids, responses))
	}
	for _, s := range e.sites {
		site := plan.Site{Parent: plan.SiteID(s.parent), ParentSlot: s.slot, Slots: s.count, Tracked: s.tracked, Type: s.t.Name}
		if s.parent >= 0 {
			site.Key = responses[slotAt{s.parent, s.slot}]
		}
		out.Sites = append(out.Sites, site)
	}
	return out
}

func (e *emitter) fetch(op *operation.Normalized, f *fetchNode, id int, ids map[*fetchNode]int, responses map[slotAt]string) plan.Fetch {
	graph := e.p.sg.Graphs[f.graph]
	out := plan.Fetch{ID: id, Subgraph: graph.Name, OperationKind: f.op}
	for _, d := range sortedFetches(f.deps) {
		out.Deps = append(out.Deps, ids[d])
	}
	sort.Ints(out.Deps)
	used := map[string]bool{}
	var body strings.Builder
	var reps []string
	grouped := f.grouped()
	doc := newDocument(e.p.sg.Contextual, f.outs()...)
	if f.entity {
		out.Kind = plan.Entity
		body.WriteByte('{')
		var order []string
		bySignature := map[string]*plan.Entry{}
		for _, en := range f.entries {
			text := doc.selection(en.out)
			sig := en.signature(text)
			if bySignature[sig] == nil {
				n := len(order)
				order = append(order, sig)
				made := &plan.Entry{Alias: fmt.Sprintf("_%d", n), Variable: e.names.representations(n)}
				bySignature[sig] = made
				if n > 0 {
					body.WriteByte(' ')
				}
				fmt.Fprintf(&body, "%s:_entities(representations:$%s)", made.Alias, made.Variable)
				body.WriteString(strings.ReplaceAll(text, plan.GroupMark, plan.GroupSuffix(n)))
				en.out.variables(used, map[*level]bool{})
				reps = append(reps, "$"+made.Variable+":[_Any!]!")
				if grouped {
					own := map[string]bool{}
					en.out.variables(own, map[*level]bool{})
					made.Selection, made.Variables = text, declared(op, own)
				}
				if en.fill != nil {
					made.Contexts = e.contextVariables(en.fill)
					for _, c := range made.Contexts {
						reps = append(reps, "$"+c.Name+plan.GroupSuffix(n)+":"+c.Type)
					}
				}
			}
			to := bySignature[sig]
			to.Sources = append(to.Sources, e.source(en, responses))
		}
		body.WriteByte('}')
		for _, sig := range order {
			out.Entries = append(out.Entries, *bySignature[sig])
		}
	} else {
		body.WriteString(doc.selection(f.out))
		f.out.variables(used, map[*level]bool{})
		out.Root = f.out.shape(responses, false)
	}
	out.OperationName = operationName(op, graph.Name, id)
	out.Variables, out.Operation = header(op, f.op, out.OperationName, reps, used)
	out.Operation += body.String() + doc.fragments.String()
	if grouped {
		out.Grouped = &plan.Grouped{Head: f.op.String() + " " + out.OperationName, Declarations: declarations(op, used)}
	}
	return out
}

func (e *emitter) source(en *entry, responses map[slotAt]string) plan.Source {
	s := plan.Source{Site: plan.SiteID(en.site.id), Output: en.out.shape(responses, true)}
	for _, r := range en.reps {
		rep := plan.Representation{Typename: r.send, Fields: r.fields}
		for _, t := range r.types {
			rep.OnTypes = append(rep.OnTypes, plan.TypeID(t.Object))
		}
		if !joinRepresentation(s.Representations, rep, e.p.sg.Objects) {
			s.Representations = append(s.Representations, rep)
		}
	}
	if en.fill != nil {
		s.Contexts = en.fill.values
	}
	return s
}

// joinRepresentation adds the types of a representation to one that sends the same fields, under the same name or each
// under the name of its own type.
func joinRepresentation(list []plan.Representation, r plan.Representation, names []string) bool {
	own := func(x *plan.Representation) bool {
		return x.Typename == "" || (len(x.OnTypes) == 1 && names[x.OnTypes[0]] == x.Typename)
	}
	for i := range list {
		have := &list[i]
		if have.OnTypes == nil || r.OnTypes == nil || !slices.EqualFunc(have.Fields, r.Fields, func(a, b plan.RepField) bool {
			return a.Required == b.Required && sameRep(a, b)
		}) {
			continue
		}
		if have.Typename != r.Typename {
			if !own(have) || !own(&r) {
				continue
			}
			have.Typename = ""
		}
		have.OnTypes = append(have.OnTypes, r.OnTypes...)
		slices.Sort(have.OnTypes)
		return true
	}
	return false
}

func operationName(op *operation.Normalized, graph string, id int) string {
	name := op.Name
	if name == "" {
		name = op.Kind.String()
	}
	clean := strings.Map(func(r rune) rune {
		if r == '_' || (r >= '0' && r <= '9') || (r >= 'a' && r <= 'z') || (r >= 'A' && r <= 'Z') {
			return r
		}
		return '_'
	}, graph)
	return fmt.Sprintf("%s__%s__%d", name, clean, id)
}

// declarations prints the declarations of the variables used.
func declarations(op *operation.Normalized, used map[string]bool) []plan.Declaration {
	var decls []plan.Declaration
	for _, v := range op.Variables {
		if !used[v.Name] {
			continue
		}
		d := plan.Declaration{Name: v.Name, Text: "$" + v.Name + ":" + v.Type}
		if v.Default != "" {
			d.Text += "=" + v.Default
		}
		decls = append(decls, d)
	}
	return decls
}

// declared are the variables of the operation that are used, sorted.
func declared(op *operation.Normalized, used map[string]bool) []string {
	var names []string
	for _, v := range op.Variables {
		if used[v.Name] {
			names = append(names, v.Name)
		}
	}
	sort.Strings(names)
	return names
}

// header prints the operation's head with the declarations of the variables used.
func header(op *operation.Normalized, kind plan.Kind, name string, reps []string, used map[string]bool) ([]string, string) {
	decls := reps
	for _, d := range declarations(op, used) {
		decls = append(decls, d.Text)
	}
	head := kind.String() + " " + name
	if len(decls) > 0 {
		head += "(" + strings.Join(decls, ",") + ")"
	}
	return declared(op, used), head
}

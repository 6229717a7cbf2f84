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
	if f.entity {
		out.Kind = plan.Entity
		body.WriteByte('{')
		var order []string
		bySignature := map[string]*plan.Entry{}
		for _, en := range f.entries {
			sig := en.signature()
			if bySignature[sig] == nil {
				n := len(order)
				order = append(order, sig)
				bySignature[sig] = &plan.Entry{Alias: fmt.Sprintf("_%d", n), Variable: fmt.Sprintf("r%d", n)}
				if n > 0 {
					body.WriteByte(' ')
				}
				fmt.Fprintf(&body, "_%d:_entities(representations:$r%d)", n, n)
				en.out.print(&body)
				en.out.variables(used)
				reps = append(reps, fmt.Sprintf("$r%d:[_Any!]!", n))
			}
			to := bySignature[sig]
			to.Sources = append(to.Sources, e.source(en, responses))
		}
		body.WriteByte('}')
		for _, sig := range order {
			out.Entries = append(out.Entries, *bySignature[sig])
		}
	} else {
		f.out.print(&body)
		f.out.variables(used)
		out.Root = f.out.shape(responses, false)
	}
	out.OperationName = operationName(op, graph.Name, id)
	out.Variables, out.Operation = header(op, f.op, out.OperationName, reps, used)
	out.Operation += body.String()
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

// header prints the operation's head with the declarations of the variables used.
func header(op *operation.Normalized, kind plan.Kind, name string, reps []string, used map[string]bool) ([]string, string) {
	var names []string
	decls := reps
	for _, v := range op.Variables {
		if !used[v.Name] {
			continue
		}
		names = append(names, v.Name)
		d := "$" + v.Name + ":" + v.Type
		if v.Default != "" {
			d += "=" + v.Default
		}
		decls = append(decls, d)
	}
	sort.Strings(names)
	head := kind.String() + " " + name
	if len(decls) > 0 {
		head += "(" + strings.Join(decls, ",") + ")"
	}
	return names, head
}

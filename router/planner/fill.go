package planner

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"marquee/router/operation"
	"marquee/router/plan"
	"marquee/router/supergraph"
)

// fill is what one entry takes from contexts: filled in when all sites are there, since what is below an ancestor is
// written out before what is beside it.
type fill struct {
	fetch  *fetchNode
	site   *siteNode
	demand *contextDemand
	values []plan.ContextValue
}

func (f *fill) same(o *fill) bool {
	if f == nil || o == nil {
		return f == o
	}
	return f.demand == o.demand
}

// grouped reports whether a fetch has a value from a context.
func (f *fetchNode) grouped() bool {
	return slices.ContainsFunc(f.entries, func(e *entry) bool { return e.fill != nil })
}

// settleFills finds the places of all values, and makes the fetches wait for what delivers them.
func (e *emitter) settleFills() {
	for _, f := range e.fills {
		for _, a := range f.demand.args {
			v := plan.ContextValue{NonNull: a.Type.NonNull}
			for s := f.site; s.parent >= 0; {
				s = e.sites[s.parent]
				if s.parent < 0 && e.op != plan.Query {
					break
				}
				sources, whole := e.contextSources(s, a, f.fetch.deps)
				v.From = append(v.From, sources...)
				if whole {
					break
				}
			}
			f.values = append(f.values, v)
		}
	}
	if len(e.fills) > 0 && e.cyclic() {
		e.fail(&Error{Code: "QUERY_PLAN_FAILED", Message: "an argument from a context depends on the field it is for"})
	}
}

// contextSources finds where the objects of a site have the value of an argument; whole says that all of them do.
func (e *emitter) contextSources(s *siteNode, a supergraph.ContextArgument, deps map[*fetchNode]bool) ([]plan.ContextSource, bool) {
	all := visibleObjects(s.t)
	var out []plan.ContextSource
	whole := true
	for _, t := range all {
		if !t.Carries(a.Context) {
			whole = false
			continue
		}
		fields, r, ok := e.contextFields(s, t, a, deps)
		if !ok {
			whole = false
			continue
		}
		union(deps, r.typedBy)
		at := slices.IndexFunc(out, func(o plan.ContextSource) bool { return slices.EqualFunc(o.Fields, fields, sameRep) })
		if at < 0 {
			at = len(out)
			out = append(out, plan.ContextSource{Site: plan.SiteID(s.id), Fields: fields})
		}
		out[at].OnTypes = append(out[at].OnTypes, plan.TypeID(t.Object))
	}
	if whole && len(out) == 1 {
		out[0].OnTypes = nil
	}
	return out, whole
}

// contextFields finds the value of an argument on objects of type t of a site. ok is false if it was not asked for
// there.
func (e *emitter) contextFields(s *siteNode, t *supergraph.Type, a supergraph.ContextArgument, deps map[*fetchNode]bool) (fields []plan.RepField, at *resolved, ok bool) {
	nodes, _ := e.p.sels.build(t, []*operation.Selection{e.p.sels.contextSelection(t, a)}).on(t)
	for _, r := range e.at[s.id] {
		fields = []plan.RepField{}
		found := true
		for _, n := range nodes {
			ref, have := r.lookup(t, n.key)
			if found = have && (ref.child != nil) == n.composite; !found {
				break
			}
			fields = append(fields, e.repField(t, n, ref, false))
			delivered(n, ref, deps)
		}
		if found {
			return fields, r, true
		}
	}
	return nil, nil, false
}

// delivered collects the fetches that write a value: the slots on the way to it and nothing else below them.
func delivered(n *node, ref slotRef, into map[*fetchNode]bool) {
	union(into, ref.by)
	if ref.child == nil {
		return
	}
	union(into, ref.child.typedBy)
	for _, t := range append([]*supergraph.Type{nil}, n.sub.t.Possible...) {
		nodes := n.sub.common
		if t != nil {
			nodes, _ = n.sub.on(t)
		}
		for _, below := range nodes {
			if at, ok := ref.child.lookup(t, below.key); ok {
				delivered(below, at, into)
			}
		}
	}
}

// cyclic reports whether some fetch waits for itself.
func (e *emitter) cyclic() bool {
	const open, closed = 1, 2
	state := map[*fetchNode]int{}
	var visit func(f *fetchNode) bool
	visit = func(f *fetchNode) bool {
		if state[f] != 0 {
			return state[f] == open
		}
		state[f] = open
		for d := range f.deps {
			if visit(d) {
				return true
			}
		}
		state[f] = closed
		return false
	}
	return slices.ContainsFunc(e.fetches, visit)
}

// arguments are the arguments of a field as graph j.Graph takes them.
func (e *emitter) arguments(n *node, j *supergraph.JoinField) []operation.Argument {
	if len(j.ContextArguments) == 0 {
		return n.args
	}
	out := slices.Clone(n.args)
	for _, a := range j.ContextArguments {
		out = append(out, operation.Argument{Name: a.Name, Value: &ast.Value{Kind: ast.Variable, Raw: e.names.context(a) + plan.GroupMark}})
	}
	return out
}

func (e *emitter) contextVariables(f *fill) []plan.ContextVariable {
	out := make([]plan.ContextVariable, len(f.demand.args))
	for i, a := range f.demand.args {
		out[i] = plan.ContextVariable{Name: e.names.context(a), Type: a.Type.String()}
	}
	return out
}

// variableNames gives names to the variables a plan adds to those of the operation.
type variableNames struct {
	reps, prefix string
	contexts     map[string]string
}

func newVariableNames(op *operation.Normalized) *variableNames {
	free := func(prefix string) string {
		for slices.ContainsFunc(op.Variables, func(v operation.Variable) bool { return strings.HasPrefix(v.Name, prefix) }) {
			prefix += "_"
		}
		return prefix
	}
	n := &variableNames{reps: "r", prefix: free("_c"), contexts: map[string]string{}}
	if slices.ContainsFunc(op.Variables, func(v operation.Variable) bool { return len(v.Name) > 1 && v.Name[0] == 'r' && v.Name[1] <= '9' }) {
		n.reps = free("_r")
	}
	return n
}

// representations names the representations of an entry.
func (n *variableNames) representations(entry int) string { return fmt.Sprintf("%s%d", n.reps, entry) }

// context names the variable for a value from a context.
func (n *variableNames) context(a supergraph.ContextArgument) string {
	key := contextKey(a)
	if n.contexts[key] == "" {
		n.contexts[key] = fmt.Sprintf("%s%d", n.prefix, len(n.contexts))
	}
	return n.contexts[key]
}

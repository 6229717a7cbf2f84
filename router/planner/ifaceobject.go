package planner

// solveInterfaceObject solves a site whose objects come as an interface object: their runtime type is not known there.
// Fields of the interface are looked for on the interface first, never spread over its object types: that is what the
// graph declared. The runtime type, where it is needed, comes from a graph that has the real interface as an entity.
func (p *run) solveInterfaceObject(s *sel, origin *state) *choice {
	iface := origin.decl
	var shared, rest []*node
	for _, n := range s.common {
		if iface.Field(n.name) != nil && neededByAll(s, n) && p.newSite(iface, []*state{origin}, false).solve([]*node{n}).ok {
			shared = append(shared, n)
		} else {
			rest = append(rest, n)
		}
	}
	// With type conditions the answer depends on the type even if it asks for the same fields: their keys and order.
	typed := s.typename || len(rest) > 0 || s.cases != nil
	needs := shared
	if typed {
		needs = append(append([]*node{}, shared...), typesNode)
	}
	out := &choice{ok: true, abstract: true, types: -1}
	out.level = p.newSite(iface, []*state{origin}, false).solve(needs)
	if !out.level.ok {
		return infeasible
	}
	out.cost = out.level.cost
	if !typed {
		return out
	}
	types := out.level.needs[len(needs)-1]
	out.types = out.level.steps[types].from[0]
	real := out.level.steps[out.types].state
	at := map[*node]bool{}
	for _, n := range shared {
		at[n] = true
	}
	var worst cost
	kin := relatives{p: p}
	for _, t := range iface.PossibleIn(real.graph) {
		if t.Inaccessible {
			continue
		}
		out.solved = append(out.solved, t)
		needed, _ := s.on(t)
		var more []*node
		for _, n := range needed {
			if !at[n] {
				more = append(more, n)
			}
		}
		if len(more) == 0 {
			continue
		}
		c := kin.solveCase(t, more, []*state{p.caseState(real, t), p.states.get(state{graph: origin.graph, decl: iface, view: origin.view})})
		if !c.ok {
			return infeasible
		}
		out.cases = append(out.cases, caseChoice{t: t, choice: c, origins: []caseOrigin{{step: out.types, cond: t}, {step: -1}}})
		worst.sum, worst.depth = max(worst.sum, c.cost.sum), max(worst.depth, c.cost.depth)
	}
	depth := out.level.steps[out.types].depth + worst.depth
	out.cost = cost{out.cost.sum + worst.sum, max(out.cost.depth, depth)}
	return out
}

func neededByAll(s *sel, n *node) bool {
	for i := range s.cases {
		found := false
		for _, m := range s.cases[i].nodes {
			found = found || m == n
		}
		if !found {
			return false
		}
	}
	return true
}

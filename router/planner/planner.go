// Package planner finds out which subgraph answers which part of an operation and in which order, and writes that down
// as a plan.
//
// # Vocabulary
//
// A site is a place of the answer with objects. A state says in which graph an object is at hand, and as what. The
// origins of a site are the states in which its objects arrive. Solving a site means finding the cheapest derivation of
// all fields needed there from its origins: facts (states, fields) follow from other facts (keys, requirements), as an
// AND/OR graph that is closed in order of cost. The result is a choice; emitting choices gives fetches and slots, which
// passes then merge and print.
//
// An argument from a context has its value on an ancestor: before solving, that value becomes part of what is needed of
// the ancestor's site, and the field something only an entry of its own delivers; when all sites are written out, the
// places of the values are looked up and the entry made to wait for them.
//
// # Error codes
//
// QUERY_PLAN_FAILED (no combination of subgraphs answers the operation), QUERY_PLAN_LIMIT (a budget is used up),
// INTERNAL_SERVER_ERROR.
package planner

import (
	"fmt"
	"sort"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"marquee/router/operation"
	"marquee/router/plan"
	"marquee/router/supergraph"
)

// Error is an operation that cannot be planned.
type Error struct {
	Code    string
	Message string
}

func (e *Error) Error() string { return e.Code + ": " + e.Message }

func internal(format string, args ...any) *Error {
	return &Error{Code: "INTERNAL_SERVER_ERROR", Message: fmt.Sprintf(format, args...)}
}

func limitExceeded(what string) *Error {
	return &Error{Code: "QUERY_PLAN_LIMIT", Message: "planning the operation exceeds the limit of " + what}
}

// Options bound the planner. Zero values mean the defaults.
type Options struct {
	// MaxSolves is the number of sub-problems after which joint choices are no longer searched for; at twice as many
	// planning fails. Default 50,000.
	MaxSolves int
	// MaxWall is the time after which planning fails, but for small plans. Default 1 s.
	MaxWall time.Duration
	// MaxSites bounds the places in one plan. Default 20,000.
	MaxSites int
	// MaxFetches bounds the fetches of one plan before they are merged. Default 5,000.
	MaxFetches int
	// MaxText bounds the documents of one plan, in bytes together. Default 1 MiB.
	MaxText int
	// MaxEntries bounds the `_entities` fields of one operation. Default 16.
	MaxEntries int
	// Eager never lets a fetch wait for what it does not need. Otherwise fetches to one subgraph that are equally
	// deep are one request, which starts when the last of what any of them needs is there: fewer requests.
	Eager bool
}

// Planner plans operations against one supergraph. It is safe for concurrent use.
type Planner struct {
	sg      *supergraph.Supergraph
	opt     Options
	objects []*supergraph.Type
	kinship *kinship
}

// New makes a planner.
func New(sg *supergraph.Supergraph, opt Options) *Planner {
	if opt.MaxSolves <= 0 {
		opt.MaxSolves = 50_000
	}
	if opt.MaxWall <= 0 {
		opt.MaxWall = time.Second
	}
	if opt.MaxSites <= 0 {
		opt.MaxSites = 20_000
	}
	if opt.MaxFetches <= 0 {
		opt.MaxFetches = 5_000
	}
	if opt.MaxText <= 0 {
		opt.MaxText = 1 << 20
	}
	if opt.MaxEntries <= 0 {
		opt.MaxEntries = 16
	}
	p := &Planner{sg: sg, opt: opt, kinship: newKinship()}
	for _, t := range sg.Types {
		if t.Object > 0 {
			p.objects = append(p.objects, t)
		}
	}
	sort.Slice(p.objects, func(i, j int) bool { return p.objects[i].Object < p.objects[j].Object })
	return p
}

// Plan plans an operation. Every error is an *Error.
func (pl *Planner) Plan(op *operation.Normalized) (*plan.Plan, error) {
	w, err := pl.start(op)
	if err != nil {
		return nil, err
	}
	root, err := w.solveRoot()
	if err != nil {
		return nil, err
	}
	return w.finish(root)
}

// work is the planning of one operation.
type work struct {
	run  *run
	op   *operation.Normalized
	root *supergraph.Type
	sel  *sel
	emit *emitter
}

func (pl *Planner) start(op *operation.Normalized) (*work, error) {
	p := &run{
		sg: pl.sg, opt: pl.opt, kinship: pl.kinship, sels: newSelections(pl.sg), states: newStates(pl.sg, op.Labels), objects: pl.objects,
		memo: map[string]*choice{}, stack: map[string]int{}, lowest: noTaint, deadline: time.Now().Add(pl.opt.MaxWall),
	}
	root := pl.sg.Roots[op.Kind]
	if op.Kind != plan.Query {
		p.serialType, p.sels.serial = root, root
	}
	w := &work{run: p, op: op, root: root}
	sel, err := w.withContexts(op.Root)
	if err != nil {
		return nil, err
	}
	w.sel = p.sels.build(root, []*operation.Selection{sel})
	w.emit = newEmitter(p, op)
	return w, nil
}

// solveRoot solves the operation: jointly for queries, each root field for itself where they run one after another.
func (w *work) solveRoot() ([]*choice, error) {
	nodes, _ := w.sel.on(w.root)
	var groups [][]*node
	if w.op.Kind == plan.Query && len(nodes) > 0 {
		groups = [][]*node{nodes}
	}
	if w.op.Kind != plan.Query {
		for _, n := range nodes {
			groups = append(groups, []*node{n})
		}
	}
	var out []*choice
	for _, g := range groups {
		site := w.run.newSite(w.root, nil, false)
		site.root = true
		c := site.solve(g)
		if w.run.failed != nil {
			return nil, w.run.failed
		}
		if !c.ok {
			return nil, w.infeasible(g)
		}
		out = append(out, c)
	}
	return out, nil
}

// infeasible names the first root field that cannot be answered.
func (w *work) infeasible(nodes []*node) *Error {
	if f := w.run.states.unfed; f != nil {
		return &Error{Code: "QUERY_PLAN_FAILED", Message: fmt.Sprintf("field %s.%s takes an argument from a context that nothing above it sets", f.Parent.Name, f.Name)}
	}
	for _, n := range nodes {
		site := w.run.newSite(w.root, nil, false)
		site.root = true
		if !site.solve([]*node{n}).ok {
			return &Error{Code: "QUERY_PLAN_FAILED", Message: fmt.Sprintf("no combination of subgraphs answers field %q as selected", n.name)}
		}
	}
	return &Error{Code: "QUERY_PLAN_FAILED", Message: "no combination of subgraphs answers the operation"}
}

// likeText is how much longer than the limit what is asked for may be, before what is asked for alike in several places
// is found to be one.
const likeText = 8

func (w *work) emitRoot(choices []*choice) (*resolved, []*fetchNode, error) {
	e := w.emit
	if leastFetches(choices, e.p.opt.MaxFetches, !e.p.sg.Contextual) > e.p.opt.MaxFetches {
		return nil, nil, limitExceeded("fetches")
	}
	site := e.newSite(nil, 0, w.root)
	all := &resolved{site: site, slots: map[string]slotRef{}, only: w.root}
	e.at[site.id] = append(e.at[site.id], all)
	for i, c := range choices {
		before := len(e.fetches)
		e.segment = i
		r, _ := e.emitConcrete(c, site, nil, nil)
		for key, ref := range r.slots {
			all.slots[key] = ref
		}
		if w.op.Kind != plan.Mutation {
			continue
		}
		// The next field waits for all there is, unless everything so far since the last wait is one root fetch of
		// the graph it needs: then it joins that.
		if made := e.fetches[before:]; len(made) > 0 {
			e.reuse = nil
			if len(made) == 1 && !made[0].entity && made[0].out.site == site {
				e.reuse = made[0]
			}
		}
		for _, f := range e.fetches {
			e.after[f] = true
		}
	}
	if e.err == nil {
		e.settleFills()
	}
	if e.err != nil {
		return nil, nil, e.err
	}
	fetches := mergeFetches(e.fetches, e.p.opt.MaxEntries, e.p.opt.Eager)
	folded, lengths, length, most := map[*level]bool{}, map[*level]int{}, 0, likeText*e.p.opt.MaxText
	for _, f := range fetches {
		for _, out := range f.outs() {
			out.fold(w.op.Labels, folded)
			length += out.length(most, e.p.sg.Contextual, lengths)
		}
		if length >= most {
			return nil, nil, limitExceeded("text")
		}
	}
	return all, packFetches(fetches, e.p.opt.MaxEntries, e.p.opt.Eager, e.p.sg.Contextual), nil
}

func (w *work) finish(choices []*choice) (*plan.Plan, error) {
	at, fetches, err := w.emitRoot(choices)
	if err != nil {
		return nil, err
	}
	pr := &projector{
		p: w.run, memo: map[projectKey]*plan.Selection{}, responses: map[slotAt]string{},
		possible: map[*supergraph.Type][2][]plan.TypeID{}, types: map[*ast.Type]*plan.Type{},
	}
	projection := pr.selection(w.op.Root, at)
	if pr.err != nil {
		return nil, pr.err
	}
	p := w.emit.assemble(w.op, fetches, projection, pr.responses)
	text := 0
	for i := range p.Fetches {
		text += len(p.Fetches[i].Operation)
	}
	if text > w.run.opt.MaxText {
		return nil, limitExceeded("text")
	}
	return p, nil
}

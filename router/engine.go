package router

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/maypok86/otter/v2"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"marquee/router/access"
	"marquee/router/cost"
	"marquee/router/front"
	"marquee/router/operation"
	"marquee/router/plan"
	"marquee/router/planner"
	"marquee/router/supergraph"
)

// The codes the engine adds to those of operation and planner.
const (
	CodeIntrospection = "INTROSPECTION_DISABLED"
	CodePlan          = "QUERY_PLAN_FAILED"
	CodePlanLimit     = "QUERY_PLAN_LIMIT"
)

// failureKept is how long an operation that could not be planned is refused
// without another try: the planner's time may have run out on a busy machine.
const failureKept = 5 * time.Second

// document is a cached document with one of its operations, or why it is refused.
type document struct {
	op      *operation.Operation
	failure *front.Failure

	mu    sync.Mutex
	bound map[string]*bound // by operation.Pinned, override labels and access.Grant.Class
}

// maxBound is the number of combinations of condition values kept per operation.
const maxBound = 64

// bound is an operation for one combination of the variables it is planned by.
type bound struct {
	plan     *plan.Plan
	id       uint64 // of the plan, in this process
	key      string // of the normal form
	literals map[string]json.RawMessage
	shared   bool // see Subscriptions.Shared
	latest   bool // see Subscriptions.Latest
	failure  *front.Failure
	// introspects says that it asks about the schema, which not all may.
	introspects bool

	labels supergraph.Labels // active ones
	recipe recipe
	cost   *cost.Formula         // nil: costs are off
	norm   *operation.Normalized // nil: actual costs are off
}

// Prepare implements front.Engine.
func (r *Router) Prepare(ctx context.Context, p *front.Params, c *front.Caller) (front.Operation, *front.Failure) {
	documents := r.persisted.Load()
	text, register, err := documents.Document(ctx, named(p))
	if err != nil {
		return nil, r.nameless(ctx, err)
	}
	sent := p
	p = &front.Params{Query: text, OperationName: p.OperationName, Variables: p.Variables}
	s := r.current.Load()
	doc, f := r.document(ctx, s, p)
	if f != nil {
		return nil, f
	}
	if register {
		if err := documents.Register(ctx, named(sent)); err != nil {
			r.cfg.Log.WarnContext(ctx, "persisted query not kept", "error", err)
		}
	}
	run, f := r.prepare(ctx, s, doc, p, c)
	if f != nil {
		return nil, f
	}
	if len(sent.Uploads) > 0 {
		if f := run.attach(doc.op, sent.Uploads); f != nil {
			return nil, f
		}
	}
	if f := r.throttled(ctx, run, c); f != nil {
		return nil, f
	}
	return run, nil
}

// document finds or parses a document that can be executed.
func (r *Router) document(ctx context.Context, s *snapshot, p *front.Params) (*document, *front.Failure) {
	key := documentKey{p.Query, p.OperationName}
	doc, hit := s.documents.GetIfPresent(key)
	r.metrics.lookup("documents", hit)
	if !hit {
		// Parsing is not cut short when its client leaves: others may wait for it.
		span := r.span(ctx, "graphql.parse") // and validate
		defer span.End()
		var err error
		doc, err = s.documents.Get(context.WithoutCancel(ctx), key, otter.LoaderFunc[documentKey, *document](
			func(context.Context, documentKey) (*document, error) { return r.parse(s, p), nil }))
		if err != nil {
			return nil, r.internal(ctx, err)
		}
	}
	return doc, doc.failure
}

// prepare binds a document to its variables and its caller.
func (r *Router) prepare(ctx context.Context, s *snapshot, doc *document, p *front.Params, c *front.Caller) (*planRun, *front.Failure) {
	vars, errs := doc.op.Coerce(p.Variables)
	if len(errs) > 0 {
		return nil, failure(http.StatusBadRequest, errs)
	}
	grant, err := r.grant(ctx, s, c)
	if err != nil {
		return nil, r.internal(ctx, err)
	}
	labels, err := r.activeLabels(ctx, s, doc.op.Labels(), c)
	if err != nil {
		return nil, r.internal(ctx, err)
	}
	b := r.bind(ctx, s, doc, vars, labels, grant)
	if b.introspects {
		if f := r.cfg.Introspection.allows(c); f != nil {
			return nil, f
		}
	}
	price, f := r.price(b, vars)
	if f != nil {
		return nil, f
	}
	if b.failure != nil {
		return nil, b.failure
	}
	for name, v := range b.literals {
		vars[name] = v
	}
	return &planRun{router: r, snap: s, name: doc.op.Name, bound: b, vars: vars, asked: p, cost: price}, nil
}

// grant decides what the caller may see; nil is everything.
func (r *Router) grant(ctx context.Context, s *snapshot, c *front.Caller) (*access.Grant, error) {
	if s.access.Empty() {
		return nil, nil //nolint:nilnil // no grant is needed
	}
	who := access.Caller{Authenticated: c.Subject != nil}
	if c.Subject != nil {
		who.Scopes = c.Subject.Scopes
	}
	names := s.access.Policies()
	for _, name := range names {
		if c.Subject != nil && slices.ContainsFunc(r.cfg.Auth.Policies[name], func(role string) bool {
			return slices.Contains(c.Subject.Roles, role)
		}) {
			who.Policies = append(who.Policies, name)
		}
	}
	if len(names) > 0 && r.cfg.Auth.Policy != nil {
		more, err := r.cfg.Auth.Policy(ctx, c.Subject, names)
		if err != nil {
			return nil, fmt.Errorf("deciding policies: %w", err)
		}
		who.Policies = append(who.Policies, more...)
	}
	return s.access.Grant(who), nil
}

func (r *Router) parse(s *snapshot, p *front.Params) *document {
	parsed, errs := operation.Parse(s.sg, p.Query, r.limits)
	if len(errs) > 0 {
		return &document{failure: failure(http.StatusBadRequest, errs)}
	}
	op, err := parsed.Operation(p.OperationName)
	if err != nil {
		return &document{failure: failure(http.StatusBadRequest, gqlerror.List{err})}
	}
	return &document{op: op, bound: map[string]*bound{}}
}

// bind finds or makes the plan for the values of the variables it depends on.
func (r *Router) bind(ctx context.Context, s *snapshot, doc *document, vars map[string]json.RawMessage, labels supergraph.Labels, grant *access.Grant) *bound {
	pinned := doc.op.Pinned(vars)
	if labels &= doc.op.Labels(); labels != 0 {
		pinned += "\x01" + strconv.FormatUint(uint64(labels), 16)
	}
	if grant != nil {
		pinned += "\x00" + grant.Class()
	}
	doc.mu.Lock()
	b := doc.bound[pinned]
	doc.mu.Unlock()
	r.metrics.lookup("plans", b != nil)
	if b != nil {
		return b
	}
	span := r.span(ctx, "graphql.plan")
	defer span.End()
	b, keep := r.plan(ctx, s, doc, vars, labels, grant)
	b.labels = labels
	if keep && !b.heavy() {
		b.recipe.conditions, b.recipe.labels = conditions(vars), s.labelNames(labels)
		if grant != nil {
			who := grant.Caller()
			b.recipe.who = &who
		}
		doc.mu.Lock()
		if len(doc.bound) < maxBound {
			doc.bound[pinned] = b
		}
		doc.mu.Unlock()
	}
	return b
}

// plan normalises and plans; keep says whether the outcome is worth keeping.
func (r *Router) plan(ctx context.Context, s *snapshot, doc *document, vars map[string]json.RawMessage, labels supergraph.Labels, grant *access.Grant) (b *bound, keep bool) {
	var allowed operation.Access
	if grant != nil {
		allowed = grant
	}
	norm, gerr := doc.op.NormaliseFor(vars, labels, allowed)
	if gerr != nil {
		status := http.StatusBadRequest
		if gerr.Extensions["code"] == operation.CodeUnauthorized {
			status = http.StatusForbidden
		}
		return &bound{failure: failure(status, gqlerror.List{gerr})}, true
	}
	b = &bound{introspects: introspects(norm)}
	if b.introspects && r.cfg.Introspection == IntrospectionClosed {
		return b, true // prepare refuses it
	}
	if s.cost != nil {
		if b.cost = s.cost.Compile(norm); r.dear(b, vars) {
			return b, b.cost.Constant() // price refuses it
		}
	}
	// Operations that differ in their literals only share a plan.
	if p, ok := s.plans.GetIfPresent(norm.Key); ok && p.err != nil && time.Now().After(p.until) {
		s.plans.Invalidate(norm.Key)
	}
	p, err := s.plans.Get(context.WithoutCancel(ctx), norm.Key, otter.LoaderFunc[string, *planned](
		func(context.Context, string) (*planned, error) {
			s.planning <- struct{}{}
			defer func() { <-s.planning }()
			pl, err := s.planner.Plan(norm)
			return &planned{pl, r.plans.Add(1), err, time.Now().Add(failureKept)}, nil
		}))
	if err == nil {
		err = p.err
	}
	if err != nil {
		return &bound{failure: r.planFailure(ctx, err)}, false
	}
	listed := func(fields []string) bool {
		return norm.Kind == plan.Subscription && len(norm.Root.Common) == 1 && slices.Contains(fields, norm.Root.Common[0].Name)
	}
	subs := &r.cfg.Subscriptions
	if r.cfg.Cost.Actual {
		b.norm = norm
	}
	b.plan, b.id, b.key, b.literals = p.plan, p.id, norm.Key, norm.Literals
	b.shared, b.latest = listed(subs.Shared), listed(subs.Latest)
	return b, true
}

func (r *Router) planFailure(ctx context.Context, err error) *front.Failure {
	r.cfg.Log.ErrorContext(ctx, "planning failed", "error", err)
	code := CodePlan
	var pe *planner.Error
	if errors.As(err, &pe) {
		code = pe.Code
	}
	if code == CodePlanLimit {
		return front.Fail(http.StatusBadRequest, code, "The operation is too complex.")
	}
	// What is missing in which subgraph is for the log.
	f := front.Fail(http.StatusInternalServerError, code, "The operation cannot be planned.")
	f.NullData = true
	return f
}

func (r *Router) internal(ctx context.Context, err error) *front.Failure {
	r.cfg.Log.ErrorContext(ctx, "request failed", "error", err)
	return front.Fail(http.StatusInternalServerError, front.CodeInternal, "Internal error.")
}

// failure words errors of the operation package for clients.
func failure(status int, errs gqlerror.List) *front.Failure {
	f := &front.Failure{Status: status}
	for _, e := range errs {
		out := front.Error{Message: clipped(e.Message), Code: front.CodeValidation}
		if code, ok := e.Extensions["code"].(string); ok {
			out.Code = code
		}
		if limit, ok := e.Extensions["limit"].(string); ok {
			out.Extensions = append(out.Extensions, front.Extension{Key: "limit", Value: strconv.AppendQuote(nil, limit)})
		}
		for _, l := range e.Locations {
			out.Locations = append(out.Locations, front.Location{Line: l.Line, Column: l.Column})
		}
		f.Errors = append(f.Errors, out)
	}
	return f
}

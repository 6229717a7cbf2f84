package router

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"

	"marquee/router/executor"
	"marquee/router/front"
	"marquee/router/hub"
	"marquee/router/transport"
)

// CodeSchemaReload ends a subscription that a new schema does not allow any more.
const CodeSchemaReload = "SUBSCRIPTION_SCHEMA_RELOAD"

// subscription is what a group of the hub gets its events from. It follows the
// router's schema: after a reload it is planned again and
//   - keeps its upstream, if the new plan would start the same one; events that
//     come from then on are resolved by the new plan;
//   - else has a new upstream opened beside the old one, which takes over (in its
//     place, if it may not show the same any more);
//   - ends with CodeSchemaReload, if the operation cannot be executed any more.
type subscription struct {
	router *Router
	asked  front.Params
	caller *front.Caller
	shared bool

	mu     sync.Mutex
	ctx    context.Context // of the group; nil before the first open
	run    *planRun        // by which events are resolved
	events *upstream       // the running one; nil while there is none
	next   *upstream       // takes events' place
	end    error           // why there is no more
}

// upstream is a running subscription at a subgraph.
type upstream struct {
	executor.Events
	via transport.Transport
}

func newSubscription(o *planRun, c *front.Caller) *subscription {
	asked := *o.asked
	asked.Variables = bytes.Clone(asked.Variables)
	return &subscription{router: o.router, asked: asked, caller: c, shared: o.bound.shared, run: o}
}

// open implements hub.Open: it is called again when a source broke.
func (s *subscription) open(ctx context.Context) (hub.Source, error) {
	s.mu.Lock()
	if s.ctx == nil {
		s.ctx = ctx
		s.router.live.add(s)
		context.AfterFunc(ctx, func() { s.router.live.remove(s) })
	}
	s.mu.Unlock()
	for {
		s.follow() // the schema may have changed since the client was answered
		s.mu.Lock()
		run, end := s.run, s.end
		s.mu.Unlock()
		if end != nil {
			return nil, end
		}
		events, err := run.subscribe(ctx, s.caller)
		if err != nil {
			return nil, err
		}
		s.mu.Lock()
		// The schema may have changed while the upstream was opened.
		if s.end == nil && (s.run == run || s.serves(events)) {
			s.events = events
			s.mu.Unlock()
			return s, nil
		}
		s.mu.Unlock()
		_ = events.Close()
	}
}

func (o *planRun) subscribe(ctx context.Context, c *front.Caller) (*upstream, error) {
	events, err := o.snap.exec.Subscribe(ctx, o.request(c))
	if err != nil {
		return nil, subscriptionError(err)
	}
	return &upstream{events, o.via()}, nil
}

// via is how the subscription's subgraph is reached.
func (o *planRun) via() transport.Transport { return o.snap.table[o.bound.plan.Fetches[0].Subgraph] }

// errReplaced interrupts an upstream in whose place another one is.
var errReplaced = errors.New("the upstream is replaced")

// errStale lets the hub open the upstream of the new plan.
var errStale error = &upstreamError{errors.New("the schema changed"), executor.CodeHTTP}

// Next implements hub.Source.
func (s *subscription) Next(ctx context.Context) ([]byte, error) {
	for {
		s.mu.Lock()
		events := s.events
		s.mu.Unlock()
		res, err := events.Next(ctx)
		if err == nil {
			s.mu.Lock()
			run := s.run
			s.mu.Unlock()
			run.account(res)
			return encode(res, s.caller.TraceID).Body, nil
		}
		s.mu.Lock()
		if s.end != nil {
			err := s.end
			s.mu.Unlock()
			return nil, err
		}
		if s.next == nil || ctx.Err() != nil {
			s.mu.Unlock()
			return nil, subscriptionError(err)
		}
		s.events, s.next = s.next, nil
		s.mu.Unlock()
		_ = events.Close()
	}
}

// Close implements hub.Source.
func (s *subscription) Close() error {
	s.mu.Lock()
	events, next := s.events, s.next
	s.events, s.next = nil, nil
	s.mu.Unlock()
	var err error
	for _, e := range []*upstream{events, next} {
		if e != nil {
			err = errors.Join(err, e.Close())
		}
	}
	return err
}

// running is the upstream whose events count; s.mu is held.
func (s *subscription) running() *upstream {
	if s.next != nil {
		return s.next
	}
	return s.events
}

// follow plans the subscription on the current schema, and says whether its
// upstream is to be replaced for that.
func (s *subscription) follow() (replace bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	old, snap := s.run, s.router.current.Load()
	if s.end != nil || old.snap == snap {
		return false
	}
	run := s.plan(snap)
	if run == nil {
		f := front.Fail(http.StatusGone, CodeSchemaReload, "The schema has changed: this subscription is not valid any more.")
		s.end = &upstreamError{f.AsError(), CodeSchemaReload}
		if s.events != nil {
			s.events.Interrupt(s.end)
		}
		return false
	}
	s.run = run
	// Clients that come with the new schema share the group.
	from, to := old.Key(), run.Key()
	hub.Rename(s.ctx, func(key string) string { return to + strings.TrimPrefix(key, from) })
	if s.events == nil { // it is being opened, by run then
		return false
	}
	if s.serves(s.running()) {
		return false
	}
	if old.bound.key != run.bound.key {
		// The old plan may show what is not to be seen any more: no event is resolved
		// by it from now on, even if one is missed.
		s.running().Interrupt(errStale)
		return false
	}
	return true
}

// serves resolves the events of a running upstream by the current plan, if that
// would open the same one. s.mu is held.
func (s *subscription) serves(u *upstream) bool {
	return u.via == s.run.via() && u.Switch(s.run.snap.exec, s.run.request(s.caller))
}

// plan returns nil if the operation cannot be executed under the schema.
func (s *subscription) plan(snap *snapshot) *planRun {
	r := s.router
	doc, f := r.document(s.ctx, snap, &s.asked)
	if f != nil {
		return nil
	}
	run, f := r.prepare(s.ctx, snap, doc, &s.asked, s.caller)
	if f != nil || run.Kind() != front.Subscription || run.bound.shared != s.shared {
		return nil
	}
	if s.shared && !snap.access.Empty() {
		// Its members are different callers. What the new rules let an anonymous one
		// see they all may see; more would have to be decided for each.
		if all := r.bind(s.ctx, snap, doc, run.vars, run.bound.labels, nil); all.failure != nil || all.key != run.bound.key {
			return nil
		}
	}
	return run
}

// replace opens the upstream of the new plan; once it runs the old one's events
// are not taken any more. If it cannot be opened the hub tries again.
func (s *subscription) replace() {
	s.mu.Lock()
	run, old, ctx := s.run, s.running(), s.ctx
	s.mu.Unlock()
	if old == nil {
		return
	}
	events, err := run.subscribe(ctx, s.caller)
	var unused *upstream
	s.mu.Lock()
	switch {
	case s.run != run || s.running() != old: // it ended meanwhile, or the schema changed again
		unused = events
	case err != nil:
		old.Interrupt(err)
	default:
		unused, s.next = s.next, events
		s.events.Interrupt(errReplaced)
	}
	s.mu.Unlock()
	if unused != nil {
		_ = unused.Close()
	}
}

// live is the set of running subscriptions.
type live struct {
	mu   sync.Mutex
	subs map[*subscription]struct{}
	wg   sync.WaitGroup // of upstreams being replaced
}

func (l *live) add(s *subscription) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.subs == nil {
		l.subs = map[*subscription]struct{}{}
	}
	l.subs[s] = struct{}{}
}

func (l *live) remove(s *subscription) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.subs, s)
}

func (l *live) list() []*subscription {
	l.mu.Lock()
	defer l.mu.Unlock()
	list := make([]*subscription, 0, len(l.subs))
	for s := range l.subs {
		list = append(list, s)
	}
	return list
}

// reopenAtOnce bounds the upstreams that a reload opens at the same time.
const reopenAtOnce = 32

// follow takes the running subscriptions to the current schema. Those whose
// upstream stays are there when it returns.
func (r *Router) follow() {
	var open []*subscription
	for _, s := range r.live.list() {
		if s.follow() {
			open = append(open, s)
		}
	}
	if len(open) == 0 {
		return
	}
	r.live.wg.Go(func() {
		turns := make(chan struct{}, reopenAtOnce)
		var wg sync.WaitGroup
		for _, s := range open {
			turns <- struct{}{}
			wg.Go(func() {
				s.replace()
				<-turns
			})
		}
		wg.Wait()
	})
}

package executor

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"

	"marquee/router/plan"
	"marquee/router/transport"
)

// run is one execution of a program. Fetches run concurrently; everything in
// the store is read and written under mu, as parsing is much cheaper than
// waiting.
type run struct {
	x    *Executor
	prog *program
	req  *Request

	mu sync.Mutex
	wg sync.WaitGroup
	store
	parser  parser
	errs    errorList
	pending []int                 // unmet dependencies of each fetch
	answers []*transport.Response // whose bodies the store points into
	headers []Answer              // in the order they came
	broken  bool                  // something panicked: do not reuse

	projector projector
}

var runs = sync.Pool{New: func() any { return new(run) }}

func (x *Executor) newRun(req *Request) *run {
	r := runs.Get().(*run)
	r.x, r.req, r.prog = x, req, x.programs.get(req.Plan)
	r.store.reset(r.prog, x.opts.MaxValues)
	r.parser.store, r.parser.prog = &r.store, r.prog
	r.parser.lastName, r.parser.lastType = "", 0
	r.errs = errorList{max: x.opts.MaxErrors}
	r.pending = r.pending[:0]
	for i := range r.prog.fetches {
		r.pending = append(r.pending, len(r.prog.fetches[i].Deps))
	}
	return r
}

// release gives the run's memory back unless it grew beyond its bound.
func (r *run) release() {
	if n := int64(len(r.vals)); n <= maxKeptValues {
		r.prog.values.Store(n + n/16)
	}
	if r.broken || cap(r.vals) > maxKeptValues || cap(r.spare)+2*cap(r.undos) > maxKeptValues {
		return
	}
	for i := range r.bufs {
		r.bufs[i] = nil
	}
	if len(r.errs.list) == 0 { // errors point into bodies too
		for _, a := range r.answers {
			a.Release()
		}
	}
	clear(r.answers)
	r.answers = r.answers[:0]
	r.x, r.req, r.prog, r.parser.prog, r.parser.body = nil, nil, nil, nil, nil
	r.errs = errorList{}
	r.projector.forget()
	runs.Put(r)
}

// start runs all fetches and waits for them. event, if not nil, is the answer
// of fetch 0, a subscription's event.
func (r *run) start(ctx context.Context, event []byte) {
	var ready []int
	for i, n := range r.pending {
		if n == 0 {
			ready = append(ready, i)
		}
	}
	if event != nil {
		r.guard(ctx, 0, func() { r.event(ctx, event) })
		ready = r.done(0, ready[1:])
	}
	r.drive(ctx, ready)
	r.wg.Wait()
}

// drive runs ready fetches and whatever becomes ready by them: the first here,
// the others each in a goroutine of their own.
func (r *run) drive(ctx context.Context, ready []int) {
	for len(ready) > 0 {
		for _, id := range ready[1:] {
			r.wg.Go(func() { r.drive(ctx, []int{id}) })
		}
		id := ready[0]
		r.guard(ctx, id, func() { r.fetch(ctx, id) })
		ready = r.done(id, ready[:0])
	}
}

// done marks a fetch complete and appends the fetches that became ready.
func (r *run) done(id int, ready []int) []int {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, d := range r.prog.fetches[id].dependents {
		if r.pending[d]--; r.pending[d] == 0 {
			ready = append(ready, d)
		}
	}
	return ready
}

// guard turns a panic into an error of the answer.
func (r *run) guard(ctx context.Context, id int, f func()) {
	defer func() {
		if v := recover(); v != nil {
			r.x.note(ctx, r.prog.fetches[id].Subgraph, fmt.Errorf("panic: %v\n%s", v, debug.Stack()))
			r.mu.Lock()
			defer r.mu.Unlock()
			r.broken = true
			r.errs.add(NewError(CodeInternal, "Internal server error.", nil))
		}
	}()
	f()
}

// fetch runs one fetch to its end.
func (r *run) fetch(ctx context.Context, id int) {
	f := &r.prog.fetches[id]
	j := newJob(len(f.entries))
	body := r.prepare(f, j)
	if j.overfull {
		r.x.note(ctx, f.Subgraph, errContexts)
	}
	if body == nil {
		j.release()
		return
	}
	if err := ctx.Err(); err != nil {
		r.accept(ctx, f, j, nil, err)
		j.release()
		return
	}
	req := transport.Request{
		Subgraph: f.Subgraph, Body: body, Header: r.req.Header, Subject: r.req.Subject, Kind: operationKind(f.OperationKind),
	}
	if len(r.req.Files) > 0 {
		for _, name := range f.Variables {
			req.Files = append(req.Files, r.req.Files[name]...)
		}
	}
	send := ctx
	if f.OperationKind == plan.Mutation {
		var cancel context.CancelFunc
		send, cancel = detach(ctx)
		defer cancel()
	}
	res, err := r.x.opts.Transport.Do(send, &req)
	r.accept(ctx, f, j, res, err)
	j.release()
}

// detach returns a context that ends with ctx's deadline but not when ctx is
// cancelled: a mutation that was sent is waited for.
func detach(ctx context.Context) (context.Context, context.CancelFunc) {
	out := context.WithoutCancel(ctx)
	if d, ok := ctx.Deadline(); ok {
		return context.WithDeadline(out, d)
	}
	return out, func() {}
}

func operationKind(k plan.Kind) transport.OperationKind {
	switch k {
	case plan.Mutation:
		return transport.Mutation
	case plan.Subscription:
		return transport.Subscription
	}
	return transport.Query
}

// prepare fills the job's targets and returns the request body, nil if there
// is nobody to ask for.
func (r *run) prepare(f *fetch, j *job) []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	if f.Grouped != nil {
		return r.prepareGrouped(f, j)
	}
	if f.Kind == plan.Root {
		j.roots = append(j.roots, r.rootTargets(f)...)
		if len(j.roots) == 0 {
			return nil
		}
		if f.whole != nil {
			return f.whole
		}
	}
	j.body = append(j.body, f.head...)
	comma := false
	for _, name := range f.Variables {
		v, ok := r.req.Variables[name]
		if !ok {
			continue
		}
		j.variable(name, comma)
		j.body = append(j.body, v...)
		comma = true
	}
	total := 0
	for i := range f.entries {
		e, bt := &f.entries[i], &j.batches[i]
		j.variable(e.Variable, comma)
		r.represent(j, e, bt)
		total += len(bt.reps)
		comma = true
	}
	if f.Kind == plan.Entity && total == 0 {
		return nil
	}
	j.body = append(j.body, "}}"...)
	return j.body
}

func (j *job) variable(name string, comma bool) {
	if comma {
		j.body = append(j.body, ',')
	}
	j.body = append(j.body, '"')
	j.body = append(j.body, name...)
	j.body = append(j.body, '"', ':')
}

// rootTargets returns the objects a root fetch writes into.
func (r *run) rootTargets(f *fetch) []uint32 {
	if f.root.site == 0 {
		return []uint32{0}
	}
	return r.sites[f.root.site]
}

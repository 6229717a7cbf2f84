package executor

import (
	"bytes"
	"context"
	"errors"
	"io"
	"sync/atomic"

	"marquee/router/plan"
	"marquee/router/transport"
)

// Events is a running subscription. Next is called by one goroutine at a time;
// Close may be called by any.
type Events interface {
	// Next waits for the next event and resolves it. Errors of the event are in
	// the response. It returns io.EOF when the subgraph completed the
	// subscription, ctx's error when ctx ends, and an *Error, after which the
	// subscription is over, when the stream broke.
	Next(ctx context.Context) (*Response, error)
	// Switch resolves later events by x and req, if the running upstream is the
	// one they would start; else it returns false and changes nothing. The event
	// being resolved is finished as it began. Both executors must reach the
	// subgraph of the upstream in the same way.
	Switch(x *Executor, req *Request) bool
	// Interrupt makes Next return err instead of waiting for another event. An
	// event being resolved is returned first.
	Interrupt(err error)
	// Close ends the subscription upstream. Idempotent.
	Close() error
}

// Subscribe starts the subscription of a plan of Kind Subscription. ctx bounds
// the whole stream. An error is always an *Error.
func (x *Executor) Subscribe(ctx context.Context, req *Request) (Events, error) {
	f, body := x.upstream(req)
	if f == nil {
		e := NewError(CodeInternal, "The operation is not a subscription.", nil)
		return nil, &e
	}
	stream, err := x.opts.Transport.Subscribe(ctx, &transport.Request{
		Subgraph: f.Subgraph, Body: body, Header: req.Header, Subject: req.Subject, Kind: transport.Subscription,
	})
	if err != nil {
		x.note(ctx, f.Subgraph, err)
		return nil, x.streamError(ctx, f, err)
	}
	e := &events{stream: stream, body: body}
	e.wait, e.interrupt = context.WithCancelCause(context.WithoutCancel(ctx))
	e.by.Store(&resolver{x, req, f})
	return e, nil
}

// upstream returns the fetch that a subscription starts with and the body of its
// request; nil if the plan is none of a subscription.
func (x *Executor) upstream(req *Request) (*fetch, []byte) {
	if req.Plan.Kind != plan.Subscription || len(req.Plan.Fetches) == 0 || req.Plan.Fetches[0].Kind != plan.Root {
		return nil, nil
	}
	r := x.newRun(req)
	f := &r.prog.fetches[0]
	j := newJob(0)
	body := bytes.Clone(r.prepare(f, j)) // kept until the stream is closed
	j.release()
	r.release()
	return f, body
}

type events struct {
	stream    transport.Stream
	body      []byte // of the request that started the stream
	by        atomic.Pointer[resolver]
	wait      context.Context // ended by Interrupt and Close
	interrupt context.CancelCauseFunc
}

// resolver is what turns the stream's events into responses.
type resolver struct {
	x     *Executor
	req   *Request
	fetch *fetch
}

// Next implements Events.
func (e *events) Next(ctx context.Context) (*Response, error) {
	wait, cancel := context.WithCancelCause(ctx)
	stop := context.AfterFunc(e.wait, func() { cancel(context.Cause(e.wait)) })
	body, err := e.stream.Next(wait)
	stop()
	cancel(nil)
	by := e.by.Load()
	switch {
	case err == nil:
	case errors.Is(err, io.EOF):
		return nil, io.EOF
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case e.wait.Err() != nil:
		return nil, context.Cause(e.wait)
	default:
		by.x.note(ctx, by.fetch.Subgraph, err)
		return nil, by.x.streamError(ctx, by.fetch, err)
	}
	if body == nil {
		body = []byte{}
	}
	ctx, done := by.x.bounded(ctx)
	defer done()
	r := by.x.newRun(by.req)
	r.start(ctx, body)
	return r.respond(ctx), nil
}

// Switch implements Events.
func (e *events) Switch(x *Executor, req *Request) bool {
	f, body := x.upstream(req)
	if f == nil || f.Subgraph != e.by.Load().fetch.Subgraph || !bytes.Equal(body, e.body) {
		return false
	}
	e.by.Store(&resolver{x, req, f})
	return true
}

// Interrupt implements Events.
func (e *events) Interrupt(err error) { e.interrupt(err) }

// Close implements Events.
func (e *events) Close() error {
	e.interrupt(nil)
	return e.stream.Close()
}

func (x *Executor) streamError(ctx context.Context, f *fetch, err error) error {
	e := transportError(ctx, err)
	if x.opts.ServiceName {
		e.Extensions = append(e.Extensions, Extension{"serviceName", quote(f.Subgraph)})
	}
	return &e
}

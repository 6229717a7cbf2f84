package executor

import (
	"context"
	"errors"
	"io"

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
	// Close ends the subscription upstream. Idempotent.
	Close() error
}

// Subscribe starts the subscription of a plan of Kind Subscription. ctx bounds
// the whole stream. An error is always an *Error.
func (x *Executor) Subscribe(ctx context.Context, req *Request) (Events, error) {
	if req.Plan.Kind != plan.Subscription || len(req.Plan.Fetches) == 0 || req.Plan.Fetches[0].Kind != plan.Root {
		e := NewError(CodeInternal, "The operation is not a subscription.", nil)
		return nil, &e
	}
	r := x.newRun(req)
	f := &r.prog.fetches[0]
	j := newJob(0)
	body := append([]byte(nil), r.prepare(f, j)...) // kept until the stream is closed
	j.release()
	r.release()
	stream, err := x.opts.Transport.Subscribe(ctx, &transport.Request{
		Subgraph: f.Subgraph, Body: body, Header: req.Header, Subject: req.Subject, Kind: transport.Subscription,
	})
	if err != nil {
		x.note(ctx, f.Subgraph, err)
		return nil, x.streamError(ctx, f, err)
	}
	return &events{x: x, req: req, fetch: f, stream: stream}, nil
}

type events struct {
	x      *Executor
	req    *Request
	fetch  *fetch
	stream transport.Stream
}

// Next implements Events.
func (e *events) Next(ctx context.Context) (*Response, error) {
	body, err := e.stream.Next(ctx)
	switch {
	case err == nil:
	case errors.Is(err, io.EOF):
		return nil, io.EOF
	case ctx.Err() != nil:
		return nil, ctx.Err()
	default:
		e.x.note(ctx, e.fetch.Subgraph, err)
		return nil, e.x.streamError(ctx, e.fetch, err)
	}
	if body == nil {
		body = []byte{}
	}
	ctx, cancel := e.x.bounded(ctx)
	defer cancel()
	r := e.x.newRun(e.req)
	r.start(ctx, body)
	return r.respond(ctx), nil
}

// Close implements Events.
func (e *events) Close() error { return e.stream.Close() }

func (x *Executor) streamError(ctx context.Context, f *fetch, err error) error {
	e := transportError(ctx, err)
	if x.opts.ServiceName {
		e.Extensions = append(e.Extensions, Extension{"serviceName", quote(f.Subgraph)})
	}
	return &e
}

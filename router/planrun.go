package router

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"

	"marquee/router/executor"
	"marquee/router/front"
	"marquee/router/hub"
	"marquee/router/inflight"
	"marquee/router/plan"
	"marquee/router/transport"
)

// planRun is a prepared operation: a plan, its variables and the snapshot both
// belong to. It implements front.Operation.
type planRun struct {
	router *Router
	snap   *snapshot
	name   string
	bound  *bound
	vars   map[string]json.RawMessage
	asked  *front.Params               // the document's text and the variables as they came
	cost   int64                       // estimated
	header http.Header                 // of the answer; nil if it has nothing to say
	files  map[string][]transport.File // by variable; nil without
}

// Kind implements front.Operation.
func (o *planRun) Kind() front.Kind { return front.Kind(o.bound.plan.Kind) }

// Name implements front.Operation.
func (o *planRun) Name() string { return o.name }

func (o *planRun) request(c *front.Caller) *executor.Request {
	return &executor.Request{Plan: o.bound.plan, Variables: o.vars, Files: o.files, Header: c.Header, Subject: c.Subject}
}

// Execute implements front.Operation.
func (o *planRun) Execute(ctx context.Context, c *front.Caller) (front.Result, *front.Failure) {
	res, f := o.answer(ctx, c)
	if len(res.Header) == 0 {
		res.Header = o.header
	} else if o.header != nil { // the former may be another caller's too
		res.Header = maps.Clone(res.Header)
		maps.Copy(res.Header, o.header)
	}
	return res, f
}

// answer executes, together with equal queries under way.
func (o *planRun) answer(ctx context.Context, c *front.Caller) (front.Result, *front.Failure) {
	if how := o.wantsPlan(c); how != "" {
		return o.showPlan(ctx, c, how)
	}
	if o.router.inflight == nil || o.bound.plan.Kind != plan.Query {
		return o.execute(ctx, c)
	}
	scratch := inflight.NewScratch()
	defer scratch.Free()
	scratch.Key = o.exact(scratch.Key, c)
	res, err := o.router.inflight.Do(ctx, front.Patience(ctx), scratch.Key, func(ctx context.Context) (front.Result, error) {
		res, f := o.execute(ctx, c)
		if f != nil {
			return res, f.AsError()
		}
		return res, nil
	})
	if f := front.AsFailure(err); f != nil { // the query was refused, or the one it followed
		return res, f
	} else if err != nil { // it followed another query until its own time was over
		if errors.Is(err, context.DeadlineExceeded) {
			return res, front.Fail(http.StatusGatewayTimeout, front.CodeTimeout, "The operation was not answered in time.")
		}
		return res, front.Fail(statusLeft, executor.CodeCancelled, "The request ended before its answer.")
	}
	return res, nil
}

// statusLeft is the status, seen by nobody, of a request whose client has left.
const statusLeft = 499

func (o *planRun) execute(ctx context.Context, c *front.Caller) (front.Result, *front.Failure) {
	leave, f := c.Admit(ctx, o.Kind())
	if f != nil {
		return front.Result{}, f
	}
	defer leave()
	res := o.snap.exec.Execute(ctx, o.request(c))
	o.account(res)
	header := o.router.subgraphs.headers.answer(o.Kind(), res, c)
	out := encode(res, c.TraceID)
	out.Header = header
	return out, nil
}

// exact appends a key of everything the answer depends on: the plan (and by it the
// schema and what the caller may see), the variables, who asks, and what is
// forwarded.
func (o *planRun) exact(key inflight.Key, c *front.Caller) inflight.Key {
	key = key.Int(o.router.era.Now()).Int(o.bound.id).String(c.Subject.Key()).Header(c.Header)
	var room [16]string
	names := room[:0]
	for name := range o.vars {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		key = key.String(name).Bytes(o.vars[name])
	}
	return key
}

// encode writes a response, with the trace id where there are errors.
func encode(res *executor.Response, traceID string) front.Result {
	if len(res.Errors) > 0 && traceID != "" {
		res.Extensions = append(res.Extensions, executor.Extension{Key: "traceId", Value: strconv.AppendQuote(nil, traceID)})
	}
	body := res.Encode()
	out := front.Result{Body: body.B, Memory: body, Errors: len(res.Errors)}
	for i := range res.Errors {
		if code := res.Errors[i].Code(); !slices.Contains(out.Codes, code) {
			out.Codes = append(out.Codes, code)
		}
	}
	return out
}

// Key implements front.Operation: equal for equal schemas, plans and variables.
func (o *planRun) Key() string {
	h := sha256.New()
	part := func(s string) {
		h.Write(strconv.AppendInt(nil, int64(len(s)), 10))
		h.Write([]byte{':'})
		h.Write([]byte(s))
	}
	part(o.snap.version)
	part(o.bound.key)
	names := make([]string, 0, len(o.vars))
	for name := range o.vars {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		part(name)
		part(string(o.vars[name]))
	}
	return string(h.Sum(nil))
}

// Latest implements front.Operation.
func (o *planRun) Latest() bool { return o.bound.latest }

// Shared implements front.Operation.
func (o *planRun) Shared() bool { return o.bound.shared }

// Open implements front.Operation.
func (o *planRun) Open(c *front.Caller) hub.Open { return newSubscription(o, c).open }

// upstreamError is a failed subscription, worded for clients.
type upstreamError struct {
	error
	code string
}

// Unwrap returns the failure clients are told.
func (e *upstreamError) Unwrap() error { return e.error }

func subscriptionError(err error) error {
	var xe *executor.Error
	if !errors.As(err, &xe) {
		return err // io.EOF, the context's end
	}
	f := front.Fail(502, xe.Code(), xe.Message)
	return &upstreamError{f.AsError(), xe.Code()}
}

// broken says whether a subscription's source may be opened again.
func broken(err error) bool {
	var u *upstreamError
	return errors.As(err, &u) && (u.code == executor.CodeHTTP || u.code == executor.CodeTimeout)
}

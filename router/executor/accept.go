package executor

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"marquee/router/scan"

	"marquee/router/transport"
)

// Messages for what went wrong between the router and a subgraph. They say
// nothing about the inside.
const (
	msgUnavailable = "A service needed to answer this request is not available."
	msgTimeout     = "A service needed to answer this request did not answer in time."
	msgMalformed   = "A service needed to answer this request gave an invalid answer."
	msgCancelled   = "The request was cancelled."
	msgDeadline    = "The request took too long."
	msgMasked      = "A service reported an error."
)

// accept stores the answer of a fetch, or says why there is none.
func (r *run) accept(ctx context.Context, f *fetch, j *job, res *transport.Response, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case err != nil:
		r.x.note(ctx, f.Subgraph, err)
		r.fail(f, j, transportError(ctx, err))
		return
	case res == nil:
		r.fail(f, j, NewError(CodeHTTP, msgUnavailable, nil))
		return
	}
	r.answers = append(r.answers, res)
	if r.x.opts.KeepHeaders {
		r.headers = append(r.headers, Answer{f.Subgraph, res.Header, f.ID})
	}
	ok := res.Status >= 200 && res.Status < 300
	if !ok && !isResult(res.Body) {
		r.x.note(ctx, f.Subgraph, fmt.Errorf("HTTP status %d without a GraphQL result", res.Status))
		e := NewError(CodeHTTP, msgUnavailable, nil)
		e.Extensions = append(e.Extensions, Extension{"http", []byte(`{"status":` + strconv.Itoa(res.Status) + `}`)})
		r.fail(f, j, e)
		return
	}
	r.read(ctx, f, j, res.Body)
}

// event stores a subscription's event as the answer of fetch 0.
func (r *run) event(ctx context.Context, body []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	j := newJob(0)
	j.roots = append(j.roots, 0)
	r.read(ctx, &r.prog.fetches[0], j, body)
	j.release()
}

// read parses a body and accounts for everything it should have held.
func (r *run) read(ctx context.Context, f *fetch, j *job, body []byte) {
	var env envelope
	err := errBody
	if len(body) <= r.x.opts.MaxBodyBytes {
		env, err = r.parser.parse(body, f, j)
	}
	if err == nil && !env.data && isEmptyList(env.errors) {
		err = errNoData
	}
	if err != nil {
		r.x.note(ctx, f.Subgraph, err)
		code := CodeMalformed
		if errors.Is(err, errTooLarge) {
			code = CodeLimit
		}
		r.fail(f, j, NewError(code, msgMalformed, nil))
		return
	}
	if !isEmptyList(env.errors) && !r.subgraphErrors(f, j, env.errors) {
		r.blameAll(f, j)
	}
	if !env.data {
		r.blameAll(f, j)
		return
	}
	for i := range r.parser.misfits {
		m := &r.parser.misfits[i]
		r.misfit(f, m)
	}
	for i := range j.batches {
		if bt := &j.batches[i]; len(bt.reps) > 0 && !bt.answered {
			if isEmptyList(env.errors) {
				r.errs.add(r.service(f, NewError(CodeMalformed, msgMalformed, nil)))
			}
			r.blameBatch(j.entry(f, i), bt)
		}
	}
}

// misfit reports a value of the wrong form at its place.
func (r *run) misfit(f *fetch, m *misfit) {
	path, ok := r.path(r.prog, m.obj)
	if ok && m.field.response != "" {
		path = append(path, PathElem{Key: m.field.response})
	} else {
		path = nil
	}
	r.errs.add(r.service(f, NewError(CodeMalformed, msgMalformed, path)))
}

// fail reports a failed fetch once and marks what it leaves out.
func (r *run) fail(f *fetch, j *job, e Error) {
	e.Path = r.failurePath(f, j)
	r.errs.add(r.service(f, e))
	r.blameAll(f, j)
}

// failurePath is the path of the object a fetch was for, if it is only one.
func (r *run) failurePath(f *fetch, j *job) []PathElem {
	var targets []target
	for i := range j.batches {
		targets = append(targets, j.batches[i].targets...)
	}
	switch {
	case len(targets) == 1:
		path, _ := r.path(r.prog, targets[0].obj)
		return path
	case f.root != nil && len(f.root.fields) == 1 && len(j.roots) == 1 && f.root.fields[0].response != "":
		path, ok := r.path(r.prog, j.roots[0])
		if ok {
			return append(path, PathElem{Key: f.root.fields[0].response})
		}
	}
	return nil
}

// blameAll marks everything the fetch should have filled and did not.
func (r *run) blameAll(f *fetch, j *job) {
	for _, obj := range j.roots {
		r.blame(obj, f.root, nullErr)
	}
	for i := range j.batches {
		r.blameBatch(j.entry(f, i), &j.batches[i])
	}
}

func (r *run) blameBatch(e *entry, bt *batch) {
	for _, t := range bt.targets {
		r.blame(t.obj, e.sources[t.source].output, nullErr)
	}
}

// service adds extensions.serviceName if configured.
func (r *run) service(f *fetch, e Error) Error {
	if r.x.opts.ServiceName {
		e.Extensions = append(e.Extensions, Extension{"serviceName", quote(f.Subgraph)})
	}
	return e
}

// transportError maps why no answer came to what the client may know.
func transportError(ctx context.Context, err error) Error {
	switch ctxErr := ctx.Err(); {
	case errors.Is(ctxErr, context.DeadlineExceeded):
		return NewError(CodeDeadline, msgDeadline, nil)
	case ctxErr != nil:
		return NewError(CodeCancelled, msgCancelled, nil)
	}
	var te *transport.Error
	if errors.As(err, &te) {
		switch te.Code {
		case transport.CodeTimeout:
			return NewError(CodeTimeout, msgTimeout, nil)
		case transport.CodeTooLarge, transport.CodeBadResponse:
			return NewError(CodeMalformed, msgMalformed, nil)
		}
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return NewError(CodeTimeout, msgTimeout, nil)
	}
	return NewError(CodeHTTP, msgUnavailable, nil)
}

// isResult tells whether a body sent with an HTTP error status is a GraphQL
// result: an object with data or errors.
func isResult(body []byte) bool {
	p, found := parser{body: body}, false
	end := p.members(scan.Space(body, 0), func(key []byte, i int) int {
		if k := string(key); k == "data" || k == "errors" {
			found = true
		}
		return scan.Value(body, i, 1)
	})
	return end >= 0 && scan.Space(body, end) == len(body) && found
}

// isEmptyList tells whether the raw value of errors says that there are none.
func isEmptyList(v []byte) bool {
	if len(v) == 0 || v[0] == 'n' {
		return true
	}
	return v[0] == '[' && scan.Space(v, 1) == len(v)-1
}

package executor

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"marquee/router/plan"
	"marquee/router/transport"
)

// Options configure an Executor. The zero value of a bound takes its default.
type Options struct {
	// Transport reaches the subgraphs. Required.
	Transport transport.Transport
	// MaxBodyBytes bounds one answer of a subgraph. Default 32 MiB.
	MaxBodyBytes int
	// MaxValues bounds the values held for one request (12 bytes each; a value
	// is a slot of an object or an element of a list). Default 4 Mi.
	MaxValues int
	// MaxResponseBytes bounds the data sent to the client. Default 64 MiB.
	MaxResponseBytes int
	// MaxErrors bounds the errors of one answer. Default 100.
	MaxErrors int
	// MaxContextValues bounds the groups of objects with different values from contexts that one request to a subgraph
	// has: each is a field of its own there. Objects beyond are not asked for. Default 64.
	MaxContextValues int
	// Timeout bounds one operation, or one event of a subscription. 0 leaves it
	// to the context.
	Timeout time.Duration
	// MaskMessages replaces the messages of errors that subgraphs report.
	MaskMessages bool
	// Extensions lists the members of subgraph errors' extensions that are passed
	// on besides code. Nil passes all but "stacktrace" and "exception".
	Extensions []string
	// ServiceName adds extensions.serviceName to errors of subgraphs.
	ServiceName bool
	// KeepHeaders puts the headers of subgraphs' answers into the response.
	KeepHeaders bool
	// OnFailure, if not nil, is told why a fetch failed or what panicked; the
	// text is for logs, clients only see a code.
	OnFailure func(ctx context.Context, subgraph string, err error)
}

// Executor runs plans. It is safe for concurrent use.
type Executor struct {
	opts     Options
	programs programs
}

// New returns an Executor.
func New(o Options) *Executor {
	o.MaxBodyBytes = orDefault(o.MaxBodyBytes, 32<<20)
	o.MaxValues = orDefault(o.MaxValues, 4<<20)
	o.MaxResponseBytes = orDefault(o.MaxResponseBytes, 64<<20)
	o.MaxErrors = orDefault(o.MaxErrors, 100)
	o.MaxContextValues = orDefault(o.MaxContextValues, 64)
	return &Executor{opts: o}
}

func orDefault(n, def int) int {
	if n <= 0 {
		return def
	}
	return n
}

// Request is one operation to run.
type Request struct {
	Plan *plan.Plan
	// Variables are coerced raw JSON values by name: the client's, and literals
	// lifted out of the document.
	Variables map[string]json.RawMessage
	// Files are the client's, by the variable that holds them; where one stands
	// the variable has null. They go to the subgraphs the variable goes to.
	Files map[string][]transport.File
	// Header is forwarded to every subgraph; it is not modified. May be nil.
	Header http.Header
	// Subject is the caller, nil if anonymous.
	Subject *transport.Subject
}

// Execute runs a query or mutation. It never fails: whatever goes wrong is in
// the response's errors. It returns when no goroutine of it runs any more.
func (x *Executor) Execute(ctx context.Context, req *Request) *Response {
	if req.Plan.Kind == plan.Subscription {
		return &Response{Errors: []Error{NewError(CodeInternal, "A subscription cannot be executed as a request.", nil)}}
	}
	r := x.newRun(req)
	ctx, cancel := x.bounded(ctx)
	defer cancel()
	r.start(ctx, nil)
	return r.respond(ctx)
}

func (x *Executor) bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	if x.opts.Timeout <= 0 {
		return ctx, func() {}
	}
	if d, ok := ctx.Deadline(); ok && time.Until(d) <= x.opts.Timeout {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, x.opts.Timeout)
}

func (x *Executor) note(ctx context.Context, subgraph string, err error) {
	if x.opts.OnFailure != nil {
		x.opts.OnFailure(ctx, subgraph, err)
	}
}

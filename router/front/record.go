package front

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

// Record is what is known of a request once it is answered; of a subscription,
// once it has begun.
type Record struct {
	Via     string // "http", "sse", "multipart" or "ws"
	Kind    string // "query", "mutation", "subscription", "unknown"
	Name    string // the operation's name, or ""
	Status  int    // of the HTTP answer; 0 for "ws"
	Codes   []string
	Took    time.Duration
	TraceID string
	// Subject is the caller's id, "" if anonymous or unknown.
	Subject string
}

// request collects the record of one request.
type request struct {
	h      *Handler
	start  time.Time
	via    string
	caller *Caller
	op     Operation
	trace  traceContext
}

// answered tells of a result.
func (q *request) answered(ctx context.Context, status int, res Result) {
	q.tell(ctx, status, outcome(res), res.Codes, true)
}

// failed tells of a failure; status is the answer's.
func (q *request) failed(ctx context.Context, status int, f *Failure) {
	list := make([]string, len(f.Errors))
	for i := range f.Errors {
		list[i] = f.Errors[i].Code
	}
	q.tell(ctx, status, f.Code(), list, true)
}

// begun tells of a subscription that has begun: it is not counted.
func (q *request) begun(ctx context.Context, status int) { q.tell(ctx, status, "OK", nil, false) }

func (q *request) tell(ctx context.Context, status int, code string, list []string, count bool) {
	took := time.Since(q.start)
	rec := Record{Via: q.via, Kind: kindOf(q.op), Status: status, Codes: list, Took: took, TraceID: q.trace.id}
	if q.op != nil {
		rec.Name = q.op.Name()
	}
	if q.caller != nil && q.caller.Subject != nil {
		rec.Subject = q.caller.Subject.ID
	}
	if count {
		q.h.opt.Metrics.Request(&rec, code)
	}
	if span := trace.SpanFromContext(ctx); span.IsRecording() {
		span.SetName("graphql " + rec.Kind)
		span.SetAttributes(attribute.String("graphql.operation.type", rec.Kind), attribute.String("graphql.operation.name", rec.Name),
			attribute.String("graphql.via", rec.Via), attribute.String("graphql.outcome", code))
		if status != 0 {
			span.SetAttributes(attribute.Int("http.response.status_code", status))
		}
		if len(list) > 0 {
			span.SetAttributes(attribute.StringSlice("graphql.error.codes", list))
		}
		if code == CodeInternal || status >= http.StatusInternalServerError {
			span.SetStatus(codes.Error, code)
		}
	}
	if q.h.opt.OnRequest != nil {
		q.h.opt.OnRequest(ctx, rec)
	}
}

// begin opens the span of a request: a child of the client's, of one in ctx, or
// the first of a trace. Without a tracer it changes nothing.
func (h *Handler) begin(ctx context.Context, t traceContext) (context.Context, trace.Span, traceContext) {
	if h.opt.Tracer == nil {
		return ctx, trace.SpanFromContext(context.Background()), t
	}
	if t.client != "" {
		id, err1 := trace.TraceIDFromHex(t.id)
		span, err2 := trace.SpanIDFromHex(t.client)
		if err1 == nil && err2 == nil {
			var flags trace.TraceFlags
			if n, err := strconv.ParseUint(t.flags, 16, 8); err == nil && n&1 == 1 {
				flags = trace.FlagsSampled
			}
			ctx = trace.ContextWithRemoteSpanContext(ctx, trace.NewSpanContext(trace.SpanContextConfig{TraceID: id, SpanID: span, TraceFlags: flags, Remote: true}))
		}
	}
	ctx, span := h.opt.Tracer.Start(ctx, "graphql", trace.WithSpanKind(trace.SpanKindServer))
	if sc := span.SpanContext(); sc.IsValid() && !sc.IsRemote() {
		t = traceContext{id: sc.TraceID().String(), flags: sc.TraceFlags().String(), own: sc.SpanID().String()}
	}
	return ctx, span, t
}

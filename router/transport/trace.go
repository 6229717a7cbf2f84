package transport

import (
	"context"
	"net/http"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

// Trace makes a span of every request and tells the subgraph of it by the
// traceparent header. A request that is not sampled keeps the header it has.
func Trace(tracer trace.Tracer) Layer {
	return func(next Transport) Transport { return &traced{next, tracer} }
}

type traced struct {
	next   Transport
	tracer trace.Tracer
}

func (t *traced) begin(ctx context.Context, r *Request) (context.Context, trace.Span, *Request) {
	ctx, span := t.tracer.Start(ctx, "subgraph "+r.Subgraph, trace.WithSpanKind(trace.SpanKindClient))
	if !span.IsRecording() {
		return ctx, span, r
	}
	span.SetAttributes(attribute.String("graphql.subgraph", r.Subgraph), attribute.String("graphql.operation.type", r.Kind.String()))
	sc := span.SpanContext()
	told := *r
	told.Header = make(http.Header, len(r.Header)+1)
	for k, v := range r.Header {
		told.Header[k] = v
	}
	told.Header["Traceparent"] = []string{"00-" + sc.TraceID().String() + "-" + sc.SpanID().String() + "-" + sc.TraceFlags().String()}
	return ctx, span, &told
}

func end(span trace.Span, res *Response, err error) {
	if span.IsRecording() {
		if res != nil {
			span.SetAttributes(attribute.Int("http.response.status_code", res.Status), attribute.Int("http.response.body.size", len(res.Body)))
		}
		switch {
		case err != nil:
			span.SetStatus(codes.Error, CodeOf(err))
		case res != nil && res.Status >= http.StatusBadRequest:
			span.SetStatus(codes.Error, http.StatusText(res.Status))
		}
	}
	span.End()
}

// Do implements Transport.
func (t *traced) Do(ctx context.Context, r *Request) (*Response, error) {
	ctx, span, r := t.begin(ctx, r)
	res, err := t.next.Do(ctx, r)
	end(span, res, err)
	return res, err
}

// Subscribe implements Transport: the span covers the start of the stream.
func (t *traced) Subscribe(ctx context.Context, r *Request) (Stream, error) {
	ctx, span, r := t.begin(ctx, r)
	s, err := t.next.Subscribe(ctx, r)
	end(span, nil, err)
	return s, err
}

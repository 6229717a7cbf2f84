package router

import (
	"context"
	"log/slog"
	"os"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/trace"

	"marquee/router/front"
)

const tracerName = "marquee/router"

// tracer makes the router's spans; nil makes none.
func (c *Config) tracer() trace.Tracer {
	provider := c.TracerProvider
	if provider == nil {
		wanted := os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT") != "" || os.Getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") != ""
		if c.Tracing != nil {
			wanted = *c.Tracing
		}
		if !wanted {
			return nil
		}
		provider = otel.GetTracerProvider()
	}
	return provider.Tracer(tracerName)
}

// span begins a span of a step within a request that is recorded; for others it
// costs nothing.
func (r *Router) span(ctx context.Context, name string) trace.Span {
	above := trace.SpanFromContext(ctx)
	if !above.IsRecording() {
		return trace.SpanFromContext(context.Background())
	}
	_, span := above.TracerProvider().Tracer(tracerName).Start(ctx, name)
	return span
}

// accessLog writes the line of a request.
func (r *Router) accessLog(ctx context.Context, rec front.Record) {
	attrs := []slog.Attr{
		slog.String("via", rec.Via), slog.String("kind", rec.Kind), slog.String("operation", rec.Name),
		slog.Float64("ms", float64(rec.Took)/float64(time.Millisecond)), slog.String("trace", rec.TraceID),
	}
	if rec.Status != 0 {
		attrs = append(attrs, slog.Int("status", rec.Status))
	}
	if rec.Subject != "" {
		attrs = append(attrs, slog.String("subject", rec.Subject))
	}
	if len(rec.Codes) > 0 {
		attrs = append(attrs, slog.Any("codes", rec.Codes))
	}
	r.cfg.Log.LogAttrs(ctx, slog.LevelInfo, "request", attrs...)
}

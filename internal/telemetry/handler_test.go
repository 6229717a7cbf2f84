package telemetry

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"go.opentelemetry.io/otel/trace"
)

// Whether spans are exported or not, a request's logs have the trace of its caller.
func TestHandlerCarriesTheTrace(t *testing.T) {
	const traceID = "0af7651916cd43dd8448eb211c80319c"
	for name, endpoint := range map[string]string{"exported": "http://127.0.0.1:1", "not exported": ""} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)
			stop, err := Traces(t.Context(), "test")
			if err != nil {
				t.Fatal(err)
			}
			defer func() {
				ctx, cancel := context.WithCancel(t.Context())
				cancel() // nobody is there to take spans
				_ = stop(ctx)
			}()
			var got trace.SpanContext
			h := Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = trace.SpanContextFromContext(r.Context()) }), "graph")
			r := httptest.NewRequest(http.MethodPost, "/graphql", nil)
			r.Header.Set("Traceparent", "00-"+traceID+"-b7ad6b7169203331-01")
			h.ServeHTTP(httptest.NewRecorder(), r)
			if got.TraceID().String() != traceID {
				t.Errorf("trace %s", got.TraceID())
			}
		})
	}
}

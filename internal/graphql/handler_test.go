package graphql

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	gql "github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"go.opentelemetry.io/otel/trace"

	"marquee/internal/errs"
)

func TestPresenterCodesEveryErrorAndTellsNothingFromInside(t *testing.T) {
	t.Parallel()
	secret := errors.New("pq: password authentication failed for user marquee")
	for name, c := range map[string]struct {
		err     error
		code    string
		logged  bool
		message string
	}{
		"coded":        {errs.New(errs.NotFound, "There is no such event."), "NOT_FOUND", false, "There is no such event."},
		"with cause":   {errs.New(errs.Unavailable, "Try again.").Because(secret), "UNAVAILABLE", false, "Try again."},
		"wrapped":      {fmt.Errorf("list: %w", errs.New(errs.Forbidden, "No.")), "FORBIDDEN", false, "No."},
		"list":         {errs.List{errs.New("A", "First."), errs.New("B", "Second.")}, "A", false, "First."},
		"uncoded":      {secret, "INTERNAL", true, "Something went wrong on our side."},
		"panic":        {recovered(t.Context(), "index out of range"), "INTERNAL", true, "Something went wrong on our side."},
		"timeout":      {context.DeadlineExceeded, "DEADLINE_EXCEEDED", false, "This took too long."},
		"cancelled":    {context.Canceled, "DEADLINE_EXCEEDED", false, "The request was cancelled."},
		"bad variable": {gqlerror.Errorf("an amount is a whole number"), "BAD_USER_INPUT", false, "an amount is a whole number"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			ctx := trace.ContextWithSpanContext(t.Context(), trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}}))
			ctx = gql.WithResponseContext(ctx, gql.DefaultErrorPresenter, gql.DefaultRecover)
			got := presenter(slog.New(slog.NewTextHandler(&log, nil)))(ctx, c.err)
			if got.Extensions["code"] != c.code || got.Message != c.message {
				t.Errorf("presented as %v %q", got.Extensions, got.Message)
			}
			if strings.Contains(fmt.Sprint(got.Message, got.Extensions), "password") || got.Err != nil {
				t.Errorf("something from inside leaves: %v", got)
			}
			if (log.Len() > 0) != c.logged {
				t.Errorf("logged: %s", log.String())
			}
			if c.logged && got.Extensions["traceId"] != "01000000000000000000000000000000" {
				t.Errorf("no trace id: %v", got.Extensions)
			}
		})
	}
}

// panicking is a schema whose every operation panics.
type panicking struct{ gql.ExecutableSchema }

var panickingSchema = gqlparser.MustLoadSchema(&ast.Source{Input: "type Query { a: Int }"})

func (panicking) Schema() *ast.Schema { return panickingSchema }
func (panicking) Exec(context.Context) gql.ResponseHandler {
	return func(context.Context) *gql.Response { panic("out of order") }
}

func TestPanicIsAnAnswer(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	server := httptest.NewServer(Handler(panicking{}, slog.New(slog.NewTextHandler(&log, nil))))
	defer server.Close()
	response, err := http.Post(server.URL, "application/json", strings.NewReader(`{"query":"{ a }"}`))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var body bytes.Buffer
	if _, err := body.ReadFrom(response.Body); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(body.String(), `"code":"INTERNAL"`) || strings.Contains(body.String(), "out of order") {
		t.Errorf("answered %s %s", response.Status, body.String())
	}
	if !strings.Contains(log.String(), "out of order") {
		t.Errorf("the log does not tell: %s", log.String())
	}
}

package graphql

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	gql "github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/99designs/gqlgen/graphql/handler/transport"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"go.opentelemetry.io/otel/trace"

	"marquee/internal/errs"
)

const (
	maxBody   = 8 << 20 // the router's entity requests are large; clients never come here
	maxTokens = 50_000
)

// Handler serves a subgraph's schema to the router: POST, and server-sent events for subscriptions.
func Handler(schema gql.ExecutableSchema, log *slog.Logger) http.Handler {
	s := handler.New(schema)
	s.AddTransport(transport.SSE{KeepAlivePingInterval: 10 * time.Second})
	s.AddTransport(transport.POST{})
	s.SetQueryCache(lru.New[*ast.QueryDocument](1000))
	s.SetParserTokenLimit(maxTokens)
	s.SetDisableSuggestion(true)
	s.Use(extension.Introspection{}) // for tools next to the service; who reaches it has the router's token
	s.SetErrorPresenter(presenter(log))
	s.SetRecoverFunc(recovered)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		s.ServeHTTP(w, r)
	})
}

// recovered turns a panic of a resolver into an error of ours, with the stack for the log.
func recovered(_ context.Context, p any) error {
	return errs.New(errs.Internal, "").Because(fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
}

// presenter gives every error that leaves a code and keeps what happened inside: an uncoded error becomes INTERNAL with the trace id
// under which the log has its cause.
func presenter(log *slog.Logger) gql.ErrorPresenterFunc {
	return func(ctx context.Context, err error) *gqlerror.Error {
		out := gql.DefaultErrorPresenter(ctx, err)
		var coded *errs.Error
		var list errs.List
		switch {
		case errors.As(err, &coded):
		case errors.As(err, &list) && len(list) > 0:
			coded = list[0]
		case out.Extensions["code"] != nil: // the document itself: parse, validation
			return out
		case isGraphQL(err):
			errcode.Set(out, "BAD_USER_INPUT") // a value of an argument or variable did not fit its type
			return out
		case errors.Is(err, context.Canceled):
			coded = errs.New(errs.Timeout, "The request was cancelled.").Because(err)
		case errors.Is(err, context.DeadlineExceeded):
			coded = errs.New(errs.Timeout, "This took too long.").Because(err)
		default:
			coded = errs.New(errs.Internal, "").Because(err)
		}
		out.Err = nil
		out.Message = coded.Message
		out.Extensions = map[string]any{"code": string(coded.Code)}
		if len(coded.Field) > 0 {
			out.Extensions["field"] = coded.Field
		}
		if coded.Code == errs.Internal {
			out.Message = "Something went wrong on our side."
			if id := trace.SpanContextFromContext(ctx).TraceID(); id.IsValid() {
				out.Extensions["traceId"] = id.String()
			}
			log.ErrorContext(ctx, "GraphQL operation failed", "path", out.Path.String(), "error", err)
		}
		return out
	}
}

// isGraphQL reports whether gqlgen itself made the error while it read input, and nothing of ours is below it.
func isGraphQL(err error) bool {
	var g *gqlerror.Error
	return errors.As(err, &g) && g.Err == nil
}

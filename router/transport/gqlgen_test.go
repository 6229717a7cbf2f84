package transport_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	gqlgen "github.com/99designs/gqlgen/graphql/handler/transport"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"marquee/router/transport"
)

// counter is a schema with a subscription that counts, for gqlgen's own server.
type counter struct{ schema *ast.Schema }

func newCounter() counter {
	return counter{gqlparser.MustLoadSchema(&ast.Source{Input: `type Query { ok: Boolean } type Subscription { count(to: Int!): Int! }`})}
}

func (c counter) Schema() *ast.Schema { return c.schema }

func (c counter) Complexity(context.Context, string, string, int, map[string]any) (int, bool) {
	return 0, false
}

func (c counter) Exec(ctx context.Context) graphql.ResponseHandler {
	oc := graphql.GetOperationContext(ctx)
	args := oc.Operation.SelectionSet[0].(*ast.Field).ArgumentMap(oc.Variables)
	to, n := args["to"].(int64), int64(0)
	return func(context.Context) *graphql.Response {
		if n == to {
			return nil
		}
		n++
		return &graphql.Response{Data: fmt.Appendf(nil, `{"count":%d}`, n)}
	}
}

// subgraph serves counter as gqlgen does, over the transports given.
func (c counter) subgraph(t *testing.T, transports ...graphql.Transport) string {
	t.Helper()
	s := handler.New(c)
	for _, tr := range transports {
		s.AddTransport(tr)
	}
	srv := httptest.NewServer(s)
	t.Cleanup(func() {
		srv.CloseClientConnections()
		srv.Close()
	})
	return srv.URL
}

func subscription(query string) *transport.Request {
	return &transport.Request{
		Subgraph: "s", Kind: transport.Subscription, Body: fmt.Appendf(nil, `{"query":%q}`, query),
		Header: http.Header{"Authorization": {"Bearer x"}, "X-Tenant": {"t1"}},
	}
}

// all returns a stream's events and its end.
func all(t *testing.T, s transport.Stream) (events []string, end error) {
	t.Helper()
	defer func() { _ = s.Close() }()
	for {
		b, err := s.Next(t.Context())
		if err != nil {
			return events, err
		}
		events = append(events, string(b))
	}
}

func wire(t *testing.T, opt transport.HTTPOptions) *transport.HTTP {
	t.Helper()
	w, err := transport.NewHTTP(opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	return w
}

func TestSubscriptionsOfGqlgenServers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		protocol         string
		events, sockets  bool
		overEvents, fail bool
		posts            bool // which runs a subscription up to its first event
	}{
		"events":                       {protocol: "sse", events: true, sockets: true, overEvents: true},
		"sockets":                      {protocol: "ws", events: true, sockets: true},
		"either, both there":           {events: true, sockets: true, overEvents: true},
		"either, only events there":    {protocol: "auto", events: true, overEvents: true},
		"either, only sockets there":   {sockets: true},
		"either, sockets and requests": {sockets: true, posts: true},
		"either, neither there":        {fail: true},
		"sockets that are not there":   {protocol: "ws", events: true, fail: true},
		"events that are not there":    {protocol: "sse", sockets: true, fail: true},
		"either, nothing but requests": {protocol: "auto", posts: true, fail: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var list []graphql.Transport
			init := make(chan gqlgen.InitPayload, 10)
			if c.sockets {
				list = append(list, gqlgen.Websocket{InitFunc: func(ctx context.Context, p gqlgen.InitPayload) (context.Context, *gqlgen.InitPayload, error) {
					init <- p
					return ctx, nil, nil
				}})
			}
			if c.posts {
				list = append(list, gqlgen.POST{})
			}
			if c.events {
				list = append(list, gqlgen.SSE{})
			}
			w := wire(t, transport.HTTPOptions{
				URL: newCounter().subgraph(t, list...), Stream: transport.StreamOptions{Protocol: c.protocol, Idle: time.Minute, Ping: time.Minute},
			})
			for range 2 { // the second time the protocol is known
				s, err := w.Subscribe(t.Context(), subscription(`subscription { count(to: 3) }`))
				if c.fail {
					if err == nil {
						_ = s.Close()
					}
					if transport.CodeOf(err) != transport.CodeBadResponse {
						if events, _ := all(t, s); len(events) != 1 { // the server's refusal
							t.Errorf("%v, %v", err, events)
						}
					}
					continue
				}
				if err != nil {
					t.Fatal(err)
				}
				events, end := all(t, s)
				if fmt.Sprint(events) != `[{"data":{"count":1}} {"data":{"count":2}} {"data":{"count":3}}]` || !errors.Is(end, io.EOF) {
					t.Fatalf("%v, end %v", events, end)
				}
				if c.overEvents {
					continue
				}
				if p := <-init; p.Authorization() != "Bearer x" || p["X-Tenant"] != "t1" {
					t.Errorf("connection_init with %v", p)
				}
			}
			// A document the server refuses is a result, not a broken stream.
			if s, err := w.Subscribe(t.Context(), subscription(`subscription { nothing }`)); !c.fail {
				if err != nil {
					t.Fatal(err)
				}
				if events, end := all(t, s); len(events) != 1 || !errors.Is(end, io.EOF) {
					t.Errorf("%v, end %v", events, end)
				}
			} else if err == nil {
				_ = s.Close()
			}
		})
	}
}

package router_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/coder/websocket"

	"marquee/router"
)

// restartable is a subgraph's server that can be away and come back.
type restartable struct {
	h    http.Handler
	addr string
	srv  *httptest.Server

	mu   sync.Mutex
	open []net.Conn // those of WebSockets are not the server's any more
}

func (s *restartable) start(t *testing.T) {
	t.Helper()
	at := s.addr
	if at == "" {
		at = "127.0.0.1:0"
	}
	l, err := net.Listen("tcp", at)
	if err != nil {
		t.Fatal(err)
	}
	s.addr = l.Addr().String()
	s.srv = httptest.NewUnstartedServer(s.h)
	_ = s.srv.Listener.Close()
	s.srv.Listener = l
	s.srv.Config.ConnState = func(c net.Conn, state http.ConnState) {
		if state == http.StateHijacked {
			s.mu.Lock()
			s.open = append(s.open, c)
			s.mu.Unlock()
		}
	}
	s.srv.Start()
}

func (s *restartable) stop() {
	s.mu.Lock()
	for _, c := range s.open {
		_ = c.Close()
	}
	s.open = nil
	s.mu.Unlock()
	s.srv.CloseClientConnections()
	s.srv.Close()
}

// sockets serves a subscription handler of Server-Sent Events by WebSockets: it
// says what the handler says.
func (s *scores) sockets(name string) http.Handler {
	events := s.handler(name)
	sg := s.fed.Subgraphs[name]
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Upgrade") == "" {
			events.ServeHTTP(w, r)
			return
		}
		c, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{"graphql-transport-ws"}})
		if err != nil {
			return
		}
		defer func() { _ = c.CloseNow() }()
		_, _, _ = c.Read(r.Context())
		_ = c.Write(r.Context(), websocket.MessageText, []byte(`{"type":"connection_ack"}`))
		_, m, err := c.Read(r.Context())
		if err != nil {
			return
		}
		body := m[strings.Index(string(m), `"payload":`)+len(`"payload":`) : len(m)-1]
		s.streams <- "open"
		defer func() { s.streams <- "closed" }()
		gone, cancel := context.WithCancel(r.Context())
		var reader sync.WaitGroup
		defer reader.Wait()
		defer func() { _ = c.CloseNow() }()
		reader.Go(func() {
			defer cancel()
			for {
				if _, _, err := c.Read(gone); err != nil {
					return
				}
			}
		})
		for {
			select {
			case <-gone.Done():
				return
			case v := <-s.feed:
				if _, broken := v.(error); broken {
					return
				}
				_ = c.Write(r.Context(), websocket.MessageText, []byte(`{"id":"1","type":"next","payload":`+string(sg.Serve(body, v))+`}`))
			}
		}
	})
}

// TestASubgraphsRestartIsUnnoticed: while it is away its clients wait.
func TestASubgraphsRestartIsUnnoticed(t *testing.T) {
	t.Parallel()
	for _, protocol := range []string{"sse", "ws"} {
		t.Run(protocol, func(t *testing.T) {
			t.Parallel()
			sub := &restartable{}
			g := start(t, true, func(c *router.Config) {
				c.Subgraphs["matches"] = router.Subgraph{Subscriptions: router.Upstream{Protocol: protocol}}
				c.SDL = strings.ReplaceAll(c.SDL, "http://matches.test", "http://"+"matches.invalid")
			})
			sub.h = g.sockets("matches")
			sub.start(t)
			if err := g.r.Reload(strings.ReplaceAll(supergraph(t), "http://matches.test", "http://"+sub.addr)); err != nil {
				t.Fatal(err)
			}
			c := g.ws(t, "a", watch)
			<-g.streams
			for i := range 3 {
				g.feed <- g.event(i)
				if m := next(t, c); m != `{"id":"a","type":"next","payload":`+scored(i)+`}` {
					t.Fatal(m)
				}
				if i == 1 { // a connection that breaks alone
					g.feed <- errors.New("break")
				} else {
					sub.stop()
				}
				if s := <-g.streams; s != "closed" {
					t.Fatal(s)
				}
				if i != 1 {
					sub.start(t)
				}
				if s := <-g.streams; s != "open" {
					t.Fatal(s)
				}
			}
			if n := g.gauge(t, "marquee_router_subscriptions"); n != 1 {
				t.Errorf("%v subscriptions", n)
			}
			g.shut(t, c)
			sub.stop()
		})
	}
}

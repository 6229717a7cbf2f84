package transport_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"marquee/router/transport"
)

// socketServer runs f for every WebSocket.
func socketServer(t *testing.T, protocols []string, f func(ctx context.Context, c *websocket.Conn)) string {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var open sync.WaitGroup
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		open.Add(1)
		defer open.Done()
		c, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: protocols})
		if err != nil {
			return
		}
		defer func() { _ = c.CloseNow() }()
		f(ctx, c)
	}))
	t.Cleanup(func() {
		cancel()
		srv.CloseClientConnections()
		srv.Close()
		open.Wait()
	})
	return srv.URL
}

var spoken = []string{"graphql-transport-ws"}

// heard reads a message and returns its type.
func heard(ctx context.Context, c *websocket.Conn) string {
	_, b, err := c.Read(ctx)
	if err != nil {
		return err.Error()
	}
	var m struct{ Type string }
	_ = json.Unmarshal(b, &m)
	return m.Type
}

func say(ctx context.Context, c *websocket.Conn, messages ...string) {
	for _, m := range messages {
		_ = c.Write(ctx, websocket.MessageText, []byte(m))
	}
}

const (
	ack  = `{"type":"connection_ack"}`
	one  = `{"id":"1","type":"next","payload":{"data":1}}`
	done = `{"id":"1","type":"complete"}`
)

// accept is the beginning of a well-behaved server.
func accept(ctx context.Context, c *websocket.Conn) {
	heard(ctx, c)
	say(ctx, c, ack)
	heard(ctx, c)
}

func TestAwkwardSocketServers(t *testing.T) {
	t.Parallel()
	wait := func(ctx context.Context, c *websocket.Conn) { heard(ctx, c) }
	for name, c := range map[string]struct {
		serve  func(ctx context.Context, c *websocket.Conn)
		speaks []string
		opt    transport.HTTPOptions
		events int
		code   string // of the error; "" is a regular end
	}{
		"no subprotocol":      {serve: wait, code: transport.CodeBadResponse},
		"another subprotocol": {serve: wait, speaks: []string{"graphql-ws"}, code: transport.CodeBadResponse},
		"never acknowledges":  {serve: func(ctx context.Context, c *websocket.Conn) { heard(ctx, c); heard(ctx, c) }, speaks: spoken, opt: transport.HTTPOptions{StreamTimeout: 20 * time.Millisecond}, code: transport.CodeTimeout},
		"refuses the caller": {serve: func(ctx context.Context, c *websocket.Conn) {
			heard(ctx, c)
			_ = c.Close(4403, "Forbidden")
		}, speaks: spoken, code: transport.CodeBadResponse},
		"is stopping": {serve: func(_ context.Context, c *websocket.Conn) { _ = c.Close(websocket.StatusGoingAway, "") }, speaks: spoken, code: transport.CodeUnreachable},
		"speaks before it acknowledges": {serve: func(ctx context.Context, c *websocket.Conn) {
			heard(ctx, c)
			say(ctx, c, one)
			heard(ctx, c)
		}, speaks: spoken, code: transport.CodeBadResponse},
		"pings first": {serve: func(ctx context.Context, c *websocket.Conn) {
			heard(ctx, c)
			say(ctx, c, `{"type":"ping"}`)
			if heard(ctx, c) == "pong" {
				accept2(ctx, c)
			}
		}, speaks: spoken, events: 1},
		"pings between": {serve: func(ctx context.Context, c *websocket.Conn) {
			accept(ctx, c)
			say(ctx, c, `{"type":"ping"}`)
			if heard(ctx, c) == "pong" {
				say(ctx, c, `{"type":"pong"}`, `{"id":"7","type":"next","payload":{}}`, `{"type":"unknown"}`, one, done)
			}
			heard(ctx, c)
		}, speaks: spoken, events: 1},
		"garbage": {serve: func(ctx context.Context, c *websocket.Conn) {
			accept(ctx, c)
			say(ctx, c, one, `{"id":`)
			heard(ctx, c)
		}, speaks: spoken, events: 1, code: transport.CodeBadResponse},
		"binary": {serve: func(ctx context.Context, c *websocket.Conn) {
			accept(ctx, c)
			_ = c.Write(ctx, websocket.MessageBinary, []byte(one))
			heard(ctx, c)
		}, speaks: spoken, code: transport.CodeBadResponse},
		"breaks": {serve: func(ctx context.Context, c *websocket.Conn) {
			accept(ctx, c)
			say(ctx, c, one, one)
			_ = c.CloseNow()
		}, speaks: spoken, events: 2, code: transport.CodeUnreachable},
		"ends without completing": {serve: func(ctx context.Context, c *websocket.Conn) {
			accept(ctx, c)
			say(ctx, c, one)
			_ = c.Close(websocket.StatusNormalClosure, "")
		}, speaks: spoken, events: 1, code: transport.CodeUnreachable},
		"the token runs out": {serve: func(ctx context.Context, c *websocket.Conn) {
			accept(ctx, c)
			_ = c.Close(4401, "Unauthorized")
		}, speaks: spoken, code: transport.CodeBadResponse},
		"too long": {serve: func(ctx context.Context, c *websocket.Conn) {
			accept(ctx, c)
			say(ctx, c, `{"id":"1","type":"next","payload":"`+strings.Repeat("x", 9000)+`"}`)
			heard(ctx, c)
		}, speaks: spoken, opt: transport.HTTPOptions{MaxEvent: 4000}, code: transport.CodeTooLarge},
		"falls silent": {serve: func(ctx context.Context, c *websocket.Conn) {
			accept(ctx, c)
			say(ctx, c, one)
			heard(ctx, c)
		}, speaks: spoken, opt: transport.HTTPOptions{Stream: transport.StreamOptions{Idle: 30 * time.Millisecond}}, events: 1, code: transport.CodeUnreachable},
		"does not answer pings": {serve: func(ctx context.Context, c *websocket.Conn) {
			accept(ctx, c)
			<-ctx.Done() // nobody reads: pongs are sent by readers
		}, speaks: spoken, opt: transport.HTTPOptions{Stream: transport.StreamOptions{Ping: 30 * time.Millisecond}}, code: transport.CodeUnreachable},
		"refuses the operation": {serve: func(ctx context.Context, c *websocket.Conn) {
			accept(ctx, c)
			say(ctx, c, `{"id":"1","type":"error","payload":[{"message":"no"}]}`)
			heard(ctx, c)
		}, speaks: spoken, events: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.opt.URL, c.opt.Stream.Protocol = socketServer(t, c.speaks, c.serve), "ws"
			s, err := wire(t, c.opt).Subscribe(t.Context(), subscription("subscription { x }"))
			var events []string
			if err == nil {
				if events, err = all(t, s); errors.Is(err, io.EOF) {
					err = nil
				}
			}
			code := ""
			if err != nil {
				code = transport.CodeOf(err)
			}
			if code != c.code || len(events) != c.events {
				t.Errorf("%d events %v, ended with %q: %v", len(events), events, code, err)
			}
		})
	}
}

// accept2 is accept without the client's first message, which was read.
func accept2(ctx context.Context, c *websocket.Conn) {
	say(ctx, c, ack)
	heard(ctx, c)
	say(ctx, c, one, done)
	heard(ctx, c)
}

func TestLeavingASocketCompletesIt(t *testing.T) {
	t.Parallel()
	for name, leave := range map[string]func(s transport.Stream, cancel context.CancelFunc){
		"closed":        func(s transport.Stream, _ context.CancelFunc) { _ = s.Close() },
		"context ended": func(s transport.Stream, cancel context.CancelFunc) { cancel() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			last := make(chan string, 2)
			url := socketServer(t, spoken, func(ctx context.Context, c *websocket.Conn) {
				accept(ctx, c)
				say(ctx, c, one)
				last <- heard(ctx, c)
				_, _, err := c.Read(ctx)
				last <- websocket.CloseStatus(err).String()
			})
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			s, err := wire(t, transport.HTTPOptions{URL: url, Stream: transport.StreamOptions{Protocol: "ws"}}).Subscribe(ctx, subscription("subscription { x }"))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.Next(t.Context()); err != nil {
				t.Fatal(err)
			}
			leave(s, cancel)
			if a, b := <-last, <-last; a != "complete" || b != "StatusNormalClosure" {
				t.Errorf("the server heard %q, then %s", a, b)
			}
			if _, err := s.Next(t.Context()); err == nil {
				t.Error("an event after the end")
			}
			_ = s.Close()
		})
	}
}

// TestSilentEventStreamsBreak: comments count as signs of life.
func TestSilentEventStreamsBreak(t *testing.T) {
	t.Parallel()
	w := newHTTP(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		for range 5 {
			_, _ = io.WriteString(w, ":\n\n")
			w.(http.Flusher).Flush()
			time.Sleep(20 * time.Millisecond) // what is tested is time
		}
		_, _ = io.WriteString(w, "event: next\ndata: {\"data\":1}\n\n")
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	}, transport.HTTPOptions{Stream: transport.StreamOptions{Protocol: "sse", Idle: 80 * time.Millisecond}})
	s, err := w.Subscribe(t.Context(), subscription("subscription { x }"))
	if err != nil {
		t.Fatal(err)
	}
	if events, err := all(t, s); len(events) != 1 || transport.CodeOf(err) != transport.CodeUnreachable || errors.Is(err, io.EOF) {
		t.Errorf("%v, end %v", events, err)
	}
}

package transport

import (
	"context"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"
)

// StreamOptions say how subscriptions reach a subgraph.
type StreamOptions struct {
	// Protocol is "sse" (Server-Sent Events), "ws" (graphql-transport-ws), or
	// "auto", the default: Server-Sent Events, and a WebSocket if the subgraph
	// answers with anything else and speaks graphql-transport-ws.
	Protocol string
	// URL is where WebSockets are opened; the subgraph's own if "".
	URL string
	// Idle is how long nothing (no event, comment or ping) may come before the
	// subscription counts as broken; 0 means any time.
	Idle time.Duration
	// Ping is how often a WebSocket is asked for a sign of life, and how long that
	// may take; 15 s.
	Ping time.Duration
}

// Check says whether the options can be used.
func (o StreamOptions) Check() error {
	switch o.Protocol {
	case "", "auto", "sse", "ws":
		return nil
	}
	return fmt.Errorf("subscription protocol %q: want auto, sse or ws", o.Protocol)
}

// protocol is what is known of a subgraph that was not told.
type protocol struct {
	socket  atomic.Bool  // WebSockets worked
	nothing atomic.Int64 // until when WebSockets are not tried again, Unix nanoseconds
}

// socketRetry is how long a subgraph that refused a WebSocket is not asked again.
const socketRetry = time.Minute

// Subscribe implements Transport.
func (t *HTTP) Subscribe(ctx context.Context, r *Request) (Stream, error) {
	switch t.opt.Stream.Protocol {
	case "sse":
		return t.subscribeEvents(ctx, r)
	case "ws":
		return t.subscribeSocket(ctx, r)
	}
	if t.protocol.socket.Load() {
		s, err := t.subscribeSocket(ctx, r)
		if err == nil || CodeOf(err) != CodeBadResponse {
			return s, err
		}
		t.protocol.socket.Store(false)
	}
	s, err := t.subscribeEvents(ctx, r)
	if !noEvents(s, err) || ctx.Err() != nil || time.Now().UnixNano() < t.protocol.nothing.Load() {
		return s, err
	}
	other, refused := t.subscribeSocket(ctx, r)
	if refused != nil {
		t.protocol.nothing.Store(time.Now().Add(socketRetry).UnixNano())
		return s, err
	}
	t.protocol.socket.Store(true)
	if s != nil {
		_ = s.Close()
	}
	return other, nil
}

// noEvents says whether an answer is one of a server that does not know
// Server-Sent Events: a plain result, another status or content, or nothing
// until there is an event.
func noEvents(s Stream, err error) bool {
	if err != nil {
		return CodeOf(err) == CodeBadResponse || CodeOf(err) == CodeTimeout
	}
	_, plain := s.(*oneResult)
	return plain
}

// subscribeEvents starts a subscription by Server-Sent Events.
func (t *HTTP) subscribeEvents(ctx context.Context, r *Request) (Stream, error) {
	ctx, stop := context.WithCancel(ctx)
	body := newRequestBody(r.Body)
	hr, err := http.NewRequestWithContext(ctx, http.MethodPost, t.opt.URL, body)
	if err != nil {
		stop()
		return nil, &Error{Code: CodeBadResponse, Subgraph: r.Subgraph, Unsent: true, Err: err}
	}
	hr.ContentLength = int64(len(r.Body))
	hr.GetBody = nil
	for k, v := range r.Header {
		hr.Header[k] = append([]string(nil), v...)
	}
	hr.Header.Set("Content-Type", "application/json")
	hr.Header.Set("Accept", "text/event-stream")
	hr.Header.Set("Cache-Control", "no-cache")
	resp, err := t.stream.Do(hr) //nolint:bodyclose // openStream takes the body over: the stream closes it
	if err != nil {
		fail := t.fail(ctx, r, err, false)
		stop()
		_ = body.Close()
		return nil, fail
	}
	return openStream(ctx, stop, r.Subgraph, resp.StatusCode, resp.Header, newHeardBody(resp.Body, t.opt.Stream.Idle), t.opt.MaxEvent)
}

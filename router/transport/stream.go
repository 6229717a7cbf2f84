package transport

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"sync"
)

// DefaultMaxEvent is the longest subscription event accepted, in bytes.
const DefaultMaxEvent = 4 << 20

// eventStream is a Stream over a GraphQL-over-SSE body in distinct connections
// mode: "next" events carry results, "complete" ends. A goroutine reads, so that
// Next can be left by its context without losing an event.
type eventStream struct {
	subgraph string
	events   chan []byte
	done     chan struct{} // closed when the reader has stopped; err is then set
	err      error
	stop     context.CancelFunc
	body     io.Closer
	closing  sync.Once
}

// openStream takes over an answer to a subscription request. An answer that is
// no event stream but JSON is one result followed by the end: that is how
// subgraphs refuse a subscription.
func openStream(ctx context.Context, stop context.CancelFunc, subgraph string, status int, header http.Header, body io.ReadCloser, maxEvent int) (Stream, error) {
	if maxEvent <= 0 {
		maxEvent = DefaultMaxEvent
	}
	fail := func(code string, err error) (Stream, error) {
		stop()
		_ = body.Close()
		return nil, &Error{Code: code, Subgraph: subgraph, Err: err}
	}
	media, _, _ := mime.ParseMediaType(header.Get("Content-Type"))
	switch {
	case status == http.StatusBadGateway || status == http.StatusServiceUnavailable || status == http.StatusGatewayTimeout:
		return fail(CodeUnreachable, fmt.Errorf("status %d", status)) // it may be there again soon
	case media == "text/event-stream" && status == http.StatusOK:
		s := &eventStream{subgraph: subgraph, events: make(chan []byte), done: make(chan struct{}), stop: stop, body: body}
		go s.read(ctx, newSSEReader(body, maxEvent))
		return s, nil
	case media == "application/json" || media == "application/graphql-response+json":
		raw, err := io.ReadAll(io.LimitReader(body, int64(maxEvent)+1))
		if err != nil {
			return fail(CodeUnreachable, err)
		}
		if len(raw) > maxEvent {
			return fail(CodeTooLarge, errEventTooLarge)
		}
		stop()
		_ = body.Close()
		return &oneResult{body: raw}, nil
	default:
		return fail(CodeBadResponse, fmt.Errorf("status %d with content type %q is no event stream", status, media))
	}
}

func (s *eventStream) read(ctx context.Context, r *sseReader) {
	defer close(s.done)
	defer s.stop()
	for {
		name, data, err := r.next()
		if err != nil {
			code := CodeUnreachable
			switch {
			case ctx.Err() != nil:
				code = CodeCancelled
			case errors.Is(err, errEventTooLarge):
				code = CodeTooLarge
			}
			s.err = &Error{Code: code, Subgraph: s.subgraph, Err: err}
			return
		}
		switch name {
		case "complete":
			s.err = io.EOF
			return
		case "next":
			if len(bytes.TrimSpace(data)) == 0 {
				continue
			}
			select {
			case s.events <- data:
			case <-ctx.Done():
				s.err = &Error{Code: CodeCancelled, Subgraph: s.subgraph, Err: ctx.Err()}
				return
			}
		}
	}
}

// Next implements Stream.
func (s *eventStream) Next(ctx context.Context) ([]byte, error) {
	select {
	case data := <-s.events:
		return data, nil
	case <-s.done:
		return nil, s.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Close implements Stream. It waits until the reader has let go of the body.
func (s *eventStream) Close() error {
	s.closing.Do(func() {
		s.stop()
		_ = s.body.Close()
	})
	<-s.done
	return nil
}

// oneResult is a Stream of a single result.
type oneResult struct {
	mu   sync.Mutex
	body []byte
}

// Next implements Stream.
func (s *oneResult) Next(ctx context.Context) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.body == nil {
		return nil, io.EOF
	}
	b := s.body
	s.body = nil
	return b, nil
}

// Close implements Stream.
func (s *oneResult) Close() error { return nil }

package front

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"marquee/router/hub"
	"marquee/router/transport"
)

// subscriptionFailure words the end of a subscription for its client.
func subscriptionFailure(err error) *Failure {
	var f *Failure
	var fe *failureError
	switch {
	case errors.As(err, &fe):
		f = fe.f
	case errors.Is(err, hub.ErrSlow):
		f = Fail(http.StatusServiceUnavailable, CodeSlowClient, "The client reads too slowly.")
	case errors.Is(err, hub.ErrFull):
		f = Fail(http.StatusServiceUnavailable, CodeTooManySubs, "Too many subscriptions.")
	case errors.Is(err, hub.ErrClosed):
		f = unavailable()
	case errors.Is(err, errExpired):
		f = Fail(http.StatusUnauthorized, CodeUnauthenticated, "The token has expired.")
	default:
		f = Fail(http.StatusBadGateway, CodeSubscriptionDown, "The subscription's source failed.")
	}
	return f
}

func unavailable() *Failure {
	return refuse(http.StatusServiceUnavailable, CodeUnavailable, "The router is stopping.").with("Retry-After", "1")
}

var errExpired = errors.New("the token has expired")

// failureError lets a failure travel as an error through the hub.
type failureError struct{ f *Failure }

func (e *failureError) Error() string { return e.f.Code() + ": " + e.f.Errors[0].Message }

// AsError wraps f for a hub.Open, so that clients get its errors as they are.
func (f *Failure) AsError() error { return &failureError{f} }

// AsFailure is the failure that AsError has wrapped, or nil.
func AsFailure(err error) *Failure {
	var fe *failureError
	if errors.As(err, &fe) {
		return fe.f
	}
	return nil
}

// join makes sink a member of the subscription's group.
func (h *Handler) join(op Operation, c *Caller, sink hub.Sink) (*hub.Member, error) {
	if op.Shared() {
		c = &Caller{TraceID: c.TraceID, Header: http.Header{"Traceparent": c.Header["Traceparent"]}}
	}
	return h.opt.Hub.Join(hubKey(op, c), op.Latest(), op.Open(c), sink)
}

// hubKey names the group of a subscription: equal operations of callers whom
// subgraphs cannot tell apart.
func hubKey(op Operation, c *Caller) string {
	key := op.Key() + "\x00" + c.Subject.Key()
	for _, name := range sortedNames(c.Header) {
		if name == "Traceparent" {
			continue
		}
		for _, v := range c.Header[name] {
			key += "\x00" + name + "\x01" + v
		}
	}
	return key
}

// serveEvents answers by Server-Sent Events in distinct connections mode: "next"
// events with results, then "complete". A failure of the document is a "next"
// event too, since an EventSource cannot read an error's body.
func (h *Handler) serveEvents(w http.ResponseWriter, r *http.Request, c *Caller, op Operation, f *Failure, q *request) {
	q.via = "sse"
	if f == nil && op.Kind() != Subscription {
		var res Result
		if res, f = h.execute(r.Context(), op, c); f == nil {
			q.answered(r.Context(), http.StatusOK, res)
			h.adopt(w.Header(), res.Header)
			s := h.startEvents(w)
			if s.next(res.Body) == nil {
				_ = s.complete()
			}
			return
		}
	}
	if f != nil {
		q.failed(r.Context(), http.StatusOK, f)
		s := h.startEvents(w)
		if s.fail(f, c.TraceID) == nil {
			_ = s.complete()
		}
		return
	}
	h.subscribe(w, r, c, op, mediaEvents, q)
}

func (h *Handler) logEnd(ctx context.Context, traceID string, err error) {
	var te *transport.Error
	if errors.As(err, &te) {
		h.opt.Log.WarnContext(ctx, "subscription ended", "trace", traceID, "error", err)
	}
}

// eventWriter writes Server-Sent Events.
type eventWriter struct {
	flusher
	beats time.Duration
	buf   []byte
}

func (h *Handler) startEvents(w http.ResponseWriter) *eventWriter {
	return &eventWriter{flusher: h.startStream(w, mediaEvents.String()), beats: h.opt.Heartbeat}
}

func (s *eventWriter) next(payload []byte) error {
	s.buf = append(s.buf[:0], "event: next\ndata: "...)
	for _, c := range payload { // results hold no raw line ends, but must not break the framing if they do
		if c == '\n' || c == '\r' {
			c = ' '
		}
		s.buf = append(s.buf, c)
	}
	return s.send(append(s.buf, "\n\n"...))
}

func (s *eventWriter) complete() error { return s.send([]byte("event: complete\ndata:\n\n")) }

func (s *eventWriter) fail(f *Failure, traceID string) error {
	return s.next(f.AppendJSON(nil, traceID))
}

func (s *eventWriter) beat() error { return s.send([]byte(":\n\n")) }

func (s *eventWriter) every() time.Duration { return s.beats }

func sortedNames(h http.Header) []string {
	names := make([]string, 0, len(h))
	for name := range h {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

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
		if s.next(f.AppendJSON(nil, c.TraceID)) == nil {
			_ = s.complete()
		}
		return
	}
	h.subscribeEvents(w, r, c, op, q)
}

// eventSink is one SSE client's place in the hub.
type eventSink struct{ out *outbox }

// Event implements hub.Sink.
func (s eventSink) Event(payload []byte) bool { return s.out.put(message{payload: payload}) }

// End implements hub.Sink.
func (s eventSink) End(err error) { s.out.finish(err) }

func (h *Handler) subscribeEvents(w http.ResponseWriter, r *http.Request, c *Caller, op Operation, q *request) {
	out := newOutbox(h.opt.MaxQueue)
	h.mu.Lock()
	if h.stopping.Load() {
		h.mu.Unlock()
		f := unavailable()
		q.failed(r.Context(), f.status(mediaJSON), f)
		h.fail(w, r, mediaJSON, traceContext{id: c.TraceID}, f)
		return
	}
	h.streams[out] = struct{}{}
	h.active.Add(1)
	h.mu.Unlock()
	defer func() {
		h.mu.Lock()
		delete(h.streams, out)
		h.mu.Unlock()
		h.active.Done()
	}()
	member, err := h.join(op, c, eventSink{out})
	if err != nil {
		q.failed(r.Context(), http.StatusOK, subscriptionFailure(err))
		out.finish(err)
	} else {
		q.begun(r.Context(), http.StatusOK)
		defer member.Leave()
	}
	if !c.Expires.IsZero() {
		defer time.AfterFunc(time.Until(c.Expires), func() { out.finish(errExpired) }).Stop()
	}
	h.pumpEvents(r.Context(), h.startEvents(w), out, c)
}

// pumpEvents writes what comes into out until its end or the client's.
func (h *Handler) pumpEvents(ctx context.Context, s *eventWriter, out *outbox, c *Caller) {
	beat := time.NewTicker(h.opt.Heartbeat)
	defer beat.Stop()
	if s.comment() != nil {
		return
	}
	var buf []message
	for {
		select {
		case <-ctx.Done():
			return
		case <-beat.C:
			if s.comment() != nil {
				return
			}
		case <-out.wake:
			list, done, err := out.take(buf)
			for _, m := range list {
				if s.next(m.payload) != nil {
					return
				}
			}
			if done {
				if err != nil {
					f := subscriptionFailure(err)
					h.logEnd(ctx, c.TraceID, err)
					if s.next(f.AppendJSON(nil, c.TraceID)) != nil {
						return
					}
				}
				_ = s.complete()
				return
			}
			clear(list)
			buf = list
		}
	}
}

func (h *Handler) logEnd(ctx context.Context, traceID string, err error) {
	var te *transport.Error
	if errors.As(err, &te) {
		h.opt.Log.WarnContext(ctx, "subscription ended", "trace", traceID, "error", err)
	}
}

// eventWriter writes Server-Sent Events with a deadline each.
type eventWriter struct {
	w    http.ResponseWriter
	rc   *http.ResponseController
	wait time.Duration
	buf  []byte
}

func (h *Handler) startEvents(w http.ResponseWriter) *eventWriter {
	out := w.Header()
	out.Set("Content-Type", mediaEvents.String())
	out.Set("Cache-Control", "no-cache, no-transform")
	out.Set("X-Accel-Buffering", "no")
	w.WriteHeader(http.StatusOK)
	return &eventWriter{w: w, rc: http.NewResponseController(w), wait: h.opt.WriteTimeout}
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

func (s *eventWriter) comment() error { return s.send([]byte(":\n\n")) }

func (s *eventWriter) send(b []byte) error {
	// Not every ResponseWriter has deadlines; then the server's own apply.
	_ = s.rc.SetWriteDeadline(time.Now().Add(s.wait))
	if _, err := s.w.Write(b); err != nil {
		return err
	}
	return s.rc.Flush()
}

func sortedNames(h http.Header) []string {
	names := make([]string, 0, len(h))
	for name := range h {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

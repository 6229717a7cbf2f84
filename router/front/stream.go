package front

import (
	"context"
	"net/http"
	"time"

	"marquee/router/hub"
)

// streamWriter writes the events of one subscription in a streaming media type,
// with a deadline for each write.
type streamWriter interface {
	// next writes an execution result.
	next(payload []byte) error
	// fail writes why the subscription ends.
	fail(f *Failure, traceID string) error
	// complete ends the stream.
	complete() error
	// beat writes something that means nothing; every is how often.
	beat() error
	every() time.Duration
}

// streamWriter begins an answer in media, one that streams.
func (h *Handler) streamWriter(w http.ResponseWriter, media mediaType) streamWriter {
	if media == mediaParts {
		return h.startParts(w)
	}
	return h.startEvents(w)
}

// flusher writes to a client and flushes, in time.
type flusher struct {
	w    http.ResponseWriter
	rc   *http.ResponseController
	wait time.Duration
}

func (h *Handler) startStream(w http.ResponseWriter, contentType string) flusher {
	out := w.Header()
	out.Set("Content-Type", contentType)
	out.Set("Cache-Control", "no-cache, no-transform")
	out.Set("X-Accel-Buffering", "no")
	w.WriteHeader(http.StatusOK)
	return flusher{w: w, rc: http.NewResponseController(w), wait: h.opt.WriteTimeout}
}

func (s *flusher) send(b []byte) error {
	// Not every ResponseWriter has deadlines; then the server's own apply.
	_ = s.rc.SetWriteDeadline(time.Now().Add(s.wait))
	if _, err := s.w.Write(b); err != nil {
		return err
	}
	return s.rc.Flush()
}

// streamSink is one streaming client's place in the hub.
type streamSink struct{ out *outbox }

// Event implements hub.Sink.
func (s streamSink) Event(payload []byte) bool { return s.out.put(message{payload: payload}) }

// End implements hub.Sink.
func (s streamSink) End(err error) { s.out.finish(err) }

// subscribe answers a subscription by a stream of events.
func (h *Handler) subscribe(w http.ResponseWriter, r *http.Request, c *Caller, op Operation, media mediaType, q *request) {
	q.via = via(media)
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
	member, err := h.join(op, c, streamSink{out})
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
	h.pump(r.Context(), h.streamWriter(w, media), out, c)
}

// pump writes what comes into out until its end or the client's.
func (h *Handler) pump(ctx context.Context, s streamWriter, out *outbox, c *Caller) {
	beat := time.NewTicker(s.every())
	defer beat.Stop()
	if s.beat() != nil {
		return
	}
	var buf []message
	for {
		select {
		case <-ctx.Done():
			return
		case <-beat.C:
			if s.beat() != nil {
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
					h.logEnd(ctx, c.TraceID, err)
					if s.fail(subscriptionFailure(err), c.TraceID) != nil {
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

var _ hub.Sink = streamSink{}

package front

import (
	"net/http"
	"time"
)

// partWriter writes a subscription as a multipart answer (the "multipart
// subscription protocol", subscriptionSpec 1.0): each event is a part
// {"payload": result}, a heartbeat is a part {}, and what ends the subscription
// before its time {"payload": null, "errors": […]}. The boundary that ends a part
// is sent along with it: clients handle a part when they see where it ends.
type partWriter struct {
	flusher
	beats time.Duration
	begun bool
	buf   []byte
}

const partBoundary = "\r\n--graphql"

func (h *Handler) startParts(w http.ResponseWriter) *partWriter {
	return &partWriter{flusher: h.startStream(w, mediaParts.String()), beats: h.opt.PartHeartbeat}
}

// part sends a part whose body is between before and after.
func (s *partWriter) part(before string, body []byte, after string) error {
	s.buf = s.buf[:0]
	if !s.begun {
		s.begun = true
		s.buf = append(s.buf, partBoundary...)
	}
	s.buf = append(s.buf, "\r\nContent-Type: application/json; charset=utf-8\r\n\r\n"...)
	s.buf = append(s.buf, before...)
	s.buf = append(s.buf, body...) // JSON holds no raw line end in a string: the boundary cannot be in it
	s.buf = append(s.buf, after...)
	return s.send(append(s.buf, partBoundary...))
}

func (s *partWriter) next(payload []byte) error { return s.part(`{"payload":`, payload, "}") }

func (s *partWriter) fail(f *Failure, traceID string) error {
	return s.part(`{"payload":null,"errors":`, f.appendErrors(nil, traceID), "}")
}

func (s *partWriter) complete() error {
	if !s.begun {
		return s.send([]byte(partBoundary + "--\r\n"))
	}
	return s.send([]byte("--\r\n"))
}

func (s *partWriter) beat() error { return s.part("{}", nil, "") }

func (s *partWriter) every() time.Duration { return s.beats }

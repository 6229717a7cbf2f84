package front

import (
	"math/rand/v2"
	"net/http"
	"strings"
)

// traceContext is the request's place in a distributed trace (W3C Trace Context).
type traceContext struct {
	id    string // 32 hexadecimal digits
	flags string // 2
	// client is the span of the request's sender, own that of the request itself:
	// 16 digits each, "" if there is none.
	client, own string
}

// newTrace continues the trace of a valid traceparent header, or starts one.
func newTrace(h http.Header) traceContext {
	if v := h.Get("Traceparent"); len(v) >= 55 && v[2] == '-' && v[35] == '-' && v[52] == '-' && v[:2] != "ff" {
		id, span, flags := v[3:35], v[36:52], v[53:55]
		if lowerHex(v[:2]) && lowerHex(id) && lowerHex(span) && lowerHex(flags) &&
			strings.Trim(id, "0") != "" && strings.Trim(span, "0") != "" && (v[:2] != "00" || len(v) == 55) {
			return traceContext{id: id, flags: flags, client: span}
		}
	}
	var b [32]byte
	appendHex(appendHex(b[:0], rand.Uint64()|1), rand.Uint64()) // #nosec G404 -- a trace id names a request, and is no secret
	return traceContext{id: string(b[:]), flags: "01"}
}

// parent is the traceparent header for subgraph requests.
func (t traceContext) parent() string {
	if t.own != "" {
		return "00-" + t.id + "-" + t.own + "-" + t.flags
	}
	var span [16]byte
	appendHex(span[:0], rand.Uint64()|1) // #nosec G404 -- as the trace id
	return "00-" + t.id + "-" + string(span[:]) + "-" + t.flags
}

// appendHex appends 16 digits.
func appendHex(dst []byte, n uint64) []byte {
	for shift := 60; shift >= 0; shift -= 4 {
		dst = append(dst, "0123456789abcdef"[n>>shift&15])
	}
	return dst
}

func lowerHex(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

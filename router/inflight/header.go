package inflight

import (
	"net/http"
	"slices"
)

// Header appends headers, but for those that only name the request itself in
// traces.
func (k Key) Header(h http.Header) Key {
	var room [8]string
	names := room[:0]
	for name := range h {
		if name != "Traceparent" && name != "Tracestate" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	k = k.Int(uint64(len(names)))
	for _, name := range names {
		k = k.String(name).Int(uint64(len(h[name])))
		for _, v := range h[name] {
			k = k.String(v)
		}
	}
	return k
}

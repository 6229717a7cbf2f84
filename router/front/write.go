package front

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"

	"marquee/router/buffer"
)

// fail writes a failure as the whole answer.
func (h *Handler) fail(w http.ResponseWriter, r *http.Request, m mediaType, trace traceContext, f *Failure) {
	for k, v := range f.Header {
		w.Header()[k] = v
	}
	h.write(w, r, m, f.status(m), f.AppendJSON(nil, trace.id), nil)
}

var gzipWriters = sync.Pool{New: func() any {
	z, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed) // the level is valid
	return z
}}

// write writes an answer, compressed if it is long and the client takes gzip, and
// then releases its memory.
func (h *Handler) write(w http.ResponseWriter, r *http.Request, m mediaType, status int, body []byte, memory *buffer.Buffer) {
	out := w.Header()
	out["Content-Type"] = contentTypes[m]
	if out["Cache-Control"] == nil {
		out["Cache-Control"] = noStore
	}
	if h.opt.CompressMin >= 0 && len(body) >= h.opt.CompressMin && takesGzip(r.Header.Get("Accept-Encoding")) {
		var buf bytes.Buffer
		buf.Grow(len(body) / 4)
		z := gzipWriters.Get().(*gzip.Writer) //nolint:forcetypeassert // the pool holds nothing else
		z.Reset(&buf)
		_, err := z.Write(body)
		if cerr := z.Close(); err == nil {
			err = cerr
		}
		gzipWriters.Put(z)
		if err == nil {
			body = buf.Bytes()
			memory.Release()
			memory = nil
			out.Set("Content-Encoding", "gzip")
		}
	}
	if s, ok := w.(sharedWriter); ok {
		w.WriteHeader(status)
		_, _ = s.WriteShared(body, memory.Release)
		return
	}
	defer memory.Release()
	out.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body) // #nosec G705 -- JSON, with its content type and nosniff; an error says that the client has left
}

// Header values that never change; nobody may append to them, which their capacity
// sees to.
var (
	noSniff      = []string{"nosniff"}
	noStore      = []string{"no-store"}
	varyAccept   = []string{"Accept, Accept-Encoding"}
	contentTypes = map[mediaType][]string{mediaJSON: {mediaJSON.String()}, mediaGraphQL: {mediaGraphQL.String()}}
)

// sharedWriter is a ResponseWriter that sends a body without copying it first:
// answers are never changed once they are made, and equal requests share them.
type sharedWriter interface {
	// WriteShared calls done when it does not need body any more.
	WriteShared(body []byte, done func()) (int, error)
}

// takesGzip reads an Accept-Encoding header.
func takesGzip(header string) bool {
	star := false
	for part := range strings.SplitSeq(header, ",") {
		coding, params, _ := strings.Cut(part, ";")
		q := 1.0
		if k, v, ok := strings.Cut(strings.TrimSpace(params), "="); ok && strings.TrimSpace(k) == "q" {
			f, err := strconv.ParseFloat(strings.TrimSpace(v), 64)
			if err != nil {
				continue
			}
			q = f
		}
		switch strings.ToLower(strings.TrimSpace(coding)) {
		case "gzip", "x-gzip":
			return q > 0
		case "*":
			star = q > 0
		}
	}
	return star
}

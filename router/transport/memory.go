package transport

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"runtime/debug"
	"sync"
)

// Memory calls subgraphs' http.Handlers in this process: the same request they
// would get over the wire, without a socket. A handler that panics costs its
// request only.
type Memory struct {
	// Handler answers POST requests with GraphQL over HTTP, and event streams
	// when asked for text/event-stream.
	Handler http.Handler
	// MaxBody bounds an answer, in bytes; 0 means DefaultMaxBody.
	MaxBody int
	// MaxEvent bounds an event of a stream, in bytes; 0 means DefaultMaxEvent.
	MaxEvent int
	// KeepHeader says which headers of answers are kept; nil means none.
	KeepHeader func(name string) bool
	// OnPanic, if set, is told of a handler's panic, with its stack.
	OnPanic func(subgraph string, value any, stack []byte)
}

// DefaultMaxBody is the longest answer of a subgraph accepted, in bytes.
const DefaultMaxBody = 16 << 20

var (
	errBodyTooLarge = errors.New("answer is longer than allowed")
	memoryURL       = &url.URL{Scheme: "http", Host: "subgraph.internal", Path: "/graphql"}
)

func memoryRequest(ctx context.Context, r *Request, body *requestBody, accept string) *http.Request {
	u := *memoryURL
	h := make(http.Header, len(r.Header)+2)
	for k, v := range r.Header {
		h[k] = append([]string(nil), v...)
	}
	h.Set("Content-Type", "application/json")
	h.Set("Accept", accept)
	hr := &http.Request{
		Method: http.MethodPost, URL: &u, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: h, Body: body, ContentLength: int64(len(r.Body)), Host: u.Host,
		RemoteAddr: "127.0.0.1:0", RequestURI: u.Path,
	}
	return hr.WithContext(ctx)
}

// serve runs the handler and turns a panic into an error.
func (m *Memory) serve(w http.ResponseWriter, hr *http.Request, subgraph string) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &Error{Code: CodePanic, Subgraph: subgraph, Err: fmt.Errorf("handler panicked: %v", v)}
			if m.OnPanic != nil {
				m.OnPanic(subgraph, v, debug.Stack())
			}
		}
	}()
	m.Handler.ServeHTTP(w, hr)
	return nil
}

// Do implements Transport.
func (m *Memory) Do(ctx context.Context, r *Request) (*Response, error) {
	body := newRequestBody(r.Body)
	defer func() { _ = body.Close() }()
	limit := m.MaxBody
	if limit <= 0 {
		limit = DefaultMaxBody
	}
	rec := &recorder{header: http.Header{}, max: limit}
	hr := memoryRequest(ctx, r, body, "application/json")
	if len(r.Files) > 0 {
		f, err := newForm(r.Body, r.Files)
		if err != nil {
			return nil, &Error{Code: CodeBadResponse, Subgraph: r.Subgraph, Unsent: true, Err: err}
		}
		form := &detachable{r: f.body}
		defer func() { _ = form.Close() }()
		hr.Body, hr.ContentLength = form, f.size
		hr.Header.Set("Content-Type", f.contentType)
	}
	done := make(chan error, 1)
	go func() { done <- m.serve(rec, hr, r.Subgraph) }()
	select {
	case err := <-done:
		if err == nil && rec.over {
			err = &Error{Code: CodeTooLarge, Subgraph: r.Subgraph, Err: errBodyTooLarge}
		}
		if err != nil {
			return nil, err
		}
		if ctx.Err() != nil {
			return nil, contextError(ctx, r.Subgraph)
		}
		return rec.response(m.KeepHeader), nil
	case <-ctx.Done():
		return nil, contextError(ctx, r.Subgraph)
	}
}

// contextError words the end of ctx as an *Error.
func contextError(ctx context.Context, subgraph string) *Error {
	code := CodeCancelled
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		code = CodeTimeout
	}
	return &Error{Code: code, Subgraph: subgraph, Err: context.Cause(ctx)}
}

// recorder is an http.ResponseWriter into memory.
type recorder struct {
	header http.Header
	sent   http.Header // snapshot at the first write
	status int
	buf    bytes.Buffer
	max    int
	over   bool
}

func (w *recorder) Header() http.Header { return w.header }

func (w *recorder) WriteHeader(status int) {
	if w.status == 0 && status >= 200 {
		w.status, w.sent = status, w.header.Clone()
	}
}

func (w *recorder) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	if w.buf.Len()+len(p) > w.max {
		w.over = true
		return 0, errBodyTooLarge
	}
	return w.buf.Write(p)
}

// Flush implements http.Flusher.
func (w *recorder) Flush() { w.WriteHeader(http.StatusOK) }

func (w *recorder) response(keep func(name string) bool) *Response {
	w.WriteHeader(http.StatusOK)
	out := &Response{Status: w.status, Body: w.buf.Bytes()}
	if keep != nil {
		maps.DeleteFunc(w.sent, func(name string, _ []string) bool { return !keep(name) })
		out.Header = w.sent
	}
	return out
}

// Subscribe implements Transport: the handler writes events into a pipe.
func (m *Memory) Subscribe(ctx context.Context, r *Request) (Stream, error) {
	ctx, stop := context.WithCancel(ctx)
	body := newRequestBody(r.Body)
	pr, pw := io.Pipe()
	w := &pipeWriter{header: http.Header{}, pw: pw, started: make(chan struct{})}
	hr := memoryRequest(ctx, r, body, "text/event-stream")
	go func() {
		err := m.serve(w, hr, r.Subgraph)
		w.WriteHeader(http.StatusOK)
		_ = pw.CloseWithError(err) // nil is io.EOF to the reader
		_ = body.Close()
	}()
	// The pipe breaks with the context, so that a handler blocked in Write ends.
	context.AfterFunc(ctx, func() { _ = pr.CloseWithError(context.Cause(ctx)) })
	select {
	case <-w.started:
		return openStream(ctx, stop, r.Subgraph, w.status, w.sent, pr, m.MaxEvent)
	case <-ctx.Done():
		err := contextError(ctx, r.Subgraph)
		stop()
		_ = body.Close()
		return nil, err
	}
}

// pipeWriter is an http.ResponseWriter whose body is read while it is written.
type pipeWriter struct {
	header  http.Header
	sent    http.Header
	status  int
	once    sync.Once
	started chan struct{}
	pw      *io.PipeWriter
}

func (w *pipeWriter) Header() http.Header { return w.header }

func (w *pipeWriter) WriteHeader(status int) {
	if status < 200 {
		return
	}
	w.once.Do(func() {
		w.status, w.sent = status, w.header.Clone()
		close(w.started)
	})
}

func (w *pipeWriter) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.pw.Write(p)
}

// Flush implements http.Flusher; every write is already with the reader.
func (w *pipeWriter) Flush() { w.WriteHeader(http.StatusOK) }

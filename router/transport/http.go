package transport

import (
	"bufio"
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"time"

	"github.com/valyala/fasthttp"

	"marquee/router/buffer"
)

// HTTPOptions set one HTTP wire. Zero values mean the defaults named.
type HTTPOptions struct {
	URL           string        // http or https; required
	Timeout       time.Duration // for a whole query or mutation; 10 s
	DialTimeout   time.Duration // 3 s
	MaxConns      int           // open connections; 512
	MaxIdle       time.Duration // an idle connection older than this is not reused; 50 s
	MaxBody       int           // bytes of an answer; DefaultMaxBody
	MaxEvent      int           // bytes of a subscription event; DefaultMaxEvent
	StreamTimeout time.Duration // until a subscription's response head came; 10 s
	// KeepHeader says which headers of answers are kept; nil means none.
	KeepHeader func(name string) bool
	TLS        *tls.Config // for https; nil means the system's roots
	// Address is the host:port connected to, if it is not the URL's.
	Address string
	Stream  StreamOptions
}

func (o *HTTPOptions) defaults() {
	set := func(d *time.Duration, v time.Duration) {
		if *d <= 0 {
			*d = v
		}
	}
	set(&o.Timeout, 10*time.Second)
	set(&o.DialTimeout, 3*time.Second)
	set(&o.MaxIdle, 50*time.Second)
	set(&o.StreamTimeout, 10*time.Second)
	set(&o.Stream.Ping, 15*time.Second)
	for _, f := range []struct {
		p *int
		v int
	}{{&o.MaxConns, 512}, {&o.MaxBody, DefaultMaxBody}, {&o.MaxEvent, DefaultMaxEvent}} {
		if *f.p <= 0 {
			*f.p = f.v
		}
	}
}

// HTTP reaches one subgraph URL over HTTP/1.1 with kept-alive connections.
// Queries and mutations use fasthttp's codec over an own pool, so that a request
// costs no goroutine and ends with its context; streams use net/http.
// Redirects are never followed.
type HTTP struct {
	opt    HTTPOptions
	pool   *pool
	head   []byte // of every request
	stream *http.Client

	socketURL string
	protocol  protocol
}

// NewHTTP returns a wire to one URL. It opens no connection yet.
func NewHTTP(opt HTTPOptions) (*HTTP, error) {
	opt.defaults()
	u, err := url.Parse(opt.URL)
	if err != nil {
		return nil, fmt.Errorf("subgraph url: %w", err)
	}
	if (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil || u.Fragment != "" {
		return nil, fmt.Errorf("subgraph url %q: want http(s)://host[:port]/path", opt.URL)
	}
	if err := opt.Stream.Check(); err != nil {
		return nil, err
	}
	port := u.Port()
	var tlsConf, streamTLS *tls.Config
	if u.Scheme == "https" {
		if port == "" {
			port = "443"
		}
		if tlsConf = opt.TLS.Clone(); tlsConf == nil {
			tlsConf = &tls.Config{MinVersion: tls.VersionTLS12}
		}
		streamTLS = tlsConf.Clone() // the name is that of the URL dialled
		if tlsConf.ServerName == "" {
			tlsConf.ServerName = u.Hostname()
		}
		if tlsConf.ClientSessionCache == nil {
			tlsConf.ClientSessionCache = tls.NewLRUClientSessionCache(64)
		}
	} else if port == "" {
		port = "80"
	}
	socketURL, err := opt.socketURL()
	if err != nil {
		return nil, err
	}
	addr := net.JoinHostPort(u.Hostname(), port)
	dial := (&net.Dialer{Timeout: opt.DialTimeout, KeepAlive: 30 * time.Second}).DialContext
	if opt.Address != "" {
		own := addr
		addr = opt.Address
		direct := dial
		dial = func(ctx context.Context, network, to string) (net.Conn, error) {
			if to == own { // not a WebSocket's URL elsewhere
				to = opt.Address
			}
			return direct(ctx, network, to)
		}
	}
	return &HTTP{
		opt: opt, head: head(u.RequestURI(), u.Host), socketURL: socketURL,
		pool: newPool(addr, tlsConf, opt.MaxConns, opt.DialTimeout, opt.MaxIdle),
		stream: &http.Client{
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
			Transport: &http.Transport{
				DialContext:           dial,
				TLSClientConfig:       streamTLS,
				TLSHandshakeTimeout:   opt.DialTimeout,
				ResponseHeaderTimeout: opt.StreamTimeout,
				DisableCompression:    true,
				MaxIdleConnsPerHost:   2,
			},
		},
	}, nil
}

// Close drops idle connections and keeps none from now on. Requests in flight,
// and those still made, are answered.
func (t *HTTP) Close() {
	t.pool.close()
	t.stream.CloseIdleConnections()
}

// Do implements Transport.
func (t *HTTP) Do(ctx context.Context, r *Request) (*Response, error) {
	// The deadline is the connection's: a context of its own would cost a timer.
	deadline := time.Now().Add(t.opt.Timeout)
	if d, ok := ctx.Deadline(); ok && d.Before(deadline) {
		deadline = d
	}
	c, err := t.pool.get(ctx, deadline, r.Kind == Mutation)
	if err != nil {
		return nil, t.fail(ctx, r, err, true)
	}
	res, untouched, err := t.exchange(ctx, deadline, c, r)
	if err != nil {
		t.pool.drop(c)
		// A reused connection that ended before a single byte came back was
		// closed by the server while idle: it has not begun the request.
		// That a mutation was not begun this does not prove well enough.
		return nil, t.fail(ctx, r, err, untouched && c.reused && r.Kind != Mutation)
	}
	if res.Status >= 300 && res.Status < 400 {
		return nil, t.fail(ctx, r, errRedirect, false)
	}
	return res, nil
}

// past is a deadline that has always passed.
var past = time.Unix(1, 0)

// exchange writes the request and reads the answer; untouched says that no byte
// of an answer came. On success the connection is back in the pool.
func (t *HTTP) exchange(ctx context.Context, deadline time.Time, c *conn, r *Request) (_ *Response, untouched bool, err error) {
	if err := c.SetDeadline(deadline); err != nil {
		return nil, true, err
	}
	stop := context.AfterFunc(ctx, func() { _ = c.SetDeadline(past) })
	if err := t.send(c.w, r); err != nil {
		stop()
		return nil, true, err
	}
	if _, err := c.r.Peek(1); err != nil {
		stop()
		return nil, true, err
	}
	resp := fasthttp.AcquireResponse()
	defer fasthttp.ReleaseResponse(resp)
	body, err := t.read(c, resp)
	if err != nil {
		stop()
		return nil, false, err
	}
	out := &Response{Status: resp.StatusCode(), Body: body.B, memory: body}
	if t.opt.KeepHeader != nil {
		out.Header = http.Header{}
		for k, v := range resp.Header.All() {
			if name := http.CanonicalHeaderKey(string(k)); t.opt.KeepHeader(name) {
				out.Header[name] = append(out.Header[name], string(v))
			}
		}
	}
	// stop says whether the context's end was kept from the connection; if not,
	// the deadline may still be set to the past by the other goroutine.
	if !stop() || resp.ConnectionClose() {
		t.pool.drop(c)
	} else {
		t.pool.put(c)
	}
	return out, false, nil
}

// maxInterim bounds the 1xx answers before the real one.
const maxInterim = 8

var errInterim = errors.New("subgraph sent too many interim answers")

// read reads an answer into a buffer of its own: straight from the connection if
// its length is known, else as fasthttp decodes it.
func (t *HTTP) read(c *conn, resp *fasthttp.Response) (*buffer.Buffer, error) {
	for n := 0; ; n++ {
		if err := resp.Header.Read(c.r); err != nil {
			return nil, err
		}
		if status := resp.StatusCode(); status < 100 || status >= 200 || status == http.StatusSwitchingProtocols {
			break
		}
		if n == maxInterim {
			return nil, errInterim
		}
	}
	n := resp.Header.ContentLength()
	switch status := resp.StatusCode(); {
	case status < 200 || status == http.StatusNoContent || status == http.StatusNotModified: // no body, whatever the header says
		return buffer.Get(0), nil
	case n > t.opt.MaxBody:
		return nil, fasthttp.ErrBodyTooLarge
	case n >= 0:
		body := buffer.Get(n)
		body.B = body.B[:n]
		if _, err := io.ReadFull(c.r, body.B); err != nil {
			body.Release()
			return nil, err
		}
		return body, nil
	}
	if err := resp.ReadBody(c.r, t.opt.MaxBody); err != nil {
		return nil, err
	}
	if n == -1 { // chunks
		if err := resp.Header.ReadTrailer(c.r); err != nil {
			return nil, err
		}
	}
	body := buffer.Get(len(resp.Body()))
	body.B = append(body.B, resp.Body()...)
	return body, nil
}

var errRedirect = errors.New("subgraph answered with a redirect, which is not followed")

// head is everything of a request before the headers that vary.
func head(uri, host string) []byte {
	return []byte("POST " + uri + " HTTP/1.1\r\nHost: " + host + "\r\nAccept: application/graphql-response+json, application/json\r\n")
}

// send writes a request: a small one with one call of the system.
func (t *HTTP) send(w *bufio.Writer, r *Request) error {
	contentType, size := "application/json", int64(len(r.Body))
	var files io.Reader
	if len(r.Files) > 0 {
		f, err := newForm(r.Body, r.Files)
		if err != nil {
			return err
		}
		contentType, size, files = f.contentType, f.size, f.body
	}
	_, _ = w.Write(t.head) // errors of a bufio.Writer stay until Flush
	_, _ = w.WriteString("Content-Type: ")
	_, _ = w.WriteString(contentType)
	_, _ = w.WriteString("\r\n")
	agent := false
	for name, values := range r.Header {
		switch name {
		case "Host", "Content-Type", "Content-Length", "Transfer-Encoding", "Accept", "Connection":
			continue // the wire's own
		case "User-Agent":
			agent = true
		}
		for _, v := range values {
			if !fieldSafe(name) || !fieldSafe(v) {
				continue
			}
			_, _ = w.WriteString(name)
			_, _ = w.WriteString(": ")
			_, _ = w.WriteString(v)
			_, _ = w.WriteString("\r\n")
		}
	}
	if !agent {
		_, _ = w.WriteString("User-Agent: marquee-router\r\n")
	}
	_, _ = w.WriteString("Content-Length: ")
	_, _ = w.Write(strconv.AppendInt(w.AvailableBuffer(), size, 10))
	_, _ = w.WriteString("\r\n\r\n")
	if files == nil {
		_, _ = w.Write(r.Body)
		return w.Flush()
	}
	if n, err := io.Copy(w, io.LimitReader(files, size)); err != nil || n != size {
		return fmt.Errorf("files: %d of %d bytes: %w", n, size, cmp.Or(err, io.ErrUnexpectedEOF))
	}
	return w.Flush()
}

// fieldSafe tells whether a header's name or value stays on its line.
func fieldSafe(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}

// fail words err; unsent says the subgraph did not begin the request.
func (t *HTTP) fail(ctx context.Context, r *Request, err error, unsent bool) *Error {
	e := &Error{Code: CodeUnreachable, Subgraph: r.Subgraph, Unsent: unsent, Err: err}
	var ne net.Error
	switch {
	case ctx.Err() != nil && !errors.Is(ctx.Err(), context.DeadlineExceeded):
		e.Code, e.Unsent = CodeCancelled, false
	case ctx.Err() != nil, errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded), errors.As(err, &ne) && ne.Timeout():
		e.Code = CodeTimeout
	case errors.Is(err, fasthttp.ErrBodyTooLarge):
		e.Code = CodeTooLarge
	case errors.Is(err, errRedirect):
		e.Code = CodeBadResponse
	}
	return e
}

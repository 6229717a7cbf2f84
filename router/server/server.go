// Package server serves an http.Handler over HTTP/1.1 with a short way for the
// requests a GraphQL endpoint gets most: small JSON POSTs to one path.
//
// Vocabulary: a plain request is a POST to the short path whose header block is
// of the simplest form HTTP/1.1 allows (see plain.go). A connection starts on
// the short way: one goroutine, one buffer, one write per answer. The first
// request on it that is not plain (a GET, an upgrade, a stream, a body in
// chunks, anything malformed) hands the connection over to net/http, with every
// byte read so far, for the rest of its life. So nothing is decided here but
// "certainly plain"; all else is net/http's.
//
// The handler is the same on both ways and cannot tell, except that on the short
// way a ResponseWriter neither flushes nor hijacks, which no plain request needs.
package server

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// Options set a Server. Zero values mean the defaults named.
type Options struct {
	Handler http.Handler // required
	// Path takes the short way, exactly as it is in the request line; "" none.
	Path string
	// MaxBody is the longest body on the short way; longer ones go to net/http,
	// whose handler refuses them. 100 KB.
	MaxBody int
	// ReadTimeout is for a request once its first byte came (net/http: for its
	// header). 10 s.
	ReadTimeout time.Duration
	// IdleTimeout is for the next request. 2 min; the short way may take half of it.
	IdleTimeout time.Duration
	// WriteTimeout is for one answer on the short way. 1 min.
	WriteTimeout time.Duration
	Log          *slog.Logger
}

// Server serves one handler on one listener.
type Server struct {
	opt    Options
	http   *http.Server
	handed *handover
	base   context.Context
	cancel context.CancelFunc

	stopping atomic.Bool // set under mu

	mu       sync.Mutex
	listener net.Listener
	conns    map[*conn]struct{}
	drained  chan struct{} // closed when stopping and no connection is left
}

// New returns a Server that is not serving yet.
func New(opt Options) *Server {
	for _, d := range []struct {
		p *time.Duration
		v time.Duration
	}{{&opt.ReadTimeout, 10 * time.Second}, {&opt.IdleTimeout, 2 * time.Minute}, {&opt.WriteTimeout, time.Minute}} {
		if *d.p <= 0 {
			*d.p = d.v
		}
	}
	if opt.MaxBody <= 0 {
		opt.MaxBody = 100 << 10
	}
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	s := &Server{opt: opt, conns: map[*conn]struct{}{}, drained: make(chan struct{})}
	s.base, s.cancel = context.WithCancel(context.Background())
	s.http = &http.Server{
		Handler: opt.Handler, ReadHeaderTimeout: opt.ReadTimeout, IdleTimeout: opt.IdleTimeout, MaxHeaderBytes: 32 << 10,
		ErrorLog: slog.NewLogLogger(opt.Log.Handler(), slog.LevelDebug), // clients that go away are no news
	}
	return s
}

// Serve accepts connections until Shutdown or Close; then it returns
// http.ErrServerClosed. It may be called once.
func (s *Server) Serve(l net.Listener) error {
	s.mu.Lock()
	if s.listener != nil || s.stopping.Load() {
		s.mu.Unlock()
		_ = l.Close()
		return http.ErrServerClosed
	}
	s.listener, s.handed = l, newHandover(l.Addr())
	s.mu.Unlock()
	go func() { _ = s.http.Serve(s.handed) }()
	go s.watch()
	for wait := time.Duration(0); ; {
		nc, err := l.Accept()
		if err == nil {
			wait = 0
			s.accept(nc)
			continue
		}
		var ne net.Error
		switch {
		case s.stopping.Load():
			return http.ErrServerClosed
		case errors.As(err, &ne) && ne.Temporary(): //nolint:staticcheck // too many open files: nothing else tells it
			wait = min(max(5*time.Millisecond, 2*wait), time.Second)
			s.opt.Log.Warn("accept failed", "error", err, "again_in", wait)
			time.Sleep(wait)
		default:
			return err
		}
	}
}

func (s *Server) accept(nc net.Conn) {
	if s.opt.Path == "" {
		s.handed.give(nc)
		return
	}
	c := &conn{Conn: nc, s: s, remote: nc.RemoteAddr().String()}
	s.mu.Lock()
	if s.stopping.Load() {
		s.mu.Unlock()
		_ = nc.Close()
		return
	}
	s.conns[c] = struct{}{}
	s.mu.Unlock()
	go c.run()
}

// forget takes a connection off the short way: it is closed or handed over.
func (s *Server) forget(c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, c)
	if s.stopping.Load() && len(s.conns) == 0 {
		s.close(s.drained)
	}
}

func (s *Server) close(done chan struct{}) {
	select {
	case <-done:
	default:
		close(done)
	}
}

// Shutdown stops accepting, closes idle connections and waits for requests in
// flight, each of which is answered with Connection: close; when ctx ends first
// it returns its error and leaves them running. Streams end only when the handler
// ends them.
func (s *Server) Shutdown(ctx context.Context) error {
	s.stop()
	if s.opt.Path != "" {
		select {
		case <-s.drained:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if s.handed != nil {
		_ = s.handed.Close() // nothing can be handed over any more
	}
	return s.http.Shutdown(ctx)
}

func (s *Server) stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.stopping.Swap(true) {
		if s.listener != nil {
			_ = s.listener.Close()
		}
	}
	for c := range s.conns {
		c.retire()
	}
	if len(s.conns) == 0 {
		s.close(s.drained)
	}
}

// Close ends everything at once.
func (s *Server) Close() error {
	s.stop()
	s.cancel()
	s.mu.Lock()
	for c := range s.conns {
		_ = c.Close()
		c.leave()
	}
	s.mu.Unlock()
	if s.handed != nil {
		_ = s.handed.Close()
	}
	return s.http.Close()
}

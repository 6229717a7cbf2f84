package front

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gobwas/ws"
)

// The close codes of the graphql-transport-ws protocol, and those of RFC 6455 in use.
const (
	closeNormal       = 1000
	closeGoingAway    = 1001 // the router is stopping
	closeViolation    = 1002 // frames that RFC 6455 does not allow
	closeNotText      = 1007 // text that is not UTF-8
	closeLate         = 1008 // a message begun is not complete in time
	closeTooBig       = 1009
	closeInternal     = 1011
	closeSlow         = 1013 // the client reads too slowly: try again later
	closeBadMessage   = 4400
	closeUnauthorized = 4401 // subscribe before connection_ack
	closeForbidden    = 4403 // bad or expired token
	closeProtocol     = 4406 // subprotocol not offered
	closeInitTimeout  = 4408
	closeDuplicateID  = 4409
	closeManyInits    = 4429
)

// socket is one WebSocket connection. An idle one, however many subscriptions it
// has, is this struct and one goroutine that waits for the client's next bytes
// (frames.go): buffers are borrowed while a message is read or written, the
// writer runs while something is queued (sender.go), a goroutine per operation
// until it is answered or has joined the hub, and pings come from one clock for
// all sockets (pulse.go).
type socket struct {
	h     *Handler
	conn  net.Conn
	trace traceContext
	out   outbox
	part  int // of the Handler's sockets, see pulse.go; −1 if it is not among them

	ctx     context.Context
	cancel  context.CancelFunc
	working sync.WaitGroup // goroutines of operations
	sending sync.WaitGroup // the writer

	ahead []byte        // read and not yet understood; of the reader
	first [64]byte      // where the reader waits
	asked atomic.Int64  // when the ping was sent that no sign of life has followed, Unix time in ns; 0 is none
	req   *http.Request // the upgrade request, until connection_init; of the reader

	mu     sync.Mutex
	inited bool    // connection_init has come
	caller *Caller // set with the acknowledgement
	ops    map[string]*operation
	timer  *time.Timer // for connection_init, then for the token's end
	code   int         // how to close; 0 while open
	reason string
}

// serveSocket upgrades a connection, which then lives on its own.
func (h *Handler) serveSocket(w http.ResponseWriter, r *http.Request, trace traceContext) {
	// A WebSocket has no CORS: any page may open one, so the Origin is checked here.
	if origin := r.Header.Get("Origin"); origin != "" && !h.opt.CORS.allows(origin) && !sameHost(origin, r.Host) {
		h.fail(w, r, mediaJSON, trace, refuse(http.StatusForbidden, CodeCSRF, "The connection comes from an origin that is not allowed."))
		return
	}
	if h.stopping.Load() {
		h.fail(w, r, mediaJSON, trace, unavailable())
		return
	}
	if f := handshake(r); f != nil {
		h.fail(w, r, mediaJSON, trace, f)
		return
	}
	upgrader := ws.HTTPUpgrader{
		Timeout: h.opt.WriteTimeout, Header: w.Header(),
		Protocol: func(name string) bool { return name == subprotocol },
	}
	conn, rw, agreed, err := upgrader.Upgrade(r, w)
	if err != nil {
		if conn != nil { // it has been answered
			_ = conn.Close()
		}
		return
	}
	s := &socket{h: h, conn: conn, trace: trace, ops: map[string]*operation{}}
	if n := rw.Reader.Buffered(); n > 0 { // the client did not wait for the answer
		early, _ := rw.Reader.Peek(n)
		s.ahead = bytes.Clone(early)
	}
	// The request's context ends with this handler; the socket's own outlives
	// the reader until everything is written.
	s.ctx, s.cancel = context.WithCancel(context.WithoutCancel(r.Context()))
	s.req = r.WithContext(s.ctx)
	s.out.max, s.out.start = 4*h.opt.MaxQueue, s.startSending
	switch {
	case !h.add(s):
		s.shut(closeGoingAway, "The router is stopping.")
	case agreed.Protocol != subprotocol:
		s.shut(closeProtocol, "Subprotocol not acceptable")
	default:
		s.mu.Lock()
		s.timer = time.AfterFunc(h.opt.InitTimeout, s.initLate)
		s.mu.Unlock()
	}
	if len(s.ahead) > 0 {
		go s.receive()
	} else {
		go s.await()
	}
}

func (s *socket) initLate() {
	s.mu.Lock()
	late := s.caller == nil
	s.mu.Unlock()
	if late {
		s.shut(closeInitTimeout, "Connection initialisation timeout")
	}
}

// add counts s; false if the router is stopping.
func (h *Handler) add(s *socket) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.stopping.Load() {
		s.part = -1
		return false
	}
	h.active.Add(1)
	h.opt.Metrics.Connections(1)
	h.enter(s)
	return true
}

func (h *Handler) remove(s *socket) {
	if s.part < 0 {
		return
	}
	h.mu.Lock()
	h.leave(s)
	h.mu.Unlock()
	h.opt.Metrics.Connections(-1)
	h.active.Done()
}

// shut closes the connection with a code once the writer has sent what is
// queued; the first code stays.
func (s *socket) shut(code int, reason string) {
	s.mu.Lock()
	if s.code == 0 {
		s.code, s.reason = code, reason
	}
	s.mu.Unlock()
	s.out.finish(nil)
}

func (s *socket) closing() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.code != 0
}

// kill ends the connection without a word.
func (s *socket) kill() {
	s.shut(closeNormal, "")
	_ = s.conn.Close() // wakes the reader, which ends the socket
}

// end frees everything; the reader calls it, last.
func (s *socket) end() {
	s.shut(closeNormal, "")
	s.cancel()
	s.mu.Lock()
	timer, ops := s.timer, s.ops
	s.timer, s.ops = nil, nil
	s.mu.Unlock()
	if timer != nil {
		timer.Stop()
	}
	for _, op := range ops {
		op.stop()
	}
	s.sending.Wait()
	_ = s.conn.Close()
	s.working.Wait()
	s.h.remove(s)
}

package front

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// The close codes of the graphql-transport-ws protocol, and those of RFC 6455 in use.
const (
	closeNormal       = 1000
	closeGoingAway    = 1001 // the router is stopping
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

// subprotocol is the only one spoken.
const subprotocol = "graphql-transport-ws"

func isUpgrade(r *http.Request) bool {
	if r.Method != http.MethodGet && r.Method != http.MethodConnect {
		return false
	}
	for part := range strings.SplitSeq(r.Header.Get("Upgrade"), ",") {
		if strings.EqualFold(strings.TrimSpace(part), "websocket") {
			return true
		}
	}
	return false
}

// socket is one WebSocket connection. The reader runs in the HTTP handler's
// goroutine, one writer beside it, and one goroutine per operation in flight; an
// idle subscription has none.
type socket struct {
	h     *Handler
	conn  *websocket.Conn
	req   *http.Request
	trace traceContext
	out   *outbox
	wg    sync.WaitGroup // goroutines of operations and pings

	ctx    context.Context
	cancel context.CancelFunc

	mu     sync.Mutex
	inited bool    // connection_init has come
	caller *Caller // set with the acknowledgement
	ops    map[string]*operation
	timers []*time.Timer
	code   int // how to close; 0 while open
	reason string
}

// serveSocket upgrades and serves a connection until its end.
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
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{
		Subprotocols:       []string{subprotocol},
		InsecureSkipVerify: true, // checked above, with the CORS origins
		CompressionMode:    websocket.CompressionDisabled,
	})
	if err != nil {
		return // Accept has answered
	}
	conn.SetReadLimit(h.opt.MaxBody + 4<<10)
	if conn.Subprotocol() != subprotocol {
		_ = conn.Close(closeProtocol, "Subprotocol not acceptable")
		return
	}
	s := &socket{h: h, conn: conn, req: r, trace: trace, out: newOutbox(4 * h.opt.MaxQueue), ops: map[string]*operation{}}
	// The request's context ends with this handler; the socket's own outlives
	// the reader until everything is written.
	s.ctx, s.cancel = context.WithCancel(context.WithoutCancel(r.Context()))
	if !h.add(s) {
		s.cancel()
		_ = conn.Close(closeGoingAway, "The router is stopping.")
		return
	}
	defer h.remove(s)
	s.serve()
}

func (h *Handler) add(s *socket) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.stopping.Load() {
		return false
	}
	h.sockets[s] = struct{}{}
	h.active.Add(1)
	h.opt.Metrics.Connections(1)
	return true
}

func (h *Handler) remove(s *socket) {
	h.mu.Lock()
	delete(h.sockets, s)
	h.mu.Unlock()
	h.opt.Metrics.Connections(-1)
	h.active.Done()
}

func (s *socket) serve() {
	s.mu.Lock()
	s.timers = append(s.timers, time.AfterFunc(s.h.opt.InitTimeout, func() {
		s.mu.Lock()
		late := s.caller == nil
		s.mu.Unlock()
		if late {
			s.shut(closeInitTimeout, "Connection initialisation timeout")
		}
	}))
	s.mu.Unlock()
	written := make(chan struct{})
	go func() {
		defer close(written)
		s.write()
	}()
	s.read()
	s.shut(closeNormal, "")
	<-written
	s.cancel()
	s.mu.Lock()
	timers, ops := s.timers, s.ops
	s.timers, s.ops = nil, nil
	s.mu.Unlock()
	for _, t := range timers {
		t.Stop()
	}
	for _, op := range ops {
		op.stop()
	}
	s.wg.Wait()
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

// read handles the client's messages until the connection ends.
func (s *socket) read() {
	for {
		kind, data, err := s.conn.Read(s.ctx)
		if err != nil {
			if errors.Is(err, websocket.ErrMessageTooBig) {
				s.shut(closeTooBig, "Message too big")
			}
			return
		}
		if kind != websocket.MessageText {
			s.shut(closeBadMessage, "Only text messages are spoken")
		} else {
			s.handle(data)
		}
		s.mu.Lock()
		closing := s.code != 0
		s.mu.Unlock()
		if closing {
			s.drain()
			return
		}
	}
}

// drain reads on, ignoring everything, until the writer has closed the
// connection: a close frame gets through only if the peer's data is taken.
func (s *socket) drain() {
	for {
		if _, _, err := s.conn.Read(s.ctx); err != nil {
			return
		}
	}
}

// write sends queued messages and pings; it closes the connection at the end.
func (s *socket) write() {
	beat := time.NewTicker(s.h.opt.Heartbeat)
	defer beat.Stop()
	var buf []message
	var frame []byte
	for {
		select {
		case <-beat.C:
			s.wg.Add(1)
			go s.ping()
		case <-s.out.wake:
			list, done, _ := s.out.take(buf)
			for _, m := range list {
				frame = m.append(frame[:0])
				if !s.send(frame) {
					s.out.finish(nil)
					_ = s.conn.CloseNow()
					return
				}
			}
			if done {
				s.mu.Lock()
				code, reason := s.code, s.reason
				s.mu.Unlock()
				if code == 0 {
					code = closeNormal
				}
				_ = s.conn.Close(websocket.StatusCode(code), reason)
				return
			}
			clear(list)
			if buf = list; cap(buf) > 16 { // idle clients keep no large buffers
				buf = nil
			}
			if cap(frame) > 4<<10 {
				frame = nil
			}
		}
	}
}

func (s *socket) send(frame []byte) bool {
	ctx, cancel := context.WithTimeout(s.ctx, s.h.opt.WriteTimeout)
	defer cancel()
	return s.conn.Write(ctx, websocket.MessageText, frame) == nil
}

// ping asks for a sign of life; without one the connection is closed.
func (s *socket) ping() {
	defer s.wg.Done()
	ctx, cancel := context.WithTimeout(s.ctx, s.h.opt.WriteTimeout)
	defer cancel()
	if s.conn.Ping(ctx) != nil {
		s.out.finish(nil)
		_ = s.conn.CloseNow()
	}
}

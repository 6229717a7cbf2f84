package front

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"time"

	"marquee/router/hub"
)

// operation is one running operation of a socket; of a subscription, its place
// in the hub.
type operation struct {
	s      *socket
	id     string
	trace  string             // its trace id; set before the operation is shared
	cancel context.CancelFunc // nil for a subscription that has joined
	member *hub.Member        // set for a subscription that has joined; guarded by socket.mu, as cancel is
}

// stop ends the operation without a message; not with socket.mu held.
func (o *operation) stop() {
	if o.cancel != nil {
		o.cancel()
	}
	if o.member != nil {
		o.member.Leave()
	}
}

// handle runs one message of the client.
func (s *socket) handle(data []byte) {
	m, broken := parseMessage(data)
	if broken != "" {
		s.shut(closeBadMessage, broken)
		return
	}
	if m.payload != nil && m.payload[0] != '{' { // whatever the client may send
		s.shut(closeBadMessage, brokenMessage)
		return
	}
	switch m.kind {
	case "connection_init":
		s.init(m.payload)
	case "ping":
		s.put(message{kind: "pong", payload: m.payload})
	case "pong":
	case "subscribe":
		s.subscribe(m)
	case "complete":
		if !m.hasID {
			s.shut(closeBadMessage, brokenMessage)
			return
		}
		s.mu.Lock()
		op := s.ops[m.id]
		delete(s.ops, m.id)
		s.mu.Unlock()
		if op != nil {
			op.stop()
		}
	default:
		s.shut(closeBadMessage, brokenMessage)
	}
}

// init authenticates the connection: by {"Authorization": "Bearer …"} in the
// payload (the key in any case), else by the upgrade request's header or cookie.
func (s *socket) init(payload json.RawMessage) {
	s.mu.Lock()
	again := s.inited
	s.inited = true
	s.mu.Unlock()
	if again {
		s.shut(closeManyInits, "Too many initialisation requests")
		return
	}
	req := s.req
	s.req = nil
	authorization := req.Header.Get("Authorization")
	if payload != nil {
		found := false
		for _, f := range members(payload) {
			if http.CanonicalHeaderKey(f.key) != "Authorization" || string(f.raw) == "null" {
				continue
			}
			if found || json.Unmarshal(f.raw, &authorization) != nil {
				s.shut(closeForbidden, "Forbidden")
				return
			}
			found = true
		}
	}
	c, f := s.h.caller(req, authorization, s.trace)
	if f != nil {
		s.shut(closeForbidden, "Forbidden")
		return
	}
	s.mu.Lock()
	s.caller = c
	if s.timer != nil {
		s.timer.Stop()
		s.timer = nil
	}
	if !c.Expires.IsZero() {
		s.timer = time.AfterFunc(time.Until(c.Expires), func() { s.shut(closeForbidden, "Token expired") })
	}
	s.mu.Unlock()
	s.put(message{kind: "connection_ack"})
}

func (s *socket) subscribe(m clientMessage) {
	if !m.hasID {
		s.shut(closeBadMessage, brokenMessage)
		return
	}
	s.mu.Lock()
	c := s.caller
	_, taken := s.ops[m.id]
	full := len(s.ops) >= s.h.opt.MaxOperations
	s.mu.Unlock()
	switch {
	case c == nil:
		s.shut(closeUnauthorized, "Unauthorized")
		return
	case taken:
		s.shut(closeDuplicateID, fmt.Sprintf("Subscriber for %.80s already exists", m.id))
		return
	case m.payload == nil:
		s.shut(closeBadMessage, brokenMessage)
		return
	}
	if full {
		s.error(m.id, s.trace.id, Fail(http.StatusTooManyRequests, CodeTooManySubs, "Too many operations on this connection."))
		return
	}
	p, f := decodeBody(m.payload)
	if f != nil {
		s.shut(closeBadMessage, brokenMessage)
		return
	}
	ctx, cancel := context.WithCancel(s.ctx)
	op := &operation{s: s, id: m.id, trace: s.trace.id, cancel: cancel}
	s.mu.Lock()
	s.ops[m.id] = op
	s.mu.Unlock()
	s.working.Add(1)
	go func() {
		defer s.working.Done()
		defer func() {
			if v := recover(); v != nil {
				s.h.opt.Log.ErrorContext(ctx, "operation panicked", "trace", c.TraceID, "panic", v, "stack", string(debug.Stack()))
				s.finish(op, Fail(http.StatusInternalServerError, CodeInternal, "Internal error."))
			}
		}()
		s.run(ctx, op, p, c)
	}()
}

// run prepares and executes an operation; a subscription joins the hub.
func (s *socket) run(ctx context.Context, op *operation, p *Params, conn *Caller) {
	ctx, span, own := s.h.begin(ctx, s.trace)
	defer span.End()
	op.trace = own.id
	c := *conn // each operation is a request of its own
	c.Header, c.TraceID = conn.Header.Clone(), own.id
	c.Header["Traceparent"] = []string{own.parent()}
	q := request{h: s.h, start: time.Now(), via: "ws", caller: &c, trace: own}
	prepared, f := s.h.opt.Engine.Prepare(ctx, p, &c)
	if f != nil {
		q.failed(ctx, 0, f)
		s.finish(op, f)
		return
	}
	q.op = prepared
	if prepared.Kind() == Subscription {
		s.join(ctx, op, prepared, &c, &q)
		return
	}
	res, f := s.h.execute(ctx, prepared, &c)
	if f != nil {
		q.failed(ctx, 0, f)
		s.finish(op, f)
		return
	}
	q.answered(ctx, 0, res)
	if !s.running(op) {
		return // the client completed it meanwhile
	}
	s.put(message{op: op.id, kind: "next", payload: res.Body})
	s.finish(op, nil)
}

func (s *socket) join(ctx context.Context, op *operation, prepared Operation, c *Caller, q *request) {
	member, err := s.h.join(prepared, c, op)
	if err != nil {
		f := subscriptionFailure(err)
		q.failed(ctx, 0, f)
		s.finish(op, f)
		return
	}
	q.begun(ctx, 0)
	s.mu.Lock()
	alive := s.ops[op.id] == op
	cancel := op.cancel
	if alive {
		op.member, op.cancel = member, nil
	}
	s.mu.Unlock()
	cancel()
	if !alive {
		member.Leave()
	}
}

func (s *socket) running(op *operation) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ops[op.id] == op
}

// finish ends an operation with "complete", or with "error" if f is not nil;
// nothing is said if the client has completed it already.
func (s *socket) finish(op *operation, f *Failure) {
	s.mu.Lock()
	alive := s.ops[op.id] == op
	if alive {
		delete(s.ops, op.id)
	}
	s.mu.Unlock()
	if op.cancel != nil {
		op.cancel()
	}
	if !alive {
		return
	}
	if f != nil {
		s.error(op.id, op.trace, f)
		return
	}
	s.put(message{op: op.id, kind: "complete"})
}

func (s *socket) error(id, traceID string, f *Failure) {
	s.put(message{op: id, kind: "error", payload: f.appendErrors(nil, traceID)})
}

// put queues m; a client that leaves no room for it is disconnected.
func (s *socket) put(m message) {
	if !s.out.put(m) {
		s.shut(closeSlow, "Too slow")
	}
}

// Event implements hub.Sink.
func (o *operation) Event(payload []byte) bool {
	return o.s.out.put(message{op: o.id, kind: "next", payload: payload})
}

// End implements hub.Sink.
func (o *operation) End(err error) {
	switch {
	case err == nil:
		o.s.finish(o, nil)
	case errors.Is(err, hub.ErrSlow):
		o.s.shut(closeSlow, "Too slow")
	case errors.Is(err, hub.ErrClosed):
		o.s.shut(closeGoingAway, "The router is stopping.")
	default:
		o.s.h.logEnd(o.s.ctx, o.trace, err)
		o.s.finish(o, subscriptionFailure(err))
	}
}

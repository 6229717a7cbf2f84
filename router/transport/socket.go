package transport

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/textproto"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// subprotocol is the one of https://github.com/enisdenjo/graphql-ws.
const subprotocol = "graphql-transport-ws"

// closeTime bounds the polite end of a WebSocket.
const closeTime = 500 * time.Millisecond

// socketURL is where WebSockets to a subgraph are opened.
func (o *HTTPOptions) socketURL() (string, error) {
	raw := o.Stream.URL
	if raw == "" {
		raw = o.URL
	}
	u, err := url.Parse(raw)
	if err != nil {
		return "", fmt.Errorf("subgraph url: %w", err)
	}
	switch u.Scheme {
	case "http", "ws":
		u.Scheme = "ws"
	case "https", "wss":
		u.Scheme = "wss"
	default:
		return "", fmt.Errorf("subgraph url %q: want ws(s)://host[:port]/path", raw)
	}
	if u.Host == "" || u.User != nil || u.Fragment != "" {
		return "", fmt.Errorf("subgraph url %q: want ws(s)://host[:port]/path", raw)
	}
	return u.String(), nil
}

// socketMessage is a message of graphql-transport-ws.
type socketMessage struct {
	ID      string          `json:"id,omitempty"`
	Type    string          `json:"type"`
	Payload json.RawMessage `json:"payload,omitempty"`
}

var errNotSocket = errors.New("the subgraph does not speak " + subprotocol)

// subscribeSocket starts a subscription over a WebSocket of its own.
func (t *HTTP) subscribeSocket(ctx context.Context, r *Request) (Stream, error) {
	ctx, stop := context.WithCancel(ctx)
	start, started := context.WithTimeout(ctx, t.opt.StreamTimeout)
	defer started()
	s := &socket{t: t, subgraph: r.Subgraph, ctx: ctx, stop: stop}
	if err := s.connect(start, r); err != nil {
		fail := s.fail(start, err)
		stop()
		return nil, fail
	}
	stream := &eventStream{subgraph: r.Subgraph, events: make(chan []byte), done: make(chan struct{}), stop: stop, body: s}
	context.AfterFunc(ctx, func() { _ = s.Close() })
	go s.read(stream)
	if t.opt.Stream.Ping > 0 {
		go s.ping()
	}
	return stream, nil
}

// socket is one WebSocket with one subscription.
type socket struct {
	t        *HTTP
	subgraph string
	ctx      context.Context
	stop     context.CancelFunc
	conn     *websocket.Conn
	silence  *silence
	closing  sync.Once
}

// connect opens the WebSocket and subscribes.
func (s *socket) connect(ctx context.Context, r *Request) error {
	header := make(http.Header, len(r.Header))
	for k, v := range r.Header {
		header[k] = append([]string(nil), v...)
	}
	if s.t.opt.Stream.Idle > 0 {
		s.silence = newSilence(s.t.opt.Stream.Idle, func() { _ = s.conn.CloseNow() })
	}
	conn, res, err := websocket.Dial(ctx, s.t.socketURL, &websocket.DialOptions{ //nolint:bodyclose // the library's business
		HTTPClient: s.t.stream, HTTPHeader: header, Subprotocols: []string{subprotocol},
		OnPongReceived: func(context.Context, []byte) { s.silence.heard() },
		OnPingReceived: func(context.Context, []byte) bool { s.silence.heard(); return true },
	})
	if err != nil {
		if res != nil && res.StatusCode != http.StatusSwitchingProtocols && res.StatusCode < http.StatusInternalServerError {
			return errors.Join(errNotSocket, err)
		}
		return err
	}
	s.conn = conn
	if conn.Subprotocol() != subprotocol {
		_ = conn.CloseNow()
		return errNotSocket
	}
	conn.SetReadLimit(int64(s.t.opt.MaxEvent) + 1<<10)
	if err := s.subscribe(ctx, r); err != nil {
		_ = conn.CloseNow()
		return err
	}
	return nil
}

func (s *socket) subscribe(ctx context.Context, r *Request) error {
	init := map[string]string{} // the handshake's headers are out of reach for many servers
	for name, values := range r.Header {
		init[textproto.CanonicalMIMEHeaderKey(name)] = strings.Join(values, ", ")
	}
	payload, err := json.Marshal(init)
	if err != nil {
		return err
	}
	if err := s.write(ctx, socketMessage{Type: "connection_init", Payload: payload}); err != nil {
		return err
	}
	for acked := false; !acked; {
		m, err := s.message(ctx)
		if err != nil {
			return err
		}
		switch m.Type {
		case "connection_ack":
			acked = true
		case "ping":
			if err := s.write(ctx, socketMessage{Type: "pong"}); err != nil {
				return err
			}
		case "pong":
		default:
			return fmt.Errorf("%w: %q came before connection_ack", errSocketMessage, m.Type)
		}
	}
	return s.write(ctx, socketMessage{ID: "1", Type: "subscribe", Payload: r.Body})
}

var errSocketMessage = errors.New("broken WebSocket message")

func (s *socket) write(ctx context.Context, m socketMessage) error {
	b, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return s.conn.Write(ctx, websocket.MessageText, b)
}

// message waits for the next message.
func (s *socket) message(ctx context.Context) (*socketMessage, error) {
	s.silence.wait()
	kind, b, err := s.conn.Read(ctx)
	if ok := s.silence.done(); err != nil {
		if !ok {
			err = errors.Join(errSilent, err)
		}
		return nil, err
	}
	m := &socketMessage{}
	if kind != websocket.MessageText {
		return nil, errSocketMessage
	}
	if err := json.Unmarshal(b, m); err != nil {
		return nil, fmt.Errorf("%w: %w", errSocketMessage, err)
	}
	return m, nil
}

// read hands events on until the subscription ends. It reads without a deadline:
// the end of the context closes the connection.
func (s *socket) read(to *eventStream) {
	defer close(to.done)
	defer s.stop()
	background := context.WithoutCancel(s.ctx)
	give := func(data []byte) bool {
		select {
		case to.events <- data:
			return true
		case <-s.ctx.Done():
			to.err = s.fail(s.ctx, s.ctx.Err())
			return false
		}
	}
	for {
		m, err := s.message(background)
		if err != nil {
			to.err = s.fail(s.ctx, err)
			return
		}
		if m.ID != "1" && m.ID != "" {
			continue
		}
		switch m.Type {
		case "next":
			if len(bytes.TrimSpace(m.Payload)) > 0 && !give(m.Payload) {
				return
			}
		case "error": // the operation was refused: a result without data, and the end
			result, ok := refusal(m.Payload)
			if !ok {
				to.err = s.fail(s.ctx, fmt.Errorf("%w: an error without a list of errors", errSocketMessage))
			} else if give(result) {
				to.err = io.EOF
			}
			return
		case "complete":
			to.err = io.EOF
			return
		case "ping":
			write, cancel := context.WithTimeout(background, s.t.opt.StreamTimeout)
			err := s.write(write, socketMessage{Type: "pong"})
			cancel()
			if err != nil {
				to.err = s.fail(s.ctx, err)
				return
			}
		}
	}
}

// refusal is the execution result that an error message stands for: its payload is
// a list of errors, or of old servers a single one.
func refusal(payload json.RawMessage) (result []byte, ok bool) {
	open, end := `{"errors":`, `}`
	switch {
	case len(payload) == 0:
		return nil, false
	case payload[0] == '{':
		open, end = `{"errors":[`, `]}`
	case payload[0] != '[':
		return nil, false
	}
	return append(append([]byte(open), payload...), end...), true
}

// ping asks the subgraph for a sign of life, and ends the connection without one.
func (s *socket) ping() {
	every := time.NewTicker(s.t.opt.Stream.Ping)
	defer every.Stop()
	for {
		select {
		case <-s.ctx.Done():
			return
		case <-every.C:
		}
		ctx, cancel := context.WithTimeout(s.ctx, s.t.opt.Stream.Ping)
		err := s.conn.Ping(ctx)
		cancel()
		if err != nil && s.ctx.Err() == nil {
			_ = s.conn.CloseNow()
			return
		}
	}
}

// Close ends the subscription and the connection, politely if the subgraph
// listens. Idempotent.
func (s *socket) Close() error {
	s.closing.Do(func() {
		defer time.AfterFunc(closeTime, func() { _ = s.conn.CloseNow() }).Stop()
		ctx, cancel := context.WithTimeout(context.WithoutCancel(s.ctx), closeTime)
		defer cancel()
		if s.write(ctx, socketMessage{ID: "1", Type: "complete"}) == nil {
			_ = s.conn.Close(websocket.StatusNormalClosure, "")
		}
		_ = s.conn.CloseNow()
	})
	return nil
}

// The codes with which servers of the protocol refuse a client for good.
const (
	closeBadRequest   = 4400
	closeUnauthorized = 4401
	closeForbidden    = 4403
	closeProtocol     = 4406
	closeTooManyInits = 4429
)

// fail words err; ctx is what bounded the step.
func (s *socket) fail(ctx context.Context, err error) *Error {
	if errors.Is(err, io.EOF) { // which would be the regular end of the stream
		err = fmt.Errorf("%w: %v", io.ErrUnexpectedEOF, err) //nolint:errorlint // on purpose
	}
	e := &Error{Code: CodeUnreachable, Subgraph: s.subgraph, Err: err}
	switch code := websocket.CloseStatus(err); {
	case s.ctx.Err() != nil:
		e.Code = CodeCancelled
	case code == websocket.StatusMessageTooBig, errors.Is(err, websocket.ErrMessageTooBig):
		e.Code = CodeTooLarge
	case code == closeBadRequest, code == closeUnauthorized, code == closeForbidden, code == closeProtocol, code == closeTooManyInits,
		code == websocket.StatusProtocolError, code == websocket.StatusPolicyViolation,
		errors.Is(err, errNotSocket), errors.Is(err, errSocketMessage):
		e.Code = CodeBadResponse
	case ctx.Err() != nil:
		e.Code = CodeTimeout
	}
	return e
}

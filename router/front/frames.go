package front

import (
	"bufio"
	"errors"
	"io"
	"os"
	"runtime/debug"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/gobwas/ws"
)

// closeWait is how long a closing connection waits for the client to close it too.
const closeWait = 5 * time.Second

// readers lend their buffers while frames are coming in.
var readers = sync.Pool{New: func() any { return bufio.NewReaderSize(nil, 4<<10) }}

// await waits for the client's next bytes. It uses little stack, and what deeper
// calls have used is gone: it always begins in a goroutine of its own.
func (s *socket) await() {
	n, err := s.conn.Read(s.first[:])
	if n == 0 || err != nil {
		s.end()
		return
	}
	s.asked.Store(0)
	s.ahead = s.first[:n]
	s.receive()
}

// Read gives the readers what was read already, then what comes.
func (s *socket) Read(p []byte) (int, error) {
	if len(s.ahead) > 0 {
		n := copy(p, s.ahead)
		s.ahead = s.ahead[n:]
		return n, nil
	}
	return s.conn.Read(p)
}

// receive handles frames until nothing more is there, and waits on.
func (s *socket) receive() {
	if s.burst() {
		go s.await()
		return
	}
	s.end()
}

func (s *socket) burst() (more bool) {
	r := readers.Get().(*bufio.Reader) //nolint:forcetypeassert // the pool holds nothing else
	r.Reset(readOnly{s})
	defer func() {
		if v := recover(); v != nil {
			s.h.opt.Log.ErrorContext(s.ctx, "message panicked", "trace", s.trace.id, "panic", v, "stack", string(debug.Stack()))
			s.shut(closeInternal, "Internal error")
			more = false
		}
		r.Reset(nil)
		readers.Put(r)
	}()
	s.deadline(s.h.opt.WriteTimeout) // what is begun must be completed in time
	var m incoming
	for {
		more, err := s.frame(r, &m)
		var broken *violation
		switch {
		case errors.As(err, &broken):
			s.shut(broken.code, broken.reason)
			// The close frame gets through only if the client's data is taken.
			_, _ = io.Copy(io.Discard, r)
			return false
		case errors.Is(err, os.ErrDeadlineExceeded):
			s.shut(closeLate, "Message not complete in time")
			return false
		case err != nil || !more:
			return false
		}
		if m.payload == nil && r.Buffered() == 0 && len(s.ahead) == 0 {
			s.deadline(0)
			return true
		}
	}
}

// readOnly hides the socket's other methods from its reader.
type readOnly struct{ s *socket }

// Read implements io.Reader.
func (r readOnly) Read(p []byte) (int, error) { return r.s.Read(p) }

// deadline bounds reading from now on, 0 not; once the connection is closing the
// writer's bound stays.
func (s *socket) deadline(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.code != 0 {
		return
	}
	var at time.Time
	if d > 0 {
		at = time.Now().Add(d)
	}
	_ = s.conn.SetReadDeadline(at)
}

// violation is a way to break the WebSocket protocol.
type violation struct {
	code   int
	reason string
}

func (v *violation) Error() string { return v.reason }

// incoming is a message of which some frames have come; payload is nil between messages.
type incoming struct {
	payload []byte
	binary  bool
}

// frame reads one frame and handles the message it completes; more is false
// after a close frame.
func (s *socket) frame(r *bufio.Reader, m *incoming) (more bool, err error) {
	var room [ws.MaxHeaderSize]byte
	h, err := ws.ReadHeaderBuffer(r, room[:])
	if err != nil {
		if errors.Is(err, ws.ErrHeaderLengthMSB) || errors.Is(err, ws.ErrHeaderLengthUnexpected) {
			err = &violation{closeViolation, "Bad frame length"}
		}
		return false, err
	}
	state := ws.StateServerSide
	if m.payload != nil {
		state = state.Set(ws.StateFragmented)
	}
	if err := ws.CheckHeader(h, state); err != nil {
		return false, &violation{closeViolation, "Protocol error: " + err.Error()}
	}
	if h.OpCode.IsControl() {
		return s.control(r, h)
	}
	if h.Length > s.h.opt.MaxBody+4<<10-int64(len(m.payload)) {
		return false, &violation{closeTooBig, "Message too big"}
	}
	if h.OpCode != ws.OpContinuation {
		m.payload, m.binary = []byte{}, h.OpCode == ws.OpBinary
	}
	if m.payload, err = appendPayload(m.payload, r, h); err != nil || !h.Fin {
		return true, err
	}
	data := m.payload
	m.payload = nil
	switch {
	case s.closing(): // only the close frame is waited for
	case m.binary:
		s.shut(closeBadMessage, "Only text messages are spoken")
	case !utf8.Valid(data):
		s.shut(closeNotText, "Text that is not UTF-8")
	default:
		s.handle(data)
	}
	return true, nil
}

// appendPayload reads a frame's payload. Memory follows the bytes that have come,
// not those announced.
func appendPayload(to []byte, r *bufio.Reader, h ws.Header) ([]byte, error) {
	begin := len(to)
	for rest := int(h.Length); rest > 0; {
		n := min(rest, max(512, len(to)))
		at := len(to)
		to = append(to, make([]byte, n)...)
		if _, err := io.ReadFull(r, to[at:]); err != nil {
			return to, err
		}
		rest -= n
	}
	ws.Cipher(to[begin:], h.Mask, 0)
	return to, nil
}

// control handles a ping, pong or close frame.
func (s *socket) control(r *bufio.Reader, h ws.Header) (more bool, err error) {
	payload, err := appendPayload(make([]byte, 0, h.Length), r, h)
	if err != nil {
		return false, err
	}
	switch h.OpCode {
	case ws.OpPing:
		s.put(message{frame: ws.OpPong, payload: payload})
	case ws.OpClose:
		code, reason := ws.ParseCloseFrameData(payload)
		if len(payload) == 0 {
			s.shut(closeNormal, "")
			return false, nil
		}
		if err := ws.CheckCloseFrameData(code, reason); errors.Is(err, ws.ErrProtocolInvalidUTF8) {
			return false, &violation{closeNotText, "Close reason that is not UTF-8"}
		} else if err != nil || code > 4999 || len(payload) == 1 {
			return false, &violation{closeViolation, "Protocol error: bad close frame"}
		}
		s.shut(int(code), "")
		return false, nil
	}
	return true, nil
}

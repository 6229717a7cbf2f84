package front

import (
	"encoding/binary"
	"sync"
	"time"

	"github.com/gobwas/ws"
)

// batch is about how much of what is queued is written at once, in bytes.
const batch = 16 << 10

// frameBuffers lend their memory while something is written.
var frameBuffers = sync.Pool{New: func() any { b := make([]byte, 0, 2<<10); return &b }}

// startSending starts the writer; the outbox calls it when there is something to
// write and no writer.
func (s *socket) startSending() {
	s.sending.Add(1)
	go s.send()
}

// send writes what is queued until nothing is, and the close frame at the end.
func (s *socket) send() {
	defer s.sending.Done()
	buf := frameBuffers.Get().(*[]byte) //nolint:forcetypeassert // the pool holds nothing else
	defer func() {
		if cap(*buf) <= 4*batch {
			frameBuffers.Put(buf)
		}
	}()
	for {
		list, done := s.out.next()
		if len(list) == 0 && !done {
			return
		}
		b := (*buf)[:0]
		for i := range list {
			if b = list[i].appendFrame(b); len(b) >= batch {
				if !s.write(b) {
					return
				}
				b = b[:0]
			}
		}
		if done {
			b = s.appendClose(b)
		}
		*buf = b
		if len(b) > 0 && !s.write(b) {
			return
		}
		if done {
			_ = s.conn.SetReadDeadline(time.Now().Add(closeWait))
			return
		}
	}
}

// write sends frames in time, or ends the connection.
func (s *socket) write(b []byte) bool {
	err := s.conn.SetWriteDeadline(time.Now().Add(s.h.opt.WriteTimeout))
	if err == nil {
		_, err = s.conn.Write(b)
	}
	if err != nil {
		s.kill()
	}
	return err == nil
}

func (s *socket) appendClose(b []byte) []byte {
	s.mu.Lock()
	code, reason := s.code, s.reason
	s.mu.Unlock()
	body := ws.NewCloseFrameBody(ws.StatusCode(code), reason) // #nosec G115 -- four digits
	return appendFrame(b, ws.OpClose, func(b []byte) []byte { return append(b, body...) })
}

// appendFrame writes m as one frame.
func (m *message) appendFrame(b []byte) []byte {
	if m.frame != ws.OpContinuation {
		return appendFrame(b, m.frame, func(b []byte) []byte { return append(b, m.payload...) })
	}
	return appendFrame(b, ws.OpText, m.append)
}

// appendFrame writes an unmasked frame around what payload appends.
func appendFrame(b []byte, op ws.OpCode, payload func([]byte) []byte) []byte {
	at := len(b)
	b = payload(append(b, 0x80|byte(op), 0))
	n := len(b) - at - 2
	var more [8]byte
	switch {
	case n < 126:
		b[at+1] = byte(n)
		return b
	case n <= 0xffff:
		b[at+1] = 126
		binary.BigEndian.PutUint16(more[:], uint16(n)) // #nosec G115 -- it fits
		b = append(b, more[:2]...)
		copy(b[at+4:], b[at+2:len(b)-2])
		copy(b[at+2:], more[:2])
	default:
		b[at+1] = 127
		binary.BigEndian.PutUint64(more[:], uint64(n)) // #nosec G115 -- not negative
		b = append(b, more[:]...)
		copy(b[at+10:], b[at+2:len(b)-8])
		copy(b[at+2:], more[:])
	}
	return b
}

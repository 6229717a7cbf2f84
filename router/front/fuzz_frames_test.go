package front

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"testing"
	"time"

	"github.com/gobwas/ws"
)

// stub is a connection that gives some bytes and then ends; what is written is gone.
type stub struct {
	net.Conn
	r io.Reader
}

func (c stub) Read(p []byte) (int, error)       { return c.r.Read(p) }
func (c stub) Write(p []byte) (int, error)      { return len(p), nil }
func (c stub) SetReadDeadline(time.Time) error  { return nil }
func (c stub) SetWriteDeadline(time.Time) error { return nil }
func (c stub) SetDeadline(time.Time) error      { return nil }
func (c stub) Close() error                     { return nil }
func (c stub) RemoteAddr() net.Addr             { return &net.TCPAddr{} }

// trickle reads one byte at a time.
type trickle struct{ r io.Reader }

func (t trickle) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	return t.r.Read(p[:1])
}

// readTo is what reading frames has come to.
type readTo struct {
	end      string // why it has ended
	payloads string // what came of each frame
}

// readFrames reads all frames of a stream, not handling what they say.
func readFrames(t *testing.T, r io.Reader, most int64) readTo {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	h := &Handler{opt: Options{MaxBody: most, Log: slog.New(slog.DiscardHandler)}}
	s := &socket{h: h, conn: stub{r: r}, ctx: ctx, cancel: cancel, code: closeNormal} // closing: nothing is handled any more
	in := bufio.NewReaderSize(r, 16)
	var m incoming
	var out readTo
	for {
		more, err := s.frame(in, &m)
		if int64(len(m.payload)) > most+4<<10 {
			t.Fatalf("a message of %d bytes is kept, at most %d may be", len(m.payload), most+4<<10)
		}
		if more {
			out.payloads += "|" + string(m.payload)
		}
		var broken *violation
		switch {
		case errors.As(err, &broken):
			if !validCloseCode(broken.code) || len(broken.reason) > 123 || broken.reason == "" {
				t.Fatalf("close code %d, reason %q", broken.code, broken.reason)
			}
			out.end = broken.reason
			return out
		case err != nil:
			if !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Fatalf("an error that is no violation: %v", err)
			}
			out.end = "end"
			return out
		case !more:
			out.end = "close"
			return out
		}
	}
}

// validCloseCode: a server may send it (RFC 6455, section 7.4).
func validCloseCode(code int) bool {
	return code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006 || code >= 3000 && code <= 4999
}

// FuzzFrames: whatever bytes a client sends, reading frames ends with the stream, a close frame or a violation that has
// a close code; it does not depend on how the bytes arrive, and never keeps more than a message may have.
func FuzzFrames(f *testing.F) {
	frame := func(op ws.OpCode, fin bool, payload string) []byte {
		fr := ws.MaskFrameWith(ws.NewFrame(op, fin, []byte(payload)), [4]byte{1, 2, 3, 4})
		b, err := ws.CompileFrame(fr)
		if err != nil {
			f.Fatal(err)
		}
		return b
	}
	join := func(list ...[]byte) []byte { return bytes.Join(list, nil) }
	f.Add(frame(ws.OpText, true, `{"type":"connection_init"}`))
	f.Add(join(frame(ws.OpText, false, `{"type":`), frame(ws.OpPing, true, "x"), frame(ws.OpContinuation, true, `"ping"}`)))
	f.Add(join(frame(ws.OpText, false, "a"), frame(ws.OpText, true, "b")))
	f.Add(join(frame(ws.OpBinary, true, "\x00"), frame(ws.OpContinuation, true, "")))
	f.Add(frame(ws.OpClose, true, "\x03\xe8bye"))
	f.Add(frame(ws.OpClose, true, "\x03"))
	f.Add(frame(ws.OpClose, true, "\x03\xee"))
	f.Add(frame(ws.OpText, true, string(bytes.Repeat([]byte("x"), 70_000))))
	f.Add([]byte{0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4})
	f.Add([]byte{0x81, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4})
	f.Add([]byte{0x81, 0x01, 'a'})
	f.Add([]byte{0xf1, 0x80, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		const most = 1 << 10
		at := readFrames(t, bytes.NewReader(data), most)
		if bit := readFrames(t, trickle{bytes.NewReader(data)}, most); bit != at {
			t.Fatalf("at once %+v, byte by byte %+v", at, bit)
		}
	})
}

package server

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"runtime/debug"
	"sync/atomic"
	"time"
)

// The states of a connection on the short way.
const (
	idle   int32 = iota // between requests, no byte of the next one read
	active              // a request is being read or answered
	closed              // retired by Shutdown
)

// conn is a connection on the short way.
type conn struct {
	net.Conn
	s      *Server
	remote string
	state  atomic.Int32

	buf []byte // what has been read and not used

	// known is the header block of the last request and what it says: clients send
	// the same again and again.
	known     []byte
	knownHead head
	out       response

	readBy, writeBy time.Time // the deadlines set

	// since is when the running request began, in nanoseconds of Unix time, and
	// gone cancels it when its client leaves; 0 and nil if none runs. See watch.
	since atomic.Int64
	gone  atomic.Pointer[context.CancelFunc]
}

// Buffers are kept for the next request up to this size.
const keptBuffer = 16 << 10

// run serves the connection until it ends or is handed over.
func (c *conn) run() {
	defer c.s.forget(c)
	first := want(c.s.opt.Path)
	for {
		h, v, err := c.await(first)
		if err != nil {
			_ = c.Close()
			return
		}
		if v == other {
			c.handOver()
			return
		}
		if !c.answer(&h) {
			_ = c.Close()
			return
		}
		rest := len(c.buf) - h.size - h.body
		copy(c.buf, c.buf[h.size+h.body:])
		c.buf = c.buf[:rest]
		if cap(c.buf) > keptBuffer && rest == 0 {
			c.buf = nil
		}
		if rest == 0 && !c.state.CompareAndSwap(active, idle) {
			_ = c.Close()
			return
		}
		if c.s.stopping.Load() {
			c.retire()
		}
	}
}

// await reads until a whole plain request is there, or it is certain that it is
// none.
func (c *conn) await(first string) (h head, v verdict, err error) {
	begun := time.Time{} // when the request's first byte was here
	for {
		if len(c.buf) > 0 {
			if h.size == 0 {
				if h, v = c.parse(first); v == other {
					return h, v, nil
				}
			}
			if v == plain && len(c.buf) >= h.size+h.body {
				return h, plain, nil
			}
			if begun.IsZero() {
				begun = time.Now()
				c.readBy = begun.Add(c.s.opt.ReadTimeout)
				if err := c.SetReadDeadline(c.readBy); err != nil {
					return h, v, err
				}
			}
		} else if now := time.Now(); c.readBy.Sub(now) < c.s.opt.IdleTimeout/2 {
			// Moving the deadline on every request would cost as much as parsing it.
			c.readBy = now.Add(c.s.opt.IdleTimeout)
			if err := c.SetReadDeadline(c.readBy); err != nil {
				return h, v, err
			}
		}
		if err := c.fill(h.size + h.body); err != nil {
			return h, v, err
		}
	}
}

// keptHead is the longest header block that is remembered.
const keptHead = 2 << 10

// parse reads a header block, or knows it.
func (c *conn) parse(first string) (h head, v verdict) {
	if n := len(c.known); n > 0 && len(c.buf) >= n && bytes.Equal(c.buf[:n], c.known) {
		return c.knownHead, plain
	}
	h, v = parseHead(c.buf, first, c.s.opt.MaxBody)
	if v == plain && h.size <= keptHead {
		c.known, c.knownHead = append(c.known[:0], c.buf[:h.size]...), h
	}
	return h, v
}

// fill reads once; need is how long the request is, if known.
func (c *conn) fill(need int) error {
	if room := cap(c.buf) - len(c.buf); room == 0 || need > cap(c.buf) {
		grown := make([]byte, len(c.buf), max(4<<10, 2*cap(c.buf), need))
		copy(grown, c.buf)
		c.buf = grown
	}
	n, err := c.Read(c.buf[len(c.buf):cap(c.buf)])
	if n > 0 {
		c.buf = c.buf[:len(c.buf)+n]
		if !c.state.CompareAndSwap(idle, active) && c.state.Load() == closed {
			return net.ErrClosed
		}
		return nil
	}
	if err == nil {
		err = io.ErrNoProgress
	}
	return err
}

// handOver gives the connection to net/http with what has been read of it.
func (c *conn) handOver() {
	if c.SetDeadline(time.Time{}) != nil {
		_ = c.Close()
		return
	}
	c.s.handed.give(&begun{c.Conn, c.buf})
	c.buf = nil
}

// retire closes the connection if no request has begun on it. Bytes that lie
// unread in the kernel are a request that has: it is answered first.
func (c *conn) retire() {
	if c.state.Load() == idle && !pending(c.Conn) && c.state.CompareAndSwap(idle, closed) {
		_ = c.Close()
	}
}

// answer runs the handler and writes its answer; false ends the connection.
func (c *conn) answer(h *head) (keep bool) {
	// Not below the server's context, whose lock all connections would fight for: Close ends requests one by one.
	ctx, cancel := context.WithCancel(context.Background())
	c.gone.Store(&cancel)
	if c.s.base.Err() != nil {
		cancel()
	}
	c.since.Store(time.Now().UnixNano())
	defer func() {
		c.since.Store(0)
		c.gone.Store(nil)
		cancel()
		if v := recover(); v != nil {
			keep = false
			if v != http.ErrAbortHandler { //nolint:errorlint // the sentinel is compared by identity
				c.s.opt.Log.Error("handler panicked", "panic", v, "stack", string(debug.Stack()))
			}
		}
	}()
	body := requestBody{data: c.buf[h.size : h.size+h.body]}
	r := (&http.Request{
		Method: http.MethodPost, URL: &url.URL{Path: c.s.opt.Path}, RequestURI: c.s.opt.Path, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: h.header, Host: h.host, Body: &body, ContentLength: int64(h.body), RemoteAddr: c.remote, Close: h.close,
	}).WithContext(ctx)
	w := &c.out
	w.reset()
	c.s.opt.Handler.ServeHTTP(w, r)
	closing := h.close || c.s.stopping.Load()
	if now := time.Now(); c.writeBy.Sub(now) < c.s.opt.WriteTimeout/2 {
		c.writeBy = now.Add(c.s.opt.WriteTimeout)
		if c.SetWriteDeadline(c.writeBy) != nil {
			return false
		}
	}
	closing, err := w.send(c.Conn, closing)
	return err == nil && !closing
}

// requestBody is a body that is there already.
type requestBody struct {
	data []byte
	at   int
}

// Read implements io.Reader.
func (b *requestBody) Read(p []byte) (int, error) {
	if b.at == len(b.data) {
		return 0, io.EOF
	}
	n := copy(p, b.data[b.at:])
	b.at += n
	return n, nil
}

// Bytes returns the whole body. It is valid until the request is answered.
func (b *requestBody) Bytes() []byte { return b.data }

// Close implements io.Closer.
func (b *requestBody) Close() error { return nil }

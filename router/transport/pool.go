package transport

import (
	"bufio"
	"context"
	"crypto/tls"
	"net"
	"slices"
	"sync"
	"time"
)

// pool keeps idle keep-alive connections to one host, newest first, so that the
// surplus ages out. max bounds connections in use and idle together; at the
// bound callers wait, first come first served.
type pool struct {
	addr    string
	tls     *tls.Config // nil for plain HTTP
	dialer  net.Dialer
	maxIdle time.Duration
	max     int

	mu      sync.Mutex
	idle    []*conn
	open    int // connections that exist or are being dialled
	waiters []chan *conn
	closed  bool
}

// conn is one connection with its buffers. It belongs to one request at a time.
type conn struct {
	net.Conn
	raw    net.Conn // the TCP connection below TLS
	r      *bufio.Reader
	w      *bufio.Writer
	since  time.Time // idle since
	reused bool
	waited bool // it came from another request
}

func newPool(addr string, tlsConf *tls.Config, maxConns int, dialTimeout, maxIdle time.Duration) *pool {
	return &pool{
		addr: addr, tls: tlsConf, maxIdle: maxIdle, max: maxConns,
		dialer: net.Dialer{Timeout: dialTimeout, KeepAlive: 30 * time.Second},
	}
}

// get returns an idle connection or opens one, before the deadline. With fresh set
// it only takes an idle connection that is known to be open still: a mutation must
// not be sent into a connection the server has closed.
func (p *pool) get(ctx context.Context, deadline time.Time, fresh bool) (*conn, error) {
	for {
		c, wait := p.take()
		if c == nil {
			var err error
			if c, err = p.obtain(ctx, deadline, wait); err != nil || !c.waited {
				return c, err
			}
		}
		if time.Since(c.since) > p.maxIdle || (fresh && !c.open()) {
			p.drop(c)
			continue
		}
		c.reused = true
		return c, nil
	}
}

// obtain waits for a connection, or opens one.
func (p *pool) obtain(ctx context.Context, deadline time.Time, wait chan *conn) (*conn, error) {
	ctx, cancel := context.WithDeadline(ctx, deadline)
	defer cancel()
	if wait != nil {
		if c, err := p.wait(ctx, wait); c != nil || err != nil {
			if c != nil {
				c.waited = true
			}
			return c, err
		}
	}
	return p.dial(ctx)
}

// open looks whether the server has closed an idle connection.
func (c *conn) open() bool {
	// The deadline of the last request may have passed: it would end the look.
	return c.SetDeadline(time.Time{}) == nil && alive(c.raw)
}

// take returns an idle connection, or a place in the queue, or neither: then
// the caller holds the right to dial.
func (p *pool) take() (*conn, chan *conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if n := len(p.idle); n > 0 {
		c := p.idle[n-1]
		p.idle[n-1] = nil
		p.idle = p.idle[:n-1]
		return c, nil
	}
	if p.open < p.max {
		p.open++
		return nil, nil
	}
	w := make(chan *conn, 1)
	p.waiters = append(p.waiters, w)
	return nil, w
}

// wait returns the connection handed over, or nil for the right to dial.
func (p *pool) wait(ctx context.Context, w chan *conn) (*conn, error) {
	select {
	case c := <-w:
		return c, nil
	case <-ctx.Done():
	}
	p.mu.Lock()
	i := slices.Index(p.waiters, w)
	if i >= 0 {
		p.waiters = slices.Delete(p.waiters, i, i+1)
	}
	p.mu.Unlock()
	if i < 0 { // already served: pass it on
		if c := <-w; c != nil {
			p.put(c)
		} else {
			p.freed()
		}
	}
	return nil, ctx.Err()
}

func (p *pool) dial(ctx context.Context) (*conn, error) {
	raw, err := p.dialer.DialContext(ctx, "tcp", p.addr)
	if err != nil {
		p.freed()
		return nil, err
	}
	nc := raw
	if p.tls != nil {
		t := tls.Client(raw, p.tls)
		if err := t.HandshakeContext(ctx); err != nil {
			_ = raw.Close()
			p.freed()
			return nil, err
		}
		nc = t
	}
	return &conn{Conn: nc, raw: raw, r: bufio.NewReaderSize(nc, 4<<10), w: bufio.NewWriterSize(nc, 4<<10)}, nil
}

// put gives c to a waiter or makes it idle; it must hold no unread bytes.
func (p *pool) put(c *conn) {
	c.since = time.Now()
	p.mu.Lock()
	if p.closed || c.r.Buffered() > 0 {
		p.mu.Unlock()
		p.drop(c)
		return
	}
	if w := p.nextWaiter(); w != nil {
		w <- c
		p.mu.Unlock()
		return
	}
	p.idle = append(p.idle, c)
	var old *conn // the oldest is at the bottom: retire one past its time
	if c.since.Sub(p.idle[0].since) > p.maxIdle {
		old = p.idle[0]
		p.idle = slices.Delete(p.idle, 0, 1)
	}
	p.mu.Unlock()
	if old != nil {
		p.drop(old)
	}
}

// nextWaiter pops the longest waiting caller; the lock is held.
func (p *pool) nextWaiter() chan *conn {
	if len(p.waiters) == 0 {
		return nil
	}
	w := p.waiters[0]
	p.waiters = slices.Delete(p.waiters, 0, 1)
	return w
}

// drop closes c and passes its place on.
func (p *pool) drop(c *conn) {
	_ = c.Close()
	p.freed()
}

// freed gives a place among the open connections to a waiter or back.
func (p *pool) freed() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if w := p.nextWaiter(); w != nil {
		w <- nil
		return
	}
	p.open--
}

// close drops all idle connections and keeps none from now on; requests still
// made get a connection of their own.
func (p *pool) close() {
	p.mu.Lock()
	idle := p.idle
	p.idle, p.closed = nil, true
	p.mu.Unlock()
	for _, c := range idle {
		p.drop(c)
	}
}

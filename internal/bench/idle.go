package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/gobwas/ws"

	"marquee/internal/e2e"
)

const (
	idleClients = 10_000
	// idleEvents go to every client, each when all have the one before, until it is weighed again.
	idleEvents = 10
	// bareSockets, as the only argument, makes this program the baseline of idleSubscriptions.
	bareSockets = "bare-sockets"
)

// idleSupergraph has one subgraph with one subscription field.
const idleSupergraph = `schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION) {
  query: Query
  subscription: Subscription
}
directive @join__graph(name: String!, url: String!) on ENUM_VALUE
directive @join__type(graph: join__Graph!, key: join__FieldSet, extension: Boolean! = false, resolvable: Boolean! = true, isInterfaceObject: Boolean! = false) repeatable on OBJECT | INTERFACE | UNION | ENUM | INPUT_OBJECT | SCALAR
directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
scalar join__FieldSet
scalar link__Import
enum link__Purpose { SECURITY EXECUTION }
enum join__Graph { SEATS @join__graph(name: "seats", url: "%s") }
type Query @join__type(graph: SEATS) { free(event: ID!): Int! }
type Subscription @join__type(graph: SEATS) { free(event: ID!): Int! }
`

// idleSubscriptions opens many subscriptions that then say nothing and weighs the process that holds them: a router alone, its one
// subgraph and its clients being elsewhere. The baseline is a program that upgrades as many connections with the same library and does
// nothing but read them, one goroutine each. Both are weighed before the first client and once they have settled.
func idleSubscriptions(ctx context.Context, s *stack) ([]row, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	more := make(chan struct{})
	subgraph := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { events(w, r, more) }))
	defer subgraph.Close()
	defer subgraph.CloseClientConnections()
	file := filepath.Join(s.dir, "idle.graphql")
	if err := os.WriteFile(file, fmt.Appendf(nil, idleSupergraph, subgraph.URL), 0o600); err != nil {
		return nil, err
	}
	router, err := e2e.Start(ctx, s.bin, []string{"router", "run", "--supergraph", file, "--listen", "127.0.0.1:0"}, []string{
		"MARQUEE_LOG_LEVEL=warn", "MARQUEE_ROUTER_SUBSCRIPTIONS_LATEST=free", // who comes later gets the event too
	})
	if err != nil {
		return nil, err
	}
	defer router.Kill()
	ours := weighing{address: strings.TrimPrefix(router.URL, "http://"), pid: router.PID(), begin: subscribed}
	if err := ours.weigh(ctx, more); err != nil {
		return nil, fmt.Errorf("router: %w", err)
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	bare := exec.CommandContext(ctx, self, bareSockets) // #nosec G204 -- this program itself
	out, err := bare.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := bare.Start(); err != nil {
		return nil, err
	}
	defer func() { _ = bare.Process.Kill(); _ = bare.Wait() }()
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return nil, fmt.Errorf("bare server: %w", err)
	}
	floor := weighing{address: strings.TrimSpace(address), pid: bare.Process.Pid}
	if err := floor.weigh(ctx, nil); err != nil {
		return nil, fmt.Errorf("bare server: %w", err)
	}
	line := func(what string, ours float64) row {
		return row{
			fmt.Sprintf("idle subscriptions: memory of each, %d over WebSocket, router's process%s", idleClients, what),
			fmt.Sprintf("%.1f KiB", ours), fmt.Sprintf("%.1f KiB", floor.idle), "bare WebSocket server, the same library, no GraphQL", times(ours, floor.idle),
		}
	}
	return []row{line("", ours.idle), line(fmt.Sprintf(", after %d events to all", idleEvents), ours.used)}, nil
}

// events is the subgraph: one event at once, and one whenever there is to be more.
func events(w http.ResponseWriter, r *http.Request, more <-chan struct{}) {
	_, _ = io.Copy(io.Discard, r.Body)
	w.Header().Set("Content-Type", "text/event-stream")
	for {
		_, _ = io.WriteString(w, "event: next\ndata: {\"data\":{\"free\":7}}\n\n")
		_ = http.NewResponseController(w).Flush()
		select {
		case <-more:
		case <-r.Context().Done():
			return
		}
	}
}

// weighing finds what connections add to the resident memory of a process.
type weighing struct {
	address string
	pid     int
	begin   func(net.Conn) error // after the upgrade; may be nil

	idle float64 // KiB of each that has begun
	used float64 // KiB of each after events to all
}

// weigh connects the clients one by one; the process is weighed before, after, and, with more, after events to all.
func (g *weighing) weigh(ctx context.Context, more chan<- struct{}) error {
	conns := make([]net.Conn, 0, idleClients)
	var leaving atomic.Bool
	var received atomic.Int64
	var lost atomic.Pointer[error] // why the first client that was cut off ended
	defer func() {
		leaving.Store(true)
		for _, c := range conns {
			_ = c.Close()
		}
	}()
	open := func() error {
		c, err := (&net.Dialer{}).DialContext(ctx, "tcp", g.address)
		if err != nil {
			return err
		}
		conns = append(conns, c)
		if err := upgrade(c); err != nil {
			return err
		}
		if g.begin != nil {
			if err := g.begin(c); err != nil {
				return err
			}
		}
		go func() {
			if err := alive(c, &received); !leaving.Load() {
				lost.CompareAndSwap(nil, &err)
			}
		}()
		return nil
	}
	if err := open(); err != nil { // what the first one needs (plan, source) belongs to all
		return err
	}
	before, err := settled(ctx, g.pid)
	if err != nil {
		return err
	}
	for range idleClients {
		if err := open(); err != nil {
			return fmt.Errorf("client %d: %w", len(conns), err)
		}
	}
	after, err := settled(ctx, g.pid)
	g.idle = (after - before) * 1024 / idleClients
	if err == nil && more != nil {
		began := time.Now()
		for n := 1; n <= idleEvents; n++ {
			more <- struct{}{}
			for received.Load() < int64(n*len(conns)) {
				select {
				case <-ctx.Done():
					return fmt.Errorf("%d of %d events were received: %w", received.Load(), n*len(conns), ctx.Err())
				case <-time.After(time.Millisecond):
				}
			}
		}
		fmt.Fprintf(os.Stderr, "%d events to %d clients in %s\n", idleEvents, len(conns), ms(time.Since(began)))
		after, err = settled(ctx, g.pid)
		g.used = (after - before) * 1024 / idleClients
	}
	if cut := lost.Load(); err == nil && cut != nil {
		err = fmt.Errorf("a client was cut off: %w", *cut)
	}
	return err
}

// settled waits until a process's resident memory has not changed by 1 % for five seconds, or for half a minute.
func settled(ctx context.Context, pid int) (float64, error) {
	last, err := resident(pid)
	for same, n := 0, 0; err == nil && same < 5 && n < 30; n++ {
		select {
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-time.After(time.Second):
		}
		var now float64
		now, err = resident(pid)
		if same++; now > last*1.01 || now < last*0.99 {
			same = 0
		}
		last = now
	}
	return last, err
}

// upgrade makes a connection a WebSocket.
func upgrade(c net.Conn) error {
	_, err := io.WriteString(c, "GET /graphql HTTP/1.1\r\nHost: "+c.RemoteAddr().String()+"\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n")
	if err != nil {
		return err
	}
	var b [1]byte
	for head := ""; !strings.HasSuffix(head, "\r\n\r\n"); head += string(b[:]) {
		if _, err := c.Read(b[:]); err != nil || len(head) > 4096 {
			return fmt.Errorf("upgrade: %w %q", err, head)
		}
	}
	return nil
}

// subscribed begins a subscription and waits for its first event.
func subscribed(c net.Conn) error {
	for _, m := range []string{
		`{"type":"connection_init"}`,
		`{"id":"1","type":"subscribe","payload":{"query":"subscription($event: ID!) { free(event: $event) }","variables":{"event":"e1"}}}`,
	} {
		if err := ws.WriteFrame(c, ws.MaskFrame(ws.NewTextFrame([]byte(m)))); err != nil {
			return err
		}
		var op ws.OpCode
		var payload []byte
		for op != ws.OpText {
			var err error
			if op, payload, err = readFrame(c); err != nil {
				return err
			}
			if op == ws.OpPing {
				if err := ws.WriteFrame(c, ws.MaskFrame(ws.NewPongFrame(payload))); err != nil {
					return err
				}
			}
		}
		if s := string(payload); !strings.Contains(s, "connection_ack") && !strings.Contains(s, `"next"`) {
			return fmt.Errorf("unexpected message %q", s)
		}
	}
	return nil
}

// readFrame reads a short frame.
func readFrame(c net.Conn) (op ws.OpCode, payload []byte, err error) {
	h, err := ws.ReadHeader(c)
	if err != nil {
		return 0, nil, err
	}
	if h.Length > 4096 {
		return 0, nil, fmt.Errorf("a frame of %d bytes", h.Length)
	}
	payload = make([]byte, h.Length)
	if _, err := io.ReadFull(c, payload); err != nil {
		return 0, nil, err
	}
	if h.Masked {
		ws.Cipher(payload, h.Mask, 0)
	}
	return h.OpCode, payload, nil
}

// alive answers pings and counts messages until the connection ends.
func alive(c net.Conn, received *atomic.Int64) error {
	for {
		op, payload, err := readFrame(c)
		if err != nil {
			return err
		}
		switch op {
		case ws.OpPing:
			if err := ws.WriteFrame(c, ws.MaskFrame(ws.NewPongFrame(payload))); err != nil {
				return err
			}
		case ws.OpText:
			received.Add(1)
		case ws.OpClose:
			return fmt.Errorf("closed: %q", payload)
		}
	}
}

// serveBareSockets is the baseline, a process of its own; it prints its address and runs until it is killed.
func serveBareSockets() error {
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // it lives as long as the process
	if err != nil {
		return err
	}
	fmt.Println(l.Addr())
	server := http.Server{ReadHeaderTimeout: 10 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		upgrader := ws.HTTPUpgrader{Protocol: func(string) bool { return true }}
		c, _, _, err := upgrader.Upgrade(r, w)
		if err != nil {
			return
		}
		go func() {
			defer func() { _ = c.Close() }()
			for {
				if _, _, err := readFrame(c); err != nil {
					return
				}
			}
		}()
	})}
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

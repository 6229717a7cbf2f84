package server

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// echo answers with what it saw of the request.
func echo(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	_, flusher := w.(http.Flusher)
	w.Header().Set("Content-Type", "text/plain")
	w.Header().Add("Vary", "A")
	w.Header().Add("Vary", "B")
	_, _ = fmt.Fprintf(w, "%s %s %s short=%t %s", r.Method, r.URL.Path, r.Host, !flusher, body)
}

// serve starts a server on loopback and returns its address.
func serve(t *testing.T, opt Options) (*Server, string) {
	t.Helper()
	if opt.Path == "" {
		opt.Path = "/graphql"
	}
	s := New(opt)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- s.Serve(l) }()
	t.Cleanup(func() {
		_ = s.Close()
		if err := <-done; err != http.ErrServerClosed { //nolint:errorlint // returned as it is
			t.Errorf("serve: %v", err)
		}
	})
	return s, l.Addr().String()
}

type client struct {
	t *testing.T
	net.Conn
	r *bufio.Reader
}

func dial(t *testing.T, addr string) *client {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_ = c.SetDeadline(time.Now().Add(20 * time.Second))
	return &client{t, c, bufio.NewReader(c)}
}

func (c *client) send(text string) {
	c.t.Helper()
	if _, err := io.WriteString(c, text); err != nil {
		c.t.Fatal(err)
	}
}

func (c *client) answer() (*http.Response, string) {
	c.t.Helper()
	res, err := http.ReadResponse(c.r, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return res, string(body)
}

func post(body string, headers ...string) string {
	return "POST /graphql HTTP/1.1\r\nHost: shop.example\r\n" + strings.Join(append(headers, ""), "\r\n") + fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(body), body)
}

func TestShortWayAndHandover(t *testing.T) {
	t.Parallel()
	_, addr := serve(t, Options{Handler: http.HandlerFunc(echo), MaxBody: 1000})
	c := dial(t, addr)
	expect := func(want string) {
		t.Helper()
		res, got := c.answer()
		if got != want || len(res.Header["Vary"]) != 2 || res.Header.Get("Date") == "" || res.ContentLength != int64(len(want)) {
			t.Fatalf("got %q %v, want %q", got, res.Header, want)
		}
	}
	c.send(post("one"))
	expect("POST /graphql shop.example short=true one")
	c.send(post("two", "Accept: */*") + post("") + post("three")[:30]) // pipelined, and the beginning of a third
	expect("POST /graphql shop.example short=true two")
	expect("POST /graphql shop.example short=true ")
	c.send(post("three")[30:])
	expect("POST /graphql shop.example short=true three")
	for i, b := range post("slow", "Content-Type: application/json") {
		c.send(string(b))
		if i%40 == 0 {
			time.Sleep(time.Millisecond)
		}
	}
	expect("POST /graphql shop.example short=true slow")
	c.send("GET /page HTTP/1.1\r\nHost: shop.example\r\n\r\n" + post("after"))
	expect("GET /page shop.example short=false ")
	expect("POST /graphql shop.example short=false after")
}

func TestOthersAreHandedOver(t *testing.T) {
	t.Parallel()
	_, addr := serve(t, Options{Handler: http.HandlerFunc(echo), MaxBody: 10})
	for name, text := range map[string]string{
		"stream":        post("x", "Accept: application/json, text/event-stream"),
		"multipart":     post("x", `Accept: multipart/mixed; subscriptionSpec="1.0"`),
		"long body":     post("12345678901"),
		"chunks":        "POST /graphql HTTP/1.1\r\nHost: shop.example\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n",
		"no host space": "POST /graphql HTTP/1.1\r\nhost:shop.example\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"query":         "POST /graphql?x=1 HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 1\r\n\r\nx",
		"utf-8":         post("x", "X-Name: Zoë"),
		"long header":   post("x", "X-Long: "+strings.Repeat("a", 20<<10)),
		"upgrade":       post("x", "Connection: Upgrade", "Upgrade: websocket"),
	} {
		c := dial(t, addr)
		c.send(text)
		if res, got := c.answer(); res.StatusCode != http.StatusOK || !strings.Contains(got, "short=false") {
			t.Errorf("%s: %d %q", name, res.StatusCode, got)
		}
	}
	for name, text := range map[string]string{
		"two lengths":  "POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
		"no host":      "POST /graphql HTTP/1.1\r\nContent-Length: 1\r\n\r\nx",
		"two hosts":    "POST /graphql HTTP/1.1\r\nHost: a\r\nHost: b\r\nContent-Length: 1\r\n\r\nx",
		"space before": "POST /graphql HTTP/1.1\r\nHost: a\r\nX-A : 1\r\nContent-Length: 1\r\n\r\nx",
		"sign":         "POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\nx",
	} {
		c := dial(t, addr)
		c.send(text)
		if res, got := c.answer(); res.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: %d %q", name, res.StatusCode, got)
		}
	}
}

func TestConnectionCloseIsKept(t *testing.T) {
	t.Parallel()
	_, addr := serve(t, Options{Handler: http.HandlerFunc(echo)})
	c := dial(t, addr)
	c.send(post("bye", "Connection: close"))
	if res, got := c.answer(); !res.Close || !strings.HasSuffix(got, "short=true bye") {
		t.Fatal(res, got)
	}
	if n, err := c.r.ReadByte(); err != io.EOF {
		t.Fatal(n, err)
	}
}

func TestSharedBodies(t *testing.T) {
	t.Parallel()
	big := bytes.Repeat([]byte("0123456789"), 20_000)
	_, addr := serve(t, Options{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Split", "a\r\nX-Smuggled: b")
		_, _ = w.(interface {
			WriteShared([]byte, func()) (int, error)
		}).WriteShared(big, func() {})
	})})
	c := dial(t, addr)
	for range 3 {
		c.send(post("{}"))
		res, got := c.answer()
		if got != string(big) || res.Header.Get("X-Smuggled") != "" || res.Header.Get("X-Split") != "a  X-Smuggled: b" {
			t.Fatal(len(got), res.Header)
		}
	}
	_, addr = serve(t, Options{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.(interface {
			WriteShared([]byte, func()) (int, error)
		}).WriteShared(big[:10:10], func() {})
		_, _ = w.Write([]byte("!"))
	})})
	c = dial(t, addr)
	c.send(post("{}"))
	if _, got := c.answer(); got != "0123456789!" || big[9] != '9' {
		t.Fatal(got)
	}
}

func TestHandlerPanics(t *testing.T) {
	t.Parallel()
	_, addr := serve(t, Options{Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("no") })})
	c := dial(t, addr)
	c.send(post("{}"))
	if _, err := c.r.ReadByte(); err != io.EOF {
		t.Fatal("the connection lives on:", err)
	}
}

// A client that leaves ends its request's context.
func TestClientLeaves(t *testing.T) {
	t.Parallel()
	began, ended := make(chan struct{}), make(chan error, 1)
	_, addr := serve(t, Options{Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(began)
		<-r.Context().Done()
		ended <- r.Context().Err()
	})})
	c := dial(t, addr)
	c.send(post("{}"))
	<-began
	_ = c.Close()
	select {
	case err := <-ended:
		if err != context.Canceled { //nolint:errorlint // returned as it is
			t.Fatal(err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the context did not end")
	}
}

// Shutdown answers what has begun, on both ways, and closes what is idle.
func TestShutdown(t *testing.T) {
	t.Parallel()
	var running sync.WaitGroup
	running.Add(2)
	release := make(chan struct{})
	s, addr := serve(t, Options{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		running.Done()
		<-release
		echo(w, r)
	})})
	quiet := dial(t, addr)
	short, long := dial(t, addr), dial(t, addr)
	short.send(post("x"))
	long.send("GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n")
	running.Wait()
	done := make(chan error, 1)
	go func() { done <- s.Shutdown(t.Context()) }()
	if _, err := quiet.r.ReadByte(); err != io.EOF {
		t.Fatal("an idle connection is kept:", err)
	}
	select {
	case err := <-done:
		t.Fatal("did not wait:", err)
	default:
	}
	close(release)
	for _, c := range []*client{short, long} {
		if res, got := c.answer(); res.StatusCode != http.StatusOK || !strings.Contains(got, "shop.example") {
			t.Fatal(res, got)
		}
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if _, err := net.Dial("tcp", addr); err == nil {
		t.Fatal("still listening")
	}
}

func TestShutdownGivesUp(t *testing.T) {
	t.Parallel()
	began, release := make(chan struct{}), make(chan struct{})
	defer close(release)
	s, addr := serve(t, Options{Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		close(began)
		<-release
	})})
	c := dial(t, addr)
	c.send(post("{}"))
	<-began
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Shutdown(ctx); err != context.Canceled { //nolint:errorlint // returned as it is
		t.Fatal(err)
	}
}

func TestCloseEndsRequests(t *testing.T) {
	t.Parallel()
	entered, ended := make(chan struct{}), make(chan struct{})
	s := New(Options{Path: "/graphql", Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(entered)
		<-r.Context().Done()
		close(ended)
	})})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = s.Serve(l) }()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if _, err := io.WriteString(c, "POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}"); err != nil {
		t.Fatal(err)
	}
	<-entered
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	<-ended
}

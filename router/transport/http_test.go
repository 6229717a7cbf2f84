package transport_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"marquee/router/transport"
)

func newHTTP(t *testing.T, h http.HandlerFunc, opt transport.HTTPOptions) *transport.HTTP {
	t.Helper()
	srv := httptest.NewServer(h)
	opt.URL = srv.URL + "/graphql?x=1"
	w, err := transport.NewHTTP(opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		w.Close()
		srv.CloseClientConnections()
		srv.Close()
	})
	return w
}

func TestConnectionsAreReusedAndBounded(t *testing.T) {
	t.Parallel()
	var opened atomic.Int32
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("{}"))
	}))
	srv.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			opened.Add(1)
		}
	}
	srv.Start()
	defer srv.Close()
	w, err := transport.NewHTTP(transport.HTTPOptions{URL: srv.URL, MaxConns: 3})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			for range 20 {
				if _, err := w.Do(t.Context(), request()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if n := opened.Load(); n < 1 || n > 3 {
		t.Errorf("%d connections for 1,000 requests, want at most 3", n)
	}
}

func TestWaitingForAConnectionEndsWithTheContext(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	entered := make(chan struct{}, 1)
	w := newHTTP(t, func(w http.ResponseWriter, _ *http.Request) {
		entered <- struct{}{}
		<-release
		_, _ = w.Write([]byte("{}"))
	}, transport.HTTPOptions{MaxConns: 1})
	first := make(chan error)
	go func() { _, err := w.Do(context.Background(), request()); first <- err }()
	<-entered
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := w.Do(ctx, request()); code(err) != transport.CodeTimeout {
		t.Errorf("waiting: %v", err)
	}
	close(release)
	if err := <-first; err != nil {
		t.Error(err)
	}
	if _, err := w.Do(t.Context(), request()); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	w := newHTTP(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/elsewhere" {
			t.Error("followed")
		}
		http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
	}, transport.HTTPOptions{})
	if _, err := w.Do(t.Context(), request()); code(err) != transport.CodeBadResponse {
		t.Errorf("do: %v", err)
	}
	if _, err := w.Subscribe(t.Context(), request()); code(err) != transport.CodeBadResponse {
		t.Errorf("subscribe: %v", err)
	}
}

func TestURLs(t *testing.T) {
	t.Parallel()
	for _, u := range []string{"", "ftp://a/b", "http://", "/graphql", "http://u:p@a/", "http://a/#f", "http://a b/"} {
		if _, err := transport.NewHTTP(transport.HTTPOptions{URL: u}); err == nil {
			t.Errorf("%q was accepted", u)
		}
	}
}

// rude accepts connections, answers the first request of each in script order
// and closes the connection at the second without a byte.
func rude(t *testing.T) (url string, requests *atomic.Int32) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	requests = &atomic.Int32{}
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			wg.Go(func() {
				defer func() { _ = c.Close() }()
				br := bufio.NewReader(c)
				for n := range 2 {
					r, err := http.ReadRequest(br)
					if err != nil {
						return
					}
					_, _ = io.Copy(io.Discard, r.Body)
					requests.Add(1)
					if n == 0 {
						_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
					}
				}
			})
		}
	})
	t.Cleanup(func() { _ = ln.Close(); wg.Wait() })
	return "http://" + ln.Addr().String(), requests
}

func TestClosedConnectionIsRetriedForQueriesOnly(t *testing.T) {
	t.Parallel()
	for _, kind := range []transport.OperationKind{transport.Query, transport.Mutation} {
		url, requests := rude(t)
		wire, err := transport.NewHTTP(transport.HTTPOptions{URL: url})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(wire.Close)
		w := transport.Stack(wire, transport.Retry(transport.RetryOptions{Backoff: 1}))
		r := request()
		r.Kind = kind
		if _, err := w.Do(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		_, err = w.Do(t.Context(), r)
		if kind == transport.Query && (err != nil || requests.Load() != 3) {
			t.Errorf("query: %v after %d requests", err, requests.Load())
		}
		if kind == transport.Mutation && (code(err) != transport.CodeUnreachable || requests.Load() != 2) {
			t.Errorf("mutation: %v after %d requests: it must not be sent twice", err, requests.Load())
		}
	}
}

package transport_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"marquee/router/transport"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func code(err error) string {
	var e *transport.Error
	if !errors.As(err, &e) {
		return fmt.Sprint(err)
	}
	return e.Code
}

// wires runs a test on both wires over one handler: what differs between them
// is nobody's business.
func wires(t *testing.T, h http.HandlerFunc, opt transport.HTTPOptions, test func(t *testing.T, w transport.Transport)) {
	t.Helper()
	t.Run("memory", func(t *testing.T) {
		t.Parallel()
		test(t, &transport.Memory{Handler: h, MaxBody: opt.MaxBody, MaxEvent: opt.MaxEvent, KeepHeader: opt.KeepHeader})
	})
	t.Run("http", func(t *testing.T) {
		t.Parallel()
		test(t, newHTTP(t, h, opt))
	})
}

func request() *transport.Request {
	return &transport.Request{Subgraph: "s", Body: []byte(`{"query":"{a}"}`), Header: http.Header{"X-Tenant": {"t1"}}}
}

func TestDo(t *testing.T) {
	t.Parallel()
	wires(t, func(w http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		if err != nil || r.Method != http.MethodPost || r.ContentLength != int64(len(b)) {
			w.WriteHeader(http.StatusTeapot)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("X-Unwanted", "1")
		w.Header()["Set-Cookie"] = []string{"a=1; Path=/", "a=2"}
		w.WriteHeader(http.StatusAccepted)
		_, _ = fmt.Fprintf(w, "%s %s %s", b, r.Header.Get("Content-Type"), r.Header.Get("X-Tenant"))
	}, transport.HTTPOptions{KeepHeader: func(name string) bool { return name == "Content-Type" || name == "Set-Cookie" }}, func(t *testing.T, w transport.Transport) {
		for range 3 {
			res, err := w.Do(t.Context(), request())
			if err != nil {
				t.Fatal(err)
			}
			if res.Status != 202 || string(res.Body) != `{"query":"{a}"} application/json t1` || len(res.Header) != 2 ||
				res.Header.Get("Content-Type") != "application/json" || !slices.Equal(res.Header["Set-Cookie"], []string{"a=1; Path=/", "a=2"}) {
				t.Fatalf("%d %s %v", res.Status, res.Body, res.Header)
			}
		}
	})
}

func TestDoFailures(t *testing.T) {
	t.Parallel()
	blocked := make(chan struct{})
	t.Cleanup(func() { close(blocked) })
	h := func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		switch string(b) {
		case "large":
			_, _ = w.Write([]byte(strings.Repeat("x", 2000)))
		case "block":
			select {
			case <-r.Context().Done():
			case <-blocked:
			}
		case "500":
			w.WriteHeader(500)
		}
	}
	wires(t, h, transport.HTTPOptions{MaxBody: 1000}, func(t *testing.T, w transport.Transport) {
		if _, err := w.Do(t.Context(), &transport.Request{Body: []byte("large")}); code(err) != transport.CodeTooLarge {
			t.Errorf("large: %v", err)
		}
		if res, err := w.Do(t.Context(), &transport.Request{Body: []byte("500")}); err != nil || res.Status != 500 {
			t.Errorf("status 500: %v %v", res, err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Millisecond, cancel)
		if _, err := w.Do(ctx, &transport.Request{Body: []byte("block")}); code(err) != transport.CodeCancelled {
			t.Errorf("cancelled: %v", err)
		}
		ctx, cancel = context.WithTimeout(t.Context(), 5*time.Millisecond)
		defer cancel()
		if _, err := w.Do(ctx, &transport.Request{Body: []byte("block")}); code(err) != transport.CodeTimeout {
			t.Errorf("timeout: %v", err)
		}
		if res, err := w.Do(t.Context(), &transport.Request{Body: []byte("ok")}); err != nil || res.Status != 200 {
			t.Errorf("afterwards: %v %v", res, err)
		}
	})
}

func TestMemoryContainsPanics(t *testing.T) {
	t.Parallel()
	told := make(chan string, 2)
	m := &transport.Memory{
		Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("boom") }),
		OnPanic: func(s string, v any, stack []byte) { told <- fmt.Sprint(s, v, len(stack) > 0) },
	}
	if _, err := m.Do(t.Context(), request()); code(err) != transport.CodePanic {
		t.Errorf("do: %v", err)
	}
	if s := <-told; s != "sboomtrue" {
		t.Errorf("told %q", s)
	}
	if s, err := m.Subscribe(t.Context(), request()); err == nil {
		t.Errorf("subscribe: %v", s)
	}
	<-told
}

// events serves an event stream of n results, then does as the body says.
func events(w http.ResponseWriter, r *http.Request) {
	b, _ := io.ReadAll(r.Body)
	if r.Header.Get("Accept") != "text/event-stream" {
		w.WriteHeader(http.StatusNotAcceptable)
		return
	}
	if string(b) == "json" {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"errors":[{"message":"no"}]}`))
		return
	}
	if string(b) == "html" {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
	w.WriteHeader(200)
	flush := w.(http.Flusher).Flush
	flush()
	_, _ = io.WriteString(w, ": hello\n\nevent: next\ndata: {\"data\":\ndata: {\"n\":1}}\n\n:\n\nevent:next\r\ndata:{\"data\":{\"n\":2}}\r\nid: 7\r\n\r\n")
	flush()
	switch string(b) {
	case "complete":
		_, _ = io.WriteString(w, "event: complete\ndata:\n\nevent: next\ndata: {}\n\n")
	case "stay":
		<-r.Context().Done()
	case "large":
		_, _ = io.WriteString(w, "event: next\ndata: "+strings.Repeat("x", 9000)+"\n\n")
	}
}

func TestStreams(t *testing.T) {
	t.Parallel()
	start := func(t *testing.T, w transport.Transport, body string) transport.Stream {
		s, err := w.Subscribe(t.Context(), &transport.Request{Subgraph: "s", Body: []byte(body), Kind: transport.Subscription})
		if err != nil {
			t.Fatalf("%s: %v", body, err)
		}
		t.Cleanup(func() { _ = s.Close() })
		return s
	}
	wires(t, events, transport.HTTPOptions{MaxEvent: 5000}, func(t *testing.T, w transport.Transport) {
		for body, end := range map[string]string{
			"complete": "EOF", "break": transport.CodeUnreachable, "large": transport.CodeTooLarge,
		} {
			s := start(t, w, body)
			for _, want := range []string{"{\"data\":\n{\"n\":1}}", `{"data":{"n":2}}`} {
				if b, err := s.Next(t.Context()); err != nil || string(b) != want {
					t.Fatalf("%s: %q %v", body, b, err)
				}
			}
			for range 2 { // the end stays the end
				if _, err := s.Next(t.Context()); code(err) != end {
					t.Errorf("%s: ended with %v, want %s", body, err, end)
				}
			}
		}
		s := start(t, w, "json")
		if b, err := s.Next(t.Context()); err != nil || string(b) != `{"errors":[{"message":"no"}]}` {
			t.Errorf("json: %q %v", b, err)
		}
		if _, err := s.Next(t.Context()); !errors.Is(err, io.EOF) {
			t.Errorf("json: %v", err)
		}
		if _, err := w.Subscribe(t.Context(), &transport.Request{Body: []byte("html")}); code(err) != transport.CodeUnreachable {
			t.Errorf("html of a proxy: %v", err)
		}
		s = start(t, w, "stay")
		for range 2 {
			if _, err := s.Next(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := s.Next(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("left by its context: %v", err)
		}
		_ = s.Close()
		_ = s.Close()
		if _, err := s.Next(t.Context()); err == nil || errors.Is(err, io.EOF) {
			t.Errorf("after close: %v", err)
		}
	})
}

package front_test

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"marquee/router/front"
)

// stream is a running SSE request.
type stream struct {
	t   *testing.T
	res *http.Response
	r   *bufio.Reader
}

func listen(t *testing.T, b *bundle, method, body string, header map[string]string) *stream {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	url := b.url
	var rd io.Reader
	if method == http.MethodGet {
		url += "?" + body
	} else {
		rd = strings.NewReader(body)
	}
	req, err := http.NewRequestWithContext(ctx, method, url, rd)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", "text/event-stream")
	if method == http.MethodPost {
		req.Header.Set("Content-Type", typeJSON)
	}
	for k, v := range header {
		req.Header.Set(k, v)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = res.Body.Close() })
	return &stream{t, res, bufio.NewReader(res.Body)}
}

// event returns the next event's name and data; "" and EOF at the end.
func (s *stream) event() (name, data string) {
	s.t.Helper()
	for {
		line, err := s.r.ReadString('\n')
		if err != nil {
			return "", err.Error()
		}
		line = strings.TrimSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, "event: "):
			name = line[7:]
		case strings.HasPrefix(line, "data:"):
			data += strings.TrimPrefix(line[5:], " ")
		case line == "" && name != "":
			return name, data
		}
	}
}

func (s *stream) want(name, data string) {
	s.t.Helper()
	if n, d := s.event(); n != name || (data != "" && !strings.Contains(d, data)) {
		s.t.Fatalf("got %q %q, want %q %q", n, d, name, data)
	}
}

func TestEventsOfAQuery(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	for _, s := range []*stream{
		listen(t, b, http.MethodPost, `{"query":"{ a }"}`, nil),
		listen(t, b, http.MethodGet, `query=%7Ba%7D`, nil),
	} {
		if ct := s.res.Header.Get("Content-Type"); s.res.StatusCode != 200 || !strings.HasPrefix(ct, "text/event-stream") {
			t.Fatalf("%d %q", s.res.StatusCode, ct)
		}
		s.want("next", `{"data":{"__typename":"Query"}}`)
		s.want("complete", "")
		if name, _ := s.event(); name != "" {
			t.Errorf("%q after complete", name)
		}
	}
}

func TestEventsOfFailures(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	s := listen(t, b, http.MethodPost, `{"query":"{ unknown }"}`, nil)
	s.want("next", front.CodeValidation)
	s.want("complete", "")
	s = listen(t, b, http.MethodPost, `{"query":"subscription { refused }"}`, nil)
	s.want("next", "SUBSCRIPTION_REFUSED")
	s.want("complete", "")
	s = listen(t, b, http.MethodPost, `{"query":`, nil)
	if s.res.StatusCode != 400 || !strings.HasPrefix(s.res.Header.Get("Content-Type"), typeJSON) {
		t.Errorf("broken envelope: %d", s.res.StatusCode)
	}
	s = listen(t, b, http.MethodGet, `query=mutation%7Ba%7D`, nil)
	if s.res.StatusCode != 405 {
		t.Errorf("mutation by GET: %d", s.res.StatusCode)
	}
}

func TestEventsOfASubscription(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	s := listen(t, b, http.MethodGet, `query=subscription%7Ba%7D`, nil)
	second := listen(t, b, http.MethodPost, `{"query":"subscription{a}"}`, nil)
	waitMembers(b, 1, 2)
	b.e.feed <- []byte(`{"data":{"a":1}}`)
	s.want("next", `{"data":{"a":1}}`)
	second.want("next", `{"data":{"a":1}}`)
	_ = second.res.Body.Close()
	waitMembers(b, 1, 1)
	b.e.feed <- io.EOF
	s.want("complete", "")
	<-b.e.closed
}

func TestSubscriptionTakesEventsOfAnyPreference(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	accept := map[string]string{"Accept": typeGQL + ", " + typeJSON + ", text/event-stream;q=0.1"}
	s := listen(t, b, http.MethodPost, `{"query":"subscription{a}"}`, accept)
	waitMembers(b, 1, 1)
	b.e.feed <- []byte(`{"data":{"a":1}}`)
	s.want("next", `{"data":{"a":1}}`)
	s = listen(t, b, http.MethodPost, `{"query":"{a}"}`, accept)
	if ct := s.res.Header.Get("Content-Type"); !strings.HasPrefix(ct, typeGQL) {
		t.Errorf("a query is answered as %s", ct)
	}
	s = listen(t, b, http.MethodPost, `{"query":"subscription{a}"}`, map[string]string{"Accept": typeJSON + ", text/event-stream;q=0"})
	if s.res.StatusCode != http.StatusNotAcceptable {
		t.Errorf("events refused: %d", s.res.StatusCode)
	}
}

func TestEventsEndWithTheToken(t *testing.T) {
	t.Parallel()
	b := setup(t, func(o *front.Options) { o.Authenticator = tokens{shortLife: 50 * time.Millisecond} })
	s := listen(t, b, http.MethodPost, `{"query":"subscription{a}"}`, map[string]string{"Authorization": "Bearer short"})
	s.want("next", front.CodeUnauthenticated)
	s.want("complete", "")
	<-b.e.closed
}

func TestEventsHeartbeat(t *testing.T) {
	t.Parallel()
	b := setup(t, func(o *front.Options) { o.Heartbeat = time.Millisecond })
	s := listen(t, b, http.MethodPost, `{"query":"subscription{a}"}`, nil)
	for range 3 {
		if line, err := s.r.ReadString('\n'); err != nil || line != ":\n" {
			t.Fatalf("%q %v", line, err)
		}
		if line, err := s.r.ReadString('\n'); err != nil || line != "\n" {
			t.Fatalf("%q %v", line, err)
		}
	}
}

func TestSlowEventStreamIsEnded(t *testing.T) {
	t.Parallel()
	b := setup(t, func(o *front.Options) { o.MaxQueue = 1; o.WriteTimeout = 100 * time.Millisecond })
	listen(t, b, http.MethodPost, `{"query":"subscription{a}"}`, nil) // reads nothing
	waitMembers(b, 1, 1)
	event := []byte(`{"data":{"s":"` + strings.Repeat("x", 256<<10) + `"}}`)
	for range 200 {
		select {
		case b.e.feed <- event:
		case <-b.e.closed:
			return // its only client was ended, so the source was closed
		}
	}
	t.Fatal("the slow client is still subscribed")
}

func TestShutdownEndsEventStreams(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	s := listen(t, b, http.MethodPost, `{"query":"subscription{a}"}`, nil)
	waitMembers(b, 1, 1)
	if err := b.h.Shutdown(context.Background()); err != nil {
		t.Fatal(err)
	}
	s.want("next", front.CodeUnavailable)
	s.want("complete", "")
}

package front_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"

	"marquee/router/front"
)

const typeParts = `multipart/mixed; subscriptionSpec="1.0"`

// parts reads a multipart answer as a client does that waits for each part's end.
type parts struct {
	t   *testing.T
	res *http.Response
	r   *multipart.Reader
}

func listenParts(t *testing.T, b *bundle, query string, header map[string]string) *parts {
	t.Helper()
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{"Accept": typeParts}
	for k, v := range header {
		all[k] = v
	}
	s := listen(t, b, http.MethodPost, string(body), all)
	media, params, err := mime.ParseMediaType(s.res.Header.Get("Content-Type"))
	if err != nil || s.res.StatusCode != 200 || media != "multipart/mixed" || params["boundary"] != "graphql" || params["subscriptionspec"] != "1.0" {
		t.Fatalf("%d %q", s.res.StatusCode, s.res.Header.Get("Content-Type"))
	}
	if len(s.res.TransferEncoding) != 1 || s.res.TransferEncoding[0] != "chunked" {
		t.Fatalf("transfer encoding %v", s.res.TransferEncoding)
	}
	return &parts{t, s.res, multipart.NewReader(s.r, "graphql")}
}

// next returns the next part's body; "EOF" after the last boundary.
func (p *parts) next() string {
	p.t.Helper()
	part, err := p.r.NextRawPart()
	if err != nil {
		return err.Error()
	}
	if ct := part.Header.Get("Content-Type"); !strings.HasPrefix(ct, "application/json") {
		p.t.Fatalf("part of %q", ct)
	}
	b, err := io.ReadAll(part)
	if err != nil {
		p.t.Fatal(err)
	}
	return string(b)
}

func (p *parts) want(list ...string) {
	p.t.Helper()
	for _, want := range list {
		got := p.next()
		for got == "{}" && want != "{}" {
			got = p.next()
		}
		if got != want {
			p.t.Fatalf("got %s, want %s", got, want)
		}
	}
}

// wantError reads the part that says why the subscription ended.
func (p *parts) wantError(code string) {
	p.t.Helper()
	var m struct {
		Payload *json.RawMessage
		Errors  []struct {
			Message    string
			Extensions struct{ Code string }
		}
	}
	body := p.next()
	for body == "{}" {
		body = p.next()
	}
	if err := json.Unmarshal([]byte(body), &m); err != nil {
		p.t.Fatalf("%v: %s", err, body)
	}
	if m.Payload != nil || !strings.Contains(body, `"payload":null`) || len(m.Errors) != 1 || m.Errors[0].Extensions.Code != code {
		p.t.Fatalf("got %s, want %s", body, code)
	}
	p.want("EOF")
}

func TestPartsOfASubscription(t *testing.T) {
	t.Parallel()
	b := setup(t, func(o *front.Options) { o.PartHeartbeat = 5 * time.Millisecond }) // the reader looks beyond a boundary
	p := listenParts(t, b, "subscription{a}", nil)
	p.want("{}")
	events := listen(t, b, http.MethodPost, `{"query":"subscription{a}"}`, nil)
	waitMembers(b, 1, 2) // one upstream for both protocols
	b.e.feed <- []byte(`{"data":{"a":1}}`)
	p.want(`{"payload":{"data":{"a":1}}}`)
	events.want("next", `{"data":{"a":1}}`)
	b.e.feed <- []byte(`{"data":null,"errors":[{"message":"of this event"}]}`)
	p.want(`{"payload":{"data":null,"errors":[{"message":"of this event"}]}}`)
	b.e.feed <- io.EOF
	p.want("EOF")
	<-b.e.closed
}

// TestPartsCanBeHandledAtOnce: a client that looks for the boundary after a part
// finds it before the next part comes.
func TestPartsCanBeHandledAtOnce(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	s := listen(t, b, http.MethodPost, `{"query":"subscription{a}"}`, map[string]string{"Accept": typeParts})
	until := func(text string) {
		t.Helper()
		var got string
		for !strings.HasSuffix(got, text) {
			c, err := s.r.ReadByte()
			if err != nil {
				t.Fatalf("%q %v", got, err)
			}
			got += string(c)
		}
	}
	until("\r\n--graphql\r\nContent-Type: application/json; charset=utf-8\r\n\r\n{}\r\n--graphql")
	b.e.feed <- []byte(`{"data":{"a":1}}`)
	until("\r\nContent-Type: application/json; charset=utf-8\r\n\r\n" + `{"payload":{"data":{"a":1}}}` + "\r\n--graphql")
	b.e.feed <- io.EOF
	until("--\r\n")
	if rest, err := io.ReadAll(s.r); err != nil || len(rest) > 0 {
		t.Errorf("%q %v after the end", rest, err)
	}
}

func TestPartsHeartbeat(t *testing.T) {
	t.Parallel()
	b := setup(t, func(o *front.Options) { o.PartHeartbeat = time.Millisecond })
	listenParts(t, b, "subscription{a}", nil).want("{}", "{}", "{}")
}

func TestPartsOfFailures(t *testing.T) {
	t.Parallel()
	b := setup(t, func(o *front.Options) { o.Authenticator = tokens{shortLife: 50 * time.Millisecond} })
	listenParts(t, b, "subscription { refused }", nil).wantError("SUBSCRIPTION_REFUSED")
	<-b.e.opened
	p := listenParts(t, b, "subscription { a }", map[string]string{"Authorization": "Bearer short"})
	p.wantError(front.CodeUnauthenticated)
	<-b.e.closed
	<-b.e.opened
	p = listenParts(t, b, "subscription { b }", nil)
	<-b.e.opened
	b.e.feed <- io.ErrUnexpectedEOF
	p.wantError(front.CodeSubscriptionDown)
}

// TestPartsAreForSubscriptions: everything else is answered as one JSON body, of
// the type that the client takes beside.
func TestPartsAreForSubscriptions(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	for _, c := range []struct {
		query, accept, media string
		status               int
	}{
		{"{a}", typeParts, typeJSON, 200},
		{"mutation{a}", typeParts, typeJSON, 200},
		{"{a}", typeParts + ", " + typeJSON, typeJSON, 200},
		{"{a}", "multipart/mixed;boundary=graphql;subscriptionSpec=1.0," + typeGQL, typeGQL, 200},
		{"{unknown}", typeParts + ", " + typeGQL, typeGQL, 400},
		{"subscription{unknown}", typeParts + ", " + typeGQL, typeGQL, 400},
		{"subscription{a}", "multipart/mixed; deferSpec=20220824, " + typeJSON, typeJSON, 406},
		{"subscription{a}", `multipart/mixed; subscriptionSpec="2.0"`, typeJSON, 406},
		{"subscription{a}", typeParts + ";q=0, " + typeJSON, typeJSON, 406},
		{"{a}", `multipart/mixed`, typeJSON, 406},
	} {
		body, _ := json.Marshal(map[string]string{"query": c.query})
		res, _ := do(t, http.MethodPost, b.url, string(body), map[string]string{"Accept": c.accept, "Content-Type": typeJSON})
		if res.StatusCode != c.status || !strings.HasPrefix(res.Header.Get("Content-Type"), c.media) {
			t.Errorf("%s with %s: %d %s", c.query, c.accept, res.StatusCode, res.Header.Get("Content-Type"))
		}
	}
	listenParts(t, b, "subscription{a}", map[string]string{"Accept": "text/event-stream;q=0.5, " + typeParts})
	listenParts(t, b, "subscription{a}", map[string]string{"Accept": "multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/json"})
	s := listen(t, b, http.MethodPost, `{"query":"subscription{a}"}`, map[string]string{"Accept": "text/event-stream, " + typeParts + ";q=0.9"})
	if ct := s.res.Header.Get("Content-Type"); !strings.HasPrefix(ct, "text/event-stream") {
		t.Errorf("events preferred: %s", ct)
	}
}

func TestPartsAreNotForged(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	res, body := do(t, http.MethodGet, b.url+"?query=subscription%7Ba%7D", "", map[string]string{"Accept": typeParts, "Origin": "https://evil.example"})
	check(t, res, body, 403, typeJSON, front.CodeCSRF)
	res, body = do(t, http.MethodPost, b.url, `{"query":"subscription{a}"}`, map[string]string{"Accept": typeParts, "Content-Type": "text/plain"})
	check(t, res, body, 415, typeJSON, front.CodeMediaType)
	s := listen(t, b, http.MethodGet, "query=subscription%7Ba%7D", map[string]string{"Accept": typeParts})
	if s.res.StatusCode != 200 {
		t.Errorf("GET: %d", s.res.StatusCode)
	}
}

func TestPartsEndWithTheClientAndTheRouter(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	p := listenParts(t, b, "subscription{a}", nil)
	waitMembers(b, 1, 1)
	_ = p.res.Body.Close()
	<-b.e.closed
	p = listenParts(t, b, "subscription{a}", nil)
	waitMembers(b, 1, 1)
	if err := b.h.Shutdown(context.Background()); err != nil {
		t.Fatal(err)
	}
	p.wantError(front.CodeUnavailable)
}

func TestSlowPartsAreEnded(t *testing.T) {
	t.Parallel()
	b := setup(t, func(o *front.Options) { o.MaxQueue = 1; o.WriteTimeout = 100 * time.Millisecond })
	_ = bufio.NewReader(listenParts(t, b, "subscription{a}", nil).res.Body) // reads nothing
	waitMembers(b, 1, 1)
	event := []byte(`{"data":{"s":"` + strings.Repeat("x", 256<<10) + `"}}`)
	for range 200 {
		select {
		case b.e.feed <- event:
		case <-b.e.closed:
			return
		}
	}
	t.Fatal("the slow client is still subscribed")
}

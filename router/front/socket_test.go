package front_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"marquee/router/front"
)

// client is a graphql-transport-ws client that reads message by message.
type client struct {
	t *testing.T
	c *websocket.Conn
}

func dial(t *testing.T, b *bundle, header http.Header, protocols ...string) *client {
	t.Helper()
	if protocols == nil {
		protocols = []string{"graphql-transport-ws"}
	}
	c, res, err := websocket.Dial(t.Context(), b.url, &websocket.DialOptions{Subprotocols: protocols, HTTPHeader: header})
	if err != nil {
		t.Fatal(err)
	}
	if res.Body != nil {
		_ = res.Body.Close()
	}
	t.Cleanup(func() { _ = c.CloseNow() })
	return &client{t, c}
}

func (c *client) send(messages ...string) {
	c.t.Helper()
	for _, m := range messages {
		if err := c.c.Write(c.t.Context(), websocket.MessageText, []byte(m)); err != nil {
			c.t.Fatal(err)
		}
	}
}

type received struct {
	ID      string
	Type    string
	Payload json.RawMessage
}

func (c *client) read() received {
	c.t.Helper()
	_, data, err := c.c.Read(c.t.Context())
	if err != nil {
		c.t.Fatal(err)
	}
	var m received
	if err := json.Unmarshal(data, &m); err != nil {
		c.t.Fatalf("%v: %s", err, data)
	}
	return m
}

func (c *client) want(kind, id string) received {
	c.t.Helper()
	m := c.read()
	if m.Type != kind || m.ID != id {
		c.t.Fatalf("got %s %q %s, want %s %q", m.Type, m.ID, m.Payload, kind, id)
	}
	return m
}

// closed reads until the close frame and checks its code.
func (c *client) closed(code int) {
	c.t.Helper()
	for {
		_, _, err := c.c.Read(c.t.Context())
		if err == nil {
			continue
		}
		if got := websocket.CloseStatus(err); int(got) != code {
			c.t.Fatalf("closed with %d (%v), want %d", got, err, code)
		}
		return
	}
}

const (
	initMsg = `{"type":"connection_init"}`
	initBad = `{"type":"connection_init","payload":{"Authorization":"Bearer mallory"}}`
)

func (c *client) init() *client {
	c.t.Helper()
	c.send(initMsg)
	c.want("connection_ack", "")
	return c
}

func subscribe(id, query string) string {
	b, _ := json.Marshal(map[string]any{"id": id, "type": "subscribe", "payload": map[string]any{"query": query}})
	return string(b)
}

func TestSocketCloseCodes(t *testing.T) {
	t.Parallel()
	b := setup(t, func(o *front.Options) { o.Authenticator = tokens{} })
	for name, c := range map[string]struct {
		send []string
		code int
	}{
		"not json":                {[]string{"hello"}, 4400},
		"a list":                  {[]string{"[]"}, 4400},
		"no type":                 {[]string{"{}"}, 4400},
		"unknown type":            {[]string{`{"type":"start"}`}, 4400},
		"type twice":              {[]string{`{"type":"ping","type":"connection_init"}`}, 4400},
		"payload not an object":   {[]string{`{"type":"connection_init","payload":[1]}`}, 4400},
		"subscribe before init":   {[]string{subscribe("1", "{a}")}, 4401},
		"bad token":               {[]string{initBad}, 4403},
		"token twice":             {[]string{`{"type":"connection_init","payload":{"Authorization":"Bearer alice","authorization":"Bearer bob"}}`}, 4403},
		"two inits":               {[]string{initMsg, initMsg}, 4429},
		"same id":                 {[]string{initMsg, subscribe("1", "subscription{a}"), subscribe("1", "subscription{a}")}, 4409},
		"no id":                   {[]string{initMsg, `{"type":"subscribe","payload":{"query":"{a}"}}`}, 4400},
		"empty id":                {[]string{initMsg, subscribe("", "{a}")}, 4400},
		"id is a number":          {[]string{initMsg, `{"id":1,"type":"subscribe","payload":{"query":"{a}"}}`}, 4400},
		"no payload":              {[]string{initMsg, `{"id":"1","type":"subscribe"}`}, 4400},
		"no query":                {[]string{initMsg, `{"id":"1","type":"subscribe","payload":{}}`}, 4400},
		"variables are a list":    {[]string{initMsg, `{"id":"1","type":"subscribe","payload":{"query":"{a}","variables":[]}}`}, 4400},
		"duplicate query":         {[]string{initMsg, `{"id":"1","type":"subscribe","payload":{"query":"{a}","query":"{b}"}}`}, 4400},
		"complete without an id":  {[]string{initMsg, `{"type":"complete"}`}, 4400},
		"message beyond the body": {[]string{initMsg, subscribe("1", "{"+strings.Repeat("a ", 60<<10)+"}")}, 1009},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cl := dial(t, b, nil)
			cl.send(c.send...)
			cl.closed(c.code)
		})
	}
}

func TestSocketRefusesOtherThings(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	cl := dial(t, b, nil, "graphql-ws")
	cl.closed(4406)
	_, res, err := websocket.Dial(t.Context(), b.url, &websocket.DialOptions{
		Subprotocols: []string{"graphql-transport-ws"}, HTTPHeader: http.Header{"Origin": {"https://evil.example"}},
	})
	if err == nil || res.StatusCode != http.StatusForbidden {
		t.Fatalf("foreign origin: %v", err)
	}
	own := dial(t, b, http.Header{"Origin": {b.url}})
	own.init()
	if err := own.c.Write(t.Context(), websocket.MessageBinary, []byte(initMsg)); err != nil {
		t.Fatal(err)
	}
	own.closed(4400)
}

func TestSocketInitTimeout(t *testing.T) {
	t.Parallel()
	b := setup(t, func(o *front.Options) { o.InitTimeout = time.Millisecond })
	dial(t, b, nil).closed(4408)
}

func TestSocketOperations(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	c := dial(t, b, nil).init()
	c.send(`{"type":"ping","payload":{"n":1}}`)
	if m := c.want("pong", ""); string(m.Payload) != `{"n":1}` {
		t.Errorf("pong has %s", m.Payload)
	}
	c.send(`{"type":"pong"}`, subscribe("q", "{ a }"))
	if m := c.want("next", "q"); string(m.Payload) != `{"data":{"__typename":"Query"}}` {
		t.Errorf("next has %s", m.Payload)
	}
	c.want("complete", "q")
	c.send(subscribe("m", "mutation { a }"))
	c.want("next", "m")
	c.want("complete", "m")
	c.send(subscribe("e", "{ unknown }"))
	var errs []struct{ Extensions struct{ Code string } }
	if m := c.want("error", "e"); json.Unmarshal(m.Payload, &errs) != nil || len(errs) != 1 || errs[0].Extensions.Code != front.CodeValidation {
		t.Errorf("error has %s", m.Payload)
	}
	c.send(subscribe("p", "panic"))
	c.want("error", "p")

	c.send(subscribe("s", "subscription { a }"))
	for range 2 {
		b.e.feed <- []byte(`{"data":{"a":1}}`)
		if m := c.want("next", "s"); string(m.Payload) != `{"data":{"a":1}}` {
			t.Errorf("event %s", m.Payload)
		}
	}
	b.e.feed <- io.EOF
	c.want("complete", "s")

	c.send(subscribe("s", "subscription { again }")) // the id is free again
	<-b.e.opened
	<-b.e.opened
	c.send(`{"id":"s","type":"complete"}`)
	<-b.e.closed // of the first
	<-b.e.closed // leaving closed the second
	c.send(subscribe("s", "subscription { refused }"))
	if m := c.want("error", "s"); json.Unmarshal(m.Payload, &errs) != nil || errs[0].Extensions.Code != "SUBSCRIPTION_REFUSED" {
		t.Errorf("error has %s", m.Payload)
	}
	c.send(subscribe("s", "subscription { b }"))
	b.e.feed <- errors.New("internal detail")
	if m := c.want("error", "s"); strings.Contains(string(m.Payload), "detail") || !strings.Contains(string(m.Payload), front.CodeSubscriptionDown) {
		t.Errorf("error has %s", m.Payload)
	}
}

func TestSocketOperationLimitAndCancel(t *testing.T) {
	t.Parallel()
	b := setup(t, func(o *front.Options) { o.MaxOperations = 1 })
	c := dial(t, b, nil).init()
	c.send(subscribe("1", "{ wait }"), subscribe("2", "{ a }"))
	if m := c.want("error", "2"); !strings.Contains(string(m.Payload), front.CodeTooManySubs) {
		t.Errorf("error has %s", m.Payload)
	}
	// Completing cancels the query; nothing of it is sent any more.
	c.send(`{"id":"1","type":"complete"}`, subscribe("3", "{ a }"))
	c.want("next", "3")
	c.want("complete", "3")
}

func TestSubscriptionsAreShared(t *testing.T) {
	t.Parallel()
	b := setup(t, func(o *front.Options) { o.Authenticator = tokens{} })
	as := func(name string) *client {
		c := dial(t, b, nil)
		c.send(`{"type":"connection_init","payload":{"authorization":"Bearer ` + name + `"}}`)
		c.want("connection_ack", "")
		return c
	}
	alice, again := as("alice"), as("alice")
	alice.send(subscribe("x", "subscription { s }"))
	<-b.e.opened
	again.send(subscribe("y", "subscription { s }"), subscribe("q", "{ a }"))
	again.want("next", "q")
	again.want("complete", "q")
	waitMembers(b, 1, 2)
	b.e.feed <- []byte(`{"data":{"s":1}}`)
	alice.want("next", "x")
	again.want("next", "y")
	bob := as("bob")
	bob.send(subscribe("z", "subscription { s }"))
	<-b.e.opened // another caller, another upstream
	waitMembers(b, 2, 3)
	_ = alice.c.Close(websocket.StatusNormalClosure, "")
	waitMembers(b, 2, 2)
	if len(b.e.closed) != 0 {
		t.Error("upstream closed although a client remains")
	}
	_ = again.c.CloseNow()
	<-b.e.closed
	waitMembers(b, 1, 1)
}

func TestSharedSubscriptionsHaveOneUpstreamForAllCallers(t *testing.T) {
	t.Parallel()
	b := setup(t, func(o *front.Options) { o.Authenticator, o.ForwardHeaders = tokens{}, []string{"X-Tenant"} })
	for _, name := range []string{"alice", "bob"} {
		c := dial(t, b, http.Header{"Authorization": {"Bearer " + name}, "X-Tenant": {name}}).init()
		c.send(subscribe("1", "subscription { public }"))
		defer func() {
			b.e.feed <- []byte(`{"data":{}}`)
			c.want("next", "1")
		}()
	}
	waitMembers(b, 1, 2)
}

// waitMembers waits until the hub has so many groups and members.
func waitMembers(b *bundle, groups, members int) {
	for {
		if g, m := b.hub.Counts(); g == groups && m == members {
			return
		}
		time.Sleep(time.Millisecond) // polling a count, not ordering events
	}
}

func TestTokenExpiryCloses(t *testing.T) {
	t.Parallel()
	b := setup(t, func(o *front.Options) { o.Authenticator = tokens{shortLife: 50 * time.Millisecond} })
	c := dial(t, b, http.Header{"Authorization": {"Bearer short"}}).init()
	c.send(subscribe("1", "subscription { s }"))
	<-b.e.opened
	c.closed(4403)
	<-b.e.closed
}

func TestSlowSocketIsClosed(t *testing.T) {
	t.Parallel()
	b := setup(t, func(o *front.Options) { o.MaxQueue = 1; o.WriteTimeout = 100 * time.Millisecond })
	slow, quick := dial(t, b, nil).init(), dial(t, b, nil).init()
	slow.send(subscribe("1", "subscription { s }"))
	quick.send(subscribe("1", "subscription { s }"))
	<-b.e.opened
	waitMembers(b, 1, 2)
	event := []byte(`{"data":{"s":"` + strings.Repeat("x", 256<<10) + `"}}`)
	quick.c.SetReadLimit(1 << 20)
	// The slow client reads nothing: the socket's buffers fill, then its queue.
	for range 200 {
		b.e.feed <- event
		quick.want("next", "1")
		if _, m := b.hub.Counts(); m == 1 {
			return
		}
	}
	t.Fatal("the slow client is still subscribed")
}

func TestShutdownEndsSockets(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	c := dial(t, b, nil).init()
	c.send(subscribe("1", "subscription { s }"))
	<-b.e.opened
	done := make(chan error)
	go func() { done <- b.h.Shutdown(context.Background()) }()
	c.closed(1001)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	<-b.e.closed
	if res, _ := do(t, http.MethodPost, b.url, `{"query":"{a}"}`, map[string]string{"Content-Type": typeJSON}); res.StatusCode != 200 {
		t.Errorf("a query while stopping: %d", res.StatusCode)
	}
}

package front_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"marquee/router/front"
)

// The rules of the graphql-transport-ws protocol document, one by one, as far as
// socket_test.go does not have them.

func TestProtocolRefusesWhatItDoesNotName(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	for name, send := range map[string]string{
		"ack by the client":        `{"type":"connection_ack"}`,
		"next by the client":       `{"id":"1","type":"next","payload":{}}`,
		"error by the client":      `{"id":"1","type":"error","payload":[]}`,
		"type of the old protocol": `{"type":"connection_terminate"}`,
		"type in another case":     `{"type":"Ping"}`,
		"type is null":             `{"type":null}`,
		"ping with a list":         `{"type":"ping","payload":[1]}`,
		"pong with a string":       `{"type":"pong","payload":"x"}`,
		"ping with a number":       `{"type":"ping","payload":0}`,
		"complete with a number":   `{"type":"complete","id":1}`,
		"complete of nothing":      `{"type":"complete","id":""}`,
		"query is a number":        `{"id":"1","type":"subscribe","payload":{"query":1}}`,
		"query is null":            `{"id":"1","type":"subscribe","payload":{"query":null}}`,
		"operationName is a list":  `{"id":"1","type":"subscribe","payload":{"query":"{a}","operationName":[]}}`,
		"extensions are a string":  `{"id":"1","type":"subscribe","payload":{"query":"{a}","extensions":"x"}}`,
		"payload is a list":        `{"id":"1","type":"subscribe","payload":[{"query":"{a}"}]}`,
		"payload is a string":      `{"id":"1","type":"subscribe","payload":"{a}"}`,
		"id is null":               `{"id":null,"type":"subscribe","payload":{"query":"{a}"}}`,
		"a string":                 `"ping"`,
		"not closed":               `{"type":"ping"`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := dial(t, b, nil).init()
			c.send(send)
			c.closed(4400)
		})
	}
}

func TestProtocolTakesWhatIsOptional(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	for name, hello := range map[string]string{
		"payload is null":     `{"type":"connection_init","payload":null}`,
		"payload is empty":    `{"type":"connection_init","payload":{}}`,
		"payload of any sort": `{"payload":{"deep":{"a":[1,null]},"x":"é"},"type":"connection_init"}`,
		"white space":         " \n\t{ \"type\" : \"connection_init\" } ",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := dial(t, b, nil)
			// Both sides may ping before the connection is acknowledged.
			c.send(`{"type":"ping"}`, `{"type":"pong","payload":{"late":true}}`)
			if m := c.want("pong", ""); m.Payload != nil {
				t.Errorf("pong with %s", m.Payload)
			}
			c.send(hello)
			if m := c.want("connection_ack", ""); m.Payload != nil && m.Payload[0] != '{' {
				t.Errorf("ack with %s", m.Payload)
			}
			c.send(`{"id":"1","type":"subscribe","payload":{"query":"{a}","operationName":null,"variables":null,"extensions":null}}`)
			c.want("next", "1")
			c.want("complete", "1")
		})
	}
}

// quiet checks that nothing is on its way: the answer to a ping comes next.
func (c *client) quiet() {
	c.t.Helper()
	c.send(`{"type":"ping"}`)
	c.want("pong", "")
}

func TestProtocolCompleteIsNotAnswered(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	c := dial(t, b, nil).init()
	c.send(`{"id":"unknown","type":"complete"}`)
	c.quiet()
	for range 3 { // the id is free again at once
		c.send(subscribe("1", "subscription { a }"))
		<-b.e.opened
		waitMembers(b, 1, 1)
		b.e.feed <- []byte(`{"data":{"a":1}}`)
		c.want("next", "1")
		c.send(`{"id":"1","type":"complete"}`)
		<-b.e.closed // the upstream is released
		c.quiet()
	}
	c.send(subscribe("1", "{ a }"))
	c.want("next", "1")
	c.want("complete", "1")
	c.send(`{"id":"1","type":"complete"}`) // it crossed the server's
	c.quiet()
}

func TestProtocolErrorEndsTheOperation(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	c := dial(t, b, nil).init()
	for _, query := range []string{"{", "{ unknown }", "subscription { unknown }", "mutation { unknown }", "subscription { refused }", "panic"} {
		c.send(subscribe("1", query))
		m := c.want("error", "1")
		var list []struct {
			Message    string
			Extensions struct{ Code, TraceID string }
		}
		if err := json.Unmarshal(m.Payload, &list); err != nil || len(list) == 0 || list[0].Message == "" || list[0].Extensions.Code == "" || list[0].Extensions.TraceID == "" {
			t.Errorf("%s: %s", query, m.Payload)
		}
		c.quiet() // no complete after an error
	}
}

// TestProtocolErrorsOfAnEventAreNoEnd: errors within an execution result are part of "next".
func TestProtocolErrorsOfAnEventAreNoEnd(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	c := dial(t, b, nil).init()
	c.send(subscribe("1", "subscription { a }"))
	event := `{"data":null,"errors":[{"message":"x"}]}`
	b.e.feed <- []byte(event)
	if m := c.want("next", "1"); string(m.Payload) != event {
		t.Errorf("%s", m.Payload)
	}
	b.e.feed <- []byte(`{"data":{"a":2}}`)
	c.want("next", "1")
	b.e.feed <- io.EOF
	c.want("complete", "1")
	c.quiet()
}

func TestProtocolOperationsSideBySide(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	c := dial(t, b, nil).init()
	c.send(subscribe("slow", "{ wait }"), subscribe("s", "subscription { a }"), subscribe("quick", "{ a }"))
	c.want("next", "quick")
	c.want("complete", "quick")
	b.e.feed <- []byte(`{"data":{"a":1}}`)
	c.want("next", "s")
	close(b.e.block)
	c.want("next", "slow")
	c.want("complete", "slow")
	// The end of the connection ends them all.
	_ = c.c.CloseNow()
	<-b.e.closed
	waitMembers(b, 0, 0)
}

func TestSecondInitClosesWhateverRuns(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	c := dial(t, b, nil).init()
	c.send(subscribe("1", "subscription { a }"))
	<-b.e.opened
	c.send(initMsg)
	c.closed(4429)
	<-b.e.closed
}

// The rules of the graphql-sse protocol document, distinct connections mode.

func TestEventsAreFramed(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	s := listen(t, b, http.MethodPost, `{"query":"subscription{a}"}`, nil)
	if s.res.StatusCode != 200 || s.res.Header.Get("Content-Type") != "text/event-stream; charset=utf-8" ||
		!strings.Contains(s.res.Header.Get("Cache-Control"), "no-cache") || s.res.Header.Get("Content-Length") != "" {
		t.Errorf("%d %v", s.res.StatusCode, s.res.Header)
	}
	b.e.feed <- []byte("{\n \"data\": {\"a\": \"\u2028\"}\r\n}")
	b.e.feed <- io.EOF
	all, err := io.ReadAll(s.r)
	if err != nil {
		t.Fatal(err)
	}
	got := strings.TrimPrefix(string(all), ":\n\n") // the first sign of life
	if want := "event: next\ndata: {  \"data\": {\"a\": \"\u2028\"}  }\n\nevent: complete\ndata:\n\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestEventsOfADisconnectedClientAreReleased(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	for _, accept := range []string{"text/event-stream", typeParts} {
		s := listen(t, b, http.MethodPost, `{"query":"subscription{a}"}`, map[string]string{"Accept": accept})
		<-b.e.opened
		waitMembers(b, 1, 1)
		_ = s.res.Body.Close()
		<-b.e.closed
		waitMembers(b, 0, 0)
	}
}

func TestArraysOfRequestsAreRefusedByAllProtocols(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	for _, accept := range []string{typeJSON, typeGQL, "text/event-stream", typeParts} {
		res, body := do(t, http.MethodPost, b.url, `[{"query":"{a}"}]`, map[string]string{"Accept": accept, "Content-Type": typeJSON})
		if res.StatusCode != 400 || !strings.Contains(body, front.CodeBatching) {
			t.Errorf("%s: %d %s", accept, res.StatusCode, body)
		}
	}
}

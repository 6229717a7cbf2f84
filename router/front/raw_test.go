package front_test

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"marquee/router/front"
)

// raw is a WebSocket client made of bytes: it may send anything, and reads frames
// by the letter of RFC 6455.
type raw struct {
	t *testing.T
	c net.Conn
	r *bufio.Reader
}

const rawUpgrade = "GET /graphql HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n" +
	"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: %s\r\n\r\n"

// dialRaw upgrades a connection; with early, those bytes are sent along with the request.
func dialRaw(t *testing.T, b *bundle, protocols, early string) *raw {
	t.Helper()
	host := strings.TrimPrefix(b.url, "http://")
	c, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", host)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	w := &raw{t, c, bufio.NewReader(c)}
	w.bytes(fmt.Sprintf(rawUpgrade, host, protocols) + early)
	res, err := http.ReadResponse(w.r, nil)
	if err != nil {
		t.Fatal(err)
	}
	// The value is the example of RFC 6455, section 1.3.
	if res.StatusCode != 101 || res.Header.Get("Sec-Websocket-Accept") != "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" || res.Header.Get("Sec-Websocket-Extensions") != "" {
		t.Fatalf("%d %v", res.StatusCode, res.Header)
	}
	return w
}

func (w *raw) bytes(s string) {
	w.t.Helper()
	if _, err := io.WriteString(w.c, s); err != nil {
		w.t.Fatal(err)
	}
}

// The first byte of a frame.
const (
	fin     = 0x80
	cont    = 0x0
	text    = 0x1
	bin     = 0x2
	closing = 0x8
	ping    = 0x9
	pong    = 0xA
)

// frame is a masked frame with any first byte.
func frame(first byte, payload string) string {
	b := []byte{first}
	switch n := len(payload); {
	case n < 126:
		b = append(b, 0x80|byte(n))
	case n <= 0xffff:
		b = binary.BigEndian.AppendUint16(append(b, 0x80|126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, 0x80|127), uint64(n))
	}
	mask := [4]byte{0x12, 0x34, 0x56, 0x78}
	b = append(b, mask[:]...)
	for i := range len(payload) {
		b = append(b, payload[i]^mask[i%4])
	}
	return string(b)
}

func msg(m string) string { return frame(fin|text, m) }

// next reads one frame.
func (w *raw) next() (first byte, payload []byte) {
	w.t.Helper()
	head := make([]byte, 2, 10)
	if _, err := io.ReadFull(w.r, head); err != nil {
		w.t.Fatal(err)
	}
	if head[1]&0x80 != 0 {
		w.t.Fatal("a server's frame is masked")
	}
	n := uint64(head[1])
	switch n {
	case 126:
		more := make([]byte, 2)
		_, _ = io.ReadFull(w.r, more)
		if n = uint64(binary.BigEndian.Uint16(more)); n < 126 {
			w.t.Fatal("the length is not in its shortest form")
		}
	case 127:
		more := make([]byte, 8)
		_, _ = io.ReadFull(w.r, more)
		if n = binary.BigEndian.Uint64(more); n <= 0xffff {
			w.t.Fatal("the length is not in its shortest form")
		}
	}
	payload = make([]byte, n)
	if _, err := io.ReadFull(w.r, payload); err != nil {
		w.t.Fatal(err)
	}
	return head[0], payload
}

// want reads one text message of a type.
func (w *raw) want(kind string) received {
	w.t.Helper()
	first, payload := w.next()
	var m received
	if first != fin|text || json.Unmarshal(payload, &m) != nil || m.Type != kind {
		w.t.Fatalf("got %#x %q, want %s", first, payload, kind)
	}
	return m
}

// closed reads up to the close frame, answers it, and wants the end of the connection.
func (w *raw) closed(code int, answer bool) {
	w.t.Helper()
	for {
		first, payload := w.next()
		if first != fin|closing {
			continue
		}
		if got := int(binary.BigEndian.Uint16(payload)); got != code {
			w.t.Fatalf("closed with %d %q, want %d", got, payload[2:], code)
		}
		break
	}
	if answer {
		w.bytes(frame(fin|closing, string(binary.BigEndian.AppendUint16(nil, uint16(code)))))
		if rest, err := io.ReadAll(w.r); err != nil || len(rest) > 0 {
			w.t.Fatalf("after the close frame: %q %v", rest, err)
		}
	}
}

func closeBody(code int, reason string) string {
	return string(binary.BigEndian.AppendUint16(nil, uint16(code))) + reason
}

func TestFramesThatBreakTheProtocol(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	for name, c := range map[string]struct {
		send string
		code int
	}{
		"unmasked":                            {"\x81\x02{}", 1002},
		"first reserved bit":                  {frame(fin|0x40|text, initMsg), 1002},
		"second reserved bit":                 {frame(fin|0x20|text, initMsg), 1002},
		"third reserved bit":                  {frame(fin|0x10|text, initMsg), 1002},
		"reserved data opcode":                {frame(fin|0x3, initMsg), 1002},
		"reserved control opcode":             {frame(fin|0xB, ""), 1002},
		"continuation of nothing":             {frame(fin|cont, initMsg), 1002},
		"message within a message":            {frame(text, `{"type":`) + msg(initMsg), 1002},
		"fragmented ping":                     {frame(ping, "a") + frame(fin|cont, "b"), 1002},
		"ping of 126 bytes":                   {frame(fin|ping, strings.Repeat("x", 126)), 1002},
		"length with its highest bit":         {"\x81\xff\x80\x00\x00\x00\x00\x00\x00\x01mask", 1002},
		"announced too big, nothing sent":     {"\x81\xff\x00\x00\x00\x00\x10\x00\x00\x00mask", 1009},
		"too big in fragments":                {frame(text, strings.Repeat(" ", 60<<10)) + frame(fin|cont, strings.Repeat(" ", 60<<10)), 1009},
		"binary":                              {frame(fin|bin, initMsg), 4400},
		"binary in fragments":                 {frame(bin, initMsg[:5]) + frame(fin|cont, initMsg[5:]), 4400},
		"text that is not UTF-8":              {msg("{\"type\":\"ping\xff\"}"), 1007},
		"not UTF-8 over fragments":            {frame(text, "{\"a\":\"\xc3") + frame(fin|cont, "\"}"), 1007},
		"overlong UTF-8":                      {msg("\"\xc0\xaf\""), 1007},
		"surrogate in UTF-8":                  {msg("\"\xed\xa0\x80\""), 1007},
		"close of one byte":                   {frame(fin|closing, "x"), 1002},
		"close code 999":                      {frame(fin|closing, closeBody(999, "")), 1002},
		"close code 1004":                     {frame(fin|closing, closeBody(1004, "")), 1002},
		"close code 1005":                     {frame(fin|closing, closeBody(1005, "")), 1002},
		"close code 1006":                     {frame(fin|closing, closeBody(1006, "")), 1002},
		"close code 1015":                     {frame(fin|closing, closeBody(1015, "")), 1002},
		"close code 2999":                     {frame(fin|closing, closeBody(2999, "")), 1002},
		"close code 5000":                     {frame(fin|closing, closeBody(5000, "")), 1002},
		"close reason that is not UTF-8":      {frame(fin|closing, closeBody(1000, "\xff")), 1007},
		"close within a message, regular":     {frame(text, "{") + frame(fin|closing, closeBody(1000, "bye")), 1000},
		"close without a code":                {frame(fin|closing, ""), 1000},
		"close code 1000":                     {frame(fin|closing, closeBody(1000, "")), 1000},
		"close code 3000":                     {frame(fin|closing, closeBody(3000, "")), 3000},
		"close code 4999":                     {frame(fin|closing, closeBody(4999, strings.Repeat("x", 123))), 4999},
		"frames after the close are not read": {frame(fin|closing, closeBody(1000, "")) + msg("garbage"), 1000},
		"empty message":                       {msg(""), 4400},
		"nothing but null":                    {msg("null"), 4400},
		"a byte order mark":                   {msg("\xef\xbb\xbf" + initMsg), 4400},
		"two values in one message":           {msg(initMsg + initMsg), 4400},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := dialRaw(t, b, "graphql-transport-ws", "")
			w.bytes(c.send)
			w.closed(c.code, false)
		})
	}
}

func TestFramesInPieces(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	// The first message comes with the upgrade request.
	w := dialRaw(t, b, "other, graphql-transport-ws", msg(initMsg))
	w.want("connection_ack")
	// A message in fragments, empty ones too, with control frames in between.
	m := subscribe("1", "{ a }")
	w.bytes(frame(text, m[:10]) + frame(fin|ping, "one") + frame(cont, m[10:30]) + frame(cont, "") + frame(fin|pong, "unasked") + frame(fin|ping, "") + frame(fin|cont, m[30:]))
	for _, want := range []string{"one", ""} {
		if first, payload := w.next(); first != fin|pong || string(payload) != want {
			t.Fatalf("got %#x %q, want pong %q", first, payload, want)
		}
	}
	w.want("next")
	w.want("complete")
	// Two operations in one segment, byte by byte.
	for _, c := range []byte(msg(subscribe("2", "{ a }")) + msg(subscribe("3", "mutation { a }"))) {
		w.bytes(string([]byte{c}))
	}
	seen := map[string]bool{}
	for range 4 {
		_, payload := w.next()
		var m received
		if err := json.Unmarshal(payload, &m); err != nil {
			t.Fatal(err)
		}
		seen[m.Type+m.ID] = true
	}
	if len(seen) != 4 || !seen["next2"] || !seen["complete3"] {
		t.Fatal(seen)
	}
	// A long answer has its length in two bytes.
	w.bytes(msg(subscribe("4", "{ big }")))
	if m := w.want("next"); len(m.Payload) < 20_000 {
		t.Errorf("%d bytes", len(m.Payload))
	}
	w.want("complete")
	// An escaped, not ASCII message in fragments that split a character.
	m = subscribe("é", "{ a }")
	at := strings.Index(m, "é") + 1
	w.bytes(frame(text, m[:at]) + frame(fin|cont, m[at:]))
	if m := w.want("next"); m.ID != "é" {
		t.Errorf("id %q", m.ID)
	}
	w.want("complete")
	w.bytes(frame(fin|closing, closeBody(1001, "going away")))
	w.closed(1001, false)
	if _, err := w.r.ReadByte(); err != io.EOF {
		t.Errorf("the server did not close the connection: %v", err)
	}
}

// TestServerClosesAfterTheClient: the connection ends when the client has
// answered the close frame, whatever else it sends before.
func TestServerClosesAfterTheClient(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	w := dialRaw(t, b, "graphql-transport-ws", "")
	w.bytes(msg(subscribe("1", "{a}")))
	w.bytes(msg("more") + frame(fin|ping, "x") + msg(initMsg))
	w.closed(4401, true)
	w = dialRaw(t, b, "mqtt", "")
	w.closed(4406, true)
}

func TestUnfinishedMessageIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	b := setup(t, func(o *front.Options) { o.WriteTimeout = 50 * time.Millisecond })
	w := dialRaw(t, b, "graphql-transport-ws", "")
	w.bytes(frame(text, `{"type":`) + "\x80")
	w.closed(1008, false)
}

func TestHandshakeRefusals(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	host := strings.TrimPrefix(b.url, "http://")
	whole := fmt.Sprintf(rawUpgrade, host, "graphql-transport-ws")
	for name, c := range map[string]struct {
		old, new string
		status   int
	}{
		"old version":       {"Version: 13", "Version: 8", 426},
		"no version":        {"Sec-WebSocket-Version: 13\r\n", "", 426},
		"no key":            {"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", "", 400},
		"short key":         {"dGhlIHNhbXBsZSBub25jZQ==", "dGhl", 400},
		"key is not base64": {"dGhlIHNhbXBsZSBub25jZQ==", "!!!!IHNhbXBsZSBub25jZQ==", 400},
		"two keys":          {"Sec-WebSocket-Version", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version", 400},
		"no connection":     {"Connection: keep-alive, Upgrade", "Connection: keep-alive", 400},
		"HTTP/1.0":          {"HTTP/1.1", "HTTP/1.0", 400},
		"empty protocol":    {"graphql-transport-ws", "", 400},
		"broken protocols":  {"graphql-transport-ws", "graphql-transport-ws,", 400},
		"protocol of words": {"graphql-transport-ws", "graphql transport ws", 400},
		"other origin":      {"Upgrade: websocket", "Origin: https://evil.example\r\nUpgrade: websocket", 403},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", host)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = conn.Close() }()
			if _, err := io.WriteString(conn, strings.Replace(whole, c.old, c.new, 1)); err != nil {
				t.Fatal(err)
			}
			res, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				t.Fatal(err)
			}
			body, _ := io.ReadAll(res.Body)
			if res.StatusCode != c.status || !bytes.Contains(body, []byte(`"code":`)) {
				t.Errorf("%d %s", res.StatusCode, body)
			}
			if c.status == 426 && res.Header.Get("Sec-Websocket-Version") != "13" {
				t.Errorf("version %q", res.Header.Get("Sec-Websocket-Version"))
			}
		})
	}
}

func TestPingsAskForASignOfLife(t *testing.T) {
	t.Parallel()
	b := setup(t, func(o *front.Options) { o.Heartbeat = 16 * time.Millisecond; o.WriteTimeout = time.Second })
	w := dialRaw(t, b, "graphql-transport-ws", msg(initMsg))
	w.want("connection_ack")
	wantPing := func() {
		t.Helper()
		if first, payload := w.next(); first != fin|ping || len(payload) > 0 {
			t.Fatalf("got %#x %q, want a ping", first, payload)
		}
	}
	for range 5 { // answered, it comes again
		wantPing()
		w.bytes(frame(fin|pong, ""))
	}
	wantPing()
	w.bytes(msg(`{"type":"ping"}`)) // any message is a sign of life
	w.want("pong")
	wantPing()
	if _, err := io.Copy(io.Discard, w.r); err != nil && !strings.Contains(err.Error(), "reset") {
		t.Fatal(err)
	}
}

package transport

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha1" // #nosec G505 -- RFC 6455 asks for it
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"runtime"
	"slices"
	"testing"
	"time"
)

// hostile is the server's side of a WebSocket: after a proper handshake it says what it is told, and hangs up.
func hostile(c net.Conn, says []byte) {
	defer func() { _ = c.Close() }()
	r, err := http.ReadRequest(bufio.NewReader(c))
	if err != nil {
		return
	}
	sum := sha1.Sum([]byte(r.Header.Get("Sec-Websocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")) // #nosec G401
	_, _ = io.WriteString(c, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n"+
		"Sec-WebSocket-Accept: "+base64.StdEncoding.EncodeToString(sum[:])+"\r\n\r\n")
	go func() { _, _ = io.Copy(io.Discard, c) }() // until the connection is closed
	_, _ = c.Write(says)
}

// text is a whole text message in one frame.
func text(to, message []byte) []byte {
	to = append(to, 0x81)
	switch n := len(message); {
	case n < 126:
		to = append(to, byte(n))
	case n < 1<<16:
		to = binary.BigEndian.AppendUint16(append(to, 126), uint16(n))
	default:
		to = binary.BigEndian.AppendUint64(append(to, 127), uint64(n))
	}
	return append(to, message...)
}

// FuzzSocketUpstream: whatever a subgraph says over a WebSocket, in messages or in frames of its own making, nothing
// panics, an event is a JSON value no longer than allowed, memory follows what has come, and the end is a regular one
// or has a code.
func FuzzSocketUpstream(f *testing.F) {
	const acked, raw = 1, 2
	for _, lines := range []string{
		`{"id":"1","type":"next","payload":{"data":{"x":1}}}` + "\n" + `{"id":"1","type":"complete"}`,
		`{"type":"ping"}` + "\n" + `{"type":"pong"}` + "\n" + `{"type":"ping","payload":{"a":[]}}`,
		`{"id":"1","type":"error","payload":[{"message":"no"}]}`, `{"id":"1","type":"error"}`, `{"id":"1","type":"error","payload":{"message":"no"}}`,
		`{"id":"1","type":"error","payload":7}`, `{"id":"2","type":"next","payload":{}}`, `{"type":"next","payload":` + "\n", `[]`, `null`, "\n\n", `{"id":1}`,
		`{"type":"connection_ack"}`, `{"type":"connection_ack","payload":{}}` + "\n" + `{"type":"connection_ack"}`,
		`{"id":"1","type":"next","payload":"` + string(bytes.Repeat([]byte("x"), 4096)) + `"}`,
		`{"id":"1","type":"next","payload":` + string(bytes.Repeat([]byte("["), 300)) + string(bytes.Repeat([]byte("]"), 300)) + `}`,
	} {
		f.Add(byte(acked), []byte(lines))
		f.Add(byte(0), []byte(lines))
	}
	for _, frames := range []string{
		"\x81\x02{}", "\x01\x01{\x80\x01}", "\x81\x7f\x7f\xff\xff\xff\xff\xff\xff\xff", "\x89\x00\x8a\x01x", "\x88\x02\x11\x31", "\x88\x01\x03",
		"\x82\x01\x00", "\xc1\x01{", "\x81\xfe\x00\x01", "\x81\x7e\x10\x00{", "\x89\x7e\x01\x00", "\x81\x03\xff\xfe\xfd", "\x80\x01x",
	} {
		f.Add(byte(acked|raw), []byte(frames))
		f.Add(byte(raw), []byte(frames))
	}
	codes := []string{CodeUnreachable, CodeTooLarge, CodeBadResponse, CodeTimeout}
	f.Fuzz(func(t *testing.T, mode byte, input []byte) {
		const longest = 1 << 10
		var says []byte
		if mode&acked != 0 {
			says = text(nil, []byte(`{"type":"connection_ack"}`))
		}
		if mode&raw != 0 {
			says = append(says, input...)
		} else {
			for line := range bytes.SplitSeq(input, []byte{'\n'}) {
				says = text(says, line)
			}
		}
		w, err := NewHTTP(HTTPOptions{URL: "http://subgraph/", MaxEvent: longest, Stream: StreamOptions{Protocol: "ws"}})
		if err != nil {
			t.Fatal(err)
		}
		defer w.Close()
		w.stream.Transport = &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
			client, server := net.Pipe()
			go hostile(server, says)
			return client, nil
		}}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		s, err := w.Subscribe(ctx, &Request{Subgraph: "s", Kind: Subscription, Body: []byte(`{"query":"subscription { x }"}`)})
		for n := 0; err == nil; n++ {
			var event []byte
			if event, err = s.Next(ctx); err != nil {
				break
			}
			if len(event) > longest+1<<10 || !json.Valid(event) || n > len(says)/2 {
				t.Fatalf("event %d of %d bytes: %q", n, len(event), event)
			}
		}
		if s != nil {
			_ = s.Close()
		}
		var e *Error
		if !errors.Is(err, io.EOF) && (!errors.As(err, &e) || !slices.Contains(codes, e.Code) || e.Code == CodeTimeout && ctx.Err() == nil) {
			t.Fatalf("ended with %v", err)
		}
		if ctx.Err() != nil {
			t.Fatal("the subscription of a server that has hung up did not end")
		}
		runtime.ReadMemStats(&after)
		if took := after.TotalAlloc - before.TotalAlloc; took > uint64(1<<20+256*len(says)) {
			t.Fatalf("%d bytes from the server took %d bytes of memory", len(says), took)
		}
	})
}

package transport

import (
	"net"
	"testing"
	"time"
)

// TestOpen: an idle connection is known to be open although the deadline of its
// last request has passed, and known to be closed once the server closed it.
func TestOpen(t *testing.T) {
	t.Parallel()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = ln.Close() }()
	client, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = client.Close() }()
	server, err := ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	c := &conn{Conn: client, raw: client}
	if err := c.SetDeadline(past); err != nil {
		t.Fatal(err)
	}
	if !c.open() {
		t.Fatal("open, but past its deadline: taken for closed")
	}
	_ = server.Close()
	for c.open() {
		time.Sleep(time.Millisecond) // until the end has crossed the loopback
	}
}

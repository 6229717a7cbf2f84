package pubsub

import (
	"bytes"
	"context"
	"log/slog"
	"testing"
	"time"

	"marquee/internal/pubsub/redistest"
)

// TestRealRedisRestarts: messages come over a real server; when it was killed and is back, receivers are told that some may be missing,
// and hear what is published from then on.
func TestRealRedisRestarts(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	client, err := OpenRedis(ctx, server.URL())
	if err != nil {
		t.Fatal(err)
	}
	p := New(client, "test:", slog.New(slog.DiscardHandler))
	t.Cleanup(func() { _ = p.Close(); _ = client.Close() })
	s, err := p.Subscribe(ctx, "a")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	next := func() []byte {
		t.Helper()
		select {
		case m := <-s.C:
			return m
		case <-ctx.Done():
			t.Fatal("nothing came")
			return nil
		}
	}
	p.Publish(ctx, "a", []byte("one"))
	if m := next(); !bytes.Equal(m, []byte("one")) {
		t.Fatalf("%q", m)
	}
	server.Kill()
	server.Run(t)
	if m := next(); len(m) != 0 {
		t.Fatalf("%q came first, not that messages may be missing", m)
	}
	p.Publish(ctx, "a", []byte("two"))
	for m := next(); !bytes.Equal(m, []byte("two")); m = next() {
		if len(m) != 0 {
			t.Fatalf("%q", m)
		}
	}
}

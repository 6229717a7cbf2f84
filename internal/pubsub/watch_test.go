package pubsub

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"
)

func start(t *testing.T) *PubSub {
	t.Helper()
	server, err := StartEmbedded()
	if err != nil {
		t.Fatal(err)
	}
	client, err := OpenRedis(t.Context(), server.URL())
	if err != nil {
		t.Fatal(err)
	}
	p := New(client, "test:", slog.New(slog.DiscardHandler))
	t.Cleanup(func() { _ = p.Close(); _ = client.Close(); server.Close() })
	return p
}

// Every publication that follows a look leads to another look, however they interleave.
func TestWatchMissesNothing(t *testing.T) {
	t.Parallel()
	p := start(t)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	const rounds = 50
	seen, ready := 0, make(chan struct{}, rounds)
	go func() {
		for range rounds {
			select {
			case <-ready:
				p.Hint(ctx, []string{"b", "a"})
			case <-ctx.Done():
				return
			}
		}
	}()
	enough := errors.New("enough")
	err := p.Watch(ctx, "a", Pace{Gap: time.Microsecond}, func(context.Context) error {
		if seen++; seen > rounds {
			return enough
		}
		ready <- struct{}{}
		return nil
	})
	if !errors.Is(err, enough) {
		t.Fatalf("Watch ended with %v after %d looks", err, seen)
	}
}

func TestWatchLooksWithoutMessages(t *testing.T) {
	t.Parallel()
	p := start(t)
	ctx, cancel := context.WithCancel(t.Context())
	looks := 0
	err := p.Watch(ctx, "quiet", Pace{Idle: time.Millisecond}, func(context.Context) error {
		if looks++; looks == 3 {
			cancel()
		}
		return nil
	})
	if err != nil || looks != 3 {
		t.Fatalf("%d looks, error %v", looks, err)
	}
}

func TestWatchEndsWithThePubSub(t *testing.T) {
	t.Parallel()
	p := start(t)
	err := p.Watch(t.Context(), "closing", Pace{}, func(context.Context) error { go func() { _ = p.Close() }(); return nil })
	if err != nil {
		t.Fatal(err)
	}
}

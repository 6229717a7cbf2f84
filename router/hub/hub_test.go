package hub_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"marquee/router/hub"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// source is driven by a test: what is sent on events comes out of Next.
type source struct {
	events chan any // []byte or error
	closed chan struct{}
	once   sync.Once
}

func newSource() *source {
	return &source{events: make(chan any), closed: make(chan struct{})}
}

func (s *source) Next(ctx context.Context) ([]byte, error) {
	select {
	case e := <-s.events:
		if err, ok := e.(error); ok {
			return nil, err
		}
		return e.([]byte), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (s *source) Close() error {
	s.once.Do(func() { close(s.closed) })
	return nil
}

// sink keeps up to cap(events) events.
type sink struct {
	events chan []byte
	end    chan error
}

func newSink(room int) *sink { return &sink{events: make(chan []byte, room), end: make(chan error, 1)} }

func (s *sink) Event(p []byte) bool {
	select {
	case s.events <- p:
		return true
	default:
		return false
	}
}

func (s *sink) End(err error) { s.end <- err }

func TestIdenticalSubscriptionsShareOneSource(t *testing.T) {
	t.Parallel()
	h := hub.New(hub.Options{})
	defer h.Stop()
	src, opened := newSource(), make(chan struct{}, 10)
	open := func(context.Context) (hub.Source, error) { opened <- struct{}{}; return src, nil }
	var sinks []*sink
	var members []*hub.Member
	for range 50 {
		s := newSink(1)
		m, err := h.Join("k", false, open, s)
		if err != nil {
			t.Fatal(err)
		}
		sinks, members = append(sinks, s), append(members, m)
	}
	payload := []byte(`{"data":{"n":1}}`)
	src.events <- payload
	for _, s := range sinks {
		if got := <-s.events; &got[0] != &payload[0] {
			t.Fatal("the payload was copied: it must be encoded once and shared")
		}
	}
	if len(opened) != 1 {
		t.Fatalf("%d sources opened, want 1", len(opened))
	}
	if g, n := h.Counts(); g != 1 || n != 50 {
		t.Fatalf("groups %d members %d", g, n)
	}
	for _, m := range members {
		m.Leave()
		m.Leave() // idempotent
	}
	<-src.closed
	if g, n := h.Counts(); g != 0 || n != 0 {
		t.Fatalf("after leaving: groups %d members %d", g, n)
	}
}

func TestOtherKeyOtherSource(t *testing.T) {
	t.Parallel()
	h := hub.New(hub.Options{})
	defer h.Stop()
	opened := make(chan string, 2)
	for _, key := range []string{"a", "b"} {
		if _, err := h.Join(key, false, func(context.Context) (hub.Source, error) {
			opened <- key
			return newSource(), nil
		}, newSink(1)); err != nil {
			t.Fatal(err)
		}
	}
	if a, b := <-opened, <-opened; a == b {
		t.Fatalf("both opened %q", a)
	}
}

func TestSlowMemberIsEndedOthersAreNot(t *testing.T) {
	t.Parallel()
	h := hub.New(hub.Options{})
	defer h.Stop()
	src := newSource()
	open := func(context.Context) (hub.Source, error) { return src, nil }
	slow, quick := newSink(1), newSink(10)
	for _, s := range []*sink{slow, quick} {
		if _, err := h.Join("k", false, open, s); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 3 {
		src.events <- fmt.Appendf(nil, "%d", i)
	}
	if err := <-slow.end; !errors.Is(err, hub.ErrSlow) {
		t.Fatalf("slow member ended with %v", err)
	}
	for i := range 3 {
		if got := string(<-quick.events); got != fmt.Sprint(i) {
			t.Fatalf("event %d is %q", i, got)
		}
	}
	src.events <- io.EOF
	if err := <-quick.end; err != nil {
		t.Fatalf("regular end gave %v", err)
	}
}

func TestBrokenSourceIsOpenedAgain(t *testing.T) {
	t.Parallel()
	broken := errors.New("connection broke")
	reconnects := make(chan struct{}, 10)
	h := hub.New(hub.Options{
		Backoff: 1, Broken: func(err error) bool { return errors.Is(err, broken) },
		OnReconnect: func() { reconnects <- struct{}{} },
	})
	defer h.Stop()
	sources := []*source{newSource(), newSource()}
	calls := 0
	s := newSink(10)
	if _, err := h.Join("k", false, func(context.Context) (hub.Source, error) {
		calls++
		switch calls {
		case 1:
			return sources[0], nil
		case 2, 3:
			return nil, broken // still down
		}
		return sources[1], nil
	}, s); err != nil {
		t.Fatal(err)
	}
	sources[0].events <- []byte("before")
	sources[0].events <- broken
	sources[1].events <- []byte("after")
	if a, b := string(<-s.events), string(<-s.events); a != "before" || b != "after" {
		t.Fatalf("got %q, %q", a, b)
	}
	<-sources[0].closed
	if len(reconnects) != 1 {
		t.Fatalf("%d reconnects told", len(reconnects))
	}
}

func TestSourceThatNeverOpenedFailsAtOnce(t *testing.T) {
	t.Parallel()
	h := hub.New(hub.Options{Broken: func(error) bool { return true }})
	defer h.Stop()
	boom := errors.New("boom")
	s := newSink(1)
	if _, err := h.Join("k", false, func(context.Context) (hub.Source, error) { return nil, boom }, s); err != nil {
		t.Fatal(err)
	}
	if err := <-s.end; !errors.Is(err, boom) {
		t.Fatalf("got %v", err)
	}
	// The key is free again.
	src := newSource()
	s2 := newSink(1)
	if _, err := h.Join("k", false, func(context.Context) (hub.Source, error) { return src, nil }, s2); err != nil {
		t.Fatal(err)
	}
	src.events <- []byte("x")
	<-s2.events
}

func TestLimitAndStop(t *testing.T) {
	t.Parallel()
	h := hub.New(hub.Options{MaxMembers: 1})
	src := newSource()
	open := func(context.Context) (hub.Source, error) { return src, nil }
	s := newSink(1)
	if _, err := h.Join("k", false, open, s); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Join("k", false, open, newSink(1)); !errors.Is(err, hub.ErrFull) {
		t.Fatalf("over the limit: %v", err)
	}
	h.Stop()
	if err := <-s.end; !errors.Is(err, hub.ErrClosed) {
		t.Fatalf("stop ended with %v", err)
	}
	if _, err := h.Join("k", false, open, newSink(1)); !errors.Is(err, hub.ErrClosed) {
		t.Fatalf("after stop: %v", err)
	}
}

func TestWhoComesLaterGetsTheLastEventIfItIsTheState(t *testing.T) {
	for _, latest := range []bool{true, false} {
		h := hub.New(hub.Options{})
		src := newSource()
		open := func(context.Context) (hub.Source, error) { return src, nil }
		first := newSink(10)
		if _, err := h.Join("k", latest, open, first); err != nil {
			t.Fatal(err)
		}
		src.events <- []byte("one")
		src.events <- []byte("two")
		if got := string(<-first.events) + string(<-first.events); got != "onetwo" {
			t.Fatalf("first got %q", got)
		}
		later := newSink(10)
		if _, err := h.Join("k", latest, open, later); err != nil {
			t.Fatal(err)
		}
		src.events <- []byte("three")
		want := "three"
		if latest {
			want = "two"
		}
		if got := string(<-later.events); got != want {
			t.Errorf("latest %v: who came later first got %q, want %q", latest, got, want)
		}
		h.Stop()
	}
}

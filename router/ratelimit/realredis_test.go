package ratelimit_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"marquee/internal/pubsub/redistest"
	"marquee/router/ratelimit"
)

// TestRealRedis: on a real server, from two routers at once, a bucket gives exactly what it holds; a server that was killed is an error
// and not a wait, and is used again when it is back.
func TestRealRedis(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	open := func() *ratelimit.Redis {
		s, err := ratelimit.OpenRedis(server.URL(), "test:", 10*time.Second)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		return s
	}
	r := rule(t, "r", 100, 1000*time.Hour, 0) // nothing comes back while the test runs
	var allowed atomic.Int64
	var wg sync.WaitGroup
	for _, s := range []*ratelimit.Redis{open(), open()} {
		for range 8 {
			wg.Go(func() {
				for range 25 {
					if d, err := s.Take(t.Context(), r, "k", 1); err != nil {
						t.Error(err)
					} else if d.Allowed {
						allowed.Add(1)
					}
				}
			})
		}
	}
	wg.Wait()
	if got := allowed.Load(); got != 100 {
		t.Errorf("%d of 400 were allowed, want 100", got)
	}
	s := open()
	if d, err := s.Take(t.Context(), r, "k", 1); err != nil || d.Allowed || d.RetryAfter <= 0 {
		t.Errorf("the bucket is empty: %+v %v", d, err)
	}
	if d, err := s.Take(t.Context(), r, "another", 100); err != nil || !d.Allowed {
		t.Errorf("another client: %+v %v", d, err)
	}
	server.Kill()
	if _, err := s.Take(t.Context(), r, "k", 1); err == nil || errors.Is(err, ratelimit.ErrPaused) {
		t.Fatalf("killed: %v", err)
	}
	server.Run(t)
	for {
		d, err := s.Take(context.WithoutCancel(t.Context()), r, "k", 1)
		if err == nil {
			if !d.Allowed { // it kept nothing
				t.Errorf("%+v", d)
			}
			return
		}
		time.Sleep(20 * time.Millisecond) // polled until the pause is over
	}
}

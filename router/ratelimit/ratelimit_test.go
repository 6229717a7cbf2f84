package ratelimit_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"

	"marquee/router/ratelimit"
)

// clock stands still until it is moved.
type clock struct{ ns atomic.Int64 }

func (c *clock) now() time.Time { return time.Unix(0, c.ns.Load()) }

// stores are the implementations, each with a way to let time pass.
var stores = map[string]func(t *testing.T) (ratelimit.Store, func(time.Duration)){
	"memory": func(*testing.T) (ratelimit.Store, func(time.Duration)) {
		c := &clock{}
		c.ns.Store(time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC).UnixNano())
		return ratelimit.NewMemory(0, c.now), func(d time.Duration) { c.ns.Add(int64(d)) }
	},
	"redis": func(t *testing.T) (ratelimit.Store, func(time.Duration)) {
		server := miniredis.RunT(t)
		at := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
		server.SetTime(at)
		s, err := ratelimit.OpenRedis("redis://"+server.Addr(), "test:", time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		return s, func(d time.Duration) {
			at = at.Add(d)
			server.SetTime(at)
			server.FastForward(d)
		}
	},
}

func rule(t *testing.T, name string, budget int64, period time.Duration, burst int64) *ratelimit.Rule {
	t.Helper()
	r := &ratelimit.Rule{Name: name, Budget: budget, Period: period, Burst: burst}
	if err := r.Check(); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestStores(t *testing.T) {
	t.Parallel()
	for name, open := range stores {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store, pass := open(t)
			r, other := rule(t, "r", 10, 10*time.Second, 5), rule(t, "other", 10, 10*time.Second, 5)
			take := func(r *ratelimit.Rule, key string, n int64, allowed bool, retry time.Duration) ratelimit.Decision {
				t.Helper()
				d, err := store.Take(t.Context(), r, key, n)
				if err != nil {
					t.Fatal(err)
				}
				if d.Allowed != allowed || d.RetryAfter != retry {
					t.Fatalf("%d of %s: %+v", n, key, d)
				}
				return d
			}
			for i := range int64(5) {
				d := take(r, "a", 1, true, 0)
				if d.Remaining != 4-i || d.Reset != time.Duration(i+1)*time.Second {
					t.Errorf("after %d: %+v", i+1, d)
				}
			}
			take(r, "a", 1, false, time.Second)
			take(r, "a", 3, false, 3*time.Second)
			take(r, "a", 0, true, 0)
			take(r, "b", 5, true, 0)     // another client
			take(other, "a", 5, true, 0) // another rule
			take(r, "c", 6, false, -1)   // never
			take(r, "c", 5, true, 0)     // and nothing was spent
			pass(time.Second)
			take(r, "a", 1, true, 0) // one token has come back
			take(r, "a", 1, false, time.Second)
			pass(2500 * time.Millisecond)
			take(r, "a", 2, true, 0)
			take(r, "a", 1, false, 500*time.Millisecond)
			pass(time.Hour) // full, and not more
			take(r, "a", 5, true, 0)
			take(r, "a", 1, false, time.Second)
		})
	}
}

// TestExact: at once from many sides, a bucket gives exactly what it holds.
func TestExact(t *testing.T) {
	t.Parallel()
	for name, open := range stores {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store, pass := open(t)
			r := rule(t, "r", 100, 100*time.Second, 0)
			for round, want := range []int64{100, 7} {
				var allowed atomic.Int64
				var wg sync.WaitGroup
				for range 16 {
					wg.Go(func() {
						for range 25 {
							if d, err := store.Take(t.Context(), r, "k", 1); err != nil {
								t.Error(err)
							} else if d.Allowed {
								allowed.Add(1)
							}
						}
					})
				}
				wg.Wait()
				if got := allowed.Load(); got != want {
					t.Errorf("round %d: %d of 400 were allowed, want %d", round, got, want)
				}
				pass(7 * time.Second)
			}
		})
	}
}

// TestMemoryLosesNothing: thirds of a nanosecond add up.
func TestMemoryLosesNothing(t *testing.T) {
	t.Parallel()
	c := &clock{}
	m := ratelimit.NewMemory(0, c.now)
	r := rule(t, "r", 3, time.Second, 3)
	spent := 0
	for range 3000 { // 10 s in steps of 3 1/3 ms, cut to whole ns
		if d, _ := m.Take(t.Context(), r, "k", 1); d.Allowed {
			spent++
		}
		c.ns.Add(3_333_333)
	}
	if spent != 3+29 { // 9.999999 s later, the last third is not complete
		t.Errorf("%d", spent)
	}
}

func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	c := &clock{}
	m := ratelimit.NewMemory(3, c.now)
	r := rule(t, "r", 1, time.Hour, 0)
	take := func(key string) bool {
		d, err := m.Take(t.Context(), r, key, 1)
		if err != nil {
			t.Fatal(err)
		}
		return d.Allowed
	}
	for _, key := range []string{"a", "b", "c"} {
		if !take(key) {
			t.Fatal(key)
		}
	}
	if take("a") {
		t.Error("a has spent its token")
	}
	if !take("d") || take("a") || take("c") || take("d") {
		t.Error("d takes the place of b, nobody else's")
	}
	if !take("b") {
		t.Error("b was forgotten")
	}
}

func TestLongTimeDoesNotOverflow(t *testing.T) {
	t.Parallel()
	c := &clock{}
	m := ratelimit.NewMemory(0, c.now)
	r := rule(t, "r", 500_000, time.Hour, 600_000)
	for range 3 {
		if d, _ := m.Take(t.Context(), r, "k", 600_000); !d.Allowed || d.Remaining != 0 {
			t.Fatalf("%+v", d)
		}
		c.ns.Add(int64(24 * 365 * time.Hour))
	}
}

func TestRules(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		rule ratelimit.Rule
		want string
	}{
		{ratelimit.Rule{Budget: 1, Period: time.Minute}, "no name"},
		{ratelimit.Rule{Name: "x", Period: time.Minute}, "positive"},
		{ratelimit.Rule{Name: "x", Budget: 1, Period: time.Minute, Burst: -1}, "positive"},
		{ratelimit.Rule{Name: "x", Budget: 1, Period: time.Millisecond}, "second"},
		{ratelimit.Rule{Name: "x", Budget: 1 << 40, Period: time.Hour}, "too large"},
	} {
		if err := c.rule.Check(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v", c.rule, err)
		}
	}
}

// TestRedisGone: an error at once, without waiting for Redis each time; and it is
// asked again later.
func TestRedisGone(t *testing.T) {
	t.Parallel()
	server := miniredis.RunT(t)
	s, err := ratelimit.OpenRedis("redis://"+server.Addr(), "", 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	r := rule(t, "r", 10, time.Second, 0)
	server.Close()
	if _, err := s.Take(t.Context(), r, "k", 1); err == nil || errors.Is(err, ratelimit.ErrPaused) {
		t.Fatalf("without redis: %v", err)
	}
	if _, err := s.Take(t.Context(), r, "k", 1); !errors.Is(err, ratelimit.ErrPaused) {
		t.Fatalf("at once again: %v", err)
	}
	if err := server.Restart(); err != nil {
		t.Fatal(err)
	}
	for {
		d, err := s.Take(context.WithoutCancel(t.Context()), r, "k", 1)
		if err == nil {
			if !d.Allowed {
				t.Errorf("%+v", d)
			}
			return
		}
		time.Sleep(20 * time.Millisecond) // polled until the pause is over
	}
}

// TestRedisFrozen: one that takes connections and says nothing is waited for once, no longer than the timeout, even by a
// client whose own time has no end.
func TestRedisFrozen(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	s, err := ratelimit.OpenRedis("redis://"+l.Addr().String(), "", 20*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	r := rule(t, "r", 10, time.Second, 0)
	if _, err := s.Take(t.Context(), r, "k", 1); !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatalf("frozen: %v", err)
	}
	if _, err := s.Take(t.Context(), r, "k", 1); !errors.Is(err, ratelimit.ErrPaused) {
		t.Fatalf("at once again: %v", err)
	}
}

func TestAddressesAreNotTold(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"redis://:s3cret@cache:port/0", "redis://:s3cret%zz@cache/0", "http://:s3cret@cache"} {
		if _, err := ratelimit.OpenRedis(address, "", 0); err == nil || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%v", err)
		}
	}
}

func BenchmarkMemory(b *testing.B) {
	m := ratelimit.NewMemory(0, nil)
	r := &ratelimit.Rule{Name: "r", Budget: 1000, Period: time.Second}
	if err := r.Check(); err != nil {
		b.Fatal(err)
	}
	keys := make([]string, 1000)
	for i := range keys {
		keys[i] = fmt.Sprintf("client-%d", i)
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		i++
		_, _ = m.Take(b.Context(), r, keys[i%len(keys)], 1)
	}
}

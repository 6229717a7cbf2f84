package inflight

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
)

func TestFollowersShareTheResult(t *testing.T) {
	t.Parallel()
	followed := make(chan struct{}, 100)
	g := New[string](func() { followed <- struct{}{} }, nil, nil)
	started, release := make(chan struct{}), make(chan struct{})
	var runs atomic.Int64
	work := func(context.Context) (string, error) {
		runs.Add(1)
		close(started)
		<-release
		return "result", errors.New("and error")
	}
	var wg sync.WaitGroup
	ask := func() {
		if v, err := g.Do(t.Context(), t.Context(), []byte("key"), work); v != "result" || err == nil {
			t.Errorf("%q %v", v, err)
		}
	}
	wg.Go(ask)
	<-started
	for range 50 {
		wg.Go(ask)
	}
	for range 50 {
		<-followed
	}
	if v, err := g.Do(t.Context(), t.Context(), []byte("other"), func(context.Context) (string, error) { return "other", nil }); v != "other" || err != nil {
		t.Errorf("%q %v", v, err)
	}
	close(release)
	wg.Wait()
	if runs.Load() != 1 {
		t.Errorf("ran %d times", runs.Load())
	}
	// Nothing is kept.
	if v, _ := g.Do(t.Context(), t.Context(), []byte("key"), func(context.Context) (string, error) { return "new", nil }); v != "new" {
		t.Error(v)
	}
}

func TestADesertedCallIsLedByAFollower(t *testing.T) {
	t.Parallel()
	followed := make(chan struct{}, 100)
	g := New[int](func() { followed <- struct{}{} }, nil, nil)
	ctx, leave := context.WithCancel(t.Context())
	started := make(chan struct{})
	var runs atomic.Int64
	var wg sync.WaitGroup
	wg.Go(func() {
		if _, err := g.Do(ctx, ctx, []byte("key"), func(ctx context.Context) (int, error) {
			close(started)
			<-ctx.Done()
			return 0, ctx.Err()
		}); !errors.Is(err, context.Canceled) {
			t.Errorf("leader: %v", err)
		}
	})
	<-started
	release := make(chan struct{})
	for range 20 {
		wg.Go(func() {
			v, err := g.Do(t.Context(), t.Context(), []byte("key"), func(context.Context) (int, error) {
				<-release
				return int(runs.Add(1)), nil
			})
			if v != 1 || err != nil {
				t.Errorf("follower: %d %v", v, err)
			}
		})
	}
	for range 20 {
		<-followed
	}
	leave()
	for range 19 { // all but the new leader follow again
		<-followed
	}
	close(release)
	wg.Wait()
}

func TestAFollowerMayLeave(t *testing.T) {
	t.Parallel()
	followed := make(chan struct{}, 1)
	g := New[int](func() { followed <- struct{}{} }, nil, nil)
	started, release := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		_, _ = g.Do(t.Context(), t.Context(), []byte("key"), func(context.Context) (int, error) { close(started); <-release; return 1, nil })
	})
	<-started
	ctx, leave := context.WithCancel(t.Context())
	wg.Go(func() { <-followed; leave() })
	if _, err := g.Do(ctx, ctx, []byte("key"), nil); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	close(release)
	wg.Wait()
}

func TestAPanicIsTheLeadersOwn(t *testing.T) {
	t.Parallel()
	followed := make(chan struct{}, 1)
	g := New[int](func() { followed <- struct{}{} }, nil, nil)
	started, release := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic was lost")
			}
		}()
		_, _ = g.Do(t.Context(), t.Context(), []byte("key"), func(context.Context) (int, error) { close(started); <-release; panic("no") })
	})
	<-started
	wg.Go(func() {
		if v, err := g.Do(t.Context(), t.Context(), []byte("key"), func(context.Context) (int, error) { return 2, nil }); v != 2 || err != nil {
			t.Error(v, err)
		}
	})
	<-followed
	close(release)
	wg.Wait()
}

func TestACollisionIsNotShared(t *testing.T) {
	t.Parallel()
	g := New[string](func() { t.Error("followed another key") }, nil, nil)
	inner, err := g.Do(t.Context(), t.Context(), []byte("a"), func(ctx context.Context) (string, error) {
		for hash := range g.calls { // the only one: make "b" collide with it
			g.mu.Lock()
			c := g.calls[hash]
			c.key = []byte("not b")
			g.mu.Unlock()
		}
		return g.Do(ctx, ctx, []byte("a"), func(context.Context) (string, error) { return "own", nil })
	})
	if inner != "own" || err != nil {
		t.Error(inner, err)
	}
}

func TestKeys(t *testing.T) {
	t.Parallel()
	distinct := map[string]bool{}
	for _, k := range []Key{
		Key{}.String("ab").String("c"), Key{}.String("a").String("bc"), Key{}.String("abc"), Key{}.Bytes([]byte("abc")).Int(0),
		Key{}.Header(http.Header{"A": {"b"}}), Key{}.Header(http.Header{"A": {"b", ""}}), Key{}.Header(http.Header{"A": nil, "B": {"b"}}),
	} {
		distinct[string(k)] = true
	}
	if len(distinct) != 7 {
		t.Errorf("%d distinct keys of 7", len(distinct))
	}
	if a, b := (Key{}).Header(http.Header{"Traceparent": {"1"}, "X": {"y"}}), (Key{}).Header(http.Header{"Traceparent": {"2"}, "X": {"y"}}); string(a) != string(b) {
		t.Error("traces tell requests apart")
	}
}

func TestAnOwnResultIsNotShared(t *testing.T) {
	t.Parallel()
	followed := make(chan struct{}, 100)
	g := New[int64](func() { followed <- struct{}{} }, func(int64, int) { t.Error("retained for followers") }, func(int64) bool { return true })
	started, release := make(chan struct{}), make(chan struct{})
	var runs atomic.Int64
	var mu sync.Mutex
	seen := map[int64]bool{}
	var wg sync.WaitGroup
	ask := func() {
		v, err := g.Do(t.Context(), t.Context(), []byte("key"), func(context.Context) (int64, error) {
			n := runs.Add(1)
			if n == 1 {
				close(started)
				<-release
			}
			return n, nil
		})
		mu.Lock()
		defer mu.Unlock()
		if err != nil || seen[v] {
			t.Errorf("%d again, or %v", v, err)
		}
		seen[v] = true
	}
	wg.Go(ask)
	<-started
	for range 20 {
		wg.Go(ask)
	}
	for range 20 {
		<-followed
	}
	close(release)
	wg.Wait()
	if runs.Load() != 21 {
		t.Errorf("ran %d times", runs.Load())
	}
}

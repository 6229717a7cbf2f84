package transport_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"marquee/router/transport"
)

// replica is a transport whose answers a test holds back or makes fail.
type replica struct {
	n    atomic.Int64
	hold chan struct{} // nil: answers at once
	down atomic.Bool
}

func (r *replica) Do(ctx context.Context, _ *transport.Request) (*transport.Response, error) {
	r.n.Add(1)
	if r.down.Load() {
		return nil, unreachable(false)
	}
	if r.hold != nil {
		<-r.hold
	}
	return &transport.Response{Status: 200}, nil
}

func (r *replica) Subscribe(context.Context, *transport.Request) (transport.Stream, error) {
	r.n.Add(1)
	return &quiet{}, nil
}

type quiet struct{ transport.Stream }

func (quiet) Close() error { return nil }

func TestBusyTargetsGetLess(t *testing.T) {
	t.Parallel()
	slow, quick := &replica{hold: make(chan struct{})}, &replica{}
	b := transport.Balance(slow, quick)
	var wg sync.WaitGroup
	for slow.n.Load() == 0 { // one after the other, until one is held
		done := make(chan struct{})
		wg.Go(func() {
			defer close(done)
			_, _ = b.Do(t.Context(), request())
		})
		for waiting := true; waiting && slow.n.Load() == 0; {
			select {
			case <-done:
				waiting = false
			case <-time.After(time.Millisecond):
			}
		}
	}
	for range 100 {
		if _, err := b.Do(t.Context(), request()); err != nil {
			t.Fatal(err)
		}
	}
	if got := slow.n.Load(); got != 1 {
		t.Errorf("the target with a request under way got %d more", got-1)
	}
	close(slow.hold)
	wg.Wait()
}

func TestFailingTargetsAreLeftAlone(t *testing.T) {
	t.Parallel()
	all := []*replica{{}, {}, {}}
	b := transport.Balance(all[0], all[1], all[2])
	all[1].down.Store(true)
	b = transport.Stack(b, transport.Retry(transport.RetryOptions{Backoff: 1}))
	for range 300 {
		if _, err := b.Do(t.Context(), request()); err != nil {
			t.Fatal(err)
		}
	}
	if n := all[1].n.Load(); n == 0 || n > 30 {
		t.Errorf("the target that fails was asked %d times of 300", n)
	}
	all[0].down.Store(true)
	all[2].down.Store(true)
	asked := all[0].n.Load() + all[1].n.Load() + all[2].n.Load()
	if _, err := b.Do(t.Context(), request()); err == nil {
		t.Fatal("an answer from nobody")
	}
	if all[0].n.Load()+all[1].n.Load()+all[2].n.Load() == asked {
		t.Error("nobody was asked although all have failed")
	}
}

func TestStreamsSpreadByTheirNumber(t *testing.T) {
	t.Parallel()
	x, y := &replica{}, &replica{}
	b := transport.Balance(x, y)
	var open []transport.Stream
	for range 10 {
		s, err := b.Subscribe(t.Context(), request())
		if err != nil {
			t.Fatal(err)
		}
		open = append(open, s)
	}
	if x.n.Load() != 5 || y.n.Load() != 5 {
		t.Fatalf("%d and %d", x.n.Load(), y.n.Load())
	}
	for i, s := range open { // all those of one target end
		if i%2 == 0 {
			_ = s.Close()
			_ = s.Close()
		}
	}
	x.n.Store(0)
	y.n.Store(0)
	for range 5 {
		_, _ = b.Subscribe(t.Context(), request())
	}
	if n := max(x.n.Load(), y.n.Load()); n != 5 {
		t.Errorf("%d and %d after one had lost all of its streams", x.n.Load(), y.n.Load())
	}
}

// TestAddressesOfANameAreFollowed runs one subgraph at two loopback addresses.
func TestAddressesOfANameAreFollowed(t *testing.T) {
	t.Parallel()
	var port int
	asked := map[string]*atomic.Int64{}
	for _, ip := range []string{"127.0.0.1", "127.0.0.2"} {
		l, err := net.Listen("tcp", fmt.Sprintf("%s:%d", ip, port))
		if err != nil {
			t.Skipf("no second loopback address: %v", err)
		}
		port = l.Addr().(*net.TCPAddr).Port
		n := &atomic.Int64{}
		asked[ip] = n
		srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			n.Add(1)
			if r.Host != "reviews.test:"+strconv.Itoa(port) {
				t.Errorf("Host: %s", r.Host)
			}
			_, _ = w.Write([]byte(`{}`))
		}))
		_ = srv.Listener.Close()
		srv.Listener = l
		srv.Start()
		t.Cleanup(srv.Close)
	}
	var mu sync.Mutex
	answer, broken := []string{"127.0.0.2", "127.0.0.1", "127.0.0.2"}, error(nil)
	changes, failures := make(chan []string, 10), make(chan error, 1000)
	w, err := transport.NewResolved(transport.HTTPOptions{URL: fmt.Sprintf("http://reviews.test:%d/graphql", port)}, transport.DNSOptions{
		Refresh: time.Millisecond,
		Lookup: func(_ context.Context, host string) ([]string, error) {
			mu.Lock()
			defer mu.Unlock()
			if host != "reviews.test" {
				return nil, errors.New(host)
			}
			return answer, broken
		},
		OnChange: func(a []string) { changes <- a },
		OnError: func(err error) {
			select {
			case failures <- err:
			default:
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	ask := func(n int) {
		t.Helper()
		for range n {
			if _, err := w.Do(t.Context(), request()); err != nil {
				t.Fatal(err)
			}
		}
	}
	if got := fmt.Sprint(<-changes); got != "[127.0.0.1 127.0.0.2]" {
		t.Fatal(got)
	}
	ask(10)
	if a, b := asked["127.0.0.1"].Load(), asked["127.0.0.2"].Load(); a != 5 || b != 5 {
		t.Errorf("%d and %d", a, b)
	}
	mu.Lock()
	answer = []string{"127.0.0.2"}
	mu.Unlock()
	if got := fmt.Sprint(<-changes); got != "[127.0.0.2]" {
		t.Fatal(got)
	}
	ask(10)
	if a, b := asked["127.0.0.1"].Load(), asked["127.0.0.2"].Load(); a != 5 || b != 15 {
		t.Errorf("%d and %d", a, b)
	}
	mu.Lock()
	answer, broken = nil, errors.New("the name server is down")
	mu.Unlock()
	if err := <-failures; err == nil {
		t.Error("no reason")
	}
	ask(10) // with the addresses known
	if n := asked["127.0.0.2"].Load(); n != 25 {
		t.Errorf("%d", n)
	}
}

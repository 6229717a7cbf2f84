package transport

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// Balancer spreads requests over transports that reach the same subgraph, its
// targets: of the next one in turn and another one at random it takes the one
// with fewer requests under way. A target that fails is left alone for a time
// that doubles with every failure in a row, while there are others; a retry
// therefore goes elsewhere.
type Balancer struct {
	targets atomic.Pointer[[]*target]
	next    atomic.Uint64
	now     func() time.Time
}

// target is one of a Balancer's transports.
type target struct {
	to      Transport
	active  atomic.Int64 // queries and mutations under way
	streams atomic.Int64
	failed  atomic.Int64 // in a row
	out     atomic.Int64 // until when it is left alone, Unix nanoseconds; 0 is not
}

// How long a target is left alone after the first failure, and at most.
const (
	firstRest = 100 * time.Millisecond
	longRest  = 30 * time.Second
)

// Balance returns a Transport over all of to, which must not be empty.
func Balance(to ...Transport) Transport {
	if len(to) == 1 {
		return to[0]
	}
	return newBalancer(to)
}

func newBalancer(to []Transport) *Balancer {
	b := &Balancer{now: time.Now}
	b.set(to)
	return b
}

// set changes the targets; those that stay keep what is known of them.
func (b *Balancer) set(to []Transport) {
	var old []*target
	if p := b.targets.Load(); p != nil {
		old = *p
	}
	list := make([]*target, len(to))
	for i, tr := range to {
		list[i] = &target{to: tr}
		for _, o := range old {
			if o.to == tr {
				list[i] = o
			}
		}
	}
	b.targets.Store(&list)
}

// pick chooses a target; load says how busy one is.
func (b *Balancer) pick(load func(*target) int64) *target {
	list := *b.targets.Load()
	n := uint64(len(list))
	i := b.next.Add(1) % n
	first := list[i]
	if n == 1 {
		return first
	}
	other := list[(i+1+rand.Uint64N(n-1))%n] // #nosec G404 -- no secret
	now := int64(0)
	resting := func(t *target) bool {
		until := t.out.Load()
		if until == 0 {
			return false
		}
		if now == 0 {
			now = b.now().UnixNano()
		}
		return now < until
	}
	switch a, o := resting(first), resting(other); {
	case a && o:
		for k := range n { // another one, if there is one
			if t := list[(i+k)%n]; !resting(t) {
				return t
			}
		}
	case a:
		return other
	case o:
		return first
	}
	if load(other) < load(first) {
		return other
	}
	return first
}

func (t *target) learn(ctx context.Context, b *Balancer, res *Response, err error) {
	if ctx.Err() != nil && err != nil {
		return // the caller's end says nothing
	}
	bad := err != nil
	var te *Error
	if errors.As(err, &te) {
		bad = te.Code == CodeUnreachable || te.Code == CodeTimeout
	}
	if res != nil {
		bad = res.Status == http.StatusBadGateway || res.Status == http.StatusServiceUnavailable || res.Status == http.StatusGatewayTimeout
	}
	if !bad {
		if t.failed.Load() != 0 {
			t.failed.Store(0)
			t.out.Store(0)
		}
		return
	}
	rest := min(firstRest<<min(t.failed.Add(1)-1, 20), longRest)
	t.out.Store(b.now().Add(rest).UnixNano())
}

func activeOf(t *target) int64 { return t.active.Load() }

func streamsOf(t *target) int64 { return t.streams.Load() }

// Do implements Transport.
func (b *Balancer) Do(ctx context.Context, r *Request) (*Response, error) {
	t := b.pick(activeOf)
	t.active.Add(1)
	defer t.active.Add(-1)
	res, err := t.to.Do(ctx, r)
	t.learn(ctx, b, res, err)
	return res, err
}

// Subscribe implements Transport.
func (b *Balancer) Subscribe(ctx context.Context, r *Request) (Stream, error) {
	t := b.pick(streamsOf)
	t.streams.Add(1)
	s, err := t.to.Subscribe(ctx, r)
	t.learn(ctx, b, nil, err)
	if err != nil {
		t.streams.Add(-1)
		return nil, err
	}
	return &balanced{Stream: s, target: t}, nil
}

// balanced is a stream that counts at its target until it is closed.
type balanced struct {
	Stream
	target *target
	once   sync.Once
}

// Close implements Stream.
func (s *balanced) Close() error {
	s.once.Do(func() { s.target.streams.Add(-1) })
	return s.Stream.Close()
}

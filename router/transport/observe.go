package transport

import (
	"context"
	"time"
)

// Observer is told of every request to a subgraph once it has ended (for a
// subscription: once it has started). res is nil if err is not, and for subscriptions.
type Observer func(r *Request, res *Response, err error, took time.Duration)

// Observe tells o of the requests that pass.
func Observe(o Observer) Layer {
	return func(next Transport) Transport { return &observe{next: next, o: o} }
}

type observe struct {
	next Transport
	o    Observer
}

// Do implements Transport.
func (t *observe) Do(ctx context.Context, r *Request) (*Response, error) {
	start := time.Now()
	res, err := t.next.Do(ctx, r)
	t.o(r, res, err, time.Since(start))
	return res, err
}

// Subscribe implements Transport.
func (t *observe) Subscribe(ctx context.Context, r *Request) (Stream, error) {
	start := time.Now()
	s, err := t.next.Subscribe(ctx, r)
	t.o(r, nil, err, time.Since(start))
	return s, err
}

// Timeout bounds queries and mutations; a subscription's start is bounded by
// its wire.
func Timeout(d time.Duration) Layer {
	return func(next Transport) Transport { return &timeout{next: next, d: d} }
}

type timeout struct {
	next Transport
	d    time.Duration
}

// Do implements Transport.
func (t *timeout) Do(ctx context.Context, r *Request) (*Response, error) {
	ctx, cancel := context.WithTimeout(ctx, t.d)
	defer cancel()
	return t.next.Do(ctx, r)
}

// Subscribe implements Transport.
func (t *timeout) Subscribe(ctx context.Context, r *Request) (Stream, error) {
	return t.next.Subscribe(ctx, r)
}

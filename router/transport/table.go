package transport

import (
	"context"
	"errors"
	"sync/atomic"
)

// Table is a Transport that picks another one by the request's subgraph. It is
// immutable: a new schema gets a new table.
type Table map[string]Transport

var errNoSuchSubgraph = errors.New("no transport is configured under this name")

// Do implements Transport.
func (t Table) Do(ctx context.Context, r *Request) (*Response, error) {
	if to, ok := t[r.Subgraph]; ok {
		return to.Do(ctx, r)
	}
	return nil, &Error{Code: CodeUnknown, Subgraph: r.Subgraph, Unsent: true, Err: errNoSuchSubgraph}
}

// Subscribe implements Transport.
func (t Table) Subscribe(ctx context.Context, r *Request) (Stream, error) {
	if to, ok := t[r.Subgraph]; ok {
		return to.Subscribe(ctx, r)
	}
	return nil, &Error{Code: CodeUnknown, Subgraph: r.Subgraph, Unsent: true, Err: errNoSuchSubgraph}
}

// roundRobin spreads requests over equal transports.
type roundRobin struct {
	to   []Transport
	next atomic.Uint64
}

// RoundRobin spreads requests evenly over transports that reach the same
// subgraph; a retry therefore goes to another one. to must not be empty.
func RoundRobin(to ...Transport) Transport {
	if len(to) == 1 {
		return to[0]
	}
	return &roundRobin{to: to}
}

func (b *roundRobin) pick() Transport {
	return b.to[int((b.next.Add(1)-1)%uint64(len(b.to)))]
}

// Do implements Transport.
func (b *roundRobin) Do(ctx context.Context, r *Request) (*Response, error) {
	return b.pick().Do(ctx, r)
}

// Subscribe implements Transport.
func (b *roundRobin) Subscribe(ctx context.Context, r *Request) (Stream, error) {
	return b.pick().Subscribe(ctx, r)
}

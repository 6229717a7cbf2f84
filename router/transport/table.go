package transport

import (
	"context"
	"errors"
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

package transport

import (
	"context"
	"errors"

	"marquee/router/inflight"
)

// Share makes equal queries that are under way at the same time one request, if
// onFollow is not nil; it is told of each that follows another. Mutations and
// events always begin a new era. Answers that set cookies are not shared, if the
// wire keeps that header. What a
// layer below adds must follow from the request itself.
func Share(era *inflight.Era, onFollow func()) Layer {
	return func(next Transport) Transport {
		t := &share{next: next, era: era}
		if onFollow != nil {
			t.group = inflight.New(onFollow, func(res *Response, n int) {
				if res != nil {
					res.memory.Retain(n)
				}
			}, func(res *Response) bool { return res != nil && len(res.Header["Set-Cookie"]) > 0 })
		}
		return t
	}
}

type share struct {
	next  Transport
	era   *inflight.Era
	group *inflight.Group[*Response] // nil: nothing is shared
}

// Do implements Transport.
func (t *share) Do(ctx context.Context, r *Request) (*Response, error) {
	if r.Kind == Mutation {
		defer t.era.Next()
	}
	if r.Kind != Query || t.group == nil {
		return t.next.Do(ctx, r)
	}
	scratch := inflight.NewScratch()
	defer scratch.Free()
	scratch.Key = scratch.Key.Int(t.era.Now()).String(r.Subgraph).String(r.Subject.Key()).Header(r.Header).Bytes(r.Body)
	res, err := t.group.Do(ctx, ctx, scratch.Key, func(ctx context.Context) (*Response, error) { return t.next.Do(ctx, r) })
	var te *Error
	if err == nil || errors.As(err, &te) {
		return res, err
	}
	code := CodeCancelled // it followed, and its own time was over
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		code = CodeTimeout
	}
	return nil, &Error{Code: code, Subgraph: r.Subgraph, Err: err}
}

// Subscribe implements Transport.
func (t *share) Subscribe(ctx context.Context, r *Request) (Stream, error) {
	s, err := t.next.Subscribe(ctx, r)
	if err != nil {
		return nil, err
	}
	return &sharedEra{s, t.era}, nil
}

// sharedEra is a stream whose events begin eras.
type sharedEra struct {
	Stream
	era *inflight.Era
}

// Next implements Stream.
func (s *sharedEra) Next(ctx context.Context) ([]byte, error) {
	b, err := s.Stream.Next(ctx)
	s.era.Next()
	return b, err
}

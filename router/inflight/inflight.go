// Package inflight lets equal requests that are under way at the same time be
// one: the first, the leader, does the work; those that come meanwhile, the
// followers, take its result.
//
// A key holds everything the result depends on. It is found by a 128-bit hash
// with a random seed and compared byte by byte, so that no collision gives one
// caller what is another's. A leader whose own request ends early (its client
// left, its time is over) has no result for others: one of the followers leads
// then. Nothing is kept once the leader is done: this is not a cache.
//
// Era keeps readers from results older than what they know: see there.
package inflight

import (
	"bytes"
	"context"
	"hash/maphash"
	"sync"
	"sync/atomic"
)

// Era counts the points in time since which data may have changed: a mutation
// was answered, an event came. Keys include it, so that who asks after that does
// not follow who asked before: a client that reads what it has just written
// reads it.
type Era struct{ n atomic.Uint64 }

// Next begins a new era.
func (e *Era) Next() { e.n.Add(1) }

// Now is the current era.
func (e *Era) Now() uint64 { return e.n.Load() }

// Group is a set of requests under way. Its zero value is not usable.
type Group[V any] struct {
	seeds    [2]maphash.Seed
	onFollow func()
	retain   func(v V, n int)
	own      func(v V) bool

	mu    sync.Mutex
	calls map[[2]uint64]*call[V]
}

// New makes a Group; onFollow, if not nil, is told of every request that
// follows another; retain, if not nil, of every result that n followers will get
// besides the leader, before any of them does. own, if not nil, says that a result
// is its caller's alone: those who have waited for it then each do the work
// themselves.
func New[V any](onFollow func(), retain func(v V, n int), own func(v V) bool) *Group[V] {
	return &Group[V]{
		seeds: [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}, onFollow: onFollow, retain: retain, own: own, calls: map[[2]uint64]*call[V]{},
	}
}

type call[V any] struct {
	key       []byte
	done      chan struct{}
	followers int // under the group's lock
	// Written before done is closed.
	value    V
	err      error
	deserted bool // the leader ended early: there is no result
	owned    bool // there is one, but for the leader alone
}

// Do returns the result of fn or that of an equal call under way. Results are
// shared: nobody may change them. fn gets the caller's own ctx; who follows waits
// until wait ends, which is ctx or what ctx is derived from. key must not be changed
// until Do returns; nobody looks at it afterwards.
func (g *Group[V]) Do(ctx, wait context.Context, key []byte, fn func(ctx context.Context) (V, error)) (V, error) {
	hash := [2]uint64{maphash.Bytes(g.seeds[0], key), maphash.Bytes(g.seeds[1], key)}
	for {
		g.mu.Lock()
		c := g.calls[hash]
		if c == nil {
			c = &call[V]{key: key, done: make(chan struct{}), deserted: true}
			g.calls[hash] = c
			g.mu.Unlock()
			return g.lead(ctx, hash, c, fn)
		}
		same := bytes.Equal(c.key, key)
		if same {
			c.followers++
		}
		g.mu.Unlock()
		if !same { // a collision of the hash
			return fn(ctx)
		}
		if g.onFollow != nil {
			g.onFollow()
		}
		select {
		case <-wait.Done():
			var none V
			return none, context.Cause(wait)
		case <-c.done:
		}
		switch {
		case c.owned:
			return fn(ctx)
		case !c.deserted:
			return c.value, c.err
		case ctx.Err() != nil:
			var none V
			return none, context.Cause(ctx)
		}
	}
}

func (g *Group[V]) lead(ctx context.Context, hash [2]uint64, c *call[V], fn func(ctx context.Context) (V, error)) (V, error) {
	defer func() { // also when fn panics: deserted stays true then
		g.mu.Lock()
		delete(g.calls, hash)
		g.mu.Unlock()
		if !c.deserted && !c.owned && c.followers > 0 && g.retain != nil {
			g.retain(c.value, c.followers)
		}
		close(c.done)
	}()
	v, err := fn(ctx)
	if ctx.Err() == nil {
		c.value, c.err, c.deserted = v, err, false
		c.owned = g.own != nil && g.own(v)
	}
	return v, err
}

// Key builds keys of parts that cannot be confused with each other.
type Key []byte

// Int appends a number.
func (k Key) Int(n uint64) Key {
	for i := range 8 {
		k = append(k, byte(n>>(8*i))) //nolint:gosec // the low byte is meant
	}
	return k
}

// String appends a string with its length.
func (k Key) String(s string) Key { return append(k.Int(uint64(len(s))), s...) }

// Bytes appends bytes with their length.
func (k Key) Bytes(b []byte) Key { return append(k.Int(uint64(len(b))), b...) }

// Scratch is memory for a key that is used again.
type Scratch struct{ Key Key }

var scratches = sync.Pool{New: func() any { return &Scratch{make(Key, 0, 512)} }}

// maxKept bounds the keys whose memory is used again, in bytes.
const maxKept = 64 << 10

// NewScratch returns a Scratch with an empty key.
func NewScratch() *Scratch {
	s := scratches.Get().(*Scratch) //nolint:forcetypeassert // the pool holds nothing else
	s.Key = s.Key[:0]
	return s
}

// Free gives the memory back, once Do has returned.
func (s *Scratch) Free() {
	if cap(s.Key) <= maxKept {
		scratches.Put(s)
	}
}

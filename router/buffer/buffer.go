// Package buffer holds the bytes of answers in memory that is used again.
//
// A Buffer is counted: who gets one owns a reference and gives it back by
// Release, after which it must not look at the bytes any more. Forgetting to is
// harmless: the garbage collector takes the buffer then.
package buffer

import (
	"math/bits"
	"sync"
	"sync/atomic"
)

// Sizes kept for reuse: powers of two from 512 B to 1 MiB. A request must not
// make the router keep what only it needed.
const (
	minBits = 9
	maxBits = 20
)

// Buffer is a counted run of bytes. Its zero value is not usable.
type Buffer struct {
	B    []byte
	refs atomic.Int32
}

var pools [maxBits + 1]sync.Pool

// Get returns a buffer with one reference, of length 0 and at least the given
// capacity.
func Get(size int) *Buffer {
	class := max(minBits, bits.Len(uint(max(size, 1)-1)))
	if class > maxBits {
		return made(size)
	}
	if b, ok := pools[class].Get().(*Buffer); ok {
		b.refs.Store(1)
		return b
	}
	return made(1 << class)
}

func made(size int) *Buffer {
	b := &Buffer{B: make([]byte, 0, size)}
	b.refs.Store(1)
	return b
}

// Retain adds n references.
func (b *Buffer) Retain(n int) {
	if b != nil {
		b.refs.Add(int32(n)) //nolint:gosec // as many as requests are under way
	}
}

// Release gives a reference back; after the last one the memory is used again.
// A nil Buffer has nothing to give back.
func (b *Buffer) Release() {
	if b == nil || b.refs.Add(-1) != 0 {
		return
	}
	// What has grown goes to the class it fills.
	if class := bits.Len(uint(cap(b.B))) - 1; class >= minBits && class <= maxBits {
		b.B = b.B[:0]
		pools[class].Put(b)
	}
}

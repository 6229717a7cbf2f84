package buffer

import (
	"sync"
	"testing"
)

func TestSizes(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 511, 512, 513, 4096, 4097, 1 << 20, 1<<20 + 1, 5 << 20} {
		b := Get(n)
		if len(b.B) != 0 || cap(b.B) < n {
			t.Fatalf("Get(%d): %d of %d", n, len(b.B), cap(b.B))
		}
		b.B = append(b.B, make([]byte, 3*n+1)...)
		b.Release()
		if c := Get(n); cap(c.B) < n {
			t.Fatalf("Get(%d) again: %d", n, cap(c.B))
		}
	}
	var none *Buffer
	none.Retain(1)
	none.Release()
}

// While a reference is left nobody else gets the memory.
func TestReferences(t *testing.T) {
	t.Parallel()
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for range 2000 {
				b := Get(600)
				b.B = append(b.B, byte(g))
				b.Retain(2)
				var readers sync.WaitGroup
				for range 3 {
					readers.Go(func() {
						if b.B[0] != byte(g) {
							t.Error("another's bytes")
						}
						b.Release()
					})
				}
				readers.Wait()
			}
		})
	}
	wg.Wait()
}

package transport

import (
	"bytes"
	"errors"
	"testing"
	"testing/iotest"
)

// FuzzEvents: no bytes of a subgraph make the event reader panic, loop without
// progress or return more than it may, and how they come in makes no difference.
func FuzzEvents(f *testing.F) {
	for _, s := range []string{
		"event: next\ndata: {}\n\nevent: complete\ndata:\n\n", ":\n\n\n", "\xef\xbb\xbfdata: x\n\n", "data\n\n", "event\r\ndata:a\r\ndata:b\r\n\r\n", "data: ",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, stream []byte) {
		const longest = 64
		r := newSSEReader(bytes.NewReader(stream), longest)
		slow := newSSEReader(iotest.OneByteReader(bytes.NewReader(stream)), longest)
		for n := 0; ; n++ {
			name, data, err := r.next()
			if err != nil {
				if _, _, other := slow.next(); !errors.Is(other, err) {
					t.Fatalf("%v, byte by byte %v", err, other)
				}
				return
			}
			if len(data) > longest || n > len(stream) {
				t.Fatalf("event %d of %d bytes", n, len(data))
			}
			again, same, err := slow.next()
			if err != nil || again != name || !bytes.Equal(same, data) {
				t.Fatalf("event %d is %q %q, byte by byte %q %q (%v)", n, name, data, again, same, err)
			}
		}
	})
}

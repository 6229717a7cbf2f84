package transport

import (
	"bytes"
	"testing"
)

// FuzzEvents: no bytes of a subgraph make the event reader panic, loop without
// progress or return more than it may.
func FuzzEvents(f *testing.F) {
	for _, s := range []string{
		"event: next\ndata: {}\n\nevent: complete\ndata:\n\n", ":\n\n\n", "\xef\xbb\xbfdata: x\n\n", "data\n\n", "event\r\ndata:a\r\ndata:b\r\n\r\n", "data: ",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, stream []byte) {
		const longest = 64
		r := newSSEReader(bytes.NewReader(stream), longest)
		for n := 0; ; n++ {
			_, data, err := r.next()
			if err != nil {
				return
			}
			if len(data) > longest || n > len(stream) {
				t.Fatalf("event %d of %d bytes", n, len(data))
			}
		}
	})
}

package transport

import (
	"io"
	"sync"
)

// requestBody reads a request's bytes until it is detached. A transport that
// returns early (the caller went away) detaches it first, so that nothing reads
// the caller's buffer afterwards: the caller may pool it.
type requestBody struct {
	mu   sync.Mutex
	rest []byte
	gone bool
}

func newRequestBody(b []byte) *requestBody { return &requestBody{rest: b} }

// Read implements io.Reader.
func (b *requestBody) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.gone {
		return 0, io.ErrClosedPipe
	}
	if len(b.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(p, b.rest)
	b.rest = b.rest[n:]
	return n, nil
}

// Close implements io.Closer by detaching.
func (b *requestBody) Close() error {
	b.mu.Lock()
	b.gone, b.rest = true, nil
	b.mu.Unlock()
	return nil
}

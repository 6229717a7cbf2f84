package transport

import (
	"errors"
	"io"
	"time"
)

// errSilent breaks a stream from which nothing came for too long: it is opened
// again.
var errSilent = errors.New("the subgraph was silent for too long")

// silence calls a function if a wait for something to come takes too long. A nil
// *silence never does.
type silence struct {
	timer *time.Timer
	d     time.Duration
}

func newSilence(d time.Duration, f func()) *silence {
	s := &silence{time.AfterFunc(d, f), d}
	s.timer.Stop()
	return s
}

// wait begins a wait.
func (s *silence) wait() {
	if s != nil {
		s.timer.Reset(s.d)
	}
}

// heard lets a wait begin anew.
func (s *silence) heard() {
	if s != nil && s.timer.Stop() {
		s.timer.Reset(s.d)
	}
}

// done ends a wait; false means that it took too long.
func (s *silence) done() bool { return s == nil || s.timer.Stop() }

// heardBody is a body that is closed when nothing of it comes for a time.
type heardBody struct {
	io.ReadCloser
	silence *silence
}

func newHeardBody(body io.ReadCloser, d time.Duration) io.ReadCloser {
	if d <= 0 {
		return body
	}
	return &heardBody{body, newSilence(d, func() { _ = body.Close() })}
}

// Read implements io.Reader.
func (b *heardBody) Read(p []byte) (int, error) {
	b.silence.wait()
	n, err := b.ReadCloser.Read(p)
	if !b.silence.done() && err != nil {
		err = errors.Join(errSilent, err)
	}
	return n, err
}

package payment

import "sync"

// signals wakes those of this process who wait for something by its key. It is a hint: the waiters look at the store again, and also
// from time to time without a signal, because another process may have done the work.
type signals struct {
	mu      sync.Mutex
	waiting map[string]*waiters
}

type waiters struct {
	woken chan struct{}
	n     int
}

func newSignals() *signals { return &signals{waiting: map[string]*waiters{}} }

// wait returns a channel that closes at the next wake of the key, and a function to call when done waiting.
func (s *signals) wait(key string) (<-chan struct{}, func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w := s.waiting[key]
	if w == nil {
		w = &waiters{woken: make(chan struct{})}
		s.waiting[key] = w
	}
	w.n++
	return w.woken, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if w.n--; w.n == 0 && s.waiting[key] == w {
			delete(s.waiting, key)
		}
	}
}

// wake wakes everybody who waits for the key now.
func (s *signals) wake(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if w := s.waiting[key]; w != nil {
		close(w.woken)
		delete(s.waiting, key)
	}
}

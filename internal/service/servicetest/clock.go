package servicetest

import (
	"sync"
	"time"
)

// Clock is a clock that a test moves. Give it to the subgraph with At(clock.Now).
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock returns a clock that stands at noon (UTC) of 1 March 2027.
func NewClock() *Clock { return &Clock{now: time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)} }

// Now is the clock's time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Forward lets time pass.
func (c *Clock) Forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

package ratelimit

import (
	"container/list"
	"context"
	"sync"
	"time"
)

// DefaultKeys is how many buckets a Memory keeps unless told otherwise.
const DefaultKeys = 100_000

// Memory is the store of one process. It keeps a bounded number of buckets; a new
// one takes the place of that which has not been used for the longest time.
type Memory struct {
	max   int
	now   func() time.Time
	epoch time.Time

	mu      sync.Mutex
	buckets map[string]*list.Element // of *bucket
	order   list.List                // last used first
}

// bucket counts in shares: a token is as many shares as its rule's period has
// nanoseconds, so that every nanosecond adds Budget shares and no fraction is
// ever lost.
type bucket struct {
	key    string
	shares int64
	at     time.Duration // since the epoch
}

// NewMemory makes a store of at most max buckets (0 is DefaultKeys). now is the
// clock, nil the system's.
func NewMemory(max int, now func() time.Time) *Memory {
	if max <= 0 {
		max = DefaultKeys
	}
	if now == nil {
		now = time.Now
	}
	return &Memory{max: max, now: now, epoch: now(), buckets: map[string]*list.Element{}}
}

// Take implements Store. It never fails.
func (m *Memory) Take(_ context.Context, r *Rule, key string, n int64) (Decision, error) {
	period := int64(r.Period)
	full := r.Burst * period
	m.mu.Lock()
	defer m.mu.Unlock()
	at := m.now().Sub(m.epoch)
	b := m.bucket(r.Name+"\x00"+key, full, at)
	if passed := at - b.at; passed > 0 {
		// Without the comparison a long time times a large budget would overflow.
		if missing := full - b.shares; int64(passed) > missing/r.Budget {
			b.shares = full
		} else {
			b.shares += int64(passed) * r.Budget
		}
		b.at = at
	}
	var d Decision
	switch {
	case n > r.Burst:
		d.RetryAfter = -1
	case b.shares < n*period:
		d.RetryAfter = time.Duration(up(n*period-b.shares, r.Budget))
	default:
		b.shares -= n * period
		d.Allowed = true
	}
	d.Remaining, d.Reset = b.shares/period, time.Duration(up(full-b.shares, r.Budget))
	return d, nil
}

// bucket finds or makes a bucket, a new one full.
func (m *Memory) bucket(key string, full int64, at time.Duration) *bucket {
	if e, ok := m.buckets[key]; ok {
		m.order.MoveToFront(e)
		return e.Value.(*bucket) //nolint:forcetypeassert // the list holds nothing else
	}
	var b *bucket
	if len(m.buckets) >= m.max {
		e := m.order.Back()
		b = e.Value.(*bucket) //nolint:forcetypeassert // as above
		delete(m.buckets, b.key)
		m.order.MoveToFront(e)
		m.buckets[key] = e
	} else {
		b = &bucket{}
		m.buckets[key] = m.order.PushFront(b)
	}
	*b = bucket{key: key, shares: full, at: at}
	return b
}

func up(a, b int64) int64 { return (a + b - 1) / b }

package front

import (
	"context"
	"net/http"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// admitWait is how long an operation waits for its turn. Longer helps nobody:
	// whoever waits has others behind.
	admitWait = 250 * time.Millisecond
	// admitTick is how often the number of queries at once is adjusted.
	admitTick = 50 * time.Millisecond
	// admitLeast queries per processor run at once under whatever pressure, and
	// eight times as many may wait. Fewer would waste less on each, but those that
	// wait for a slow subgraph hold places too, and must not keep out the others.
	admitLeast = 128
)

// admission bounds the queries and mutations that run at once, so that under more
// load than there is capacity for those that are begun are also finished in time.
//
// There are two bounds. One is configured; a tenth of it is kept for mutations:
// what was begun by reading shall be brought to its end. The other is found: while
// the process is under pressure, fewer queries run at once, else more. Mutations
// are not bound by it. Who finds no room waits, briefly, mutations first; when as
// many wait as get their turn in that time, the rest is refused at once.
type admission struct {
	most     int
	pressure func(now time.Time) bool

	mu      sync.Mutex
	limit   int // of queries at once, as found
	running int
	queries int         // of running
	waiting [2]list     // mutations, queries
	room    int         // for waiting ones
	ended   int         // since the last tick
	tick    time.Time   // the last one
	full    atomic.Bool // as many wait as may, under pressure
}

// list is who waits, in order; those that have left are still in it.
type list struct {
	turns []*turn
	count int // of those that have not left
}

// turn is one operation that waits.
type turn struct {
	in   chan struct{} // closed when it may run
	kind Kind
	left bool // it does not wait any more, whether it may run or not
}

// newAdmission admits n operations at once, if adaptive fewer under pressure; nil,
// for n < 0, admits all.
func newAdmission(n int, adaptive bool) *admission {
	if n < 0 {
		return nil
	}
	if n == 0 {
		n = 5000
	}
	a := &admission{most: n, limit: n, room: n, tick: time.Now(), pressure: func(time.Time) bool { return false }}
	if adaptive {
		a.pressure = newPressure().high
	}
	return a
}

// admit waits until an operation may run; leave ends it. A failure, OVERLOADED
// with Retry-After, says that it may not.
func (a *admission) admit(ctx context.Context, kind Kind) (leave func(), f *Failure) {
	if a == nil {
		return func() {}, nil
	}
	if !a.enter(ctx, kind) {
		return nil, overloaded()
	}
	if kind == Mutation {
		return a.leaveMutation, nil
	}
	return a.leaveQuery, nil
}

// turned says that a query asked for now would be refused at once: its document need
// not be looked at.
func (a *admission) turned() bool {
	return a != nil && a.full.Load()
}

// overloaded is the answer to what may not run.
func overloaded() *Failure {
	return refuse(http.StatusServiceUnavailable, CodeOverloaded, "Too many operations are running. Try again.").with("Retry-After", "1")
}

func (a *admission) leaveMutation() { a.leave(Mutation) }

func (a *admission) leaveQuery() { a.leave(Query) }

func (a *admission) leave(kind Kind) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.running--
	if kind != Mutation {
		a.queries--
	}
	a.ended++
	a.next()
}

// queue is the one an operation waits in.
func (a *admission) queue(kind Kind) *list {
	if kind == Mutation {
		return &a.waiting[0]
	}
	return &a.waiting[1]
}

// take lets an operation run if there is room.
func (a *admission) take(kind Kind) bool {
	if a.running >= a.most || kind != Mutation && a.queries >= min(a.limit, a.most-a.most/10) {
		return false
	}
	a.running++
	if kind != Mutation {
		a.queries++
	}
	return true
}

// next lets those run that wait, as far as there is room.
func (a *admission) next() {
	for i := range a.waiting {
		for l := &a.waiting[i]; len(l.turns) > 0; l.turns = l.turns[1:] {
			t := l.turns[0]
			if t.left {
				continue
			}
			if !a.take(t.kind) {
				break
			}
			t.left = true
			l.count--
			close(t.in)
			a.full.Store(false)
		}
	}
}

// enter takes a place, or waits for one if not too many do.
func (a *admission) enter(ctx context.Context, kind Kind) bool {
	a.mu.Lock()
	if now := time.Now(); now.Sub(a.tick) >= admitTick {
		a.adjust(now)
	}
	l := a.queue(kind)
	if l.count == 0 && a.take(kind) {
		a.mu.Unlock()
		return true
	}
	if a.waiting[0].count+a.waiting[1].count >= a.room {
		a.full.Store(a.limit < a.most)
		a.mu.Unlock()
		return false
	}
	t := &turn{in: make(chan struct{}), kind: kind}
	l.turns = append(l.turns, t)
	l.count++
	a.mu.Unlock()

	timer := time.NewTimer(admitWait)
	defer timer.Stop()
	select {
	case <-t.in:
		return true
	case <-timer.C:
	case <-ctx.Done():
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if t.left { // its turn came at the same moment
		return true
	}
	t.left = true
	l.count--
	a.full.Store(false)
	for len(l.turns) > 0 && l.turns[0].left {
		l.turns = l.turns[1:]
	}
	return false
}

// adjust finds the number of queries at once, and of those who may wait: under
// pressure fewer than run now, else more for each tick that has passed.
func (a *admission) adjust(now time.Time) {
	least := min(admitLeast*runtime.GOMAXPROCS(0), a.most)
	passed := now.Sub(a.tick)
	if a.pressure(now) {
		a.limit = max(least, min(a.limit, a.queries)*4/5)
		a.room = min(a.most, max(8*least, int(float64(a.ended)*float64(admitWait)/float64(passed))))
	} else {
		for range min(passed/admitTick, 100) {
			a.limit = min(a.most, a.limit+a.limit/8+1)
			a.room = min(a.most, a.room+a.room/8+1)
		}
	}
	a.tick, a.ended = now, 0
	a.next()
	a.full.Store(false)
}

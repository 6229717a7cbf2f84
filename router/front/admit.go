package front

import (
	"context"
	"net/http"
	"time"
)

// admitWait is how long an operation waits for its turn. Longer helps nobody: whoever waits has others behind.
const admitWait = time.Second

// admission bounds the queries and mutations that run at once, so that under more
// load than there is capacity for those that are begun are also finished. As many
// may wait, briefly; the rest is refused at once. A tenth of the room is kept for
// mutations: what was begun by reading shall be brought to its end.
type admission struct {
	all     chan struct{}
	queries chan struct{}
	waiting chan struct{}
}

// newAdmission admits n operations at once; nil, for n < 0, admits all.
func newAdmission(n int) *admission {
	if n < 0 {
		return nil
	}
	if n == 0 {
		n = 5000
	}
	return &admission{all: make(chan struct{}, n), queries: make(chan struct{}, n-n/10), waiting: make(chan struct{}, n)}
}

// admit waits until an operation may run; leave ends it. A failure, OVERLOADED
// with Retry-After, says that it may not.
func (a *admission) admit(ctx context.Context, kind Kind) (leave func(), f *Failure) {
	if a == nil {
		return func() {}, nil
	}
	if kind == Mutation {
		if !a.enter(ctx, a.all) {
			return nil, overloaded()
		}
		return a.leaveAll, nil
	}
	if !a.enter(ctx, a.queries) {
		return nil, overloaded()
	}
	if !a.enter(ctx, a.all) {
		<-a.queries
		return nil, overloaded()
	}
	return a.leaveQuery, nil
}

func (a *admission) leaveAll() { <-a.all }

func (a *admission) leaveQuery() {
	<-a.all
	<-a.queries
}

// enter takes a place, or waits for one if not too many do.
func (a *admission) enter(ctx context.Context, room chan struct{}) bool {
	select {
	case room <- struct{}{}:
		return true
	default:
	}
	select {
	case a.waiting <- struct{}{}:
	default:
		return false
	}
	defer func() { <-a.waiting }()
	timer := time.NewTimer(admitWait)
	defer timer.Stop()
	select {
	case room <- struct{}{}:
		return true
	case <-timer.C:
	case <-ctx.Done():
	}
	return false
}

func overloaded() *Failure {
	return refuse(http.StatusServiceUnavailable, CodeOverloaded, "Too many operations are running. Try again.").with("Retry-After", "1")
}

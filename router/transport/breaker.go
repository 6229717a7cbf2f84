package transport

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/sony/gobreaker/v2"
)

// BreakerOptions set the circuit breaker layer. Zero values mean the defaults named.
type BreakerOptions struct {
	Rate     float64       // share of failed requests that opens the circuit; 0.5
	Minimum  uint32        // requests within Window before it may open; 20
	Window   time.Duration // 5 s
	Open     time.Duration // before trial requests; 2 s
	Trials   uint32        // successful trials that close it; 3
	OnChange func(open bool)
}

var errCircuitOpen = errors.New("circuit is open")

// Breaker stops asking a subgraph that mostly fails. Failures are errors of the
// transport and statuses of 500 and above. A request that says nothing of the
// subgraph (the caller went away, the internal token could not be made) counts as
// neither failed nor successful; one that is answered too late, while the circuit
// has changed, counts no more.
func Breaker(opt BreakerOptions) Layer {
	if opt.Rate <= 0 || opt.Rate > 1 {
		opt.Rate = 0.5
	}
	if opt.Minimum == 0 {
		opt.Minimum = 20
	}
	if opt.Window <= 0 {
		opt.Window = 5 * time.Second
	}
	if opt.Open <= 0 {
		opt.Open = 2 * time.Second
	}
	if opt.Trials == 0 {
		opt.Trials = 3
	}
	cb := gobreaker.NewTwoStepCircuitBreaker[*Response](gobreaker.Settings{
		MaxRequests: opt.Trials, Interval: opt.Window, BucketPeriod: opt.Window / 10, Timeout: opt.Open,
		ReadyToTrip: func(c gobreaker.Counts) bool {
			seen := c.TotalSuccesses + c.TotalFailures // not those under way
			return seen >= opt.Minimum && float64(c.TotalFailures) >= opt.Rate*float64(seen)
		},
		IsExcluded: func(err error) bool { return errors.Is(err, errSaysNothing) },
		OnStateChange: func(_ string, from, to gobreaker.State) {
			if opt.OnChange != nil && to != gobreaker.StateHalfOpen {
				opt.OnChange(to == gobreaker.StateOpen)
			}
		},
	})
	return func(next Transport) Transport { return &breaker{next: next, cb: cb} }
}

type breaker struct {
	next Transport
	cb   *gobreaker.TwoStepCircuitBreaker[*Response]
}

// Do implements Transport.
func (t *breaker) Do(ctx context.Context, r *Request) (*Response, error) {
	done, err := t.cb.Allow()
	if err != nil {
		return nil, &Error{Code: CodeUnreachable, Subgraph: r.Subgraph, Unsent: true, Err: errCircuitOpen}
	}
	res, err := t.next.Do(ctx, r)
	done(verdict(res, err))
	return res, err
}

// Subscribe implements Transport: the start counts, the stream's end does not.
func (t *breaker) Subscribe(ctx context.Context, r *Request) (Stream, error) {
	done, err := t.cb.Allow()
	if err != nil {
		return nil, &Error{Code: CodeUnreachable, Subgraph: r.Subgraph, Unsent: true, Err: errCircuitOpen}
	}
	s, err := t.next.Subscribe(ctx, r)
	done(verdict(nil, err))
	return s, err
}

// What the breaker is told of a request that did not succeed.
var (
	errFailed      = errors.New("failed")
	errSaysNothing = errors.New("says nothing")
)

// verdict says what the end of a request means for its subgraph.
func verdict(res *Response, err error) error {
	if err != nil {
		switch CodeOf(err) {
		case CodeUnreachable, CodeTimeout, CodePanic:
			return errFailed
		case CodeCancelled, CodeUnauthorized:
			return errSaysNothing
		}
	} else if res != nil && res.Status >= http.StatusInternalServerError {
		return errFailed
	}
	return nil
}

package transport

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/failsafe-go/failsafe-go/circuitbreaker"
)

// BreakerOptions set the circuit breaker layer. Zero values mean the defaults named.
type BreakerOptions struct {
	Rate     float64       // share of failed requests that opens the circuit; 0.5
	Minimum  uint          // requests within Window before it may open; 20
	Window   time.Duration // 5 s
	Open     time.Duration // before trial requests; 2 s
	Trials   uint          // successful trials that close it; 3
	OnChange func(open bool)
}

var errCircuitOpen = errors.New("circuit is open")

// Breaker stops asking a subgraph that mostly fails. Failures are errors of the
// transport (not the caller's cancellation, not oversized answers) and statuses
// of 500 and above.
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
	b := circuitbreaker.NewBuilder[any]().
		WithFailureRateThreshold(opt.Rate, opt.Minimum, opt.Window).
		WithSuccessThreshold(opt.Trials).
		WithDelay(opt.Open)
	if opt.OnChange != nil {
		b = b.OnOpen(func(circuitbreaker.StateChangedEvent) { opt.OnChange(true) }).
			OnClose(func(circuitbreaker.StateChangedEvent) { opt.OnChange(false) })
	}
	cb := b.Build()
	return func(next Transport) Transport { return &breaker{next: next, cb: cb} }
}

type breaker struct {
	next Transport
	cb   circuitbreaker.CircuitBreaker[any]
}

// Do implements Transport.
func (t *breaker) Do(ctx context.Context, r *Request) (*Response, error) {
	if !t.cb.TryAcquirePermit() {
		return nil, &Error{Code: CodeUnreachable, Subgraph: r.Subgraph, Unsent: true, Err: errCircuitOpen}
	}
	res, err := t.next.Do(ctx, r)
	t.record(err, res)
	return res, err
}

// Subscribe implements Transport: the start counts, the stream's end does not.
func (t *breaker) Subscribe(ctx context.Context, r *Request) (Stream, error) {
	if !t.cb.TryAcquirePermit() {
		return nil, &Error{Code: CodeUnreachable, Subgraph: r.Subgraph, Unsent: true, Err: errCircuitOpen}
	}
	s, err := t.next.Subscribe(ctx, r)
	t.record(err, nil)
	return s, err
}

func (t *breaker) record(err error, res *Response) {
	if err != nil {
		switch CodeOf(err) {
		case CodeUnreachable, CodeTimeout, CodePanic:
			t.cb.RecordFailure()
			return
		}
	} else if res != nil && res.Status >= http.StatusInternalServerError {
		t.cb.RecordFailure()
		return
	}
	t.cb.RecordSuccess()
}

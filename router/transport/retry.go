package transport

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"sync/atomic"
	"time"
)

// RetryOptions set the retry layer. Zero values mean the defaults named.
type RetryOptions struct {
	Attempts int           // in all, the first included; 3
	Backoff  time.Duration // before the second attempt, doubled after, with jitter; 20 ms
	Budget   float64       // retries allowed per request, on average; 0.2
}

// Retry sends a query again when the connection failed or the subgraph says 502,
// 503 or 504, within a budget: a subgraph that is down is not asked more than
// 1+Budget times as often as one that is up. Mutations are sent again only when
// they certainly never left (no connection could be made).
func Retry(opt RetryOptions) Layer {
	if opt.Attempts <= 0 {
		opt.Attempts = 3
	}
	if opt.Backoff <= 0 {
		opt.Backoff = 20 * time.Millisecond
	}
	if opt.Budget <= 0 {
		opt.Budget = 0.2
	}
	return func(next Transport) Transport {
		r := &retry{next: next, opt: opt}
		r.tokens.Store(budgetCap)
		return r
	}
}

// budgetCap is the budget's reserve in thousandths of a retry: ten retries may
// come at once after a quiet time.
const budgetCap = 10_000

type retry struct {
	next   Transport
	opt    RetryOptions
	tokens atomic.Int64 // thousandths of a retry
}

func (t *retry) earn() {
	add := int64(t.opt.Budget * 1000)
	if v := t.tokens.Load(); v < budgetCap {
		t.tokens.CompareAndSwap(v, min(v+add, budgetCap))
	}
}

func (t *retry) spend() bool {
	for {
		v := t.tokens.Load()
		if v < 1000 {
			return false
		}
		if t.tokens.CompareAndSwap(v, v-1000) {
			return true
		}
	}
}

// Do implements Transport.
func (t *retry) Do(ctx context.Context, r *Request) (*Response, error) {
	t.earn()
	for attempt := 1; ; attempt++ {
		res, err := t.next.Do(ctx, r)
		if attempt >= t.opt.Attempts || !again(r, res, err) || !t.spend() || !t.pause(ctx, attempt) {
			return res, err
		}
	}
}

// Subscribe implements Transport. Starting a subscription again is the
// subscription hub's business: it knows whether clients still wait.
func (t *retry) Subscribe(ctx context.Context, r *Request) (Stream, error) {
	return t.next.Subscribe(ctx, r)
}

func again(r *Request, res *Response, err error) bool {
	if err != nil {
		var e *Error
		if !errors.As(err, &e) || e.Code != CodeUnreachable || errors.Is(e.Err, errCircuitOpen) {
			return false // an open circuit stays open longer than a retry waits
		}
		return e.Unsent || r.Kind == Query
	}
	if r.Kind != Query {
		return false
	}
	switch res.Status {
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

func (t *retry) pause(ctx context.Context, attempt int) bool {
	d := t.opt.Backoff << (attempt - 1)
	timer := time.NewTimer(d/2 + rand.N(d/2+1)) // #nosec G404 -- jitter, no secret
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

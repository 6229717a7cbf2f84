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
	Attempts   int           // in all, the first included; 3
	Backoff    time.Duration // before the second attempt, doubled after up to MaxBackoff, with jitter; 20 ms
	MaxBackoff time.Duration // 1 s
	Budget     float64       // retries allowed per request; 0.2
}

// Retry sends a query again when the connection failed or the subgraph says 502,
// 503 or 504, within a budget: of any n requests in a row, at most ⌈n·Budget⌉ are
// retries. There is no other reserve, so that a subgraph in trouble is not asked
// more than 1+Budget times as often as one that is well, however short the time
// looked at. Mutations are sent again only when they certainly never left (no
// connection could be made).
func Retry(opt RetryOptions) Layer {
	if opt.Attempts <= 0 {
		opt.Attempts = 3
	}
	if opt.Backoff <= 0 {
		opt.Backoff = 20 * time.Millisecond
	}
	if opt.MaxBackoff <= 0 {
		opt.MaxBackoff = time.Second
	}
	if !(opt.Budget > 0) { //nolint:staticcheck // not a number counts as none
		opt.Budget = 0.2
	}
	opt.Budget = min(opt.Budget, float64(opt.Attempts))
	return func(next Transport) Transport {
		r := &retry{next: next, opt: opt, share: int64(opt.Budget * retryCost)}
		r.most = max(r.share, retryCost)
		r.tokens.Store(r.most)
		return r
	}
}

// retryCost is one retry in the budget's unit.
const retryCost = 1_000_000

type retry struct {
	next   Transport
	opt    RetryOptions
	share  int64 // that each request adds
	most   int64 // that is kept: one retry, or a request's share if that is more
	tokens atomic.Int64
}

func (t *retry) earn() {
	for {
		v := t.tokens.Load()
		if v >= t.most || t.tokens.CompareAndSwap(v, min(v+t.share, t.most)) {
			return
		}
	}
}

func (t *retry) spend() bool {
	for {
		v := t.tokens.Load()
		if v < retryCost {
			return false
		}
		if t.tokens.CompareAndSwap(v, v-retryCost) {
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
	d := t.opt.MaxBackoff
	if n := attempt - 1; n < 62 && t.opt.Backoff <= d>>n { // not shifted to the left: that may overflow
		d = t.opt.Backoff << n
	}
	timer := time.NewTimer(d/2 + rand.N(d/2+1)) // #nosec G404 -- jitter, no secret
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

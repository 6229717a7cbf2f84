// Package ratelimit bounds what a client may spend in a time.
//
// Vocabulary: a rule gives every key a bucket. The bucket holds Burst tokens and
// is refilled steadily, by Budget tokens in every Period; what an operation
// spends is taken from it at once, or, if there is not enough, not at all. A
// store keeps the buckets: Memory those of one process, Redis those of all that
// share it. Buckets that have not been used for long enough to be full are
// forgotten.
package ratelimit

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"
)

// Rule is one bound. Its name is part of the buckets' keys.
type Rule struct {
	Name   string
	Budget int64         // tokens per Period
	Period time.Duration //
	Burst  int64         // tokens at once; 0 is Budget
}

// most bounds the numbers of a rule so that nothing overflows.
const most = math.MaxInt64 / 4

// Check fills Burst and reports what a rule lacks.
func (r *Rule) Check() error {
	if r.Burst == 0 {
		r.Burst = r.Budget
	}
	switch {
	case r.Name == "":
		return errors.New("a rule of the rate limit has no name")
	case r.Budget <= 0 || r.Burst < 0:
		return fmt.Errorf("rate limit %s: budget and burst must be positive", r.Name)
	case r.Period < time.Second:
		return fmt.Errorf("rate limit %s: the period must be a second or longer", r.Name)
	case r.Burst > most/int64(r.Period), r.Budget > most/int64(r.Period):
		return fmt.Errorf("rate limit %s: budget or burst is too large for its period", r.Name)
	}
	return nil
}

// Decision is what became of a wish to spend.
type Decision struct {
	Allowed   bool
	Remaining int64         // tokens left, whole ones
	Reset     time.Duration // until the bucket is full
	// RetryAfter is when there will be enough: 0 if it was allowed, negative if
	// never, as it is more than the bucket holds.
	RetryAfter time.Duration
}

// Store keeps buckets.
type Store interface {
	// Take spends n ≥ 0 tokens of a key's bucket. An error means that nothing is
	// known of the bucket. Safe for concurrent use.
	Take(ctx context.Context, r *Rule, key string, n int64) (Decision, error)
}

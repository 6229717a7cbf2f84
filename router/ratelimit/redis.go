package ratelimit

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/go-redis/redis_rate/v10"
	"github.com/redis/go-redis/v9"
)

// Redis is the store that several processes share. A bucket is one key there,
// read and written by one script (GCRA), by the clock of the server. When an
// operation is refused it reports 0 tokens left, however many there are.
type Redis struct {
	client  *redis.Client
	limiter *redis_rate.Limiter
	prefix  string
	timeout time.Duration
	until   atomic.Int64 // not asked before, Unix time in ns
}

// pause is how long a Redis that did not answer is left alone: otherwise every
// operation would wait for it.
const pause = time.Second

// DefaultTimeout bounds the wait for Redis.
const DefaultTimeout = 50 * time.Millisecond

// ErrPaused: Redis did not answer a moment ago.
var ErrPaused = errors.New("redis did not answer a moment ago")

// OpenRedis makes a store at a redis:// or rediss:// address, which need not
// answer yet. prefix is before every key, after "rate:"; a timeout of 0 is
// DefaultTimeout. Errors do not hold the address, which may have a password.
func OpenRedis(address, prefix string, timeout time.Duration) (*Redis, error) {
	o, err := redis.ParseURL(address)
	if err != nil {
		var wrong *url.Error
		if errors.As(err, &wrong) {
			err = wrong.Err
		}
		return nil, fmt.Errorf("address of redis: %w", err)
	}
	if timeout <= 0 {
		timeout = DefaultTimeout
	}
	// One try within the context's time. What is slower than that is down.
	o.ContextTimeoutEnabled, o.MaxRetries, o.DisableIdentity = true, -1, true
	client := redis.NewClient(o)
	return &Redis{client: client, limiter: redis_rate.NewLimiter(client), prefix: prefix, timeout: timeout}, nil
}

// Close closes the connections.
func (s *Redis) Close() error { return s.client.Close() }

// Take implements Store.
func (s *Redis) Take(ctx context.Context, r *Rule, key string, n int64) (Decision, error) {
	if time.Now().UnixNano() < s.until.Load() {
		return Decision{}, ErrPaused
	}
	// A client that leaves says nothing about Redis.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.timeout)
	defer cancel()
	limit := redis_rate.Limit{Rate: int(r.Budget), Burst: int(r.Burst), Period: r.Period}
	res, err := s.limiter.AllowN(ctx, s.prefix+r.Name+":"+key, limit, int(min(n, r.Burst+1)))
	if err != nil {
		s.until.Store(time.Now().Add(pause).UnixNano())
		return Decision{}, fmt.Errorf("rate limit in redis: %w", err)
	}
	d := Decision{Allowed: n == 0 || res.Allowed > 0, Remaining: int64(res.Remaining), Reset: max(res.ResetAfter, 0)}
	switch {
	case d.Allowed:
	case n > r.Burst:
		d.RetryAfter = -1
	default:
		d.RetryAfter = max(res.RetryAfter, 0)
	}
	return d, nil
}

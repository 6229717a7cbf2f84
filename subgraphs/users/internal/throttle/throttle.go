// Package throttle counts the tries to log in of each account in Redis, over a sliding minute. The address itself does not get there,
// only its hash.
package throttle

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/redis/go-redis/v9"

	"marquee/internal/errs"
	"marquee/internal/id"
)

const (
	tries  = 5
	window = time.Minute
)

// try counts a try unless too many are in the window. A refused try is not counted, so that waiting a minute always helps.
var try = redis.NewScript(`
local now, window, most = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - window)
if redis.call('ZCARD', KEYS[1]) >= most then return 0 end
redis.call('ZADD', KEYS[1], now, ARGV[4])
redis.call('PEXPIRE', KEYS[1], window)
return 1`)

// Throttle implements user.Throttle.
type Throttle struct {
	client *redis.Client
	clock  func() time.Time
}

// New returns a throttle.
func New(client *redis.Client, clock func() time.Time) *Throttle {
	return &Throttle{client: client, clock: clock}
}

func key(email string) string {
	sum := sha256.Sum256([]byte(email))
	return "users:login:" + hex.EncodeToString(sum[:])
}

// Try implements user.Throttle. Without Redis nobody can log in (UNAVAILABLE): guessing must not become free.
func (t *Throttle) Try(ctx context.Context, email string) (bool, error) {
	n, err := try.Run(ctx, t.client, []string{key(email)}, t.clock().UnixMilli(), window.Milliseconds(), tries, id.New("try")).Int()
	if err != nil {
		return false, unavailable(err)
	}
	return n == 1, nil
}

// Succeeded implements user.Throttle.
func (t *Throttle) Succeeded(ctx context.Context, email string) error {
	if err := t.client.Del(ctx, key(email)).Err(); err != nil {
		return unavailable(err)
	}
	return nil
}

func unavailable(err error) error {
	return errs.New(errs.Unavailable, "Logging in does not work for a moment.").Because(err)
}

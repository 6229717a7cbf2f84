package persisted

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
)

// Redis is a Store that several routers share, behind one in this process's
// memory. Without an answer from Redis it is a miss and no more: the client then
// sends its text, and the memory keeps it.
type Redis struct {
	client *redis.Client
	opt    RedisOptions
	near   Store
	until  atomic.Int64 // Redis is not asked before, Unix time in ns
}

// RedisOptions set a Redis store. Zero values mean the defaults named.
type RedisOptions struct {
	Prefix  string        // of keys; "apq:"
	TTL     time.Duration // a text not asked for in so long is forgotten; 24 h
	Timeout time.Duration // for an answer; 50 ms
	MaxText int           // bytes; longer texts stay in memory; 1 MB
}

// restTime is how long a Redis that did not answer is left alone.
const restTime = time.Second

var errResting = errors.New("redis did not answer a moment ago")

// OpenRedis makes a store at a redis:// or rediss:// address, which need not
// answer yet. near is asked first and keeps what Redis had. Errors do not hold
// the address, which may have a password.
func OpenRedis(address string, near Store, opt RedisOptions) (*Redis, error) {
	o, err := redis.ParseURL(address)
	if err != nil {
		var wrong *url.Error
		if errors.As(err, &wrong) {
			err = wrong.Err
		}
		return nil, fmt.Errorf("address of redis: %w", err)
	}
	if opt.Prefix == "" {
		opt.Prefix = "apq:"
	}
	if opt.TTL <= 0 {
		opt.TTL = 24 * time.Hour
	}
	if opt.Timeout <= 0 {
		opt.Timeout = 50 * time.Millisecond
	}
	if opt.MaxText <= 0 {
		opt.MaxText = 1 << 20
	}
	o.ContextTimeoutEnabled, o.MaxRetries, o.DisableIdentity = true, -1, true
	return &Redis{client: redis.NewClient(o), opt: opt, near: near}, nil
}

// Close closes the connections.
func (s *Redis) Close() error { return s.client.Close() }

// ask bounds one command and remembers a Redis that does not answer.
func (s *Redis) ask(ctx context.Context, f func(ctx context.Context) error) error {
	if time.Now().UnixNano() < s.until.Load() {
		return errResting
	}
	// A client that leaves says nothing about Redis.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.opt.Timeout)
	defer cancel()
	err := f(ctx)
	if err != nil {
		s.until.Store(time.Now().Add(restTime).UnixNano())
	}
	return err
}

// Get implements Store. What Redis gives is believed only if it has the hash.
func (s *Redis) Get(ctx context.Context, hash string) (string, bool, error) {
	if text, ok, err := s.near.Get(ctx, hash); ok || err != nil {
		return text, ok, err
	}
	if len(hash) != hex.EncodedLen(sha256.Size) {
		return "", false, nil
	}
	text, found := "", true
	err := s.ask(ctx, func(ctx context.Context) error {
		var err error
		text, err = s.client.GetEx(ctx, s.opt.Prefix+hash, s.opt.TTL).Result()
		if errors.Is(err, redis.Nil) {
			found, err = false, nil
		}
		return err
	})
	if err != nil {
		return "", false, err
	}
	if sum := sha256.Sum256([]byte(text)); !found || hex.EncodeToString(sum[:]) != hash {
		return "", false, nil
	}
	return text, true, s.near.Put(ctx, hash, text)
}

// Put implements Store. A text that is in memory already is in Redis too, or will
// be registered again by a client of another router.
func (s *Redis) Put(ctx context.Context, hash, text string) error {
	if _, ok, err := s.near.Get(ctx, hash); ok || err != nil {
		return err
	}
	if err := s.near.Put(ctx, hash, text); err != nil || len(text) > s.opt.MaxText {
		return err
	}
	return s.ask(ctx, func(ctx context.Context) error {
		return s.client.Set(ctx, s.opt.Prefix+hash, text, s.opt.TTL).Err()
	})
}

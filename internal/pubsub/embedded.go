package pubsub

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
)

// Embedded is a Redis in this process, for a start without a server. It keeps nothing over a restart.
type Embedded struct {
	server   *miniredis.Miniredis
	password string
	stop     context.CancelFunc
	done     chan struct{}
}

// StartEmbedded starts it on a free port of 127.0.0.1, behind a password of its own: other users of this machine reach the port too.
func StartEmbedded() (*Embedded, error) {
	server := miniredis.NewMiniRedis()
	password := rand.Text()
	server.RequireAuth(password)
	if err := server.StartAddr("127.0.0.1:0"); err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(context.Background())
	e := &Embedded{server: server, password: password, stop: stop, done: make(chan struct{})}
	go e.tick(ctx)
	return e, nil
}

// tick lets time pass: miniredis expires keys only when told to.
func (e *Embedded) tick(ctx context.Context) {
	defer close(e.done)
	const step = 100 * time.Millisecond
	t := time.NewTicker(step)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			e.server.FastForward(step)
		}
	}
}

// URL is the address for OpenRedis; it holds the password.
func (e *Embedded) URL() string { return "redis://:" + e.password + "@" + e.server.Addr() + "/0" }

// Close stops it.
func (e *Embedded) Close() {
	e.stop()
	<-e.done
	e.server.Close()
}

// OpenRedis returns a client for a redis:// URL, checked with a ping. Errors do not hold the password.
func OpenRedis(ctx context.Context, address string) (*redis.Client, error) {
	o, err := redis.ParseURL(address)
	if err != nil {
		var wrong *url.Error
		if errors.As(err, &wrong) {
			err = wrong.Err // without the address
		}
		return nil, fmt.Errorf("address: %w", err)
	}
	o.DisableIdentity = true // miniredis does not know CLIENT SETINFO
	c := redis.NewClient(o)
	if err := c.Ping(ctx).Err(); err != nil {
		_ = c.Close()
		return nil, err
	}
	return c, nil
}

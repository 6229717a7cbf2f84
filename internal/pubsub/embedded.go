package pubsub

import (
	"context"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
)

// Embedded is a Redis in this process, for a start without a server. It keeps nothing over a restart.
type Embedded struct {
	server *miniredis.Miniredis
	stop   context.CancelFunc
	done   chan struct{}
}

// StartEmbedded starts it on a free port of 127.0.0.1.
func StartEmbedded() (*Embedded, error) {
	server := miniredis.NewMiniRedis()
	if err := server.StartAddr("127.0.0.1:0"); err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(context.Background())
	e := &Embedded{server: server, stop: stop, done: make(chan struct{})}
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

// URL is the address for OpenRedis.
func (e *Embedded) URL() string { return "redis://" + e.server.Addr() + "/0" }

// Close stops it.
func (e *Embedded) Close() {
	e.stop()
	<-e.done
	e.server.Close()
}

// OpenRedis returns a client for a redis:// URL, checked with a ping.
func OpenRedis(ctx context.Context, url string) (*redis.Client, error) {
	o, err := redis.ParseURL(url)
	if err != nil {
		return nil, err
	}
	o.DisableIdentity = true // miniredis does not know CLIENT SETINFO
	c := redis.NewClient(o)
	if err := c.Ping(ctx).Err(); err != nil {
		_ = c.Close()
		return nil, err
	}
	return c, nil
}

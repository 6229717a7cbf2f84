// Package pubsub carries live changes over Redis: published after a commit, received by every subgraph process that has subscribers.
// It is at most once: a receiver treats a message as a hint to look again, and looks on its own when it (re)connects.
package pubsub

import (
	"context"
	"log/slog"
	"sync"

	"github.com/redis/go-redis/v9"
)

// PubSub publishes and receives. All subscriptions of a process share one Redis connection.
type PubSub struct {
	client *redis.Client
	log    *slog.Logger
	prefix string

	mu       sync.Mutex
	conn     *redis.PubSub
	channels map[string]*receivers
	closed   bool
	done     chan struct{}
}

// New returns a PubSub over a Redis client. Channel names get the prefix.
func New(client *redis.Client, prefix string, log *slog.Logger) *PubSub {
	return &PubSub{client: client, prefix: prefix, log: log, channels: map[string]*receivers{}, done: make(chan struct{})}
}

// Publish sends a message to a channel. A failure is logged and swallowed: the data is committed, and receivers look again by themselves.
func (p *PubSub) Publish(ctx context.Context, channel string, message []byte) {
	if err := p.client.Publish(context.WithoutCancel(ctx), p.prefix+channel, message).Err(); err != nil {
		p.log.WarnContext(ctx, "live update not published", "channel", channel, "error", err)
	}
}

// Hint publishes an empty message to each channel, all in one go, as Publish does.
func (p *PubSub) Hint(ctx context.Context, channels []string) {
	if len(channels) == 0 {
		return
	}
	ctx = context.WithoutCancel(ctx)
	if _, err := p.client.Pipelined(ctx, func(pipe redis.Pipeliner) error {
		for _, c := range channels {
			pipe.Publish(ctx, p.prefix+c, "")
		}
		return nil
	}); err != nil {
		p.log.WarnContext(ctx, "live updates not published", "channels", len(channels), "error", err)
	}
}

// Subscription is one receiver of one channel.
type Subscription struct {
	// C carries messages. It holds the newest 16; a receiver that lags loses the oldest. An empty message says that Redis was away and
	// messages may be missing. It is closed by Close and by PubSub.Close.
	C chan []byte

	p       *PubSub
	channel string
}

// receivers is the subscriptions of one channel.
type receivers struct {
	set   map[*Subscription]struct{}
	ready chan struct{} // closed once Redis has confirmed
}

const lag = 16

// Subscribe receives the messages of a channel from when it returns. Close the subscription when done.
func (p *PubSub) Subscribe(ctx context.Context, channel string) (*Subscription, error) {
	s := &Subscription{C: make(chan []byte, lag), p: p, channel: p.prefix + channel}
	ready, err := p.add(ctx, s)
	if err != nil {
		return nil, err
	}
	select {
	case <-ready:
		return s, nil
	case <-p.done: // closed meanwhile, and with it s.C
		return s, nil
	case <-ctx.Done():
		s.Close()
		return nil, ctx.Err()
	}
}

// add registers a subscription and returns what is closed when it is in effect.
func (p *PubSub) add(ctx context.Context, s *Subscription) (ready <-chan struct{}, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		close(s.C)
		now := make(chan struct{})
		close(now)
		return now, nil
	}
	if p.conn == nil {
		p.conn = p.client.Subscribe(ctx)
		go p.receive(p.conn)
	}
	r := p.channels[s.channel]
	if r == nil {
		if err := p.conn.Subscribe(ctx, s.channel); err != nil {
			_ = p.conn.Unsubscribe(ctx, s.channel) // or it would come back with the next connection, for nobody
			return nil, err
		}
		r = &receivers{set: map[*Subscription]struct{}{}, ready: make(chan struct{})}
		p.channels[s.channel] = r
	}
	r.set[s] = struct{}{}
	return r.ready, nil
}

// receive hands messages to subscriptions until Close. go-redis reconnects and resubscribes by itself.
func (p *PubSub) receive(conn *redis.PubSub) {
	defer close(p.done)
	for m := range conn.ChannelWithSubscriptions(redis.WithChannelSize(1024)) {
		p.mu.Lock()
		switch m := m.(type) {
		case *redis.Message:
			p.channels[m.Channel].offer([]byte(m.Payload))
		case *redis.Subscription:
			if m.Kind == "subscribe" {
				p.channels[m.Channel].confirmed()
			}
		}
		p.mu.Unlock()
	}
}

// confirmed lets Subscribe return. A repeated confirmation is a reconnection: whatever was published in between is lost.
func (r *receivers) confirmed() {
	if r == nil {
		return // unsubscribed meanwhile
	}
	select {
	case <-r.ready:
		r.offer(nil)
	default:
		close(r.ready)
	}
}

func (r *receivers) offer(message []byte) {
	if r == nil {
		return
	}
	for s := range r.set {
		s.offer(message)
	}
}

// offer puts a message in, dropping the oldest when full. The lock of p is held, so nobody else sends.
func (s *Subscription) offer(message []byte) {
	for {
		select {
		case s.C <- message:
			return
		default:
		}
		select {
		case <-s.C:
		default:
		}
	}
}

// Close ends the subscription; it may be called twice.
func (s *Subscription) Close() {
	p := s.p
	p.mu.Lock()
	defer p.mu.Unlock()
	r := p.channels[s.channel]
	if r == nil {
		return
	}
	if _, ok := r.set[s]; !ok {
		return
	}
	delete(r.set, s)
	close(s.C)
	if len(r.set) == 0 {
		delete(p.channels, s.channel)
		if err := p.conn.Unsubscribe(context.Background(), s.channel); err != nil && !p.closed {
			p.log.Warn("live updates: cannot unsubscribe", "channel", s.channel, "error", err)
		}
	}
}

// Close ends every subscription and the connection.
func (p *PubSub) Close() error {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return nil
	}
	p.closed = true
	for channel, r := range p.channels {
		for s := range r.set {
			close(s.C)
		}
		delete(p.channels, channel)
	}
	conn := p.conn
	p.mu.Unlock()
	if conn == nil {
		return nil
	}
	err := conn.Close()
	<-p.done
	return err
}

package pubsub

import (
	"context"
	"time"
)

// Pace limits how often Watch looks.
type Pace struct {
	Gap  time.Duration // at least this long between two looks; messages in between are one
	Idle time.Duration // look after this long without a message too: messages may be lost; 0 means never
}

// Watch calls look at once, and again after every message of the channel, at the pace. The receiver is in place before the first look,
// so nothing that is published after a look is missed while Redis is up. It returns look's error, or nil when the context ends or the
// PubSub is closed.
func (p *PubSub) Watch(ctx context.Context, channel string, pace Pace, look func(context.Context) error) error {
	sub, err := p.Subscribe(ctx, channel)
	if err != nil {
		return err
	}
	defer sub.Close()
	timer := time.NewTimer(0) // idle and gap in turn; a stopped timer's channel is empty since Go 1.23
	defer timer.Stop()
	for {
		if err := look(ctx); err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return err
		}
		timer.Reset(pace.Gap)
		select {
		case <-ctx.Done():
			return nil
		case <-timer.C:
		}
		var idle <-chan time.Time
		if pace.Idle > 0 {
			timer.Reset(pace.Idle)
			idle = timer.C
		}
		select {
		case <-ctx.Done():
			return nil
		case _, open := <-sub.C:
			if !open {
				return nil
			}
			sub.drain()
		case <-idle:
		}
	}
}

// drain drops the messages that wait: one look answers them all.
func (s *Subscription) drain() {
	for {
		select {
		case _, open := <-s.C:
			if !open {
				return
			}
		default:
			return
		}
	}
}

package worker

import (
	"context"
	"time"

	"github.com/riverqueue/river"

	"marquee/subgraphs/notifications/internal/notification"
)

// Turns lets as many jobs work at once as a channel takes; nil lets any number.
type Turns struct {
	taken chan struct{}
	rest  func(worked time.Duration) time.Duration
}

// TurnsOf are those that a channel takes.
func TurnsOf(by notification.Channel) *Turns {
	p, ok := by.(notification.Paced)
	if !ok {
		return nil
	}
	return &Turns{taken: make(chan struct{}, max(1, p.AtOnce())), rest: p.Rest}
}

// take waits for a turn. It is over some time after done: the channel rests.
func (t *Turns) take(ctx context.Context) (done func(), err error) {
	if t == nil {
		return func() {}, nil
	}
	select {
	case t.taken <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	began := time.Now()
	return func() { time.AfterFunc(t.rest(time.Since(began)), func() { <-t.taken }) }, nil
}

// Send is the River worker that sends one message.
type Send struct {
	river.WorkerDefaults[notification.SendMessage]
	Sender *notification.Sender
	Turns  *Turns
}

// Work sends one round of a message once.
func (w *Send) Work(ctx context.Context, job *river.Job[notification.SendMessage]) error {
	done, err := w.Turns.take(ctx)
	if err != nil {
		return err
	}
	defer done()
	return w.Sender.Send(ctx, []string{job.Args.MessageID}, job.Args.Round, job.Attempt >= job.MaxAttempts)
}

// SendTogether is the River worker that sends messages that were queued together.
type SendTogether struct {
	river.WorkerDefaults[notification.SendMessages]
	Sender *notification.Sender
	Turns  *Turns
}

// Work sends the first round of each once.
func (w *SendTogether) Work(ctx context.Context, job *river.Job[notification.SendMessages]) error {
	done, err := w.Turns.take(ctx)
	if err != nil {
		return err
	}
	defer done()
	return w.Sender.Send(ctx, job.Args.MessageIDs, 1, job.Attempt >= job.MaxAttempts)
}

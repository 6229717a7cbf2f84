package worker

import (
	"context"

	"github.com/riverqueue/river"

	"marquee/subgraphs/notifications/internal/notification"
)

// Turns lets some jobs work at once; nil lets any number.
type Turns chan struct{}

// TurnsOf are those that a channel takes.
func TurnsOf(by notification.Channel) Turns {
	if p, ok := by.(notification.Paced); ok {
		return make(Turns, max(1, p.AtOnce()))
	}
	return nil
}

func (t Turns) take(ctx context.Context) (done func(), err error) {
	if t == nil {
		return func() {}, nil
	}
	select {
	case t <- struct{}{}:
		return func() { <-t }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Send is the River worker that sends one message.
type Send struct {
	river.WorkerDefaults[notification.SendMessage]
	Sender *notification.Sender
	Turns  Turns
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
	Turns  Turns
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

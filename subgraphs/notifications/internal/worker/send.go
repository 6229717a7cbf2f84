package worker

import (
	"context"

	"github.com/riverqueue/river"

	"marquee/subgraphs/notifications/internal/notification"
)

// Send is the River worker that sends messages.
type Send struct {
	river.WorkerDefaults[notification.SendMessage]
	Sender *notification.Sender
	turns  chan struct{} // nil: any number at once
}

// NewSend returns the worker for messages that leave by a channel.
func NewSend(s *notification.Sender, by notification.Channel) *Send {
	w := &Send{Sender: s}
	if p, ok := by.(notification.Paced); ok {
		w.turns = make(chan struct{}, p.AtOnce())
	}
	return w
}

// Work sends one round of a message once.
func (w *Send) Work(ctx context.Context, job *river.Job[notification.SendMessage]) error {
	if w.turns != nil {
		select {
		case w.turns <- struct{}{}:
			defer func() { <-w.turns }()
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return w.Sender.Send(ctx, job.Args.MessageID, job.Args.Round, job.Attempt >= job.MaxAttempts)
}

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
}

// Work sends one round of a message once.
func (w *Send) Work(ctx context.Context, job *river.Job[notification.SendMessage]) error {
	return w.Sender.Send(ctx, job.Args.MessageID, job.Args.Round, job.Attempt >= job.MaxAttempts)
}

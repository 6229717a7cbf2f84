package worker

import (
	"context"
	"log/slog"

	"github.com/riverqueue/river"

	"marquee/subgraphs/payments/internal/payment"
	"marquee/subgraphs/payments/internal/store"
)

// RunRefund works the jobs that have the provider give money back.
type RunRefund struct {
	river.WorkerDefaults[store.RunRefund]
	Payments *payment.Payments
	Log      *slog.Logger
}

// Work implements river.Worker.
func (w *RunRefund) Work(ctx context.Context, job *river.Job[store.RunRefund]) error {
	after, err := w.Payments.RunRefund(ctx, job.Args.RefundID)
	return again(ctx, w.Log, after, err, "refund", job.Args.RefundID)
}

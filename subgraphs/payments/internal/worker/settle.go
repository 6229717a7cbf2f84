package worker

import (
	"context"
	"log/slog"

	"github.com/riverqueue/river"

	"marquee/subgraphs/payments/internal/payment"
	"marquee/subgraphs/payments/internal/store"
)

// Settle works the jobs that finish payments.
type Settle struct {
	river.WorkerDefaults[store.Settle]
	Payments *payment.Payments
	Log      *slog.Logger
}

// Work implements river.Worker.
func (w *Settle) Work(ctx context.Context, job *river.Job[store.Settle]) error {
	after, err := w.Payments.Settle(ctx, job.Args.PaymentID)
	return again(ctx, w.Log, after, err, "payment", job.Args.PaymentID)
}

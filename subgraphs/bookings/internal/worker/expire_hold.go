package worker

import (
	"context"
	"time"

	"github.com/riverqueue/river"

	"marquee/subgraphs/bookings/internal/booking"
	"marquee/subgraphs/bookings/internal/store"
)

// ExpireHold ends one hold at its time.
type ExpireHold struct {
	river.WorkerDefaults[store.ExpireHold]
	Store *store.Store
	Now   func() time.Time
}

// Work ends the hold, or comes again when the domain's clock says that it is not time yet.
func (w *ExpireHold) Work(ctx context.Context, job *river.Job[store.ExpireHold]) error {
	b, err := w.Store.Expire(ctx, job.Args.BookingID)
	if err != nil {
		return err
	}
	if b == nil || b.Status != booking.Held {
		return nil
	}
	return river.JobSnooze(max(b.ExpiresAt.Sub(w.Now()), time.Second))
}

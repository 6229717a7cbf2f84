package worker

import (
	"context"

	"github.com/riverqueue/river"

	"marquee/subgraphs/bookings/internal/store"
)

// CallOffEvent ends all bookings of an event that was called off. No new ones can come: the event is off sale.
type CallOffEvent struct {
	river.WorkerDefaults[store.CallOffEvent]
	Store *store.Store
}

// Work ends the bookings in batches, so that no transaction is long. A job that is cut short starts over with what is left.
func (w *CallOffEvent) Work(ctx context.Context, job *river.Job[store.CallOffEvent]) error {
	for {
		more, err := w.Store.CallOff(ctx, job.Args.EventID)
		if err != nil || !more {
			return err
		}
	}
}

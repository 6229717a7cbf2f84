package jobs

import (
	"context"

	"github.com/riverqueue/river"
)

// idle is a job that nobody enqueues: River does not run without any worker, and not every subgraph has one of its own.
type idle struct{}

// Kind implements river.JobArgs.
func (idle) Kind() string { return "marquee.idle" }

func newWorkers() *river.Workers {
	workers := river.NewWorkers()
	river.AddWorker(workers, river.WorkFunc(func(context.Context, *river.Job[idle]) error { return nil }))
	return workers
}

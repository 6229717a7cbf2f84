package worker

import (
	"context"
	"log/slog"
	"time"

	"github.com/riverqueue/river"
)

// again turns the outcome of a job on money into River's: such a job never runs out of tries. An error of our own is logged and the job
// comes again in half a minute.
func again(ctx context.Context, log *slog.Logger, after time.Duration, err error, kind, id string) error {
	if err != nil {
		log.ErrorContext(ctx, "job on money failed; it comes again", kind, id, "error", err)
		after = 30 * time.Second
	}
	if after > 0 {
		return river.JobSnooze(after)
	}
	return nil
}

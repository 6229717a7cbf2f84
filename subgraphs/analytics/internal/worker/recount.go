package worker

import (
	"context"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"marquee/internal/jobs"
	"marquee/internal/pg"
	"marquee/subgraphs/analytics/internal/store"
)

// Recount is the nightly job that counts the events of the last days again.
type Recount struct{}

// Kind names the job.
func (Recount) Kind() string { return "recount" }

const (
	day      = 24 * time.Hour
	lookBack = 3 * day       // a missed night or two
	hour     = 3 * time.Hour // when it runs, after midnight UTC
)

// Recounter works Recount jobs. Totals that differ from a recount are put right and logged: counting as facts come must not drift, and
// if it does somebody has to know.
type Recounter struct {
	river.WorkerDefaults[Recount]
	Store *store.Store
	DB    pg.Beginner
	Jobs  *jobs.Queue
	Now   func() time.Time
	Log   *slog.Logger
}

// Timeout leaves time for many events.
func (*Recounter) Timeout(*river.Job[Recount]) time.Duration { return time.Hour }

// Work counts again and enqueues the next night's job.
func (w *Recounter) Work(ctx context.Context, job *river.Job[Recount]) error {
	different, err := w.Store.Rebuild(ctx, w.Now().Add(-lookBack))
	if err != nil {
		return err
	}
	if len(different) > 0 {
		w.Log.WarnContext(ctx, "totals differed from a recount of the facts and were put right", "events", different)
	}
	after := w.Now()
	if after.Before(job.ScheduledAt) { // clocks differ
		after = job.ScheduledAt
	}
	return w.schedule(ctx, after)
}

// Schedule enqueues the next night's job unless it is there.
func (w *Recounter) Schedule(ctx context.Context) error { return w.schedule(ctx, w.Now()) }

func (w *Recounter) schedule(ctx context.Context, after time.Time) error {
	next := after.UTC().Add(-hour).Truncate(day).Add(day + hour)
	return pg.InTx(ctx, w.DB, func(tx pgx.Tx) error {
		return w.Jobs.Insert(ctx, tx, Recount{}, &river.InsertOpts{ScheduledAt: next, UniqueOpts: river.UniqueOpts{ByPeriod: day}})
	})
}

// Package jobs runs work that waits or retries: River jobs, enqueued in the transaction of the data they belong to.
package jobs

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"marquee/internal/id"
)

// Queue enqueues jobs of one subgraph and, once started, works them. Register workers before Start:
//
//	river.AddWorker(d.Jobs.Workers(), &worker.ExpireHold{…})
type Queue struct {
	workers *river.Workers
	client  *river.Client[pgx.Tx]
	orphans *orphans
}

// New returns the queue of a database. Nothing runs before Start.
func New() *Queue { return &Queue{workers: newWorkers()} }

// Workers is where worker types are registered.
func (q *Queue) Workers() *river.Workers { return q.workers }

// Open connects the queue; concurrency is how many jobs run at once. After it, Insert works; workers must be registered before.
func (q *Queue) Open(pool *pgxpool.Pool, concurrency int, log *slog.Logger) error {
	name := id.New("job")
	client, err := river.NewClient(riverpgxv5.New(pool), &river.Config{
		ID:                   name,
		Workers:              q.workers,
		Queues:               map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: concurrency}},
		Logger:               slog.New(quiet{log.Handler()}),
		FetchPollInterval:    500 * time.Millisecond,
		FetchCooldown:        20 * time.Millisecond,
		JobTimeout:           time.Minute,
		RescueStuckJobsAfter: 2 * time.Minute,
	})
	if err != nil {
		return fmt.Errorf("jobs: %w", err)
	}
	q.client = client
	q.orphans = &orphans{pool: pool, client: name, log: log}
	return nil
}

// Start begins to work jobs.
func (q *Queue) Start(ctx context.Context) error {
	if err := q.client.Start(ctx); err != nil {
		return err
	}
	q.orphans.start(ctx)
	return nil
}

// cancelTime is what cancelled jobs have to return.
const cancelTime = 5 * time.Second

// Stop lets running jobs finish until the context ends, then cancels them; unfinished jobs run again at the next start. A job that does
// not heed its cancellation is an error.
func (q *Queue) Stop(ctx context.Context) error {
	if q.client == nil {
		return nil
	}
	defer q.orphans.end()
	if err := q.client.Stop(ctx); err != nil {
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), cancelTime)
		defer cancel()
		if err := q.client.StopAndCancel(last); err != nil {
			return fmt.Errorf("jobs still run: %w", err)
		}
	}
	return nil
}

// Insert enqueues a job in the transaction: it exists if and only if the transaction commits.
func (q *Queue) Insert(ctx context.Context, tx pgx.Tx, args river.JobArgs, opts *river.InsertOpts) error {
	_, err := q.client.InsertTx(ctx, tx, args, opts)
	return err
}

// InsertMany enqueues several jobs in the transaction.
func (q *Queue) InsertMany(ctx context.Context, tx pgx.Tx, jobs []river.InsertManyParams) error {
	if len(jobs) == 0 {
		return nil
	}
	_, err := q.client.InsertManyFastTx(ctx, tx, jobs)
	return err
}

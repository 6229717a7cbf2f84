package jobs_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"marquee/internal/jobs"
	"marquee/internal/pg"
	"marquee/internal/pg/pgtest"
)

type work struct{ Name string }

func (work) Kind() string { return "test.work" }

type worker struct {
	river.WorkerDefaults[work]
	ran chan string
}

func (w *worker) Work(_ context.Context, j *river.Job[work]) error {
	w.ran <- j.Args.Name
	return nil
}

// A job that a killed process left running runs again at once; one of a living process is left alone.
func TestOrphansRunAgain(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t, nil)
	w := &worker{ran: make(chan string, 10)}
	q := jobs.New()
	river.AddWorker(q.Workers(), w)
	if err := q.Open(pool, 2, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"orphan", "cared for"} {
		if err := pg.InTx(t.Context(), pool, func(tx pgx.Tx) error { return q.Insert(t.Context(), tx, work{name}, nil) }); err != nil {
			t.Fatal(err)
		}
	}
	// Another process holds the lock of client "alive"; nobody holds that of "gone".
	other, err := pool.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer other.Release()
	if _, err := other.Exec(t.Context(), "select pg_advisory_lock(7230954, hashtext('alive'))"); err != nil {
		t.Fatal(err)
	}
	_, err = pool.Exec(t.Context(), `update river_job set state = 'running', attempt = 1, attempted_at = now() - interval '10 seconds',
		attempted_by = array['somebody', case args->>'Name' when 'orphan' then 'gone' else 'alive' end]`)
	if err != nil {
		t.Fatal(err)
	}
	if err := q.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer q.Stop(context.Background()) //nolint:errcheck // the test is over
	select {
	case name := <-w.ran:
		if name != "orphan" {
			t.Errorf("ran %q", name)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("the orphan did not run again")
	}
	var state string
	if err := pool.QueryRow(t.Context(), "select state from river_job where args->>'Name' = 'cared for'").Scan(&state); err != nil || state != "running" {
		t.Errorf("the job of a living process is %q: %v", state, err)
	}
}

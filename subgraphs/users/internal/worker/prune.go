package worker

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

const pruneEvery = time.Hour

// Prune deletes old refresh tokens and sessions now and then. Several processes may do so at once.
type Prune struct {
	// Once deletes one batch of what is older than the instant and returns how many rows that were.
	Once  func(ctx context.Context, before time.Time) (int64, error)
	Keep  time.Duration
	Clock func() time.Time
	Log   *slog.Logger

	stop context.CancelFunc
	done sync.WaitGroup
}

// Start begins; it goes on until Stop or the end of the context.
func (p *Prune) Start(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	p.stop = stop
	p.done.Go(func() {
		tick := time.NewTicker(pruneEvery)
		defer tick.Stop()
		for {
			p.all(ctx)
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
		}
	})
	return nil
}

// Stop waits for a running batch; it may be called twice or without Start.
func (p *Prune) Stop(context.Context) error {
	if p.stop != nil {
		p.stop()
		p.done.Wait()
	}
	return nil
}

func (p *Prune) all(ctx context.Context) {
	for ctx.Err() == nil {
		n, err := p.Once(ctx, p.Clock().Add(-p.Keep))
		if err != nil && ctx.Err() == nil {
			p.Log.WarnContext(ctx, "old sessions not cleared away; next try in an hour", "error", err)
		}
		if err != nil || n == 0 {
			return
		}
	}
}

package worker

import (
	"context"
	"log/slog"
	"time"

	"marquee/subgraphs/bookings/internal/store"
)

// Sweep ends holds whose time is up though their job has not: it was lost, is late, or stands in a long queue.
type Sweep struct {
	store *store.Store
	log   *slog.Logger
	every time.Duration
	stop  context.CancelFunc
	done  chan struct{}
}

// NewSweep returns a sweep that looks every few seconds.
func NewSweep(s *store.Store, log *slog.Logger, every time.Duration) *Sweep {
	return &Sweep{store: s, log: log, every: every}
}

// Start begins to sweep until Stop or the end of the context.
func (s *Sweep) Start(ctx context.Context) error {
	ctx, s.stop = context.WithCancel(ctx)
	s.done = make(chan struct{})
	go s.run(ctx)
	return nil
}

// Stop ends it and waits until it has ended. It may be called twice, and before Start.
func (s *Sweep) Stop(context.Context) error {
	if s.stop != nil {
		s.stop()
		<-s.done
	}
	return nil
}

func (s *Sweep) run(ctx context.Context) {
	defer close(s.done)
	t := time.NewTicker(s.every)
	defer t.Stop()
	for {
		for more := true; more; {
			var err error
			if more, err = s.store.ExpireDue(ctx); err != nil && ctx.Err() == nil {
				s.log.WarnContext(ctx, "holds whose time is up not swept", "error", err)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}

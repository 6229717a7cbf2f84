package worker

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"marquee/subgraphs/payments/internal/payment"
)

// Reconciler compares books with the providers now and then, as long as the process lives. Several processes that do so at once only
// do it more often.
type Reconciler struct {
	payments *payment.Payments
	log      *slog.Logger
	metrics  prometheus.Registerer
	open     prometheus.Gauge
	cancel   context.CancelFunc
	done     sync.WaitGroup
}

const (
	firstReconciliation = time.Minute
	reconcileEvery      = 10 * time.Minute
)

// NewReconciler returns one that counts open differences in the metric marquee_reconciliation_differences.
func NewReconciler(p *payment.Payments, metrics prometheus.Registerer, log *slog.Logger) *Reconciler {
	open := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "marquee_reconciliation_differences", Help: "Differences between the providers' books and ours that the last comparison found and did not mend.",
	})
	return &Reconciler{payments: p, log: log, metrics: metrics, open: open}
}

// Start begins.
func (r *Reconciler) Start(ctx context.Context) error {
	if err := r.metrics.Register(r.open); err != nil {
		return err
	}
	ctx, r.cancel = context.WithCancel(ctx)
	r.done.Go(func() {
		t := time.NewTimer(firstReconciliation)
		defer t.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-t.C:
				r.Once(ctx)
				t.Reset(reconcileEvery)
			}
		}
	})
	return nil
}

// Once compares now.
func (r *Reconciler) Once(ctx context.Context) {
	report, err := r.payments.Reconcile(ctx)
	if err != nil {
		if ctx.Err() == nil {
			r.log.ErrorContext(ctx, "reconciliation failed; it is tried again", "error", err)
		}
		return
	}
	r.open.Set(float64(report.Open()))
}

// Stop ends it.
func (r *Reconciler) Stop(context.Context) error {
	if r.cancel != nil {
		r.cancel()
		r.done.Wait()
	}
	return nil
}

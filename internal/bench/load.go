package main

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"
)

// load is what a bounded run of workers did.
type load struct {
	count     int
	elapsed   time.Duration
	latencies []time.Duration // sorted
	failed    error           // the first failure, if any
	failures  int
}

// drive runs n workers for a time; each calls work again and again. A failing call counts as a failure and the worker goes on.
func drive(ctx context.Context, n int, d time.Duration, work func(ctx context.Context, worker int) error) load {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	var mu sync.Mutex
	var out load
	var wg sync.WaitGroup
	began := time.Now()
	for worker := range n {
		wg.Go(func() {
			var mine []time.Duration
			for ctx.Err() == nil {
				start := time.Now()
				err := work(ctx, worker)
				if err == nil {
					mine = append(mine, time.Since(start))
				} else if ctx.Err() == nil {
					mu.Lock()
					out.failures++
					if out.failed == nil {
						out.failed = err
					}
					mu.Unlock()
				}
			}
			mu.Lock()
			out.latencies = append(out.latencies, mine...)
			mu.Unlock()
		})
	}
	wg.Wait()
	out.elapsed = time.Since(began)
	out.count = len(out.latencies)
	slices.Sort(out.latencies)
	return out
}

// and adds what another run of the same did.
func (l load) and(other load) load {
	sum := load{
		count: l.count + other.count, elapsed: l.elapsed + other.elapsed, latencies: slices.Concat(l.latencies, other.latencies),
		failed: l.failed, failures: l.failures + other.failures,
	}
	if sum.failed == nil {
		sum.failed = other.failed
	}
	slices.Sort(sum.latencies)
	return sum
}

func (l load) perSecond() float64 { return float64(l.count) / l.elapsed.Seconds() }

// quantile of the latencies, q from 0 to 1.
func (l load) quantile(q float64) time.Duration {
	if len(l.latencies) == 0 {
		return 0
	}
	return l.latencies[min(len(l.latencies)-1, int(q*float64(len(l.latencies))))]
}

// check returns an error when any call failed: a fast failure must not look like speed.
func (l load) check() error {
	if l.failures > 0 {
		return fmt.Errorf("%d of %d calls failed, the first with: %w", l.failures, l.failures+l.count, l.failed)
	}
	if l.count == 0 {
		return fmt.Errorf("no call finished in time")
	}
	return nil
}

func ms(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000) }

func times(a, b float64) string { return fmt.Sprintf("%.2f×", a/b) }

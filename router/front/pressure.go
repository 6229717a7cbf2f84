package front

import (
	"runtime"
	"runtime/metrics"
	"slices"
	"time"
)

// pressure tells whether this process has more to do than processors to do it.
//
// Two signs must agree: what is ready to run waits long for a processor, and the
// process uses most of those it may use. The first alone may be the fault of other
// processes, the second alone is just good use. How long subgraphs take, and how
// many operations wait for them, says nothing: those cost nothing meanwhile.
type pressure struct {
	at     time.Time
	used   time.Duration // CPU time of the process at that time
	sample []metrics.Sample
	seen   []uint64 // counts of the histogram at that time
}

const (
	pressureQuantile = 0.9                  // of the waits for a processor …
	pressureWait     = 3 * time.Millisecond // … that is too long
	pressureUse      = 0.2                  // of the processors' time
)

func newPressure() *pressure {
	return &pressure{sample: []metrics.Sample{{Name: "/sched/latencies:seconds"}}}
}

// high looks at the time since it was called last.
func (p *pressure) high(now time.Time) bool {
	used := cpuUsed()
	use := float64(used-p.used) / (float64(now.Sub(p.at)) * float64(runtime.GOMAXPROCS(0)))
	p.used, p.at = used, now
	wait := p.wait()
	return wait > pressureWait && use > pressureUse
}

// wait is how long what was ready to run waited, but for the longest tenth.
func (p *pressure) wait() time.Duration {
	metrics.Read(p.sample)
	if p.sample[0].Value.Kind() != metrics.KindFloat64Histogram {
		return 0
	}
	h := p.sample[0].Value.Float64Histogram()
	var total uint64
	if len(p.seen) != len(h.Counts) {
		p.seen = make([]uint64, len(h.Counts))
	}
	for i, n := range h.Counts {
		total += n - p.seen[i]
	}
	rest := total - uint64(pressureQuantile*float64(total))
	out := time.Duration(0)
	for i, n := range slices.Backward(h.Counts) {
		if n -= p.seen[i]; n >= rest {
			out = time.Duration(max(h.Buckets[i], 0) * float64(time.Second)) // the bucket's lower end
			break
		}
		rest -= n
	}
	copy(p.seen, h.Counts)
	return out
}

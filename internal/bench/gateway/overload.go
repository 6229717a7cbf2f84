package gateway

import (
	"context"
	"fmt"
	"time"
)

// What an overloaded router is measured with.
const (
	overloadFactor   = 3
	overloadDeadline = time.Second
	overloadClients  = 2000 // connections, at most
	overloadMemory   = 256  // MiB, GOMEMLIMIT of the router
)

// Overload finds the rate at which the router answers most, over growing numbers of connections, and then offers three times that at a steady
// rate, whether or not earlier requests are answered. Goodput is the whole answers that come within their deadline. The baseline is the same
// router without admission, and for memory the limit it was started with.
func Overload(ctx context.Context, o Options) ([]Row, error) {
	s, err := newSetup(ctx, o, "nested")
	if err != nil {
		return nil, err
	}
	defer s.stop()
	figures := map[string]offered{}
	var peak float64
	for _, set := range []struct{ name, concurrency string }{{"admission", "0"}, {"no admission", "-1"}} {
		c, err := s.startRouter(ctx, set.name, "MARQUEE_ROUTER_DEDUPE_INBOUND=false", "MARQUEE_ROUTER_DEDUPE_SUBGRAPHS=false",
			"MARQUEE_ROUTER_LIMITS_CONCURRENCY="+set.concurrency, "MARQUEE_ROUTER_LIMITS_ADAPTIVE=true", fmt.Sprintf("GOMEMLIMIT=%dMiB", overloadMemory))
		if err != nil {
			return nil, err
		}
		if _, err := s.verify(c); err != nil {
			return nil, err
		}
		if peak == 0 {
			if peak, err = s.peak(ctx, c); err != nil {
				return nil, err
			}
		}
		if figures[set.name], err = s.offer(ctx, c, overloadFactor*peak); err != nil {
			return nil, err
		}
	}
	ours, without := figures["admission"], figures["no admission"]
	share := func(f offered) string { return fmt.Sprintf("%.0f/s, %.0f %%", f.goodput(), 100*f.goodput()/peak) }
	return []Row{
		{"overload, 3× the peak of " + fmt.Sprintf("%.0f/s", peak) + ": answers within 1 s", share(ours), share(without), "no admission", fmt.Sprintf("%.2f×", ours.goodput()/max(without.goodput(), 1))},
		{"    of the peak; goal", fmt.Sprintf("%.0f %%", 100*ours.goodput()/peak), "90 %", "goal", fmt.Sprintf("%.2f×", ours.goodput()/peak/0.9)},
		{"    refused with a time to come again, late", fmt.Sprintf("%.0f %%, %.0f %%", ours.part(ours.Refused), ours.part(ours.Late)), fmt.Sprintf("%.0f %%, %.0f %%", without.part(without.Refused), without.part(without.Late)), "no admission", ""},
		{"    p99 of good answers", ours.P99.Round(time.Millisecond).String(), without.P99.Round(time.Millisecond).String(), "no admission", ""},
		{"    resident, most", mebi(ours.Resident), mebi(without.Resident), fmt.Sprintf("no admission; GOMEMLIMIT %d MiB", overloadMemory), fmt.Sprintf("%.2f×", ours.Resident/without.Resident)},
	}, nil
}

func (o offered) part(n int) float64 { return 100 * float64(n) / float64(max(o.Sent, 1)) }

// peak is the highest rate of answers over growing numbers of connections.
func (s *setup) peak(ctx context.Context, c *contender) (best float64, err error) {
	for _, n := range []int{4, 8, 16, 32, 64, 128} {
		sc := scenario{name: fmt.Sprintf("%d connections", n), connections: n}
		if err := s.measure(ctx, c, sc, 0); err != nil {
			return 0, err
		}
		best = max(best, c.slots[sc.name][0].perSecond())
	}
	return best, nil
}

// offer runs an open load.
func (s *setup) offer(ctx context.Context, c *contender, rate float64) (out offered, err error) {
	l, err := startOwn(ctx, loadCore, "gateway-offer", offerTold{
		URL: c.url, Body: s.body, Rate: rate, Warm: 2 * time.Second, Duration: max(s.Length, 4*time.Second), Deadline: overloadDeadline,
		Connections: overloadClients, PID: c.child.pid(), Answer: c.answer,
	}, &out)
	if err != nil {
		return out, fmt.Errorf("%s: %w\n%s", c.name, err, c.child.printed())
	}
	l.stop()
	s.Log("  %-32s offered %.0f/s: good %.0f/s  refused %.1f %% after %s  late %.1f %%  other %d  p50 %s  p99 %s  %.0f MiB", c.name, rate, out.goodput(),
		out.part(out.Refused), out.Refusal.Round(time.Microsecond), out.part(out.Late), out.Other, out.P50.Round(time.Microsecond), out.P99.Round(time.Microsecond), out.Resident)
	if out.Other > 0 {
		return out, fmt.Errorf("%s: %d of %d requests ended otherwise, the first with: %s", c.name, out.Other, out.Sent, out.First)
	}
	return out, nil
}

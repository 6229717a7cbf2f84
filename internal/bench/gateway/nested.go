package gateway

import (
	"context"
	"fmt"
)

var (
	fifty  = scenario{name: "50 connections", connections: 50}
	single = scenario{name: "1 connection", connections: 1}
	tokens = scenario{name: "50 conn., own tokens", connections: 50, tokens: true}
)

// nested measures the large query over four subgraphs.
func nested(ctx context.Context, o Options) ([]Row, error) {
	s, err := newSetup(ctx, o, "nested")
	if err != nil {
		return nil, err
	}
	defer s.stop()
	plain, err := s.startRouter(ctx, "router, no deduplication", "MARQUEE_ROUTER_DEDUPE_INBOUND=false", "MARQUEE_ROUTER_DEDUPE_SUBGRAPHS=false")
	if err != nil {
		return nil, err
	}
	dedupe, err := s.startRouter(ctx, "router, default")
	if err != nil {
		return nil, err
	}
	want, err := s.verify(plain, nil)
	if err != nil {
		return nil, err
	}
	recorded, err := s.record(plain.url)
	if err != nil {
		return nil, err
	}
	requests := waves(recorded)
	s.Log("  answer of %d bytes, %d subgraph requests in %d waves", len(want), len(recorded), len(requests))
	floor, err := s.startCommand(ctx, "floor", "gateway-floor", floorTold{requests, want})
	if err != nil {
		return nil, err
	}
	for _, c := range []*contender{dedupe, floor} {
		if _, err := s.verify(c, want); err != nil {
			return nil, err
		}
	}
	for range rounds {
		for _, sc := range []scenario{fifty, tokens, single} {
			for _, c := range s.contenders {
				if (sc == single && c == dedupe) || (sc == tokens && c != dedupe) {
					continue
				}
				if err := s.measure(ctx, c, sc); err != nil {
					return nil, err
				}
			}
		}
	}
	head := fmt.Sprintf("nested query, 4 subgraphs, %d bytes", len(want))
	const bare = "floor: the same requests, nothing parsed"
	rows := []Row{
		{Name: head + ", 50 connections, no deduplication: CPU per query", Ours: micro(plain.median(fifty.name, measured.cpu)), Baseline: micro(floor.median(fifty.name, measured.cpu)), BaselineName: bare, Ratio: ratio(plain, fifty.name, floor, fifty.name, measured.cpu)},
	}
	rows = append(rows, compared(plain, fifty, floor, fifty)[1:]...)
	rows = append(rows, titled("  default (deduplication): CPU per query", compared(dedupe, fifty, floor, fifty))...)
	rows = append(rows, titled("  default, another token on every request: CPU per query", compared(dedupe, tokens, floor, fifty))...)
	rows = append(rows, titled("  1 connection, no deduplication: CPU per query", compared(plain, single, floor, single))...)
	return rows, nil
}

// compared is the rows of a contender beside another: CPU, rate, latencies, subgraph requests, memory.
func compared(a *contender, as scenario, b *contender, bs scenario) []Row {
	row := func(name string, figure func(measured) float64, show func(float64) string) Row {
		return Row{Name: "  " + name, Ours: show(a.median(as.name, figure)), Baseline: show(b.median(bs.name, figure)), Ratio: ratio(a, as.name, b, bs.name, figure)}
	}
	first := row("CPU per query", measured.cpu, micro)
	first.BaselineName = b.name
	return []Row{
		first,
		row("  queries per second", measured.perSecond, func(v float64) string { return fmt.Sprintf("%.0f/s", v) }),
		row("  p50", func(m measured) float64 { return float64(m.P50.Microseconds()) }, milli),
		row("  p99", func(m measured) float64 { return float64(m.P99.Microseconds()) }, milli),
		row("  subgraph requests per query", measured.upstream, func(v float64) string { return fmt.Sprintf("%.2f", v) }),
		row("  resident", func(m measured) float64 { return m.Resident }, mebi),
	}
}

func titled(title string, rows []Row) []Row {
	rows[0].Name = title
	return rows
}

func micro(v float64) string { return fmt.Sprintf("%.1f µs", v) }
func milli(v float64) string { return fmt.Sprintf("%.2f ms", v/1000) }
func mebi(v float64) string  { return fmt.Sprintf("%.0f MiB", v) }

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

// noDeduplication is the environment of a router that runs every query by itself.
var noDeduplication = []string{"MARQUEE_ROUTER_DEDUPE_INBOUND=false", "MARQUEE_ROUTER_DEDUPE_SUBGRAPHS=false"}

// Nested measures the large query over four subgraphs.
func Nested(ctx context.Context, o Options) ([]Row, error) {
	s, err := newSetup(ctx, o, "nested")
	if err != nil {
		return nil, err
	}
	defer s.stop()
	plain, err := s.startRouter(ctx, "router, no deduplication", noDeduplication...)
	if err != nil {
		return nil, err
	}
	dedupe, err := s.startRouter(ctx, "router, default")
	if err != nil {
		return nil, err
	}
	want, err := s.verify(plain)
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
	var apollo, hive *contender
	if o.Node {
		apollo, hive = s.startNode(ctx)
	}
	for _, c := range s.contenders {
		if _, err := s.verify(c); err != nil {
			return nil, err
		}
	}
	for round := range rounds {
		for _, slot := range []struct {
			scenario
			who []*contender
		}{{fifty, []*contender{plain, floor, dedupe, apollo, hive}}, {tokens, []*contender{dedupe, hive}}, {single, []*contender{plain, floor}}} {
			for _, c := range slot.who {
				if c == nil || (c == apollo || c == hive) && round%2 == 1 {
					continue // nil: it could not be started
				}
				if err := s.measure(ctx, c, slot.scenario, round); err != nil {
					return nil, err
				}
			}
		}
	}
	rows := titled(fmt.Sprintf("nested query, 4 subgraphs, %d bytes, 50 connections, no deduplication: CPU per query", len(want)), compared(plain, fifty, floor, fifty))
	if apollo != nil {
		rows = append(rows, titled("  beside Apollo Gateway: CPU per query", compared(plain, fifty, apollo, fifty))...)
	}
	rows = append(rows, titled("  deduplication (default), the same load: CPU per query", compared(dedupe, fifty, floor, fifty))...)
	if hive != nil {
		rows = append(rows, titled("  beside Hive Gateway: CPU per query", compared(dedupe, fifty, hive, fifty))...)
	}
	rows = append(rows, titled("  default, another token on every request: CPU per query", compared(dedupe, tokens, floor, fifty))...)
	if hive != nil {
		rows = append(rows, titled("  beside Hive Gateway: CPU per query", compared(dedupe, tokens, hive, tokens))...)
	}
	return append(rows, titled("  1 connection, no deduplication: CPU per query", compared(plain, single, floor, single))...), nil
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

package gateway

import (
	"context"
	"slices"
)

// Against measures the router beside another build of it, on the large query over four subgraphs. Nothing else is measured between the two,
// and which goes first changes with every round, so that a machine that is busy with other things still tells them apart.
func Against(ctx context.Context, o Options, binary string) ([]Row, error) {
	s, err := newSetup(ctx, o, "nested")
	if err != nil {
		return nil, err
	}
	defer s.stop()
	pairs := []struct {
		title string
		scenario
		env       []string
		this, old *contender
	}{
		{title: "nested query, no deduplication: CPU per query", scenario: fifty, env: noDeduplication},
		{title: "  deduplication (default): CPU per query", scenario: fifty},
		{title: "  default, another token on every request: CPU per query", scenario: tokens},
	}
	other := *s
	other.Binary = binary
	for i := range pairs {
		p := &pairs[i]
		if p.this, err = s.startRouter(ctx, "this router", p.env...); err != nil {
			return nil, err
		}
		if p.old, err = other.startRouter(ctx, "the other router", p.env...); err != nil {
			return nil, err
		}
		s.contenders = append(s.contenders, p.old)
		for _, c := range []*contender{p.this, p.old} {
			if _, err := s.verify(c); err != nil {
				return nil, err
			}
		}
	}
	for round := range rounds {
		for i := range pairs {
			p := &pairs[i]
			two := []*contender{p.this, p.old}
			if round%2 == 1 {
				slices.Reverse(two)
			}
			for _, c := range two {
				if err := s.measure(ctx, c, p.scenario, round); err != nil {
					return nil, err
				}
			}
		}
	}
	var rows []Row
	for i := range pairs {
		p := &pairs[i]
		rows = append(rows, titled(p.title, compared(p.this, p.scenario, p.old, p.scenario))...)
	}
	return rows, nil
}

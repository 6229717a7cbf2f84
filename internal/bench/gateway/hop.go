package gateway

import (
	"context"
	"fmt"
)

var thirtyTwo = scenario{name: "32 connections", connections: 32}

// Hop measures one upstream and a small answer, beside proxies that know nothing of GraphQL.
func Hop(ctx context.Context, o Options) ([]Row, error) {
	s, err := newSetup(ctx, o, "hop")
	if err != nil {
		return nil, err
	}
	defer s.stop()
	ours, err := s.startRouter(ctx, "router, no deduplication", "MARQUEE_ROUTER_DEDUPE_INBOUND=false", "MARQUEE_ROUTER_DEDUPE_SUBGRAPHS=false")
	if err != nil {
		return nil, err
	}
	want, err := s.verify(ours)
	if err != nil {
		return nil, err
	}
	var proxies []*contender
	for _, p := range []struct{ kind, name string }{
		{"nethttp", "net/http reverse proxy"}, {"bare", "net/http, nothing but the hop"}, {"fasthttp", "fasthttp, nothing but the hop"},
	} {
		c, err := s.startCommand(ctx, p.name, "gateway-proxy", proxyTold{p.kind, s.fleet.Subgraphs["notes"]})
		if err != nil {
			return nil, err
		}
		if _, err := s.verify(c); err != nil {
			return nil, err
		}
		proxies = append(proxies, c)
	}
	for round := range rounds {
		for _, c := range s.contenders {
			if err := s.measure(ctx, c, thirtyTwo, round); err != nil {
				return nil, err
			}
		}
	}
	var rows []Row
	for i, p := range proxies {
		r := compared(ours, thirtyTwo, p, thirtyTwo)
		if i == 0 {
			rows = append(rows, titled(fmt.Sprintf("one hop, %d bytes, 32 connections: CPU per request", len(want)), r)...)
			continue
		}
		rows = append(rows, titled("  CPU per request", r[:1])...)
	}
	return rows, nil
}

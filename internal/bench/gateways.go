package main

import (
	"context"
	"fmt"
	"os"

	"marquee/internal/bench/gateway"
)

// gateways is a bench of the router alone, beside other gateways.
func gateways(part func(context.Context, gateway.Options) ([]gateway.Row, error)) func(context.Context, *stack) ([]row, error) {
	return func(ctx context.Context, s *stack) ([]row, error) {
		list, err := part(ctx, gateway.Options{
			Binary: s.bin, Dir: s.dir, Length: s.seconds, Node: s.node,
			Log: func(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) },
		})
		if err != nil {
			return nil, err
		}
		rows := make([]row, len(list))
		for i, r := range list {
			rows[i] = row{r.Name, r.Ours, r.Baseline, r.BaselineName, r.Ratio}
		}
		return rows, nil
	}
}

// routerProfile writes a profile of the router, if one was asked for.
func routerProfile(ctx context.Context, s *stack) ([]row, error) {
	if s.profile == "" {
		return nil, nil
	}
	return gateways(func(ctx context.Context, o gateway.Options) ([]gateway.Row, error) {
		return nil, gateway.Profile(ctx, o, s.profile)
	})(ctx, s)
}

// against is a bench of the router beside another build of it, for those who change it.
func against(ctx context.Context, s *stack) ([]row, error) {
	if s.against == "" {
		return nil, nil
	}
	return gateways(func(ctx context.Context, o gateway.Options) ([]gateway.Row, error) {
		return gateway.Against(ctx, o, s.against)
	})(ctx, s)
}

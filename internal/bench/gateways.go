package main

import (
	"context"
	"fmt"
	"os"

	"marquee/internal/bench/gateway"
)

// gateways measures the router alone beside other gateways.
func gateways(ctx context.Context, s *stack) ([]row, error) {
	list, err := gateway.Run(ctx, gateway.Options{
		Binary: s.bin, Dir: s.dir, Seconds: s.seconds, Node: true,
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

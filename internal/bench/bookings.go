package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"marquee/internal/e2e"
	"marquee/internal/pg/embedded"
)

const (
	connections = 256 // of buyers, over HTTP
	spread      = 1000
)

// bookings books one hot event through the router: each booking one HTTP request, answered once the tickets are issued and durable. The
// baseline writes one naive transaction a booking straight on the same server, before and after.
func bookings(ctx context.Context, s *stack) ([]row, error) {
	manager, err := e2e.NewOrganizer(ctx, s.graphql(), "Bench Manager")
	if err != nil {
		return nil, err
	}
	event, err := manager.PublishEvent(ctx, "The hot one", 1_000_000, 0)
	if err != nil {
		return nil, err
	}
	buyers, err := newCrowd(ctx, s.graphql(), connections)
	if err != nil {
		return nil, err
	}
	url, err := embedded.EnsureDatabase(ctx, s.postgres, "naive")
	if err != nil {
		return nil, err
	}
	shop, err := openNaive(ctx, url, 1)
	if err != nil {
		return nil, err
	}
	defer shop.pool.Close()
	wanted := wish(event)
	book := func(_ context.Context, worker int) error { return buyers.book(worker, wanted) }
	drive(ctx, connections, time.Second, book) // warm
	before := shop.sell(ctx, s.seconds)
	cpu, err := s.cpu()
	if err != nil {
		return nil, err
	}
	profiled := s.profiling(ctx)
	ours := drive(ctx, connections, s.seconds, book)
	if err := profiled(); err != nil {
		return nil, err
	}
	used, err := s.cpu()
	if err != nil {
		return nil, err
	}
	ended := time.Now()
	backlog, err := s.marquee.Waiting(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.told(ctx); err != nil {
		return nil, err
	}
	told := time.Since(ended)
	naive := before.and(shop.sell(ctx, s.seconds))
	if err := errors.Join(ours.check(), naive.check()); err != nil {
		return nil, err
	}
	sold, err := manager.Availability(ctx, event.ID)
	if err != nil {
		return nil, err
	}
	if sold.Sold < ours.count || sold.Held != 0 {
		return nil, fmt.Errorf("%d bookings were confirmed, the event counts %+v", ours.count, *sold)
	}
	return []row{
		{fmt.Sprintf("confirmed bookings, one hot event, over HTTP, %d connections", connections), fmt.Sprintf("%.0f/s", ours.perSecond()), fmt.Sprintf("%.0f/s", naive.perSecond()), fmt.Sprintf("naive transaction, %d clients, same PostgreSQL", naiveClients), times(ours.perSecond(), naive.perSecond())},
		{"  p50 of a booking", ms(ours.quantile(0.5)), ms(naive.quantile(0.5)), "", times(float64(ours.quantile(0.5)), float64(naive.quantile(0.5)))},
		{"  p99 of a booking", ms(ours.quantile(0.99)), ms(naive.quantile(0.99)), "", times(float64(ours.quantile(0.99)), float64(naive.quantile(0.99)))},
		{"  CPU of a booking, platform and PostgreSQL", us(used.platform-cpu.platform, ours.count) + " + " + us(used.postgres-cpu.postgres, ours.count), "", "", ""},
		{"  told to all other subgraphs, after the last", fmt.Sprintf("%.1f s", told.Seconds()), "", fmt.Sprintf("%d messages waited", backlog), ""},
	}, nil
}

// told waits until every message has reached all its consumers.
func (s *stack) told(ctx context.Context) error {
	for {
		n, err := s.marquee.Waiting(ctx)
		if err != nil || n == 0 {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

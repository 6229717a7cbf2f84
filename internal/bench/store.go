package main

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"marquee/internal/pg/embedded"
	"marquee/internal/pubsub"
	"marquee/subgraphs/bookings/rush"
)

const storeClients = 1000

// storeBookings books at the store itself, without HTTP: one hot event, then many events, each by 1,000 clients at once and against the
// naive transaction on the same server.
func storeBookings(ctx context.Context, s *stack) ([]row, error) {
	server, err := pubsub.StartEmbedded()
	if err != nil {
		return nil, err
	}
	defer server.Close()
	redis, err := pubsub.OpenRedis(ctx, server.URL())
	if err != nil {
		return nil, err
	}
	defer func() { _ = redis.Close() }()
	var rows []row
	for _, events := range []int{1, spread} {
		ours, naive, err := rushOf(ctx, s, events, func(ctx context.Context, url string) (*rush.Office, error) {
			return rush.Open(ctx, url, redis, events, storeClients)
		})
		if err != nil {
			return nil, err
		}
		what := "one hot event"
		if events > 1 {
			what = fmt.Sprintf("spread over %d events", events)
		}
		rows = append(rows,
			row{fmt.Sprintf("confirmed bookings, %s, at the store, %d clients", what, storeClients), fmt.Sprintf("%.0f/s", ours.perSecond()), fmt.Sprintf("%.0f/s", naive.perSecond()), fmt.Sprintf("naive transaction, %d clients, same PostgreSQL", naiveClients), times(ours.perSecond(), naive.perSecond())},
			row{"  p99 of a booking", ms(ours.quantile(0.99)), ms(naive.quantile(0.99)), "", times(float64(ours.quantile(0.99)), float64(naive.quantile(0.99)))},
		)
	}
	return rows, nil
}

func rushOf(ctx context.Context, s *stack, events int, open func(context.Context, string) (*rush.Office, error)) (ours, base load, err error) {
	url, err := embedded.EnsureDatabase(ctx, s.postgres, fmt.Sprint("naive_", events))
	if err != nil {
		return ours, base, err
	}
	shop, err := openNaive(ctx, url, events)
	if err != nil {
		return ours, base, err
	}
	defer shop.pool.Close()
	if url, err = embedded.EnsureDatabase(ctx, s.postgres, fmt.Sprint("rush_", events)); err != nil {
		return ours, base, err
	}
	office, err := open(ctx, url)
	if err != nil {
		return ours, base, err
	}
	defer func() { err = errors.Join(err, office.Close(context.WithoutCancel(ctx))) }()
	var next atomic.Int64
	book := func(ctx context.Context, client int) error {
		return office.Book(context.WithoutCancel(ctx), client, int(next.Add(1)))
	}
	drive(ctx, storeClients, time.Second, book) // warm
	base = shop.sell(ctx, s.seconds)
	ours = drive(ctx, storeClients, s.seconds, book)
	base = base.and(shop.sell(ctx, s.seconds))
	seats, tickets, err := office.Sold(ctx)
	if err == nil && (seats != tickets || seats < ours.count) {
		err = fmt.Errorf("%d bookings were confirmed, %d seats are sold and %d tickets issued", ours.count, seats, tickets)
	}
	return ours, base, errors.Join(err, ours.check(), base.check())
}

package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"marquee/internal/e2e"
	"marquee/internal/id"
	"marquee/internal/pg"
	"marquee/internal/pg/embedded"
)

const buyers = 64

// bookings books one hot event through the router: a hold and its confirmation, each durable, each its own HTTP request. The baseline
// writes the same rows with one naive transaction a booking, straight on the same server, with as many clients.
func bookings(ctx context.Context, s *stack) ([]row, error) {
	manager, err := e2e.NewOrganizer(ctx, s.graphql(), "Bench Manager")
	if err != nil {
		return nil, err
	}
	event, err := manager.PublishEvent(ctx, "The hot one", 1_000_000, 0)
	if err != nil {
		return nil, err
	}
	clients := make([]*e2e.Client, buyers)
	transport := &http.Transport{MaxIdleConnsPerHost: buyers, MaxConnsPerHost: buyers}
	defer transport.CloseIdleConnections()
	for i := range clients {
		c, _, err := e2e.Register(ctx, s.graphql(), fmt.Sprint("Bench Buyer ", i))
		if err != nil {
			return nil, err
		}
		c.HTTP = &http.Client{Transport: transport}
		clients[i] = c
	}
	book := func(ctx context.Context, worker int) error {
		c := clients[worker]
		b, users, err := c.Hold(ctx, event, 1)
		if err != nil || len(users) > 0 {
			return errors.Join(err, fmt.Errorf("hold: %+v", users))
		}
		users, err = c.Mutate(ctx, `mutation($input: ConfirmBookingInput!) { out: confirmBooking(input: $input) { booking { id } userErrors { field message code } } }`,
			map[string]any{"bookingId": b.ID, "idempotencyKey": id.New("key")}, nil)
		if err != nil || len(users) > 0 {
			return errors.Join(err, fmt.Errorf("confirm: %+v", users))
		}
		return nil
	}
	drive(ctx, buyers, time.Second, book) // warm
	naive, err := naiveBookings(ctx, s)
	if err != nil {
		return nil, err
	}
	ours := drive(ctx, buyers, s.seconds, book)
	if err := errors.Join(ours.check(), naive.check()); err != nil {
		return nil, err
	}
	return []row{
		{fmt.Sprintf("confirmed bookings, one hot event, %d clients, over HTTP", buyers), fmt.Sprintf("%.0f/s", ours.perSecond()), fmt.Sprintf("%.0f/s", naive.perSecond()), "naive transaction on the same PostgreSQL", times(ours.perSecond(), naive.perSecond())},
		{"  p50 of a booking (two requests)", ms(ours.quantile(0.5)), ms(naive.quantile(0.5)), "", times(float64(ours.quantile(0.5)), float64(naive.quantile(0.5)))},
		{"  p99 of a booking (two requests)", ms(ours.quantile(0.99)), ms(naive.quantile(0.99)), "", times(float64(ours.quantile(0.99)), float64(naive.quantile(0.99)))},
	}, nil
}

// naiveBookings is what a straightforward shop does: lock the stock row, insert the booking and a message, commit.
func naiveBookings(ctx context.Context, s *stack) (load, error) {
	url, err := embedded.EnsureDatabase(ctx, s.postgres, "naive")
	if err != nil {
		return load{}, err
	}
	pool, err := pg.Open(ctx, url, pg.Options{MaxConns: buyers})
	if err != nil {
		return load{}, err
	}
	defer pool.Close()
	_, err = pool.Exec(ctx, `create table if not exists stock (id int primary key, capacity int, sold int);
		create table if not exists booking (id text primary key, stock int, at timestamptz default now());
		create table if not exists message (seq bigint generated always as identity primary key, payload jsonb);
		insert into stock values (1, 100000000, 0) on conflict do nothing`)
	if err != nil {
		return load{}, err
	}
	return drive(ctx, buyers, s.seconds, func(ctx context.Context, _ int) error { return naiveBooking(ctx, pool) }), nil
}

func naiveBooking(ctx context.Context, pool *pgxpool.Pool) error {
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		booking := id.New("bkg")
		tag, err := tx.Exec(ctx, "update stock set sold = sold + 1 where id = 1 and sold < capacity")
		if err != nil || tag.RowsAffected() != 1 {
			return errors.Join(err, errors.New("sold out"))
		}
		if _, err := tx.Exec(ctx, "insert into booking (id, stock) values ($1, 1)", booking); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, "insert into message (payload) values (jsonb_build_object('booking', $1::text))", booking)
		return err
	})
}

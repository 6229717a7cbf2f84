package main

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"marquee/internal/id"
	"marquee/internal/pg"
)

const naiveClients = 64

// naive is what a straightforward shop does: lock the stock row, insert the booking and a message, commit; one transaction a booking.
type naive struct {
	pool   *pgxpool.Pool
	events int
}

// openNaive makes a shop with some events.
func openNaive(ctx context.Context, url string, events int) (*naive, error) {
	pool, err := pg.Open(ctx, url, pg.Options{MaxConns: naiveClients})
	if err != nil {
		return nil, err
	}
	if _, err := pool.Exec(ctx, `create table if not exists stock (id int primary key, capacity int, sold int);
		create table if not exists booking (id text primary key, stock int, at timestamptz default now());
		create table if not exists message (seq bigint generated always as identity primary key, payload jsonb)`); err != nil {
		pool.Close()
		return nil, err
	}
	if _, err := pool.Exec(ctx, "insert into stock select n, 100000000, 0 from generate_series(1, $1) n on conflict do nothing", events); err != nil {
		pool.Close()
		return nil, err
	}
	return &naive{pool, events}, nil
}

func (n *naive) sell(ctx context.Context, d time.Duration) load {
	return drive(ctx, naiveClients, d, func(ctx context.Context, _ int) error { return n.book(ctx, 1+rand.IntN(n.events)) }) // #nosec G404 -- which event is bought
}

func (n *naive) book(ctx context.Context, event int) error {
	return pgx.BeginFunc(ctx, n.pool, func(tx pgx.Tx) error {
		booking := id.New("bkg")
		tag, err := tx.Exec(ctx, "update stock set sold = sold + 1 where id = $1 and sold < capacity", event)
		if err != nil {
			return err
		}
		if tag.RowsAffected() != 1 {
			return errors.New("sold out")
		}
		if _, err := tx.Exec(ctx, "insert into booking (id, stock) values ($1, $2)", booking, event); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, "insert into message (payload) values (jsonb_build_object('booking', $1::text))", booking)
		return err
	})
}

// Package store keeps bookings in PostgreSQL. Every method that writes is one transaction over rows, messages and jobs. Locks are always
// taken in the same order, so that no two transactions wait for each other in a circle:
//
//	idempotency keys (by scope and key) → the event (advisory) → bookings (by id) → their tickets (by id) → ticket types (by id)
//	→ promo codes (by event and code)
package store

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"marquee/internal/jobs"
	"marquee/internal/outbox"
	"marquee/internal/pg"
	"marquee/internal/pubsub"
	"marquee/subgraphs/bookings/internal/booking"
	"marquee/subgraphs/bookings/internal/store/db"
)

// Store implements booking.Store.
type Store struct {
	pool    *pgxpool.Pool
	jobs    *jobs.Queue
	outbox  *outbox.Outbox
	pubsub  *pubsub.PubSub
	clock   func() time.Time
	holds   *line[*booking.Order]
	changes *line[*change]
	plans   plans

	questions questions
}

var _ booking.Store = (*Store)(nil)

// New returns a store.
func New(pool *pgxpool.Pool, j *jobs.Queue, o *outbox.Outbox, p *pubsub.PubSub, now func() time.Time) *Store {
	s := &Store{pool: pool, jobs: j, outbox: o, pubsub: p, clock: now}
	s.holds = newHolds(s.place)
	s.changes = newChanges(s.carryOut)
	return s
}

// Channel is where changes of an event's seats are announced.
func Channel(eventID string) string { return "event:" + eventID }

// Announce tells whoever watches these events that their seats have changed. It runs after a commit.
func (s *Store) Announce(ctx context.Context, eventIDs ...string) {
	var channels []string
	for _, id := range eventIDs {
		if c := Channel(id); !slices.Contains(channels, c) {
			channels = append(channels, c)
		}
	}
	s.pubsub.Hint(ctx, channels)
}

// committed is Announce for transactions that have also written messages.
func (s *Store) committed(ctx context.Context, eventIDs ...string) {
	s.outbox.Wake()
	s.Announce(ctx, eventIDs...)
}

// now is the domain's time in the resolution that the database keeps, so that what was written reads back equal.
func (s *Store) now() time.Time { return s.clock().UTC().Truncate(time.Microsecond) }

// inTx runs fn in a transaction, and again in a new one when it met what is gone by then: two bookings that drew the same reference draw
// again; an event whose admissions are counted together since just now has its row by then.
func (s *Store) inTx(ctx context.Context, fn func(tx pgx.Tx) error) (err error) {
	for range 4 {
		err = pg.InTx(ctx, s.pool, fn)
		if !pg.Violates(err, "booking_reference_unique") && !errors.Is(err, errUncounted) {
			break
		}
	}
	return err
}

func (s *Store) read() *db.Queries { return db.New(s.pool) }

func in(tx pgx.Tx) *db.Queries { return db.New(tx) }

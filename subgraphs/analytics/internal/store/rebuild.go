package store

import (
	"context"
	"errors"
	"reflect"
	"time"

	"github.com/jackc/pgx/v5"

	"marquee/internal/pg"
	"marquee/subgraphs/analytics/internal/store/db"
)

// Rebuild counts every event that has facts recorded since then (the zero time: all) again from its facts, in SQL and not by the code
// that counts facts as they come, and replaces the totals. It returns the ids of the events whose totals were different, in order: none, unless somebody changed them by hand or the counting is
// wrong. It may run while facts come in: each event is one transaction.
func (s *Store) Rebuild(ctx context.Context, since time.Time) (different []string, err error) {
	const batch = 500
	after := ""
	for {
		ids, err := s.q.EventsWithFacts(ctx, db.EventsWithFactsParams{After: after, Since: since, MaxRows: batch})
		if err != nil {
			return different, pg.Translate(err)
		}
		for _, id := range ids {
			same, err := s.RebuildEvent(ctx, id)
			if err != nil {
				return different, err
			}
			if !same {
				different = append(different, id)
			}
			after = id
		}
		if len(ids) < batch {
			return different, nil
		}
	}
}

// RebuildEvent counts one event again and reports whether its totals were the same.
func (s *Store) RebuildEvent(ctx context.Context, eventID string) (same bool, err error) {
	err = pg.InTx(ctx, s.pool, func(tx pgx.Tx) error {
		q := s.q.WithTx(tx)
		if err := q.LockEvent(ctx, eventID); err != nil {
			return err
		}
		before, err := totals(ctx, q, eventID)
		if err != nil {
			return err
		}
		for _, step := range []func(context.Context, string) error{
			q.EnsureEvent, q.ClearTypes, q.ClearBuckets, q.RecountEvent, q.RecountTypes, q.RecountBuckets,
		} {
			if err := step(ctx, eventID); err != nil {
				return err
			}
		}
		now, err := totals(ctx, q, eventID)
		same = reflect.DeepEqual(before, now)
		return err
	})
	return same, err
}

// eventTotals is everything that is counted for one event.
type eventTotals struct {
	event   db.EventSale
	types   []db.TicketTypeSale // of those that say something
	buckets []db.SalesBucket
}

func totals(ctx context.Context, q *db.Queries, eventID string) (t eventTotals, err error) {
	if t.event, err = q.EventRow(ctx, eventID); err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return t, err
	}
	if t.types, err = q.TypeRows(ctx, eventID); err != nil {
		return t, err
	}
	t.buckets, err = q.BucketRows(ctx, eventID)
	return t, err
}

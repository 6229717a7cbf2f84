package store

import (
	"context"
	"encoding/json"
	"fmt"

	"marquee/internal/contract"
	"marquee/internal/pg"
	"marquee/subgraphs/events/internal/event"
	"marquee/subgraphs/events/internal/store/db"
)

// Seatings implements event.Store.
func (s *Store) Seatings(ctx context.Context, eventIDs []string) (map[string]*contract.Seating, error) {
	plans, err := seatings(ctx, s.q, eventIDs)
	return plans, pg.Translate(err)
}

func seatings(ctx context.Context, q *db.Queries, eventIDs []string) (map[string]*contract.Seating, error) {
	rows, err := q.Seatings(ctx, eventIDs)
	if err != nil {
		return nil, err
	}
	plans := make(map[string]*contract.Seating, len(rows))
	for _, r := range rows {
		var plan contract.Seating
		if err := json.Unmarshal(r.Plan, &plan); err != nil {
			return nil, fmt.Errorf("seating of %s: %w", r.EventID, err)
		}
		plans[r.EventID] = &plan
	}
	return plans, nil
}

// putSeating writes the event's plan, or takes it away.
func putSeating(ctx context.Context, q *db.Queries, e *event.Event) error {
	if e.Seating == nil {
		return q.DeleteSeating(ctx, e.ID)
	}
	plan, err := json.Marshal(e.Seating)
	if err != nil {
		return err
	}
	return q.PutSeating(ctx, db.PutSeatingParams{EventID: e.ID, Plan: plan})
}

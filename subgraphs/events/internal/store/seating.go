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

// putSeatings writes the plans of events, or takes them away.
func putSeatings(ctx context.Context, q *db.Queries, events []*event.Event) error {
	var put []db.PutSeatingsParams
	var none []string
	for _, e := range events {
		if e.Seating == nil {
			none = append(none, e.ID)
			continue
		}
		plan, err := json.Marshal(e.Seating)
		if err != nil {
			return err
		}
		put = append(put, db.PutSeatingsParams{EventID: e.ID, Plan: plan})
	}
	if err := q.DeleteSeatings(ctx, none); err != nil {
		return err
	}
	if len(put) == 0 {
		return nil
	}
	return all(q.PutSeatings(ctx, put))
}

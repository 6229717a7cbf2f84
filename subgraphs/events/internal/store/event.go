package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"marquee/internal/contract"
	"marquee/internal/pg"
	"marquee/subgraphs/events/internal/event"
	"marquee/subgraphs/events/internal/store/db"
)

// Create implements event.Store.
func (s *Store) Create(ctx context.Context, e *event.Event) error {
	return pg.InTx(ctx, s.pool, func(tx pgx.Tx) error { return insert(ctx, s.q.WithTx(tx), []*event.Event{e}) })
}

// SeedEvent writes an event of the demo and its message within the transaction.
func (s *Store) SeedEvent(ctx context.Context, tx pgx.Tx, e *event.Event) error {
	if err := insert(ctx, s.q.WithTx(tx), []*event.Event{e}); err != nil {
		return err
	}
	return s.outbox.PublishAt(ctx, tx, e.CreatedAt, e.PublishedFact(e.CreatedAt))
}

// Change implements event.Store.
func (s *Store) Change(ctx context.Context, id string, change func(e *event.Event) ([]contract.Message, error)) (*event.Event, error) {
	var now *event.Event // as it is after the transaction
	err := pg.InTx(ctx, s.pool, func(tx pgx.Tx) error {
		q := s.q.WithTx(tx)
		if _, err := q.LockEvent(ctx, id); err != nil {
			return err
		}
		found, err := load(ctx, q, []string{id})
		if err != nil {
			return err
		}
		now = found[id]
		plans, err := seatings(ctx, q, []string{id})
		if err != nil {
			return err
		}
		now.Seating = plans[id]
		changed := *now
		messages, err := change(&changed)
		if err != nil {
			return err
		}
		if err := update(ctx, q, []*event.Event{&changed}); err != nil {
			return err
		}
		if err := s.outbox.Publish(ctx, tx, messages...); err != nil {
			return err
		}
		now = &changed
		return nil
	})
	if err == nil {
		s.outbox.Wake()
	}
	if errors.Is(err, event.ErrUnchanged) {
		err = nil
	}
	return now, err
}

// IDBySlug implements event.Store.
func (s *Store) IDBySlug(ctx context.Context, slug string) (string, error) {
	id, err := s.q.EventIDBySlug(ctx, slug)
	return id, pg.Translate(err)
}

// EventsOfTicketTypes implements event.Store.
func (s *Store) EventsOfTicketTypes(ctx context.Context, ids []string) (map[string]string, error) {
	rows, err := s.q.EventsOfTicketTypes(ctx, ids)
	if err != nil {
		return nil, pg.Translate(err)
	}
	out := make(map[string]string, len(rows))
	for _, r := range rows {
		out[r.ID] = r.EventID
	}
	return out, nil
}

// ByIDs implements event.Store.
func (s *Store) ByIDs(ctx context.Context, ids []string) (map[string]*event.Event, error) {
	events, err := load(ctx, s.q, ids)
	return events, pg.Translate(err)
}

// load reads events with their venues, categories and ticket types: two statements for any number of events.
func load(ctx context.Context, q *db.Queries, ids []string) (map[string]*event.Event, error) {
	rows, err := q.EventsByIDs(ctx, ids)
	if err != nil {
		return nil, err
	}
	types, err := q.TicketTypesOfEvents(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := make(map[string]*event.Event, len(rows))
	for _, r := range rows {
		if out[r.ID], err = eventOf(r); err != nil {
			return nil, err
		}
	}
	for _, t := range types {
		// A type may have come between the two statements, but not its event.
		if e := out[t.EventID]; e != nil {
			e.TicketTypes = append(e.TicketTypes, ticketTypeOf(t))
		}
	}
	return out, nil
}

func utc(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	u := t.UTC()
	return &u
}

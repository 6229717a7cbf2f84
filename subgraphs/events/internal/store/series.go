package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"marquee/internal/contract"
	"marquee/internal/pg"
	"marquee/subgraphs/events/internal/event"
	"marquee/subgraphs/events/internal/store/db"
)

// MakeSeries implements event.Store.
func (s *Store) MakeSeries(ctx context.Context, eventID string, change func(w *event.SeriesWork) ([]contract.Message, error)) (*event.SeriesWork, error) {
	return s.changeSeries(ctx, change, func(ctx context.Context, q *db.Queries) (*event.SeriesWork, error) {
		if _, err := q.LockEvent(ctx, eventID); err != nil {
			return nil, err
		}
		return seriesWork(ctx, q, nil, []string{eventID})
	})
}

// ChangeSeries implements event.Store.
func (s *Store) ChangeSeries(ctx context.Context, id string, change func(w *event.SeriesWork) ([]contract.Message, error)) (*event.SeriesWork, error) {
	return s.changeSeries(ctx, change, func(ctx context.Context, q *db.Queries) (*event.SeriesWork, error) {
		row, err := q.LockSeries(ctx, id)
		if err != nil {
			return nil, err
		}
		ids, err := q.LockEventsOfSeries(ctx, id)
		if err != nil {
			return nil, err
		}
		return seriesWork(ctx, q, seriesOf(row), ids)
	})
}

func (s *Store) changeSeries(ctx context.Context, change func(w *event.SeriesWork) ([]contract.Message, error),
	read func(ctx context.Context, q *db.Queries) (*event.SeriesWork, error),
) (*event.SeriesWork, error) {
	var w *event.SeriesWork
	err := pg.InTx(ctx, s.pool, func(tx pgx.Tx) error {
		q := s.q.WithTx(tx)
		var err error
		if w, err = read(ctx, q); err != nil {
			return err
		}
		made := w.Series == nil
		messages, err := change(w)
		if err != nil {
			return err
		}
		if err := saveSeries(ctx, q, w, made); err != nil {
			return err
		}
		return s.outbox.Publish(ctx, tx, messages...)
	})
	if err == nil {
		s.outbox.Wake()
	}
	if errors.Is(err, event.ErrUnchanged) {
		err = nil
	}
	return w, err
}

// seriesWork reads events with their plans, by their dates in the series.
func seriesWork(ctx context.Context, q *db.Queries, series *event.Series, ids []string) (*event.SeriesWork, error) {
	w := &event.SeriesWork{Series: series}
	found, err := load(ctx, q, ids)
	if err != nil {
		return nil, err
	}
	plans, err := seatings(ctx, q, ids)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		e := found[id]
		e.Seating = plans[id]
		w.Dates = append(w.Dates, e)
	}
	if series != nil {
		slices.SortFunc(w.Dates, func(a, b *event.Event) int { return a.InSeries.Date.Compare(b.InSeries.Date) })
	}
	return w, nil
}

// SeedSeries writes a series of the demo within the transaction; its dates come after it.
func (s *Store) SeedSeries(ctx context.Context, tx pgx.Tx, r *event.Series) error {
	return insertSeries(ctx, s.q.WithTx(tx), r)
}

func insertSeries(ctx context.Context, q *db.Queries, r *event.Series) error {
	return q.InsertSeries(ctx, db.InsertSeriesParams{
		ID: r.ID, OrganizerID: r.OrganizerID, Rule: r.Rule, StartsAt: r.StartsAt, TimeZone: r.TimeZone, Exceptions: times(r.Exceptions),
		ExtraDates: times(r.ExtraDates), Version: int32(r.Version), CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt,
	})
}

func saveSeries(ctx context.Context, q *db.Queries, w *event.SeriesWork, made bool) error {
	r := w.Series
	if made {
		if err := insertSeries(ctx, q, r); err != nil {
			return err
		}
	} else if err := q.UpdateSeries(ctx, db.UpdateSeriesParams{
		ID: r.ID, Rule: r.Rule, StartsAt: r.StartsAt, Exceptions: times(r.Exceptions), ExtraDates: times(r.ExtraDates), Version: int32(r.Version),
		UpdatedAt: r.UpdatedAt,
	}); err != nil {
		return err
	}
	if len(w.Removed) > 0 {
		ids := make([]string, len(w.Removed))
		for i, e := range w.Removed {
			ids[i] = e.ID
		}
		if n, err := q.DeleteDrafts(ctx, ids); err != nil || int(n) != len(ids) {
			return errors.Join(err, fmt.Errorf("%d of %d drafts removed", n, len(ids)))
		}
	}
	if len(w.Changed) > 0 {
		if err := update(ctx, q, w.Changed); err != nil {
			return err
		}
	}
	if len(w.Added) > 0 {
		return insert(ctx, q, w.Added)
	}
	return nil
}

// times makes a list that the database takes: never null.
func times(list []time.Time) []time.Time {
	if list == nil {
		return []time.Time{}
	}
	return list
}

// SeriesByIDs implements event.Store.
func (s *Store) SeriesByIDs(ctx context.Context, ids []string, now time.Time) (map[string]*event.Series, error) {
	rows, err := s.q.SeriesByIDs(ctx, db.SeriesByIDsParams{Ids: ids, Now: now})
	if err != nil {
		return nil, pg.Translate(err)
	}
	out := make(map[string]*event.Series, len(rows))
	for _, r := range rows {
		series := seriesOf(r.Series)
		series.UpcomingCount, series.DateCount, series.Public = int(r.Upcoming), int(r.Dates), r.Public
		out[series.ID] = series
	}
	return out, nil
}

// TakenSlugs implements event.Store.
func (s *Store) TakenSlugs(ctx context.Context, slugs []string) ([]string, error) {
	taken, err := s.q.TakenSlugs(ctx, slugs)
	return taken, pg.Translate(err)
}

func seriesOf(r db.Series) *event.Series {
	out := &event.Series{
		ID: r.ID, OrganizerID: r.OrganizerID, Rule: r.Rule, StartsAt: r.StartsAt.UTC(), TimeZone: r.TimeZone, Version: int(r.Version),
		CreatedAt: r.CreatedAt.UTC(), UpdatedAt: r.UpdatedAt.UTC(),
	}
	for _, t := range r.Exceptions {
		out.Exceptions = append(out.Exceptions, t.UTC())
	}
	for _, t := range r.ExtraDates {
		out.ExtraDates = append(out.ExtraDates, t.UTC())
	}
	return out
}

// occurrence is what the row of an event says of its series.
func occurrence(e *event.Event) (seriesID *string, date *time.Time, edited bool) {
	if e.InSeries == nil {
		return nil, nil, false
	}
	return &e.InSeries.SeriesID, &e.InSeries.Date, e.InSeries.Edited
}

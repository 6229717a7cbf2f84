package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"marquee/internal/pg"
	"marquee/subgraphs/events/internal/event"
)

// where collects the conditions of a list and their values. Texts are constants of this file; values are parameters.
type where struct {
	conditions []string
	values     []any
}

// and adds a condition; each ? stands for the next value.
func (w *where) and(condition string, values ...any) {
	for _, v := range values {
		w.values = append(w.values, v)
		condition = strings.Replace(condition, "?", fmt.Sprintf("$%d", len(w.values)), 1)
	}
	w.conditions = append(w.conditions, condition)
}

func (w *where) sql() string {
	if len(w.conditions) == 0 {
		return ""
	}
	return " where " + strings.Join(w.conditions, " and ")
}

// conditions puts the query's conditions into SQL. none is true when nothing can match.
func (s *Store) conditions(ctx context.Context, q event.Query) (w *where, none bool, err error) {
	w = &where{}
	var words string
	if q.Words != nil {
		if len(q.Words) == 0 {
			return w, true, nil
		}
		alternatives, err := s.correct(ctx, q.Words)
		if err != nil {
			return nil, false, err
		}
		words = tsquery(alternatives)
	}
	w.match("e", q, words)
	if !q.EachDate {
		w.once(q, words)
	}
	return w, false, nil
}

// match adds the conditions for the event of an alias.
func (w *where) match(alias string, q event.Query, words string) {
	and := func(condition string, values ...any) {
		w.and(strings.ReplaceAll(condition, "e.", alias+"."), values...)
	}
	if q.Status != nil {
		// Written out so that the partial indexes of published events serve.
		and("e.status = '" + string(statusOf(*q.Status)) + "'")
	}
	if q.Seen {
		and("e.published_at is not null")
	}
	if q.SeriesID != "" {
		and("e.series_id = ?", q.SeriesID)
	}
	if q.OrganizerID != "" {
		and("e.organizer_id = ?", q.OrganizerID)
	}
	if q.Category != "" {
		and("e.category_id = (select c.id from category c where c.slug = ?)", q.Category)
	}
	if q.City != "" {
		and("e.venue_id in (select v.id from venue v where v.city_key = ?)", q.City)
	}
	if q.StartsFrom != nil {
		and("e.starts_at >= ?", *q.StartsFrom)
	}
	if q.StartsBefore != nil {
		and("e.starts_at < ?", *q.StartsBefore)
	}
	if q.Format != nil {
		and("e.format = ?", string(*q.Format))
	}
	if q.Free != nil {
		and("exists (select from ticket_type t where t.event_id = e.id and t.price_amount = 0) = ?", *q.Free)
	}
	if words != "" {
		and("e.search @@ cast(?::text as tsquery)", words)
	}
}

// once lets one date of a series stand for all that match: the next to come, or the first where none is. Without a series it costs
// nothing, with one a look into the index by series.
func (w *where) once(q event.Query, words string) {
	dates := &where{conditions: []string{"o.series_id = e.series_id"}, values: w.values}
	dates.match("o", q, words)
	order := "o.starts_at, o.id"
	if q.StartsFrom == nil {
		dates.values = append(dates.values, q.Now)
		order = fmt.Sprintf("o.starts_at < $%d, ", len(dates.values)) + order
	}
	w.values = dates.values
	w.conditions = append(w.conditions, fmt.Sprintf("(e.series_id is null or e.id = (select o.id from event o%s order by %s limit 1))", dates.sql(), order))
}

// statusOf lets only known statuses into the text of a statement.
func statusOf(s event.Status) event.Status {
	switch s {
	case event.Published, event.Cancelled:
		return s
	default:
		return event.Draft
	}
}

// List implements event.Store: one statement finds the ids in order, two more load the events.
func (s *Store) List(ctx context.Context, q event.Query) ([]*event.Event, error) {
	w, none, err := s.conditions(ctx, q)
	if err != nil || none {
		return nil, err
	}
	order := "e.starts_at, e.id"
	after := "(e.starts_at, e.id) > (?, ?)"
	if q.Sort == event.ByCreation {
		order, after = "e.created_at desc, e.id desc", "(e.created_at, e.id) < (?, ?)"
	}
	if q.After != nil {
		w.and(after, q.After.At, q.After.ID)
	}
	rows, err := s.pool.Query(ctx, fmt.Sprintf("select e.id from event e%s order by %s limit %d", w.sql(), order, q.Limit), w.values...)
	if err != nil {
		return nil, pg.Translate(err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, pg.Translate(err)
	}
	if len(ids) == 0 {
		return nil, nil
	}
	events, err := s.ByIDs(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := make([]*event.Event, 0, len(ids))
	for _, id := range ids {
		if e := events[id]; e != nil {
			out = append(out, e)
		}
	}
	return out, nil
}

// Count implements event.Store.
func (s *Store) Count(ctx context.Context, q event.Query, most int) (int, error) {
	w, none, err := s.conditions(ctx, q)
	if err != nil || none {
		return 0, err
	}
	var n int
	sql := fmt.Sprintf("select count(*) from (select from event e%s limit %d) counted", w.sql(), most)
	err = s.pool.QueryRow(ctx, sql, w.values...).Scan(&n)
	return n, pg.Translate(err)
}

package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"marquee/internal/pg"
	"marquee/subgraphs/events/internal/event"
	"marquee/subgraphs/events/internal/store/db"
)

// CreateVenue implements event.Store.
func (s *Store) CreateVenue(ctx context.Context, v *event.Venue, createdBy string, at time.Time) error {
	return pg.Translate(insertVenue(ctx, s.q, v, &createdBy, at))
}

// SeedVenue writes a place of the demo within the transaction.
func (s *Store) SeedVenue(ctx context.Context, tx pgx.Tx, v *event.Venue, at time.Time) error {
	return insertVenue(ctx, s.q.WithTx(tx), v, nil, at)
}

func insertVenue(ctx context.Context, q *db.Queries, v *event.Venue, createdBy *string, at time.Time) error {
	return q.InsertVenue(ctx, db.InsertVenueParams{
		ID: v.ID, Name: v.Name, Address: v.Address, City: v.City, Country: v.Country, Latitude: v.Latitude, Longitude: v.Longitude,
		CreatedBy: createdBy, CreatedAt: at, SortKey: v.SortKey(), CityKey: event.Fold(v.City), Words: v.Words(),
	})
}

// VenuesByIDs implements event.Store.
func (s *Store) VenuesByIDs(ctx context.Context, ids []string) (map[string]*event.Venue, error) {
	rows, err := s.q.VenuesByIDs(ctx, ids)
	if err != nil {
		return nil, pg.Translate(err)
	}
	out := make(map[string]*event.Venue, len(rows))
	for _, r := range rows {
		out[r.ID] = &event.Venue{
			ID: r.ID, Name: r.Name, Address: r.Address, City: r.City, Country: r.Country, Latitude: r.Latitude, Longitude: r.Longitude,
		}
	}
	return out, nil
}

// ListVenues implements event.Store.
func (s *Store) ListVenues(ctx context.Context, q event.VenueQuery) ([]*event.Venue, error) {
	if q.Words != nil && len(q.Words) == 0 {
		return nil, nil
	}
	p := db.ListVenuesParams{MaxRows: int32(q.Limit), Tsquery: tsquery(alternatives(q.Words))}
	if q.After != nil {
		p.AfterKey, p.AfterID = &q.After.SortKey, &q.After.ID
	}
	rows, err := s.q.ListVenues(ctx, p)
	if err != nil {
		return nil, pg.Translate(err)
	}
	out := make([]*event.Venue, len(rows))
	for i, r := range rows {
		out[i] = &event.Venue{
			ID: r.ID, Name: r.Name, Address: r.Address, City: r.City, Country: r.Country, Latitude: r.Latitude, Longitude: r.Longitude,
		}
	}
	return out, nil
}

// Categories implements event.Store.
func (s *Store) Categories(ctx context.Context) ([]*event.Category, error) {
	rows, err := s.q.Categories(ctx)
	if err != nil {
		return nil, pg.Translate(err)
	}
	out := make([]*event.Category, len(rows))
	for i, r := range rows {
		out[i] = categoryOf(r)
	}
	return out, nil
}

// CategoriesByIDs implements event.Store.
func (s *Store) CategoriesByIDs(ctx context.Context, ids []string) (map[string]*event.Category, error) {
	rows, err := s.q.CategoriesByIDs(ctx, ids)
	if err != nil {
		return nil, pg.Translate(err)
	}
	out := make(map[string]*event.Category, len(rows))
	for _, r := range rows {
		out[r.ID] = categoryOf(r)
	}
	return out, nil
}

// SeedCategory writes a category of the demo within the transaction, in the place of one with the same slug that nothing refers to yet.
func (s *Store) SeedCategory(ctx context.Context, tx pgx.Tx, c *event.Category) error {
	return s.q.WithTx(tx).PutCategory(ctx, db.PutCategoryParams{ID: c.ID, Slug: c.Slug, Name: c.Name})
}

// Cities implements event.Store.
func (s *Store) Cities(ctx context.Context, from time.Time) ([]*event.City, error) {
	rows, err := s.q.Cities(ctx, from)
	if err != nil {
		return nil, pg.Translate(err)
	}
	out := make([]*event.City, len(rows))
	for i, r := range rows {
		out[i] = &event.City{Name: r.Name, Country: r.Country, EventCount: int(r.EventCount)}
	}
	return out, nil
}

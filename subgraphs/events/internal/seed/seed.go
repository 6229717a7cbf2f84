// Package seed writes the categories, venues and events of the demo.
package seed

import (
	"context"

	"github.com/jackc/pgx/v5"

	"marquee/internal/demo"
	"marquee/internal/money"
	"marquee/subgraphs/events/internal/event"
	"marquee/subgraphs/events/internal/store"
)

// Plant writes them within the transaction, with a message for each event: all of them are published since they were created.
func Plant(ctx context.Context, tx pgx.Tx, s *store.Store, set *demo.Set) error {
	categories := map[string]*event.Category{}
	for _, c := range set.Categories {
		categories[c.ID] = &event.Category{ID: c.ID, Slug: c.Slug, Name: c.Name}
		if err := s.SeedCategory(ctx, tx, categories[c.ID]); err != nil {
			return err
		}
	}
	venues := map[string]*event.Venue{}
	for _, v := range set.Venues {
		venues[v.ID] = &event.Venue{
			ID: v.ID, Name: v.Name, Address: v.Address, City: v.City, Country: v.Country, Latitude: &v.Latitude, Longitude: &v.Longitude,
		}
		if err := s.SeedVenue(ctx, tx, venues[v.ID], set.Now); err != nil {
			return err
		}
	}
	for _, r := range set.Series {
		if err := s.SeedSeries(ctx, tx, &event.Series{
			ID: r.ID, OrganizerID: r.OrganizerID, Rule: r.Rule, StartsAt: r.StartsAt, TimeZone: r.TimeZone, Exceptions: r.Exceptions, Version: 1,
			CreatedAt: r.CreatedAt, UpdatedAt: r.CreatedAt,
		}); err != nil {
			return err
		}
	}
	for _, d := range set.Events {
		e := eventOf(d)
		e.Venue, e.Category = venues[d.VenueID], categories[d.CategoryID]
		if err := s.SeedEvent(ctx, tx, e); err != nil {
			return err
		}
	}
	return nil
}

func eventOf(d demo.Event) *event.Event {
	published := d.CreatedAt
	e := &event.Event{
		ID: d.ID, Slug: d.Slug, Title: d.Title, Summary: d.Summary, Description: d.Description, Status: event.Published,
		Format: event.Format(d.Format), StartsAt: d.StartsAt, EndsAt: d.EndsAt, TimeZone: d.TimeZone, OrganizerID: d.OrganizerID,
		Version: 1, CreatedAt: d.CreatedAt, UpdatedAt: d.CreatedAt, PublishedAt: &published,
		Capacity: d.Capacity, PerPersonLimit: d.PerPersonLimit, Questions: d.Questions,
		RefundPolicy: d.RefundPolicy, Seating: d.Seating,
	}
	if d.SeriesID != "" {
		e.InSeries = &event.Occurrence{SeriesID: d.SeriesID, Date: d.SeriesDate, Edited: d.SeriesEdited}
	}
	for i, t := range d.TicketTypes {
		e.TicketTypes = append(e.TicketTypes, &event.TicketType{
			ID: t.ID, Name: t.Name, Description: t.Description, Price: money.Of(t.PriceAmount, t.Currency), Capacity: t.Capacity,
			MinPerOrder: 1, MaxPerOrder: t.MaxPerOrder, Position: i, Kind: event.TicketKind(t.Kind), Visibility: event.TicketVisibility(t.Visibility),
			PerPersonLimit: t.PerPersonLimit, MaxPerAdmission: t.MaxPerAdmission,
			TaxRate: t.TaxRate, TaxName: t.TaxName, CopyOf: t.CopyOf,
		})
	}
	return e
}

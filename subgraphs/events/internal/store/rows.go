package store

import (
	"encoding/json"
	"fmt"

	"marquee/internal/money"
	"marquee/subgraphs/events/internal/event"
	"marquee/subgraphs/events/internal/store/db"
)

func eventOf(r db.EventsByIDsRow) (*event.Event, error) {
	e := &event.Event{
		ID: r.ID, Slug: r.Slug, Title: r.Title, Summary: r.Summary, Description: r.Description, Status: event.Status(r.Status),
		Format: event.Format(r.Format), StartsAt: r.StartsAt.UTC(), EndsAt: r.EndsAt.UTC(), TimeZone: r.TimeZone, CoverURL: r.CoverUrl,
		Category: categoryOf(r.Category), TicketTypes: []*event.TicketType{}, OrganizerID: r.OrganizerID, Version: int(r.Version),
		CreatedAt: r.CreatedAt.UTC(), UpdatedAt: r.UpdatedAt.UTC(), PublishedAt: utc(r.PublishedAt), CancelledAt: utc(r.CancelledAt),
		CancelReason: r.CancelReason, RefundPolicy: r.RefundPolicy, Capacity: toInt(r.Capacity), PerPersonLimit: toInt(r.PerPersonLimit),
	}
	if r.SeriesID != nil {
		e.InSeries = &event.Occurrence{SeriesID: *r.SeriesID, Date: r.SeriesDate.UTC(), Edited: r.SeriesEdited}
	}
	if r.VenueID != nil {
		e.Venue = &event.Venue{
			ID: *r.VenueID, Name: *r.VenueName, Address: *r.VenueAddress, City: *r.VenueCity, Country: *r.VenueCountry,
			Latitude: r.VenueLatitude, Longitude: r.VenueLongitude,
		}
	}
	if err := json.Unmarshal(r.Questions, &e.Questions); err != nil {
		return nil, fmt.Errorf("questions of %s: %w", r.ID, err)
	}
	return e, nil
}

func ticketTypeOf(t db.TicketType) *event.TicketType {
	out := &event.TicketType{
		ID: t.ID, Name: t.Name, Description: t.Description, Price: money.Of(t.PriceAmount, t.Currency), Capacity: int(t.Capacity),
		SalesStart: utc(t.SalesStart), SalesEnd: utc(t.SalesEnd), MinPerOrder: int(t.MinPerOrder), MaxPerOrder: int(t.MaxPerOrder),
		TaxRate: int(t.TaxRate), TaxName: t.TaxName,
		Position: int(t.Position), Kind: event.TicketKind(t.Kind), Visibility: event.TicketVisibility(t.Visibility),
		PerPersonLimit: toInt(t.PerPersonLimit), MaxPerAdmission: toInt(t.MaxPerAdmission),
	}
	if t.CopyOf != nil {
		out.CopyOf = *t.CopyOf
	}
	return out
}

func categoryOf(c db.Category) *event.Category {
	return &event.Category{ID: c.ID, Slug: c.Slug, Name: c.Name}
}

package store

import (
	"marquee/internal/money"
	"marquee/subgraphs/events/internal/event"
	"marquee/subgraphs/events/internal/store/db"
)

func eventOf(r db.EventsByIDsRow) *event.Event {
	e := &event.Event{
		ID: r.ID, Slug: r.Slug, Title: r.Title, Summary: r.Summary, Description: r.Description, Status: event.Status(r.Status),
		Format: event.Format(r.Format), StartsAt: r.StartsAt.UTC(), EndsAt: r.EndsAt.UTC(), TimeZone: r.TimeZone, CoverURL: r.CoverUrl,
		Category: categoryOf(r.Category), TicketTypes: []*event.TicketType{}, OrganizerID: r.OrganizerID, Version: int(r.Version),
		CreatedAt: r.CreatedAt.UTC(), UpdatedAt: r.UpdatedAt.UTC(), PublishedAt: utc(r.PublishedAt), CancelledAt: utc(r.CancelledAt),
		CancelReason: r.CancelReason, RefundPolicy: r.RefundPolicy,
	}
	if r.VenueID != nil {
		e.Venue = &event.Venue{
			ID: *r.VenueID, Name: *r.VenueName, Address: *r.VenueAddress, City: *r.VenueCity, Country: *r.VenueCountry,
			Latitude: r.VenueLatitude, Longitude: r.VenueLongitude,
		}
	}
	return e
}

func ticketTypeOf(t db.TicketType) *event.TicketType {
	return &event.TicketType{
		ID: t.ID, Name: t.Name, Description: t.Description, Price: money.Of(t.PriceAmount, t.Currency), Capacity: int(t.Capacity),
		SalesStart: utc(t.SalesStart), SalesEnd: utc(t.SalesEnd), MinPerOrder: int(t.MinPerOrder), MaxPerOrder: int(t.MaxPerOrder),
		Position: int(t.Position), TaxRate: int(t.TaxRate), TaxName: t.TaxName,
	}
}

func categoryOf(c db.Category) *event.Category {
	return &event.Category{ID: c.ID, Slug: c.Slug, Name: c.Name}
}

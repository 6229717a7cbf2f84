package store

import (
	"context"
	"errors"
	"slices"

	"github.com/jackc/pgx/v5"

	"marquee/subgraphs/events/internal/event"
	"marquee/subgraphs/events/internal/store/db"
)

// insert writes new events, any number of them with as many round trips as one. ErrSlugTaken.
func insert(ctx context.Context, q *db.Queries, events []*event.Event) error {
	rows := make([]db.InsertEventsParams, len(events))
	for i, e := range events {
		rows[i] = db.InsertEventsParams{
			ID: e.ID, Slug: e.Slug, Title: e.Title, Summary: e.Summary, Description: e.Description, Status: string(e.Status),
			Format: string(e.Format), StartsAt: e.StartsAt, EndsAt: e.EndsAt, TimeZone: e.TimeZone, VenueID: venueID(e),
			CategoryID: e.Category.ID, CoverUrl: e.CoverURL, OrganizerID: e.OrganizerID, Version: int32(e.Version),
			CreatedAt: e.CreatedAt, UpdatedAt: e.UpdatedAt, PublishedAt: e.PublishedAt, Words: e.Words(),
			RefundPolicy: e.RefundPolicy,
		}
		rows[i].SeriesID, rows[i].SeriesDate, rows[i].SeriesEdited = occurrence(e)
	}
	var first error
	q.InsertEvents(ctx, rows).QueryRow(func(_ int, _ string, err error) {
		if errors.Is(err, pgx.ErrNoRows) {
			err = event.ErrSlugTaken
		}
		if first == nil {
			first = err
		}
	})
	if first != nil {
		return first
	}
	return putParts(ctx, q, events)
}

// update writes events as they are now, any number of them with as many round trips as one.
func update(ctx context.Context, q *db.Queries, events []*event.Event) error {
	rows, keep := make([]db.UpdateEventsParams, len(events)), make([]db.DeleteTicketTypesExceptParams, len(events))
	for i, e := range events {
		rows[i] = db.UpdateEventsParams{
			ID: e.ID, Title: e.Title, Summary: e.Summary, Description: e.Description, Status: string(e.Status), Format: string(e.Format),
			StartsAt: e.StartsAt, EndsAt: e.EndsAt, TimeZone: e.TimeZone, VenueID: venueID(e), CategoryID: e.Category.ID,
			CoverUrl: e.CoverURL, Version: int32(e.Version), UpdatedAt: e.UpdatedAt, PublishedAt: e.PublishedAt,
			CancelledAt: e.CancelledAt, CancelReason: e.CancelReason, Words: e.Words(),
			RefundPolicy: e.RefundPolicy,
		}
		rows[i].SeriesID, rows[i].SeriesDate, rows[i].SeriesEdited = occurrence(e)
		keep[i] = db.DeleteTicketTypesExceptParams{EventID: e.ID, Keep: make([]string, len(e.TicketTypes))}
		for n, t := range e.TicketTypes {
			keep[i].Keep[n] = t.ID
		}
	}
	if err := all(q.UpdateEvents(ctx, rows)); err != nil {
		return err
	}
	if err := all(q.DeleteTicketTypesExcept(ctx, keep)); err != nil {
		return err
	}
	return putParts(ctx, q, events)
}

// putParts writes what stands beside the rows of events: their words, ticket types, rules and plans.
func putParts(ctx context.Context, q *db.Queries, events []*event.Event) error {
	var words []string
	for _, e := range events {
		words = append(words, e.Words()...)
	}
	slices.Sort(words)
	if err := q.InsertSearchWords(ctx, slices.Compact(words)); err != nil {
		return err
	}
	if err := putTicketTypes(ctx, q, events); err != nil {
		return err
	}
	if err := putRules(ctx, q, events); err != nil {
		return err
	}
	return putSeatings(ctx, q, events)
}

func putTicketTypes(ctx context.Context, q *db.Queries, events []*event.Event) error {
	var rows []db.PutTicketTypesParams
	for _, e := range events {
		for _, t := range e.TicketTypes {
			r := db.PutTicketTypesParams{
				ID: t.ID, EventID: e.ID, Position: int32(t.Position), Name: t.Name, Description: t.Description,
				PriceAmount: t.Price.Amount, Currency: t.Price.Currency, Capacity: int32(t.Capacity), SalesStart: t.SalesStart,
				SalesEnd: t.SalesEnd, MinPerOrder: int32(t.MinPerOrder), MaxPerOrder: int32(t.MaxPerOrder),
				TaxRate: int32(t.TaxRate), TaxName: t.TaxName,
			}
			if t.CopyOf != "" {
				r.CopyOf = &t.CopyOf
			}
			rows = append(rows, r)
		}
	}
	return all(q.PutTicketTypes(ctx, rows))
}

// all runs a batch to its end and returns the first failure.
func all(batch interface{ Exec(f func(int, error)) }) error {
	var first error
	batch.Exec(func(_ int, err error) {
		if first == nil {
			first = err
		}
	})
	return first
}

func venueID(e *event.Event) *string {
	if e.Venue == nil {
		return nil
	}
	return &e.Venue.ID
}

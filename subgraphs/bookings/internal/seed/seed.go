// Package seed writes the demo bookings: confirmed ones of the past with their tickets and check-ins.
package seed

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"marquee/internal/contract"
	"marquee/internal/demo"
	"marquee/internal/service"
	"marquee/subgraphs/bookings/internal/booking"
	"marquee/subgraphs/bookings/internal/store"
)

// Seed writes the set's events as the consumer of published events does, books on them, and publishes what happened at its time.
func Seed(ctx context.Context, d *service.Deps, tx pgx.Tx, set *demo.Set) error {
	s := store.New(d.DB, d.Jobs, d.Outbox, d.PubSub, d.Now)
	venues := map[string]demo.Venue{}
	for _, v := range set.Venues {
		venues[v.ID] = v
	}
	events := map[string]contract.Event{}
	for _, e := range set.Events {
		events[e.ID] = snapshot(e, venues[e.VenueID])
		if err := s.ApplyEvent(ctx, tx, events[e.ID]); err != nil {
			return fmt.Errorf("event %s: %w", e.Slug, err)
		}
	}
	for _, c := range set.PromoCodes {
		if err := s.SeedPromoCode(ctx, tx, &booking.PromoCode{
			ID: c.ID, EventID: c.EventID, Code: c.Code, Kind: booking.PromoKind(c.Kind), Value: c.Value, TicketTypeIDs: c.TicketTypeIDs,
			MaxUses: c.MaxUses, PerPerson: c.PerPerson, Active: true, CreatedAt: set.Now,
		}); err != nil {
			return err
		}
	}
	for from := 0; from < len(set.Bookings); from += 200 {
		if err := write(ctx, d, s, tx, set.Bookings[from:min(from+200, len(set.Bookings))], events); err != nil {
			return err
		}
	}
	return nil
}

// snapshot is the event as its own subgraph will publish it. Version 0 lets any published version replace it.
func snapshot(e demo.Event, v demo.Venue) contract.Event {
	out := contract.Event{
		EventID: e.ID, Version: 0, OrganizerID: e.OrganizerID, Slug: e.Slug, Title: e.Title, StartsAt: e.StartsAt,
		EndsAt: e.EndsAt, TimeZone: e.TimeZone, Venue: v.Name, City: v.City, Address: v.Address,
		Capacity: e.Capacity, PerPersonLimit: e.PerPersonLimit, Questions: e.Questions, Seating: e.Seating, SeriesID: e.SeriesID,
	}
	for _, t := range e.TicketTypes {
		out.TicketTypes = append(out.TicketTypes, contract.TicketType{
			TicketTypeID: t.ID, Name: t.Name, PriceAmount: t.PriceAmount,
			Currency: t.Currency, Capacity: t.Capacity, MinPerOrder: 1, MaxPerOrder: t.MaxPerOrder, TaxRate: t.TaxRate, TaxName: t.TaxName,
			Kind: t.Kind, Visibility: t.Visibility, PerPersonLimit: t.PerPersonLimit, MaxPerAdmission: t.MaxPerAdmission,
		})
	}
	return out
}

func write(ctx context.Context, d *service.Deps, s *store.Store, tx pgx.Tx, bookings []demo.Booking, events map[string]contract.Event) error {
	var past []booking.Past
	for _, b := range bookings {
		p, err := history(b, events[b.EventID])
		if err != nil {
			return fmt.Errorf("booking %s: %w", b.Reference, err)
		}
		past = append(past, p)
	}
	if err := s.WritePast(ctx, tx, past); err != nil {
		return err
	}
	for _, p := range past {
		for _, m := range p.Tell {
			if err := d.Outbox.PublishAt(ctx, tx, m.At, m.Message); err != nil {
				return err
			}
		}
	}
	return nil
}

func history(b demo.Booking, e contract.Event) (booking.Past, error) {
	h := booking.History{ID: b.ID, Reference: b.Reference, UserID: b.UserID, CreatedAt: b.CreatedAt, ConfirmedAt: b.ConfirmedAt, PaymentID: b.PaymentID}
	for _, i := range b.Items {
		h.Items = append(h.Items, booking.HoldItemInput{TicketTypeID: i.TicketTypeID, Quantity: i.Quantity})
	}
	for _, t := range b.Tickets {
		h.Tickets = append(h.Tickets, booking.HistoryTicket{ID: t.ID, TypeID: t.TicketTypeID, Code: t.Code, CheckedInAt: in(t.CheckedInAt), Gate: t.Gate})
	}
	seen := map[string]int{}
	for _, t := range b.Tickets {
		seen[t.TicketTypeID]++
		if t.Guest != "" {
			h.Guests = append(h.Guests, &booking.GuestInput{TicketTypeID: t.TicketTypeID, Position: seen[t.TicketTypeID], Name: &t.Guest, Answers: answers(t.Answers)})
		}
	}
	h.Answers = answers(b.Answers)
	return h.Happened(e)
}

func answers(of []demo.Answer) []*booking.AnswerInput {
	out := make([]*booking.AnswerInput, len(of))
	for i, a := range of {
		out[i] = &booking.AnswerInput{QuestionID: a.QuestionID, Value: a.Value}
	}
	return out
}

// in returns when a ticket was used, nil for one that was not.
func in(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

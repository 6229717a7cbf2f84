package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"marquee/internal/contract"
	"marquee/subgraphs/bookings/internal/booking"
	"marquee/subgraphs/bookings/internal/store/db"
)

// ApplyEvent brings the event and its stock to a published snapshot. An older one changes nothing.
func (s *Store) ApplyEvent(ctx context.Context, tx pgx.Tx, e contract.Event) error {
	return s.putEvent(ctx, tx, e.EventID, e.Seating, func(show *booking.Show, stock []*booking.Stock) (*booking.Show, []*booking.Stock) {
		return show.Apply(e, stock)
	})
}

// CancelEvent takes the event off sale and enqueues the job that ends its bookings.
func (s *Store) CancelEvent(ctx context.Context, tx pgx.Tx, m contract.EventCancelled) error {
	err := s.putEvent(ctx, tx, m.EventID, m.Seating, func(show *booking.Show, stock []*booking.Stock) (*booking.Show, []*booking.Stock) {
		return show.CallOff(m, stock)
	})
	if err != nil {
		return err
	}
	return s.jobs.Insert(ctx, tx, CallOffEvent{EventID: m.EventID}, nil)
}

func (s *Store) putEvent(ctx context.Context, tx pgx.Tx, eventID string, seating *contract.Seating,
	change func(*booking.Show, []*booking.Stock) (*booking.Show, []*booking.Stock),
) error {
	q := in(tx)
	if err := q.LockEvent(ctx, eventID); err != nil {
		return err
	}
	rows, err := q.LockStockOfEvent(ctx, eventID)
	if err != nil {
		return err
	}
	known, err := shows(ctx, q, []string{eventID})
	if err != nil {
		return err
	}
	show, stock := change(known[eventID], toStocks(rows))
	if show == nil {
		return nil
	}
	status := published
	if show.Cancelled {
		status = cancelled
	}
	if err := q.PutShow(ctx, db.PutShowParams{
		ID: show.ID, Version: show.Version, OrganizerID: show.OrganizerID, Title: show.Title,
		StartsAt: show.StartsAt, EndsAt: show.EndsAt, TimeZone: show.TimeZone, Venue: show.Venue, Status: status, CancelReason: show.CancelReason,
		RefundPolicy: show.RefundPolicy,
		Slug:         show.Slug, Address: show.Address, City: show.City,
		SeatingSum: show.SeatingSum, SeriesID: show.SeriesID,
	}); err != nil {
		return err
	}
	if err := q.SetShared(ctx, db.SetSharedParams{ID: show.ID, Shared: show.Shared}); err != nil {
		return err
	}
	if err := putQuestions(ctx, q, show); err != nil {
		return err
	}
	var rules []db.SetTicketRulesParams
	for _, k := range stock {
		if k.TypeID == eventID {
			if err := q.PutHouse(ctx, db.PutHouseParams{
				EventID: eventID, Currency: k.Price.Currency, SalesEnd: k.SalesEnd, PerPersonLimit: k.PerPersonLimit,
				Target: k.Target, Held: k.Held, Sold: k.Sold,
			}); err != nil {
				return err
			}
			continue
		}
		rules = append(rules, db.SetTicketRulesParams{
			ID: k.TypeID, Kind: k.Kind, Visibility: k.Visibility, PerPersonLimit: k.PerPersonLimit, MaxPerAdmission: k.MaxPerAdmission,
		})
		if err := q.PutTicketType(ctx, db.PutTicketTypeParams{
			ID: k.TypeID, EventID: eventID, Position: k.Position, Name: k.Name,
			PriceAmount: k.Price.Amount, Currency: k.Price.Currency, OnSale: k.OnSale, SalesStart: k.SalesStart, SalesEnd: k.SalesEnd,
			MinPerOrder: k.MinPerOrder, MaxPerOrder: k.MaxPerOrder, SeatsVersion: k.SeatsVersion, Target: k.Target,
			TaxRate: k.TaxRate, TaxName: k.TaxName,
		}); err != nil {
			return err
		}
	}
	if err := each(q.SetTicketRules(ctx, rules)); err != nil {
		return err
	}
	if seating == nil || known[eventID] != nil && known[eventID].SeatingSum == show.SeatingSum {
		return nil
	}
	return putSeats(ctx, q, eventID, seating)
}

package store

import (
	"context"
	"slices"

	"marquee/internal/money"
	"marquee/internal/pg"
	"marquee/subgraphs/bookings/internal/booking"
	"marquee/subgraphs/bookings/internal/store/db"
)

// Bookings implements booking.Store.
func (s *Store) Bookings(ctx context.Context, ids []string) (map[string]*booking.Booking, error) {
	return s.load(ctx, s.read(), ids)
}

func (s *Store) load(ctx context.Context, q *db.Queries, ids []string) (map[string]*booking.Booking, error) {
	out := make(map[string]*booking.Booking, len(ids))
	if len(ids) == 0 {
		return out, nil
	}
	rows, err := q.Bookings(ctx, ids)
	if err != nil {
		return nil, pg.Translate(err)
	}
	list := make([]*booking.Booking, len(rows))
	for i, r := range rows {
		list[i] = toBooking(r.Booking, r.OrganizerID)
		out[r.Booking.ID] = list[i]
	}
	return out, pg.Translate(s.fill(ctx, q, list))
}

// Tickets implements booking.Store.
func (s *Store) Tickets(ctx context.Context, ids []string) (map[string]*booking.Ticket, error) {
	out := make(map[string]*booking.Ticket, len(ids))
	if len(ids) == 0 {
		return out, nil
	}
	rows, err := s.read().BookingsOfTickets(ctx, ids)
	if err != nil {
		return nil, pg.Translate(err)
	}
	var of []string
	for _, r := range rows {
		of = append(of, r.BookingID)
	}
	slices.Sort(of)
	bookings, err := s.Bookings(ctx, slices.Compact(of))
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		out[r.ID] = ticketOf(bookings[r.BookingID], r.ID)
	}
	return out, nil
}

func ticketOf(b *booking.Booking, id string) *booking.Ticket {
	if b == nil {
		return nil
	}
	for _, t := range b.Tickets {
		if t.ID == id {
			return t
		}
	}
	return nil
}

// List implements booking.Store.
func (s *Store) List(ctx context.Context, f booking.Filter, after *booking.Position, limit int) ([]*booking.Booking, error) {
	user := db.ListOfUserParams{UserID: f.UserID, Status: (*string)(f.Status), AtMost: int32(limit)} // at most page.MaxFirst + 1
	if after != nil {
		user.AfterAt, user.AfterID = &after.CreatedAt, after.ID
	}
	var list []*booking.Booking
	if f.EventID != "" {
		rows, err := s.read().ListOfEvent(ctx, db.ListOfEventParams{
			EventID: f.EventID, Status: user.Status, AfterAt: user.AfterAt,
			AfterID: user.AfterID, AtMost: user.AtMost,
		})
		if err != nil {
			return nil, pg.Translate(err)
		}
		for _, r := range rows {
			list = append(list, toBooking(r.Booking, r.OrganizerID))
		}
	} else {
		rows, err := s.read().ListOfUser(ctx, user)
		if err != nil {
			return nil, pg.Translate(err)
		}
		for _, r := range rows {
			list = append(list, toBooking(r.Booking, r.OrganizerID))
		}
	}
	return list, pg.Translate(s.fill(ctx, s.read(), list))
}

// fill reads the items, tickets and guests of bookings.
func (s *Store) fill(ctx context.Context, q *db.Queries, list []*booking.Booking) error {
	if err := fillTickets(ctx, q, list); err != nil {
		return err
	}
	return s.fillGuests(ctx, q, list)
}

// fillTickets reads the items and tickets of bookings.
func fillTickets(ctx context.Context, q *db.Queries, list []*booking.Booking) error {
	byID, ids, _ := index(list)
	if err := fillItems(ctx, q, byID, ids); err != nil {
		return err
	}
	ids = slices.DeleteFunc(ids, func(id string) bool { return !ticketed(byID[id]) })
	if len(ids) == 0 {
		return nil
	}
	tickets, err := q.Tickets(ctx, ids)
	if err != nil {
		return err
	}
	for _, r := range tickets {
		byID[r.BookingID].Tickets = append(byID[r.BookingID].Tickets, toTicket(r, byID[r.BookingID]))
	}
	return nil
}

func fillItems(ctx context.Context, q *db.Queries, byID map[string]*booking.Booking, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	items, err := q.Items(ctx, ids)
	if err != nil {
		return err
	}
	var seated []string
	for _, r := range items {
		b := byID[r.BookingID]
		if r.Seated {
			seated = append(seated, b.ID)
		}
		b.Items = append(b.Items, &booking.Item{
			TypeID: r.TicketTypeID, Name: r.Name, Quantity: r.Quantity, Returned: r.Returned, TaxRate: r.TaxRate, TaxName: r.TaxName,
			UnitPrice: money.Of(r.UnitAmount, b.Total.Currency),
		})
		if r.FullAmount != nil {
			full := money.Of(*r.FullAmount, b.Total.Currency)
			b.Items[len(b.Items)-1].FullPrice = &full
		}
	}
	return fillSeats(ctx, q, byID, seated)
}

// ticketed reports whether the booking can have tickets.
func ticketed(b *booking.Booking) bool { return b.ConfirmedAt != nil }

// index returns bookings by id, their ids and the ids of their events.
func index(list []*booking.Booking) (byID map[string]*booking.Booking, ids, events []string) {
	byID = make(map[string]*booking.Booking, len(list))
	for _, b := range list {
		byID[b.ID] = b
		ids, events = append(ids, b.ID), append(events, b.EventID)
	}
	slices.Sort(events)
	return byID, ids, slices.Compact(events)
}

// Show implements booking.Store.
func (s *Store) Show(ctx context.Context, eventID string) (*booking.Show, error) {
	shows, err := shows(ctx, s.read(), []string{eventID})
	return shows[eventID], pg.Translate(err)
}

func shows(ctx context.Context, q *db.Queries, ids []string) (map[string]*booking.Show, error) {
	rows, err := q.Shows(ctx, ids)
	out := make(map[string]*booking.Show, len(rows))
	for _, r := range rows {
		out[r.ID] = toShow(r)
	}
	return out, err
}

// EventAvailability implements booking.Store. An event is read in one statement: its counters belong to one moment.
func (s *Store) EventAvailability(ctx context.Context, eventIDs []string, whole func(organizerID string) bool) (map[string]*booking.EventAvailability, error) {
	rows, err := s.read().StockOfEvents(ctx, eventIDs)
	if err != nil {
		return nil, pg.Translate(err)
	}
	of, run := map[string][]*booking.Stock{}, map[string]bool{}
	for _, r := range rows {
		of[r.TicketType.EventID], run[r.TicketType.EventID] = append(of[r.TicketType.EventID], toStock(r.TicketType)), whole(r.OrganizerID)
	}
	out := make(map[string]*booking.EventAvailability, len(of))
	for id, stock := range of {
		out[id] = booking.Sum(id, stock, run[id])
	}
	return out, nil
}

// TypeAvailability implements booking.Store.
func (s *Store) TypeAvailability(ctx context.Context, typeIDs []string) (map[string]*booking.TicketTypeAvailability, error) {
	rows, err := s.read().StockOfTypes(ctx, typeIDs)
	if err != nil {
		return nil, pg.Translate(err)
	}
	out := make(map[string]*booking.TicketTypeAvailability, len(rows))
	for _, r := range rows {
		out[r.TicketType.ID] = toStock(r.TicketType).Availability(r.Together)
	}
	return out, nil
}

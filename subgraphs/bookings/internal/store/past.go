package store

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"marquee/subgraphs/bookings/internal/booking"
	"marquee/subgraphs/bookings/internal/store/db"
)

// WritePast writes bookings of the past, counts their seats and gives them numbered ones where there are. Publishing what they tell is left to the caller.
func (s *Store) WritePast(ctx context.Context, tx pgx.Tx, past []booking.Past) error {
	var types []string
	list := make([]*booking.Booking, len(past))
	for i, p := range past {
		list[i] = p.Booking
		types = append(append(types, p.Booking.TypeIDs()...), p.Booking.EventID)
	}
	slices.Sort(types)
	stock, err := lockStock(ctx, tx, slices.Compact(types))
	if err != nil {
		return err
	}
	if err := s.openHalls(ctx, tx, stock); err != nil {
		return err
	}
	var payments []db.PutPaymentParams
	for _, p := range past {
		if err := p.Count(stock); err != nil {
			return err
		}
		if b := p.Booking; b.PaymentID != "" {
			payments = append(payments, db.PutPaymentParams{ID: b.PaymentID, BookingID: b.ID, Outcome: string(booking.PaymentConfirmed), At: *b.ConfirmedAt})
		}
	}
	if err := insertBookings(ctx, tx, list); err != nil {
		return err
	}
	if err := noteQuestions(ctx, tx, list); err != nil {
		return err
	}
	var named []*booking.Booking
	for _, b := range list {
		if b.Named {
			named = append(named, b)
		}
	}
	if err := nameGuests(ctx, tx, named); err != nil {
		return err
	}
	if err := moveSeats(ctx, tx, stock); err != nil {
		return err
	}
	ids := make([]string, len(list))
	for i, b := range list {
		ids[i] = b.ID
	}
	if err := in(tx).InsertPastScans(ctx, ids); err != nil {
		return err
	}
	if err := in(tx).CountPastScans(ctx, ids); err != nil {
		return err
	}
	if err := each(in(tx).PutPayment(ctx, payments)); err != nil {
		return err
	}
	return moveStock(ctx, tx, stock)
}

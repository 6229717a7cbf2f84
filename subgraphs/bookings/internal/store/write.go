package store

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"marquee/subgraphs/bookings/internal/booking"
	"marquee/subgraphs/bookings/internal/store/db"
)

// lockStock locks ticket types in the order of their ids; it does so in one statement, whose order the query fixes.
func lockStock(ctx context.Context, tx pgx.Tx, ids []string) (booking.Stocks, error) {
	rows, err := in(tx).LockStock(ctx, ids)
	if err != nil {
		return nil, err
	}
	stock := make(booking.Stocks, len(rows))
	for _, r := range rows {
		stock[r.ID] = toStock(r)
	}
	return stock, nil
}

// moveStock writes what the domain has decided about the counters.
func moveStock(ctx context.Context, tx pgx.Tx, stock booking.Stocks) error {
	var p db.MoveStockParams
	for _, id := range slices.Sorted(maps.Keys(stock)) {
		if held, sold := stock[id].Change(); held != 0 || sold != 0 {
			p.Ids, p.Held, p.Sold = append(p.Ids, id), append(p.Held, held), append(p.Sold, sold)
		}
	}
	if len(p.Ids) == 0 {
		return nil
	}
	n, err := in(tx).MoveStock(ctx, p)
	if err == nil && int(n) != len(p.Ids) {
		err = errors.New("stock: the row refused seats that the domain had found free")
	}
	return err
}

// insertBookings writes new bookings with their items and tickets.
func insertBookings(ctx context.Context, tx pgx.Tx, list []*booking.Booking) error {
	var b db.InsertBookingsParams
	var i db.InsertItemsParams
	var tickets []*booking.Ticket
	for _, x := range list {
		b.Ids, b.Refs, b.UserIds, b.EventIds = append(b.Ids, x.ID), append(b.Refs, x.Reference), append(b.UserIds, x.UserID), append(b.EventIds, x.EventID)
		b.Statuses, b.Revisions = append(b.Statuses, string(x.Status)), append(b.Revisions, x.Revision)
		b.Amounts, b.Currencies = append(b.Amounts, x.Total.Amount), append(b.Currencies, x.Total.Currency)
		b.Expires, b.PaymentIds, b.Created = append(b.Expires, x.ExpiresAt), append(b.PaymentIds, x.PaymentID), append(b.Created, x.CreatedAt)
		b.Confirmed = append(b.Confirmed, orZero(x.ConfirmedAt))
		for n, item := range x.Items {
			i.BookingIds, i.Positions, i.TypeIds = append(i.BookingIds, x.ID), append(i.Positions, n), append(i.TypeIds, item.TypeID)
			i.Names, i.Quantities, i.UnitAmounts = append(i.Names, item.Name), append(i.Quantities, item.Quantity), append(i.UnitAmounts, item.UnitPrice.Amount)
			i.TaxRates, i.TaxNames = append(i.TaxRates, item.TaxRate), append(i.TaxNames, item.TaxName)
			i.Seated = append(i.Seated, numbered(item))
		}
		tickets = append(tickets, x.Tickets...)
	}
	if err := in(tx).InsertBookings(ctx, b); err != nil {
		return err
	}
	if err := in(tx).InsertItems(ctx, i); err != nil {
		return err
	}
	if err := insertBookingSeats(ctx, tx, list); err != nil {
		return err
	}
	return insertTickets(ctx, tx, tickets)
}

// insertTickets writes new tickets; those of one booking follow each other in their order.
func insertTickets(ctx context.Context, tx pgx.Tx, list []*booking.Ticket) error {
	if len(list) == 0 {
		return nil
	}
	var p db.InsertTicketsParams
	position := map[string]int{}
	for _, t := range list {
		of := t.Booking.ID
		p.Ids, p.BookingIds, p.EventIds = append(p.Ids, t.ID), append(p.BookingIds, of), append(p.EventIds, t.Booking.EventID)
		p.TypeIds, p.Names, p.Positions = append(p.TypeIds, t.TypeID), append(p.Names, t.Name), append(p.Positions, position[of])
		p.Codes, p.Statuses = append(p.Codes, t.Code), append(p.Statuses, string(t.Status))
		p.CheckedInAt = append(p.CheckedInAt, orZero(t.CheckedInAt))
		gate := ""
		if t.Gate != nil {
			gate = *t.Gate
		}
		p.Gates = append(p.Gates, gate)
		seat := ""
		if t.Seat != nil {
			seat = t.Seat.ID
		}
		p.SeatIds = append(p.SeatIds, seat)
		position[of]++
	}
	return in(tx).InsertTickets(ctx, p)
}

func orZero(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

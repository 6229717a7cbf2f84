package store

import (
	"time"

	"marquee/internal/money"
	"marquee/subgraphs/bookings/internal/booking"
	"marquee/subgraphs/bookings/internal/store/db"
)

func toStock(r db.TicketType) *booking.Stock {
	return &booking.Stock{
		TypeID: r.ID, EventID: r.EventID, Position: r.Position, Name: r.Name, Price: money.Of(r.PriceAmount, r.Currency), TaxRate: r.TaxRate, TaxName: r.TaxName,
		OnSale: r.OnSale, SalesStart: utc(r.SalesStart), SalesEnd: r.SalesEnd.UTC(), MinPerOrder: r.MinPerOrder, MaxPerOrder: r.MaxPerOrder,
		Target: r.Target, Capacity: r.Capacity, Held: r.Held, Sold: r.Sold, Revision: r.Revision, Kind: r.Kind, Visibility: r.Visibility, PerPersonLimit: r.PerPersonLimit, MaxPerAdmission: r.MaxPerAdmission, SeatsVersion: r.SeatsVersion,
	}
}

func toStocks(rows []db.TicketType) []*booking.Stock {
	out := make([]*booking.Stock, len(rows))
	for i, r := range rows {
		out[i] = toStock(r)
	}
	return out
}

func toShow(r db.Event) *booking.Show {
	return &booking.Show{
		ID: r.ID, Version: r.Version, OrganizerID: r.OrganizerID, Title: r.Title, StartsAt: r.StartsAt.UTC(),
		EndsAt: r.EndsAt.UTC(), TimeZone: r.TimeZone, Venue: r.Venue, Shared: r.Shared, Cancelled: r.Status == cancelled, CancelReason: r.CancelReason,
		RefundPolicy: r.RefundPolicy,
		Slug:         r.Slug, Address: r.Address, City: r.City, SeatingSum: r.SeatingSum, SeriesID: r.SeriesID, Asks: r.Asks,
	}
}

func toBooking(r db.Booking, organizerID string) *booking.Booking {
	b := &booking.Booking{
		ID: r.ID, Reference: r.Reference, UserID: r.UserID, EventID: r.EventID, OrganizerID: organizerID,
		Status: booking.Status(r.Status), Revision: r.Revision, Total: money.Of(r.TotalAmount, r.Currency), Refunded: r.RefundedAmount, Returned: r.ReturnedAmount, RefundedForTickets: r.RefundedForTickets, ReturnedWithFee: r.ReturnedWithFee, ExpiresAt: r.HoldExpiresAt.UTC(), Extended: r.Extended, Codes: r.Codes,
		PaymentID: r.PaymentID, CreatedAt: r.CreatedAt.UTC(), ConfirmedAt: utc(r.ConfirmedAt), EndedAt: utc(r.EndedAt),
		Asked: r.Asked, AnswersMissing: r.AnswersMissing, Named: r.Named,
	}
	if r.EndReason != nil {
		reason := booking.EndReason(*r.EndReason)
		b.EndReason = &reason
	}
	return b
}

func toTicket(r db.Ticket, b *booking.Booking) *booking.Ticket {
	return &booking.Ticket{
		ID: r.ID, Code: r.Code, Status: booking.TicketStatus(r.Status), TypeID: r.TicketTypeID, Name: r.Name,
		Seat: seatOf(b, r.SeatID), Booking: b, CheckedInAt: utc(r.CheckedInAt), Gate: r.Gate, Revision: r.Revision,
	}
}

// seatOf returns a seat of a booking.
func seatOf(b *booking.Booking, seatID *string) *booking.Seat {
	if seatID == nil {
		return nil
	}
	for _, i := range b.Items {
		for _, s := range i.Seats {
			if s.ID == *seatID {
				return s
			}
		}
	}
	return nil
}

func utc(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	u := t.UTC()
	return &u
}

// Values of event.status.
const (
	published = "PUBLISHED"
	cancelled = "CANCELLED"
)

// Package seed writes the demo's payments: one captured payment for each paid booking of the past, in our books and in the sandbox's.
package seed

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"marquee/internal/demo"
	"marquee/internal/money"
	"marquee/internal/outbox"
	"marquee/subgraphs/payments/internal/payment"
	"marquee/subgraphs/payments/internal/provider/sandbox"
	"marquee/subgraphs/payments/internal/store"
)

// Payments writes everything in the transaction.
func Payments(ctx context.Context, tx pgx.Tx, o *outbox.Outbox, set *demo.Set) error {
	events, types := map[string]demo.Event{}, map[string]demo.TicketType{}
	for _, e := range set.Events {
		events[e.ID] = e
		for _, t := range e.TicketTypes {
			types[t.ID] = t
		}
	}
	var payables []payment.Payable
	var payments []*payment.Payment
	for _, b := range set.Bookings {
		if b.PaymentID == "" {
			continue
		}
		total, err := price(b, types)
		if err != nil {
			return err
		}
		payables = append(payables, payment.Payable{
			// Revision 0: whatever bookings tells of it is newer.
			BookingID: b.ID, UserID: b.UserID, EventID: b.EventID, OrganizerID: events[b.EventID].OrganizerID, Amount: total,
			Description: payment.Describe(events[b.EventID].Title, b.Reference), HoldExpiresAt: b.CreatedAt.Add(10 * time.Minute), State: payment.PayableConfirmed,
			Reference: b.Reference, EventTitle: events[b.EventID].Title, EventStartsAt: events[b.EventID].StartsAt,
			EventTimeZone: events[b.EventID].TimeZone, Lines: lines(b, types),
		})
		p := &payment.Payment{
			ID: b.PaymentID, BookingID: b.ID, UserID: b.UserID, EventID: b.EventID, OrganizerID: events[b.EventID].OrganizerID,
			Provider: sandbox.Name, Brand: "Visa", LastFour: "4242", Status: payment.Captured, Amount: total,
			CreatedAt: b.ConfirmedAt.Add(-time.Second), CapturedAt: &b.ConfirmedAt,
		}
		p.Divide(lines(b, types), payment.Fees{})
		payments = append(payments, p)
	}
	if err := store.Seed(ctx, tx, o, payables, payments); err != nil {
		return err
	}
	return sandbox.Seed(ctx, tx, payments)
}

// price adds up a booking's items.
func price(b demo.Booking, types map[string]demo.TicketType) (money.Money, error) {
	var total money.Money
	for i, item := range b.Items {
		t, ok := types[item.TicketTypeID]
		if !ok {
			return total, fmt.Errorf("booking %s has tickets of an unknown type %s", b.ID, item.TicketTypeID)
		}
		cost, err := money.Of(t.PriceAmount, t.Currency).Times(item.Quantity)
		if err != nil {
			return total, err
		}
		if i == 0 {
			total = cost
			continue
		}
		if total, err = total.Plus(cost); err != nil {
			return total, err
		}
	}
	return total, nil
}

// lines are a booking's items as an invoice shows them.
func lines(b demo.Booking, types map[string]demo.TicketType) []payment.Line {
	out := make([]payment.Line, len(b.Items))
	for i, item := range b.Items {
		t := types[item.TicketTypeID]
		out[i] = payment.Line{
			TypeID: t.ID, Name: t.Name, Quantity: item.Quantity, UnitAmount: t.PriceAmount, Amount: t.PriceAmount * int64(item.Quantity), TaxRate: t.TaxRate, TaxName: t.TaxName,
		}
	}
	return out
}

// Package worker is what analytics does in the background: consuming the messages of other subgraphs, and counting again now and then.
package worker

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"marquee/internal/bus"
	"marquee/internal/contract"
	"marquee/subgraphs/analytics/internal/sales"
)

// Consumers makes the bus consumers. record writes and counts facts in a transaction; hint tells events' subscriptions to look again.
func Consumers(
	record func(ctx context.Context, tx pgx.Tx, facts ...sales.Fact) error, hint func(ctx context.Context, eventIDs []string),
) []bus.Consumer {
	return []bus.Consumer{{
		Name: "facts", Together: true,
		Topics: []string{
			string(sales.EventPublished), string(sales.BookingConfirmed), string(sales.BookingCancelled), string(sales.TicketsReturned), string(sales.PaymentCaptured),
			string(sales.PaymentRefunded), string(sales.TicketCheckedIn),
			string(sales.CheckInUndone),
		},
		Handle: func(ctx context.Context, tx pgx.Tx, e bus.Event) error {
			f, err := factOf(e)
			if err != nil {
				return err
			}
			return record(ctx, tx, f)
		},
		HandleAll: func(ctx context.Context, tx pgx.Tx, events []bus.Event) error {
			facts := make([]sales.Fact, len(events))
			for i, e := range events {
				var err error
				if facts[i], err = factOf(e); err != nil {
					return err
				}
			}
			return record(ctx, tx, facts...)
		},
		Concerns:  eventOf,
		Committed: hint,
	}}
}

// eventOf is the event that a message is about; "" if it does not say.
func eventOf(e bus.Event) string {
	of, err := bus.Decode[struct{ EventID string }](e)
	if err != nil {
		return ""
	}
	return of.EventID
}

// factOf reads a message. Its time is that of the bus event: seeded history has its own.
func factOf(e bus.Event) (sales.Fact, error) {
	switch sales.Kind(e.Topic) {
	case sales.EventPublished:
		m, err := bus.Decode[contract.EventPublished](e)
		return sales.OfPublished(m, e.At), err
	case sales.BookingConfirmed:
		m, err := bus.Decode[contract.BookingConfirmed](e)
		return sales.OfConfirmed(m, e.At), err
	case sales.BookingCancelled:
		m, err := bus.Decode[contract.BookingCancelled](e)
		return sales.OfCancelled(m, e.At), err
	case sales.TicketsReturned:
		m, err := bus.Decode[contract.TicketsReturned](e)
		return sales.OfReturned(m, e.At), err
	case sales.PaymentCaptured:
		m, err := bus.Decode[contract.PaymentCaptured](e)
		return sales.OfCaptured(m, e.At), err
	case sales.PaymentRefunded:
		m, err := bus.Decode[contract.PaymentRefunded](e)
		return sales.OfRefunded(m, e.At), err
	case sales.TicketCheckedIn:
		m, err := bus.Decode[contract.TicketCheckedIn](e)
		return sales.OfCheckedIn(m, e.At), err
	case sales.CheckInUndone:
		m, err := bus.Decode[contract.TicketCheckInUndone](e)
		return sales.OfCheckInUndone(m, e.At), err
	default:
		return sales.Fact{}, fmt.Errorf("nobody asked for %s", e.Topic)
	}
}

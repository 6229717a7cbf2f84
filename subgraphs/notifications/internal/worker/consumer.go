// Package worker is what notifications does in the background: consuming the messages of other subgraphs, and sending mail.
package worker

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"marquee/internal/bus"
	"marquee/internal/contract"
	"marquee/subgraphs/notifications/internal/notification"
)

// Consumers makes the bus consumers. in gives the store within a transaction; hint tells people's subscriptions to look again.
func Consumers(
	n *notification.Notifier, in func(pgx.Tx) notification.Tx, hint func(ctx context.Context, userIDs []string),
) []bus.Consumer {
	return []bus.Consumer{
		{
			Name: "recipients", Topics: []string{contract.UserRegistered{}.Topic()}, Together: true,
			Handle: func(ctx context.Context, tx pgx.Tx, e bus.Event) error {
				m, err := bus.Decode[contract.UserRegistered](e)
				if err != nil {
					return err
				}
				return n.Register(ctx, in(tx), notification.Recipient{UserID: m.UserID, Email: m.Email, Name: m.Name})
			},
		},
		{
			Name: "notify", Together: true,
			Topics: []string{
				contract.BookingConfirmed{}.Topic(), contract.BookingCancelled{}.Topic(), contract.BookingExpired{}.Topic(),
				contract.PaymentRefunded{}.Topic(), contract.TicketAssigned{}.Topic(),
			},
			Handle: func(ctx context.Context, tx pgx.Tx, e bus.Event) error { return notify(ctx, n, in(tx), e) },
			HandleAll: func(ctx context.Context, tx pgx.Tx, events []bus.Event) error {
				return notifyAll(ctx, n, in(tx), events)
			},
			Concerns:  personOf,
			Committed: hint,
		},
	}
}

// personOf is whom a message is about; "" if it does not say.
func personOf(e bus.Event) string {
	to, err := bus.Decode[struct{ UserID string }](e)
	if err != nil {
		return ""
	}
	return to.UserID
}

// notifyAll is notify for many messages, in their order. Bookings that are confirmed one after the other, as they are by the hundred when
// an event is in demand, are told of together.
func notifyAll(ctx context.Context, n *notification.Notifier, tx notification.Tx, events []bus.Event) error {
	for len(events) > 0 {
		run := 0
		for run < len(events) && events[run].Topic == (contract.BookingConfirmed{}).Topic() && n.Now().Sub(events[run].At) <= notification.Fresh {
			run++
		}
		if run < 2 {
			if err := notify(ctx, n, tx, events[0]); err != nil {
				return err
			}
			events = events[1:]
			continue
		}
		if err := confirmed(ctx, n, tx, events[:run]); err != nil {
			return err
		}
		events = events[run:]
	}
	return nil
}

func confirmed(ctx context.Context, n *notification.Notifier, tx notification.Tx, events []bus.Event) error {
	var facts []notification.Facts
	var briefs []notification.Brief
	var revisions []int
	at := map[string]int{}
	for _, e := range events {
		m, err := bus.Decode[contract.BookingConfirmed](e)
		if err != nil {
			return err
		}
		f := notification.OfConfirmed(m)
		f.At = e.At
		facts = append(facts, f)
		if k, known := at[m.BookingID]; known { // a booking told of twice: the newer counts
			if m.Revision > revisions[k] {
				briefs[k], revisions[k] = f.Brief, m.Revision
			}
			continue
		}
		at[m.BookingID] = len(briefs)
		briefs, revisions = append(briefs, f.Brief), append(revisions, m.Revision)
	}
	if err := tx.KeepBriefs(ctx, briefs, revisions); err != nil {
		return err
	}
	return n.NotifyAll(ctx, tx, facts)
}

// notify tells people of what deserves it. The age of a fact is that of the bus event: seeded history has its own.
func notify(ctx context.Context, n *notification.Notifier, tx notification.Tx, e bus.Event) error {
	var f notification.Facts
	switch e.Topic {
	case contract.BookingConfirmed{}.Topic():
		m, err := bus.Decode[contract.BookingConfirmed](e)
		if err != nil {
			return err
		}
		if err := tx.KeepBrief(ctx, notification.BriefOf(m.Booking), m.Revision); err != nil {
			return err
		}
		f = notification.OfConfirmed(m)
	case contract.BookingCancelled{}.Topic():
		m, err := bus.Decode[contract.BookingCancelled](e)
		if err != nil {
			return err
		}
		if err := tx.KeepBrief(ctx, notification.BriefOf(m.Booking), m.Revision); err != nil {
			return err
		}
		f = notification.OfCancelled(m)
	case contract.BookingExpired{}.Topic():
		m, err := bus.Decode[contract.BookingExpired](e)
		if err != nil {
			return err
		}
		return tx.KeepBrief(ctx, notification.BriefOf(m.Booking), m.Revision) // money that comes now goes back, and says for what
	case contract.PaymentRefunded{}.Topic():
		m, err := bus.Decode[contract.PaymentRefunded](e)
		if err != nil || m.Reason != contract.RefundPaidTooLate { // other refunds are told of by the cancelled booking
			return err
		}
		known, err := tx.Brief(ctx, m.BookingID)
		if err != nil {
			return err
		}
		f = notification.OfRefunded(m, known)
	case contract.TicketAssigned{}.Topic():
		m, err := bus.Decode[contract.TicketAssigned](e)
		if err != nil {
			return err
		}
		f = notification.OfAssigned(m)
	default:
		return fmt.Errorf("nobody asked for %s", e.Topic)
	}
	f.At = e.At
	return n.Notify(ctx, tx, f)
}

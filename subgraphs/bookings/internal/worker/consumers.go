// Package worker runs what happens without a caller: jobs, the sweep of holds whose time is up, and messages of other subgraphs.
package worker

import (
	"context"

	"github.com/jackc/pgx/v5"

	"marquee/internal/bus"
	"marquee/internal/contract"
	"marquee/subgraphs/bookings/internal/booking"
	"marquee/subgraphs/bookings/internal/store"
)

// Consumers returns what bookings does with the messages of events and payments.
func Consumers(s *store.Store) []bus.Consumer {
	return []bus.Consumer{
		consumer(s, "stock", func(ctx context.Context, tx pgx.Tx, m contract.EventPublished) error {
			return s.ApplyEvent(ctx, tx, m.Event)
		}, func(m contract.EventPublished) string { return m.EventID }),
		consumer(s, "call_off", s.CancelEvent, func(m contract.EventCancelled) string { return m.EventID }),
		consumer(s, "capture", func(ctx context.Context, tx pgx.Tx, m contract.PaymentCaptured) error {
			_, err := s.ChangeIn(ctx, tx, []string{m.BookingID}, func(w *booking.Work) error { w.Capture(m); return nil })
			return err
		}, func(m contract.PaymentCaptured) string { return m.EventID }),
		consumer(s, "refund", func(ctx context.Context, tx pgx.Tx, m contract.PaymentRefunded) error {
			_, err := s.ChangeIn(ctx, tx, []string{m.BookingID}, func(w *booking.Work) error { w.Refunded(m); return nil })
			return err
		}, func(m contract.PaymentRefunded) string { return m.EventID }),
	}
}

// consumer handles the messages of one type and announces their event after the commit.
func consumer[M contract.Message](s *store.Store, name string, handle func(context.Context, pgx.Tx, M) error, event func(M) string) bus.Consumer {
	var m M
	return bus.Consumer{
		Name:   name,
		Topics: []string{m.Topic()},
		Handle: func(ctx context.Context, tx pgx.Tx, e bus.Event) error {
			m, err := bus.Decode[M](e)
			if err != nil {
				return err
			}
			return handle(ctx, tx, m)
		},
		Committed: func(ctx context.Context, e bus.Event) {
			if m, err := bus.Decode[M](e); err == nil {
				s.Announce(ctx, event(m))
			}
		},
	}
}

// Package worker runs what happens without a caller: jobs, the sweep of holds whose time is up, and messages of other subgraphs.
package worker

import (
	"context"
	"slices"

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
		}),
		consumer(s, "call_off", s.CancelEvent),
		together(consumer(s, "capture", func(ctx context.Context, tx pgx.Tx, m contract.PaymentCaptured) error {
			return capture(ctx, s, tx, []contract.PaymentCaptured{m})
		}), func(ctx context.Context, tx pgx.Tx, all []contract.PaymentCaptured) error {
			return capture(ctx, s, tx, all)
		}),
		consumer(s, "refund", func(ctx context.Context, tx pgx.Tx, m contract.PaymentRefunded) error {
			_, err := s.ChangeIn(ctx, tx, []string{m.BookingID}, func(w *booking.Work) error { w.Refunded(m); return nil })
			return err
		}),
		consumer(s, "dispute", func(ctx context.Context, tx pgx.Tx, m contract.PaymentDisputed) error {
			_, err := s.ChangeIn(ctx, tx, []string{m.BookingID}, func(w *booking.Work) error { w.Disputed(m); return nil })
			return err
		}),
	}
}

// consumer handles the messages of one type and announces their event after the commit.
func consumer[M contract.Message](s *store.Store, name string, handle func(context.Context, pgx.Tx, M) error) bus.Consumer {
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
		Concerns: func(e bus.Event) string {
			of, err := bus.Decode[struct{ EventID string }](e)
			if err != nil {
				return ""
			}
			return of.EventID
		},
		Committed: func(ctx context.Context, eventIDs []string) { s.Announce(ctx, eventIDs...) },
	}
}

// together lets a consumer handle many messages of one type in one transaction.
func together[M contract.Message](c bus.Consumer, handle func(context.Context, pgx.Tx, []M) error) bus.Consumer {
	c.Together = true
	c.HandleAll = func(ctx context.Context, tx pgx.Tx, events []bus.Event) error {
		all := make([]M, len(events))
		for i, e := range events {
			var err error
			if all[i], err = bus.Decode[M](e); err != nil {
				return err
			}
		}
		return handle(ctx, tx, all)
	}
	return c
}

// capture takes note of captured payments. Two of one booking are decided one after the other: the second needs to know the outcome of
// the first. The later rounds lock nothing that the first has not locked.
func capture(ctx context.Context, s *store.Store, tx pgx.Tx, all []contract.PaymentCaptured) error {
	for len(all) > 0 {
		var ids []string
		var now, later []contract.PaymentCaptured
		for _, m := range all {
			if slices.Contains(ids, m.BookingID) {
				later = append(later, m)
				continue
			}
			ids, now = append(ids, m.BookingID), append(now, m)
		}
		next := 0
		if _, err := s.ChangeIn(ctx, tx, ids, func(w *booking.Work) error {
			w.Capture(now[next])
			next++
			return nil
		}); err != nil {
			return err
		}
		all = later
	}
	return nil
}

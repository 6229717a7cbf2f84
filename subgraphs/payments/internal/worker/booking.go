// Package worker does what waits or is heard: the jobs that settle payments and run refunds, and the consumers of the bookings'
// messages. A message is news of a booking (what can be paid) or asks, in effect, for money to go back.
package worker

import (
	"context"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"

	"marquee/internal/bus"
	"marquee/internal/contract"
	"marquee/subgraphs/payments/internal/payment"
	"marquee/subgraphs/payments/internal/store"
)

// Consumers returns the consumers of the bookings' messages. Each takes effect in the transaction of its inbox row; a message that comes
// as another event again finds the booking's revision known and the cause of its refund written.
func Consumers(s *store.Store, p *payment.Payments, now func() time.Time, log *slog.Logger) []bus.Consumer {
	heard := func(_ context.Context, bookingIDs []string) {
		for _, id := range bookingIDs {
			p.Heard(id)
		}
	}
	at := func() time.Time { return now().UTC().Truncate(time.Microsecond) }
	return []bus.Consumer{
		{
			Name: "booking-held", Topics: []string{contract.BookingHeld{}.Topic()}, Committed: heard, Together: true,
			Handle: func(ctx context.Context, tx pgx.Tx, e bus.Event) error {
				m, err := bus.Decode[contract.BookingHeld](e)
				if err != nil {
					return err
				}
				return s.Hear(ctx, tx, payment.PayableOf(m.Booking, payment.PayableOpen))
			},
			HandleAll: func(ctx context.Context, tx pgx.Tx, events []bus.Event) error {
				news := make([]payment.Payable, len(events))
				for i, e := range events {
					m, err := bus.Decode[contract.BookingHeld](e)
					if err != nil {
						return err
					}
					news[i] = payment.PayableOf(m.Booking, payment.PayableOpen)
				}
				return s.Hear(ctx, tx, news...)
			},
		},
		{
			Name: "user-registered", Topics: []string{contract.UserRegistered{}.Topic()}, Together: true,
			Handle: func(ctx context.Context, tx pgx.Tx, e bus.Event) error {
				m, err := bus.Decode[contract.UserRegistered](e)
				if err != nil {
					return err
				}
				return s.Know(ctx, tx, m.UserID, payment.Person{Name: m.Name, Email: m.Email})
			},
		},
		{
			Name: "booking-confirmed", Topics: []string{contract.BookingConfirmed{}.Topic()}, Committed: heard, Together: true,
			Handle: func(ctx context.Context, tx pgx.Tx, e bus.Event) error {
				m, err := bus.Decode[contract.BookingConfirmed](e)
				if err != nil {
					return err
				}
				if err := s.Hear(ctx, tx, payment.PayableOf(m.Booking, payment.PayableConfirmed)); err != nil || m.PaymentID == "" {
					return err
				}
				return s.IssueInvoice(ctx, tx, m.PaymentID, at())
			},
			HandleAll: func(ctx context.Context, tx pgx.Tx, events []bus.Event) error {
				news := make([]payment.Payable, len(events))
				var paid []string
				for i, e := range events {
					m, err := bus.Decode[contract.BookingConfirmed](e)
					if err != nil {
						return err
					}
					news[i] = payment.PayableOf(m.Booking, payment.PayableConfirmed)
					if m.PaymentID != "" {
						paid = append(paid, m.PaymentID)
					}
				}
				if err := s.Hear(ctx, tx, news...); err != nil {
					return err
				}
				for _, id := range paid {
					if err := s.IssueInvoice(ctx, tx, id, at()); err != nil {
						return err
					}
				}
				return nil
			},
		},
		{
			Name: "booking-expired", Topics: []string{contract.BookingExpired{}.Topic()}, Committed: heard, Together: true,
			Handle: func(ctx context.Context, tx pgx.Tx, e bus.Event) error {
				m, err := bus.Decode[contract.BookingExpired](e)
				if err != nil {
					return err
				}
				return s.Hear(ctx, tx, payment.PayableOf(m.Booking, payment.EndedState(m.Reason)))
			},
		},
		{
			Name: "booking-cancelled", Topics: []string{contract.BookingCancelled{}.Topic()}, Committed: heard,
			Handle: func(ctx context.Context, tx pgx.Tx, e bus.Event) error {
				m, err := bus.Decode[contract.BookingCancelled](e)
				if err != nil {
					return err
				}
				if err := s.Hear(ctx, tx, payment.PayableOf(m.Booking, payment.PayableCancelled)); err != nil {
					return err
				}
				return s.GiveBackBooking(ctx, tx, m.BookingID, payment.ReasonOfCancel(m.Reason), e.Topic, m.RefundAmount, at())
			},
		},
		{
			Name: "booking-tickets-returned", Topics: []string{contract.TicketsReturned{}.Topic()},
			Handle: func(ctx context.Context, tx pgx.Tx, e bus.Event) error {
				m, err := bus.Decode[contract.TicketsReturned](e)
				if err != nil {
					return err
				}
				return s.GiveBackTickets(ctx, tx, m, at())
			},
		},
		{
			Name: "booking-payment-rejected", Topics: []string{contract.PaymentRejected{}.Topic()},
			Handle: func(ctx context.Context, tx pgx.Tx, e bus.Event) error {
				m, err := bus.Decode[contract.PaymentRejected](e)
				if err != nil {
					return err
				}
				found, err := s.GiveBackPayment(ctx, tx, m.PaymentID, contract.RefundPaidTooLate, e.Topic, at())
				if err == nil && !found {
					log.WarnContext(ctx, "a payment was rejected that is not ours", "payment", m.PaymentID, "booking", m.BookingID)
				}
				return err
			},
		},
	}
}

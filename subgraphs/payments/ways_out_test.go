package payments

import (
	"testing"
	"time"

	"marquee/internal/contract"
	"marquee/internal/id"
)

// Every state of a payment with every end of its booking has a way out: when the providers answer and the jobs have run, the money is
// either of a confirmed booking, or kept by the policy of a cancelled one, or it was never taken, or all of it went back.
func TestEveryStateHasAWayOut(t *testing.T) {
	t.Parallel()
	nothing, some := int64(0), int64(400)
	payments := map[string]func(t *testing.T, b *bench, k contract.Booking) string{
		"never reached the provider": func(t *testing.T, b *bench, k contract.Booking) string {
			p, _ := b.begin(t, k, goodCard)
			return p.ID
		},
		"captured, and the answer was lost": func(t *testing.T, b *bench, k contract.Booking) string {
			p, request := b.begin(t, k, goodCard)
			if _, err := b.provider(t).Charge(t.Context(), request); err != nil {
				t.Fatal(err)
			}
			return p.ID
		},
		"waits for the bank's page": func(t *testing.T, b *bench, k contract.Booking) string {
			return b.pay(t, b.buyer, k.BookingID, secureCard, id.New("key")).Payment.ID
		},
		"captured late": func(t *testing.T, b *bench, k contract.Booking) string {
			return b.pay(t, b.buyer, k.BookingID, lateCard, id.New("key")).Payment.ID
		},
		"captured": func(t *testing.T, b *bench, k contract.Booking) string {
			return b.pay(t, b.buyer, k.BookingID, goodCard, id.New("key")).Payment.ID
		},
		"declined": func(t *testing.T, b *bench, k contract.Booking) string {
			return b.pay(t, b.buyer, k.BookingID, declinedCard, id.New("key")).Payment.ID
		},
		"partially refunded": func(t *testing.T, b *bench, k contract.Booking) string {
			p := b.pay(t, b.buyer, k.BookingID, goodCard, id.New("key")).Payment
			b.refund(t, b.owner, p.ID, 300, id.New("key"))
			return p.ID
		},
		"refunded": func(t *testing.T, b *bench, k contract.Booking) string {
			p := b.pay(t, b.buyer, k.BookingID, goodCard, id.New("key")).Payment
			b.refund(t, b.owner, p.ID, nil, id.New("key"))
			return p.ID
		},
	}
	// What bookings says once the money is ours; by is told at once, whatever the payment is by then.
	bookings := map[string]struct {
		by     func(k contract.Booking) contract.Message
		answer func(k contract.Booking, paymentID string) contract.Message
	}{
		"confirmed": {answer: func(k contract.Booking, paymentID string) contract.Message {
			return contract.BookingConfirmed{Booking: next(k), PaymentID: paymentID}
		}},
		"expired": {
			by: func(k contract.Booking) contract.Message {
				return contract.BookingExpired{Booking: next(k), Reason: contract.HoldExpired}
			},
			answer: rejected,
		},
		"expired and seated again": {
			by: func(k contract.Booking) contract.Message {
				return contract.BookingExpired{Booking: next(k), Reason: contract.HoldExpired}
			},
			answer: func(k contract.Booking, paymentID string) contract.Message {
				return contract.BookingConfirmed{Booking: next(next(k)), PaymentID: paymentID}
			},
		},
		"released": {
			by: func(k contract.Booking) contract.Message {
				return contract.BookingExpired{Booking: next(k), Reason: contract.Released}
			},
			answer: rejected,
		},
		"called off":               {answer: cancelled(contract.EventCalledOff, nil)},
		"cancelled":                {answer: cancelled(contract.CancelledByHolder, nil)},
		"cancelled with a fee":     {answer: cancelled(contract.CancelledByHolder, &some)},
		"cancelled without refund": {answer: cancelled(contract.CancelledByHolder, &nothing)},
	}
	for was, begin := range payments {
		t.Run(was, func(t *testing.T) {
			t.Parallel()
			b := start(t, quick)
			for ended, end := range bookings {
				k := b.held(t, 1000)
				paymentID := begin(t, b, k)
				if end.by != nil {
					b.Deliver(t, end.by(k))
				}
				// An hour later the jobs have asked the provider; bookings answers a capture.
				domain := b.domain(t, in(time.Hour))
				if _, err := domain.Settle(t.Context(), paymentID); err != nil {
					t.Fatal(err)
				}
				if b.number(t, "select count(*) from payment where captured_at is not null and id = $1", paymentID) == 1 {
					b.Deliver(t, end.answer(k, paymentID))
				}
				for _, r := range b.payment(t, b.buyer, paymentID).Refunds {
					if _, err := domain.RunRefund(t.Context(), r.ID); err != nil {
						t.Fatal(err)
					}
				}
				if n := b.number(t, `select count(*) from payment p join payable k using (booking_id) where not (p.status in ('DECLINED', 'REFUNDED')
					or p.status in ('CAPTURED', 'PARTIALLY_REFUNDED') and (k.state = 'CONFIRMED' or p.refunded + p.kept = p.amount))`); n != 0 {
					t.Errorf("%s: no way out: %+v", ended, b.payment(t, b.buyer, paymentID))
				}
			}
			equal(t, "differences", b.differences(t, time.Hour), []string{})
			b.reconcile(t)
		})
	}
}

func rejected(k contract.Booking, paymentID string) contract.Message {
	return contract.PaymentRejected{BookingID: k.BookingID, PaymentID: paymentID}
}

func cancelled(reason string, refund *int64) func(contract.Booking, string) contract.Message {
	return func(k contract.Booking, _ string) contract.Message {
		return contract.BookingCancelled{Booking: next(k), Reason: reason, RefundAmount: refund}
	}
}

package payments

import (
	"testing"
	"time"

	"marquee/internal/bus"
	"marquee/internal/contract"
	"marquee/internal/service/servicetest"
)

// News of many bookings that come together are heard together: the newest of each counts, also when older news come behind it, and a
// second delivery changes nothing.
func TestManyBookingsAreHeardTogether(t *testing.T) {
	t.Parallel()
	b := start(t, quick)
	var events []bus.Event
	want := map[string]int64{}
	for i := range 40 {
		k := b.booking(int64(1000 + i))
		events = append(events, servicetest.EventOf(t, contract.BookingHeld{Booking: k, At: time.Now()}))
		if i%4 == 0 {
			newer, older := k, k
			newer.Revision, newer.TotalAmount, newer.Items = k.Revision+2, 5000, []contract.BookingItem{{Name: "One", Quantity: 1, UnitAmount: 5000}}
			older.Revision = k.Revision + 1
			events = append(events, servicetest.EventOf(t, contract.BookingHeld{Booking: newer, At: time.Now()}), servicetest.EventOf(t, contract.BookingHeld{Booking: older, At: time.Now()}))
			k = newer
		}
		if i%5 == 0 {
			k.Revision += 3
			events = append(events, servicetest.EventOf(t, contract.BookingConfirmed{Booking: k, At: time.Now()}))
			want[k.BookingID] = -1
			continue
		}
		want[k.BookingID] = k.TotalAmount
	}
	for _, some := range [][]bus.Event{events[:25], events[10:], events} {
		for i, err := range b.Instance.Inbox().Deliver(t.Context(), some) {
			if err != nil {
				t.Fatalf("message %d: %v", i, err)
			}
		}
	}
	for id, amount := range want {
		a := b.pay(t, b.buyer, id, goodCard, "key-of-"+id)
		switch {
		case amount < 0 && (a.Payment != nil || len(a.UserErrors) != 1):
			t.Errorf("a confirmed booking was paid: %+v", a)
		case amount >= 0 && (a.Payment == nil || a.Payment.Amount.Amount != amount):
			t.Errorf("want %d: %+v", amount, a)
		}
	}
}

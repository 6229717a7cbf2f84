package payments

import (
	"testing"
	"time"

	"marquee/internal/contract"
	"marquee/internal/demo"
	"marquee/internal/viewer"
)

func TestSeed(t *testing.T) {
	t.Parallel()
	b := start(t, quick)
	set := demo.Generate(time.Date(2026, 6, 1, 9, 0, 0, 0, time.UTC))
	if err := b.Instance.Seed(t.Context(), set); err != nil {
		t.Fatal(err)
	}
	prices := map[string]int64{}
	for _, e := range set.Events {
		for _, ticket := range e.TicketTypes {
			prices[ticket.ID] = ticket.PriceAmount
		}
	}
	var total int64
	byID := map[string]demo.Booking{}
	for _, k := range set.Bookings {
		if k.PaymentID == "" {
			continue
		}
		byID[k.PaymentID] = k
		for _, item := range k.Items {
			total += prices[item.TicketTypeID] * int64(item.Quantity)
		}
	}
	if len(byID) == 0 {
		t.Fatal("no paid bookings in the demo")
	}
	equal(t, "kept", b.reconcile(t), total)
	all := published[contract.PaymentCaptured](t, b)
	equal(t, "messages", len(all), len(byID))
	for _, m := range all {
		if k := byID[m.PaymentID]; m.BookingID != k.ID || m.UserID != k.UserID || !m.At.Equal(k.ConfirmedAt) {
			t.Fatalf("%+v of %+v", m, k)
		}
	}
	// The demo attendee finds theirs, and an organiser can give one back: the sandbox knows it.
	var out struct {
		MyPayments struct{ Nodes []paymentAnswer }
	}
	attendee := &viewer.Viewer{UserID: set.Users[0].ID, Roles: []string{viewer.User}}
	b.Do(t, attendee, `{ myPayments { nodes { `+paymentFields+` } } }`, nil).Into(t, &out)
	if len(out.MyPayments.Nodes) == 0 {
		t.Fatal("the demo attendee has paid nothing")
	}
	first := out.MyPayments.Nodes[0]
	equal(t, "refund", b.refund(t, b.admin, first.ID, nil, "demo-refund").Payment.Status, "REFUNDED")
	equal(t, "kept", b.reconcile(t), total-first.Amount.Amount)
	// A second start seeds nothing again.
	if err := b.Instance.Seed(t.Context(), set); err != nil {
		t.Fatal(err)
	}
	equal(t, "payments", b.number(t, "select count(*) from payment"), len(byID))
}

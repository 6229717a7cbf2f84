package payments

import (
	"testing"
	"time"

	"marquee/subgraphs/payments/internal/provider/paypal/paypaltest"
	"marquee/subgraphs/payments/internal/provider/razorpay/razorpaytest"
)

// An account at a provider may serve other shops, and people give money back by hand there. The first is none of ours, the second is found.
func TestReconciliationWithTheBooksOfAProvider(t *testing.T) {
	t.Parallel()
	pay, razor := paypaltest.Start(t), razorpaytest.Start(t)
	for name, test := range map[string]struct {
		s       *seller
		foreign func()
		byHand  func(t *testing.T, key string) string
	}{
		"paypal": {paypalSellerAt(pay), func() { pay.Foreign("9.90", "EUR") }, func(t *testing.T, key string) string { return pay.RefundByHand(t, key, "5.00") }},
		"razorpay": {
			razorpaySellerAt(razor), func() { razor.Foreign(990, "EUR") }, func(t *testing.T, key string) string { return razor.RefundByHand(t, key, 500) },
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := install(t, test.s)
			r := b.play(t, test.s, story{name: name, means: "page"})
			r.act(t, "approve")
			r.act(t, "refund")
			test.foreign()
			test.foreign()
			equal(t, "differences", b.differences(t, 0), []string{})
			theirs := test.byHand(t, r.paid.ID)
			equal(t, "after a refund by hand", b.differences(t, 0), []string{"REFUND_MISSING_HERE " + theirs + " 0 500 false"})
		})
	}
}

// PayPal's report is late: what is not in it yet is not missed, what never comes is.
func TestReconciliationWithALateReport(t *testing.T) {
	t.Parallel()
	server := paypaltest.Start(t)
	s := paypalSellerAt(server)
	b := install(t, s)
	r := b.play(t, s, story{name: "late report", means: "page"})
	r.act(t, "approve")
	r.act(t, "back")
	server.Lag(time.Minute)
	equal(t, "now", b.differences(t, 10*time.Minute), []string{})
	equal(t, "after four hours", b.differences(t, 4*time.Hour), []string{"MISSING_THERE " + r.paid.ID + " 4250 0 false", "UNRESOLVED " + r.paid.ID + " 4250 0 false"})
}

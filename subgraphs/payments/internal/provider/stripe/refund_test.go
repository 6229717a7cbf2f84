package stripe_test

import (
	"errors"
	"testing"
	"time"

	"marquee/internal/money"
	"marquee/subgraphs/payments/internal/payment"
	"marquee/subgraphs/payments/internal/provider/stripe/stripestand"
)

func TestRefundsThatTakeTheirTime(t *testing.T) {
	t.Parallel()
	for end, want := range map[string]error{"succeeded": nil, "failed": payment.ErrRefused} {
		t.Run(end, func(t *testing.T) {
			t.Parallel()
			stand := stripestand.Start(t)
			s := at(t, stand, time.Now)
			r := request(stripestand.Visa)
			if _, err := s.Charge(t.Context(), r); err != nil {
				t.Fatal(err)
			}
			stand.HoldRefunds()
			refund := payment.ProviderRefundRequest{Key: "ref_1", Charge: r.ChargeRef, Amount: money.Of(1000, "EUR")}
			for range 3 {
				if err := s.Refund(t.Context(), refund); !errors.Is(err, payment.ErrRefundUnderWay) {
					t.Errorf("while it is pending: %v", err)
				}
			}
			for one, err := range s.Transactions(t.Context(), time.Now().Add(-time.Hour), time.Now().Add(time.Hour)) {
				if err != nil || one.Kind != payment.TransactionCapture {
					t.Errorf("nothing has come back yet: %+v, %v", one, err)
				}
			}
			stand.EndRefunds(end)
			if err := s.Refund(t.Context(), refund); !errors.Is(err, want) {
				t.Errorf("at the end: %v", err)
			}
		})
	}
}

// An inquiry takes no money and stops no refund; it may become a dispute.
func TestInquiries(t *testing.T) {
	t.Parallel()
	stand := stripestand.Start(t)
	s := at(t, stand, time.Now)
	r := request(stripestand.Visa)
	if _, err := s.Charge(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	refund := func(key string) error {
		return s.Refund(t.Context(), payment.ProviderRefundRequest{Key: key, Charge: r.ChargeRef, Amount: money.Of(100, "EUR")})
	}
	stand.OpenDispute(t, r.Key, "warning_needs_response")
	if all, err := s.Disputes(t.Context(), r.ChargeRef); err != nil || len(all) != 0 {
		t.Errorf("inquiry: %+v, %v", all, err)
	}
	for _, key := range []string{"ref_1", "ref_2", "ref_3"} { // more than a page of them
		if err := refund(key); err != nil {
			t.Errorf("refund during an inquiry: %v", err)
		}
	}
	if err := refund("ref_1"); err != nil {
		t.Error(err)
	}
	stand.MoveDispute(t, r.Key, "under_review")
	all, err := s.Disputes(t.Context(), r.ChargeRef)
	if err != nil || len(all) != 1 || all[0].Status != payment.DisputeNeedsResponse || all[0].Reason != "product not received" {
		t.Errorf("dispute: %+v, %v", all, err)
	}
	if err := refund("ref_4"); !errors.Is(err, payment.ErrRefused) {
		t.Errorf("refund during a dispute: %v", err)
	}
	stand.MoveDispute(t, r.Key, "won")
	if err := refund("ref_4"); err != nil {
		t.Errorf("refund after it was won: %v", err)
	}
	if moved := stand.Moved(r.Key); moved != 3850 {
		t.Errorf("moved %d", moved)
	}
}

// Lists come in pages, and foreign charges have no key.
func TestTransactionsInPages(t *testing.T) {
	t.Parallel()
	stand := stripestand.Start(t)
	s := at(t, stand, time.Now)
	keys := map[string]bool{}
	for range 5 {
		r := request(stripestand.Visa)
		if _, err := s.Charge(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		keys[r.Key] = true
		stand.OpenDispute(t, r.Key, "lost")
	}
	kinds := map[payment.ProviderTransactionKind]int{}
	for one, err := range s.Transactions(t.Context(), time.Now().Add(-time.Hour), time.Now().Add(time.Hour)) {
		if err != nil || !keys[one.ChargeKey] || one.Amount != money.Of(4250, "EUR") {
			t.Fatalf("%+v, %v", one, err)
		}
		kinds[one.Kind]++
	}
	if kinds[payment.TransactionCapture] != 5 || kinds[payment.TransactionDispute] != 5 || len(kinds) != 2 {
		t.Errorf("transactions %v", kinds)
	}
}

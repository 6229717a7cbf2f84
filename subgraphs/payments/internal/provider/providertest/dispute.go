package providertest

import (
	"errors"
	"testing"
	"time"

	"marquee/internal/money"
	"marquee/subgraphs/payments/internal/payment"
)

func (f Fixture) dispute(t *testing.T, ref payment.ChargeRef, want payment.DisputeStatus) payment.ProviderDispute {
	t.Helper()
	var all []payment.ProviderDispute
	for range 2 {
		var err error
		if all, err = f.Provider.Disputes(t.Context(), ref); err != nil || len(all) != 1 {
			t.Fatalf("disputes: %+v, %v", all, err)
		}
	}
	if d := all[0]; d.Status != want || d.Amount != money.Of(price, "EUR") || d.Reference == "" || d.Reason == "" || d.OpenedAt.IsZero() {
		t.Fatalf("dispute is %+v, want %s", d, want)
	}
	return all[0]
}

func disputeLost(t *testing.T, f Fixture) {
	f.disputed(t, payment.CardDisputeLost, false, payment.DisputeLost, 0)
}

func disputeWon(t *testing.T, f Fixture) {
	f.disputed(t, payment.CardDisputeWon, true, payment.DisputeWon, price)
}

func (f Fixture) disputed(t *testing.T, kind payment.CardKind, won bool, end payment.DisputeStatus, kept int64) {
	t.Helper()
	if f.OpenDispute == nil {
		t.Skipf("%s has no disputes", f.Provider.Name())
	}
	if _, _, ok := f.means(t, kind); !ok {
		kind = payment.CardSucceeds
	}
	ref := f.take(t, f.request(t, kind))
	if none, err := f.Provider.Disputes(t.Context(), ref); err != nil || len(none) != 0 {
		t.Fatalf("disputes: %+v, %v", none, err)
	}
	f.OpenDispute(t, ref.Key)
	opened := f.dispute(t, ref, payment.DisputeNeedsResponse)
	if err := f.Provider.Refund(t.Context(), refundOf(ref, 1)); !errors.Is(err, payment.ErrRefused) {
		t.Errorf("refund of disputed money: %v", err)
	}
	f.CloseDispute(t, ref.Key, won)
	if closed := f.dispute(t, ref, end); closed.Reference != opened.Reference {
		t.Errorf("one dispute has two references: %q, %q", opened.Reference, closed.Reference)
	}
	f.stands(t, ref, payment.Captured, kept)
}

func transactions(t *testing.T, f Fixture) {
	before := time.Now().Add(-time.Minute)
	ref := f.paid(t)
	r := refundOf(ref, 1000)
	if err := f.Provider.Refund(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	var sum int64
	seen := map[payment.ProviderTransactionKind]int{}
	for one, err := range f.Provider.Transactions(t.Context(), before, time.Now().Add(24*time.Hour)) {
		if err != nil {
			t.Fatal(err)
		}
		if one.ChargeKey != ref.Key {
			continue
		}
		seen[one.Kind]++
		switch {
		case one.Amount.Currency != "EUR" || one.At.Before(before) || one.Reference == "":
			t.Errorf("transaction %+v", one)
		case one.Kind == payment.TransactionCapture:
			sum += one.Amount.Amount
		case one.Kind == payment.TransactionRefund && one.RefundKey == r.Key:
			sum -= one.Amount.Amount
		default:
			t.Errorf("transaction %+v", one)
		}
	}
	if sum != price-1000 || seen[payment.TransactionCapture] != 1 || seen[payment.TransactionRefund] != 1 {
		t.Errorf("the transactions %v make %d", seen, sum)
	}
	for one, err := range f.Provider.Transactions(t.Context(), before.Add(-time.Hour), before) {
		t.Errorf("nothing had moved, but: %+v, %v", one, err)
	}
}

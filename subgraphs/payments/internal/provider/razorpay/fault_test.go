package razorpay_test

import (
	"errors"
	"net/http"
	"sync"
	"testing"
	"time"

	"marquee/internal/id"
	"marquee/internal/money"
	"marquee/subgraphs/payments/internal/payment"
	"marquee/subgraphs/payments/internal/provider/providertest/standin"
	"marquee/subgraphs/payments/internal/provider/razorpay"
)

const (
	linksPath    = "/v1/payment_links"
	paymentsPath = "/v1/payments/"
)

func refundOf(ref payment.ChargeRef, m money.Money) payment.ProviderRefundRequest {
	return payment.ProviderRefundRequest{Key: id.New("ref"), Charge: ref, Amount: m}
}

// Whatever happens to an answer, what was done is found again and done once.
func TestLostAnswers(t *testing.T) {
	t.Parallel()
	for name, kind := range map[string]standin.Kind{"cut": standin.Cut, "hangs": standin.Hangs, "garbled": standin.Garbles} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := start(t, func(o *razorpay.Options) { o.Timeout = 2 * time.Second })
			lose := func(path string) {
				b.server.Plan(standin.Fault{Method: http.MethodPost, Path: path, Times: 1, Kind: kind})
			}
			r := request(4250, "EUR")
			lose(linksPath)
			if c, err := b.Charge(t.Context(), r); err == nil || errors.Is(err, payment.ErrUnavailable) {
				t.Fatalf("lost link: %+v, %v", c, err)
			}
			page := b.stands(t, r.ChargeRef, payment.RequiresAction)
			visit(t, page.ActionURL, "approve")
			r.Reference = page.Reference
			b.stands(t, r.ChargeRef, payment.Captured)
			back := refundOf(r.ChargeRef, money.Of(1000, "EUR"))
			lose(paymentsPath)
			if err := b.Refund(t.Context(), back); err == nil || errors.Is(err, payment.ErrRefused) || errors.Is(err, payment.ErrUnavailable) {
				t.Errorf("lost refund: %v", err)
			}
			if err := b.Refund(t.Context(), back); err != nil {
				t.Errorf("refund again: %v", err)
			}
			if got := b.server.Moved(r.Key); got != 3250 {
				t.Errorf("moved %d", got)
			}
			// A link whose cancelling was not answered is cancelled.
			gone, page2 := b.charge(t, request(4250, "EUR"))
			lose(linksPath)
			if c, err := b.Abandon(t.Context(), gone); err == nil {
				t.Errorf("lost cancelling: %+v", c)
			}
			visit(t, page2, "approve")
			if c, err := b.Abandon(t.Context(), gone); err != nil || c.State != payment.Declined || b.server.Moved(gone.Key) != 0 {
				t.Errorf("%+v: %v", c, err)
			}
			if b.server.Pending() != 0 {
				t.Errorf("%d faults are left", b.server.Pending())
			}
		})
	}
}

// Giving up and beginning may meet: a payment that was given up takes no money, whatever the buyer does with the page.
func TestGivingUpWhileCharging(t *testing.T) {
	t.Parallel()
	b := start(t)
	for range 20 {
		r := request(4250, "EUR")
		var begun, given payment.Charge
		var errs [2]error
		var both sync.WaitGroup
		both.Go(func() { begun, errs[0] = b.Charge(t.Context(), r) })
		both.Go(func() { given, errs[1] = b.Abandon(t.Context(), r.ChargeRef) })
		both.Wait()
		if err := errors.Join(errs[:]...); err != nil {
			t.Fatal(err)
		}
		if begun.ActionURL != "" {
			visit(t, begun.ActionURL, "approve")
		}
		if given.State != payment.Declined || b.server.Moved(r.Key) != 0 {
			t.Fatalf("begun %+v, given up %+v, moved %d", begun, given, b.server.Moved(r.Key))
		}
		b.stands(t, r.ChargeRef, payment.Declined)
	}
}

// A buyer whose bank refuses may try again on the page.
func TestSecondTryOnThePage(t *testing.T) {
	t.Parallel()
	b := start(t)
	ref, page := b.charge(t, request(4250, "EUR"))
	visit(t, page, "fails")
	b.stands(t, ref, payment.RequiresAction)
	if err := b.Refund(t.Context(), refundOf(ref, money.Of(1, "EUR"))); !errors.Is(err, payment.ErrRefused) {
		t.Errorf("refund: %v", err)
	}
	visit(t, page, "approve")
	b.stands(t, ref, payment.Captured)
}

func TestBusyRazorpayIsAskedAgain(t *testing.T) {
	t.Parallel()
	b := start(t)
	ref := b.paid(t)
	b.server.Plan(standin.Fault{
		Method: http.MethodPost, Path: paymentsPath, Times: 2, Kind: standin.Answers, Status: 409,
		Body: `{"error":{"code":"BAD_REQUEST_ERROR","description":"Request failed because another refund request is in progress"}}`,
	})
	if err := b.Refund(t.Context(), refundOf(ref, ref.Amount)); err != nil || b.server.Pending() != 0 || b.server.Moved(ref.Key) != 0 {
		t.Errorf("%v, %d left", err, b.server.Pending())
	}
}

func TestSlowRefund(t *testing.T) {
	t.Parallel()
	b := start(t)
	ref := b.paid(t)
	r := refundOf(ref, ref.Amount)
	if err := b.Refund(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	for status, want := range map[string]error{"pending": payment.ErrRefundUnderWay, "failed": payment.ErrRefused, "processed": nil} {
		b.server.Slow(ref.Key, status)
		if err := b.Refund(t.Context(), r); !errors.Is(err, want) {
			t.Errorf("%s: %v", status, err)
		}
	}
}

func TestNothingBegun(t *testing.T) {
	t.Parallel()
	answers := func(status int) func(b *bench) {
		return func(b *bench) {
			b.server.Plan(standin.Fault{Method: http.MethodPost, Path: linksPath, Times: 1, Kind: standin.Answers, Status: status, Body: `{"error":{"code":"BAD_REQUEST_ERROR"}}`})
		}
	}
	for name, prepare := range map[string]func(b *bench){"no Razorpay": func(b *bench) { b.server.Close() }, "too many": answers(429), "forbidden": answers(403)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := start(t)
			prepare(b)
			if c, err := b.Charge(t.Context(), request(4250, "EUR")); !errors.Is(err, payment.ErrUnavailable) {
				t.Errorf("%+v: %v", c, err)
			}
		})
	}
	for name, prepare := range map[string]func(b *bench){"server error": answers(500), "overloaded": answers(503)} { // it may have been done
		b := start(t)
		prepare(b)
		if c, err := b.Charge(t.Context(), request(4250, "EUR")); err == nil || errors.Is(err, payment.ErrUnavailable) {
			t.Errorf("%s: %+v, %v", name, c, err)
		}
	}
	b := start(t, func(o *razorpay.Options) { o.KeySecret = "another" })
	if c, err := b.Charge(t.Context(), request(4250, "EUR")); !errors.Is(err, payment.ErrUnavailable) {
		t.Errorf("wrong secret: %+v, %v", c, err)
	}
}

func TestCurrencies(t *testing.T) {
	t.Parallel()
	b := start(t)
	for _, fits := range []money.Money{money.Of(295, "JPY"), money.Of(295990, "KWD"), money.Of(1, "INR"), money.Of(1<<45+1, "INR")} {
		ref, page := b.charge(t, request(fits.Amount, fits.Currency))
		visit(t, page, "approve")
		if c := b.stands(t, ref, payment.Captured); c.Amount != fits {
			t.Errorf("%v became %v", fits, c.Amount)
		}
		if err := b.Refund(t.Context(), refundOf(ref, fits)); err != nil || b.server.Moved(ref.Key) != 0 {
			t.Errorf("refund of %v: %v", fits, err)
		}
	}
	for _, no := range []money.Money{money.Of(295991, "KWD"), money.Of(1000, "XTS"), money.Of(0, "INR")} {
		r := request(no.Amount, no.Currency)
		c, err := b.Charge(t.Context(), r)
		if err != nil || c.State != payment.Declined || c.DeclineReason == "" {
			t.Errorf("%v: %+v, %v", no, c, err)
		}
		b.stands(t, r.ChargeRef, payment.Declined)
	}
}

// Clients of other keys do not get in each other's way: the library would keep the last one for all.
func TestTwoAccounts(t *testing.T) {
	t.Parallel()
	one, other := start(t), start(t, func(o *razorpay.Options) { o.KeySecret = "another" })
	ref := one.paid(t)
	if _, err := other.Charge(t.Context(), request(1, "INR")); !errors.Is(err, payment.ErrUnavailable) {
		t.Error(err)
	}
	one.stands(t, ref, payment.Captured)
}

func TestTransactionsOfOthers(t *testing.T) {
	t.Parallel()
	b := start(t)
	from := time.Now().Add(-time.Minute)
	for range 120 { // more than a page
		b.server.Foreign(990, "INR")
	}
	ref := b.paid(t)
	b.server.OpenDispute(t, ref.Key)
	b.server.CloseDispute(t, ref.Key, false)
	kinds, foreign := map[payment.ProviderTransactionKind]payment.ProviderTransaction{}, 0
	for one, err := range b.Transactions(t.Context(), from, time.Now().Add(2*time.Second)) {
		if err != nil {
			t.Fatal(err)
		}
		if one.ChargeKey == "" {
			foreign++
			continue
		}
		kinds[one.Kind] = one
	}
	if foreign != 120 || len(kinds) != 2 {
		t.Errorf("%d of others, %d kinds of ours", foreign, len(kinds))
	}
	for kind, one := range kinds {
		if one.ChargeKey != ref.Key || one.Amount != ref.Amount || kind == payment.TransactionRefund {
			t.Errorf("%s: %+v", kind, one)
		}
	}
}

func TestNeedsItsSettings(t *testing.T) {
	t.Parallel()
	for _, o := range []razorpay.Options{
		{KeyID: "a", KeySecret: "b", URL: "https://x.example"},
		{KeyID: "a", WebhookSecrets: []string{"c"}, URL: "https://x.example"},
		{KeySecret: "a", WebhookSecrets: []string{"c"}, URL: "https://x.example"},
		{KeyID: "a", KeySecret: "b", WebhookSecrets: []string{"c"}, URL: "%zz"},
	} {
		if _, err := razorpay.New(o); err == nil {
			t.Errorf("%+v", o)
		}
	}
}

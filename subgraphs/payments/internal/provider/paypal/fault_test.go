package paypal_test

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"marquee/internal/id"
	"marquee/internal/money"
	"marquee/subgraphs/payments/internal/payment"
	"marquee/subgraphs/payments/internal/provider/paypal"
	"marquee/subgraphs/payments/internal/provider/paypal/paypaltest"
	"marquee/subgraphs/payments/internal/provider/providertest/standin"
)

const orders = "/v2/checkout/orders"

// Whatever happens to an answer, what was done is found again and done once.
func TestLostAnswers(t *testing.T) {
	t.Parallel()
	for name, kind := range map[string]standin.Kind{"cut": standin.Cut, "hangs": standin.Hangs, "garbled": standin.Garbles} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := start(t, func(o *paypal.Options) { o.Timeout = 2 * time.Second })
			lose := func(path string) {
				b.server.Plan(standin.Fault{Method: http.MethodPost, Path: path, Times: 1, Kind: kind})
			}
			r := request(4250, "EUR")
			lose(orders)
			if c, err := b.Charge(t.Context(), r); err == nil || errors.Is(err, payment.ErrUnavailable) {
				t.Fatalf("lost order: %+v, %v", c, err)
			}
			page := b.stands(t, r.ChargeRef, payment.RequiresAction)
			visit(t, page.ActionURL, "approve")
			r.Reference = page.Reference
			lose(orders)
			if c, err := b.ChargeByKey(t.Context(), r.ChargeRef); err == nil {
				t.Fatalf("lost capture: %+v", c)
			}
			if c, err := b.Abandon(t.Context(), r.ChargeRef); err != nil || c.State != payment.Captured {
				t.Errorf("giving up what was captured: %+v, %v", c, err)
			}
			b.stands(t, r.ChargeRef, payment.Captured)
			back := payment.ProviderRefundRequest{Key: id.New("ref"), Charge: r.ChargeRef, Amount: money.Of(1000, "EUR")}
			lose("/v2/payments/captures/")
			if err := b.Refund(t.Context(), back); err == nil || errors.Is(err, payment.ErrRefused) || errors.Is(err, payment.ErrUnavailable) {
				t.Errorf("lost refund: %v", err)
			}
			if err := b.Refund(t.Context(), back); err != nil {
				t.Errorf("refund again: %v", err)
			}
			if got := b.server.Moved(r.Key); got != 3250 || b.server.Pending() != 0 {
				t.Errorf("moved %d, %d faults are left", got, b.server.Pending())
			}
		})
	}
}

// A capture that was decided and failed on its way is carried through by whoever asks next, also by giving up.
func TestDecidedCaptureIsCarriedThrough(t *testing.T) {
	t.Parallel()
	b := start(t)
	ref, page := b.charge(t, request(4250, "EUR"))
	visit(t, page, "approve")
	b.server.Plan(standin.Fault{Method: http.MethodPost, Path: orders, Times: 1, Kind: standin.Answers, Status: 500, Body: `{"name":"INTERNAL_SERVER_ERROR","message":"x"}`})
	if c, err := b.ChargeByKey(t.Context(), ref); err == nil {
		t.Fatalf("%+v", c)
	}
	if got := b.server.Moved(ref.Key); got != 0 {
		t.Fatalf("moved %d", got)
	}
	if c, err := b.Abandon(t.Context(), ref); err != nil || c.State != payment.Captured {
		t.Errorf("%+v: %v", c, err)
	}
}

func TestBusyPayPalIsAskedAgain(t *testing.T) {
	t.Parallel()
	b := start(t)
	busy := standin.Fault{
		Method: http.MethodPost, Path: orders, Times: 1, Kind: standin.Answers, Status: 422,
		Body: `{"name":"UNPROCESSABLE_ENTITY","details":[{"issue":"PREVIOUS_REQUEST_IN_PROGRESS"}]}`,
	}
	b.server.Plan(busy)
	ref, page := b.charge(t, request(4250, "EUR"))
	visit(t, page, "approve")
	busy.Status, busy.Body = 409, `{"name":"RESOURCE_CONFLICT"}`
	b.server.Plan(busy)
	b.stands(t, ref, payment.Captured)
	if b.server.Pending() != 0 {
		t.Error("PayPal was never busy")
	}
}

func TestNothingBegun(t *testing.T) {
	t.Parallel()
	for name, prepare := range map[string]func(b *bench){
		"no PayPal": func(b *bench) { b.server.Close() },
		"too many": func(b *bench) {
			b.server.Plan(standin.Fault{Method: http.MethodPost, Path: orders, Times: 1, Kind: standin.Answers, Status: 429, Body: `{"name":"RATE_LIMIT_REACHED"}`})
		},
		"no token": func(b *bench) {
			b.server.Plan(standin.Fault{Method: http.MethodPost, Path: "/v1/oauth2/token", Times: 1, Kind: standin.Answers, Status: 500, Body: `{}`})
		},
		"empty token": func(b *bench) {
			b.server.Plan(standin.Fault{Method: http.MethodPost, Path: "/v1/oauth2/token", Times: 1, Kind: standin.Answers, Status: 200, Body: `{"expires_in":1}`})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := start(t)
			prepare(b)
			if c, err := b.Charge(t.Context(), request(4250, "EUR")); !errors.Is(err, payment.ErrUnavailable) {
				t.Errorf("%+v: %v", c, err)
			}
		})
	}
	b := start(t, func(o *paypal.Options) { o.Secret = "another" })
	if c, err := b.Charge(t.Context(), request(4250, "EUR")); !errors.Is(err, payment.ErrUnavailable) {
		t.Errorf("wrong secret: %+v, %v", c, err)
	}
}

func TestWithdrawnTokenIsReplaced(t *testing.T) {
	t.Parallel()
	b := start(t)
	ref := b.paid(t)
	b.server.Withdraw()
	b.stands(t, ref, payment.Captured)
}

func TestCurrencies(t *testing.T) {
	t.Parallel()
	b := start(t)
	for _, fits := range []money.Money{money.Of(1250, "JPY"), money.Of(125000, "HUF"), money.Of(30000, "TWD"), money.Of(1, "USD")} {
		r := request(fits.Amount, fits.Currency)
		ref, page := b.charge(t, r)
		visit(t, page, "approve")
		if c := b.stands(t, ref, payment.Captured); c.Amount != fits {
			t.Errorf("%v became %v", fits, c.Amount)
		}
		back := payment.ProviderRefundRequest{Key: id.New("ref"), Charge: ref, Amount: money.Of(fits.Amount+1, fits.Currency)}
		if err := b.Refund(t.Context(), back); !errors.Is(err, payment.ErrRefused) {
			t.Errorf("refund of %v: %v", back.Amount, err)
		}
		back.Key, back.Amount = id.New("ref"), fits
		if err := b.Refund(t.Context(), back); err != nil {
			t.Errorf("refund of %v: %v", back.Amount, err)
		}
	}
	for _, no := range []money.Money{money.Of(125050, "HUF"), money.Of(30001, "TWD"), money.Of(1000, "KWD"), money.Of(1000, "XTS"), money.Of(0, "EUR")} {
		r := request(no.Amount, no.Currency)
		c, err := b.Charge(t.Context(), r)
		if err != nil || c.State != payment.Declined || c.DeclineReason == "" {
			t.Errorf("%v: %+v, %v", no, c, err)
		}
		b.stands(t, r.ChargeRef, payment.Declined)
	}
}

// A capture may be pending for days: the payment is, too, and can be neither given up nor refunded.
func TestPendingCapture(t *testing.T) {
	t.Parallel()
	for arrives, want := range map[bool]payment.PaymentStatus{true: payment.Captured, false: payment.Declined} {
		b := start(t)
		ref, page := b.charge(t, request(4250, "EUR"))
		visit(t, page, "waits")
		b.stands(t, ref, payment.Pending)
		if c, err := b.Abandon(t.Context(), ref); err != nil || c.State != payment.Pending {
			t.Errorf("%+v: %v", c, err)
		}
		back := payment.ProviderRefundRequest{Key: id.New("ref"), Charge: ref, Amount: money.Of(1, "EUR")}
		if err := b.Refund(t.Context(), back); !errors.Is(err, payment.ErrRefused) {
			t.Errorf("refund: %v", err)
		}
		b.server.Clear(t, ref.Key, arrives)
		b.stands(t, ref, want)
		b.stands(t, ref, want)
	}
}

func TestOrderPayPalDoesNotTake(t *testing.T) {
	t.Parallel()
	b := start(t)
	r := request(4250, "EUR")
	b.server.Plan(standin.Fault{
		Method: http.MethodPost, Path: orders, Times: 1, Kind: standin.Answers, Status: 422,
		Body: `{"name":"UNPROCESSABLE_ENTITY","details":[{"issue":"PAYEE_ACCOUNT_RESTRICTED"}]}`,
	})
	if c, err := b.Charge(t.Context(), r); err != nil || c.State != payment.Declined {
		t.Errorf("%+v: %v", c, err)
	}
	b.stands(t, r.ChargeRef, payment.Declined)
}

func TestTransactionsOfOthers(t *testing.T) {
	t.Parallel()
	b := start(t)
	from := time.Now().Add(-time.Minute)
	ref := b.paid(t)
	b.server.Foreign("9.90", "USD")
	b.server.OpenDispute(t, ref.Key)
	b.server.CloseDispute(t, ref.Key, false)
	got := map[payment.ProviderTransactionKind]payment.ProviderTransaction{}
	n := 0
	for one, err := range b.Transactions(t.Context(), from.Add(-90*24*time.Hour), time.Now().Add(2*time.Second)) { // several reports
		if err != nil {
			t.Fatal(err)
		}
		n++
		if one.ChargeKey == "" {
			if one.Amount != money.Of(990, "USD") || one.Kind != payment.TransactionCapture {
				t.Errorf("foreign: %+v", one)
			}
			continue
		}
		got[one.Kind] = one
	}
	for _, kind := range []payment.ProviderTransactionKind{payment.TransactionCapture, payment.TransactionDispute} {
		if one := got[kind]; one.ChargeKey != ref.Key || one.Amount != money.Of(4250, "EUR") {
			t.Errorf("%s: %+v", kind, one)
		}
	}
	if n > 3 {
		t.Errorf("%d transactions", n)
	}
}

func TestNeedsItsSettings(t *testing.T) {
	t.Parallel()
	for _, o := range []paypal.Options{
		{ClientID: "a", Secret: "b", URL: "https://x.example"},
		{ClientID: "a", WebhookID: "c", URL: "https://x.example"},
		{Secret: "a", WebhookID: "c", URL: "https://x.example"},
		{ClientID: "a", Secret: "b", WebhookID: paypaltest.WebhookID},
	} {
		if _, err := paypal.New(o); err == nil {
			t.Errorf("%+v", o)
		}
	}
}

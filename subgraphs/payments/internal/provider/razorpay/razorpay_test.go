package razorpay_test

import (
	"net/http"
	"net/url"
	"os"
	"testing"
	"time"

	"marquee/internal/id"
	"marquee/internal/money"
	"marquee/internal/pg/pgtest"
	"marquee/subgraphs/payments/internal/payment"
	"marquee/subgraphs/payments/internal/provider/providertest"
	"marquee/subgraphs/payments/internal/provider/razorpay"
	"marquee/subgraphs/payments/internal/provider/razorpay/razorpaytest"
	"marquee/subgraphs/payments/internal/store"
)

// bench is the adapter at a stand-in, with the fence on a real database.
type bench struct {
	*razorpay.Razorpay
	server *razorpaytest.Server
	fence  store.Fence
}

func start(t *testing.T, change ...func(*razorpay.Options)) *bench {
	t.Helper()
	b := &bench{server: razorpaytest.Start(t), fence: store.Fence{Pool: pgtest.Pool(t, os.DirFS("../../../migrations"))}}
	o := razorpay.Options{
		KeyID: razorpaytest.KeyID, KeySecret: razorpaytest.KeySecret, WebhookSecrets: []string{"the next secret", razorpaytest.WebhookSecret},
		URL: b.server.URL, Fence: b.fence,
	}
	for _, c := range change {
		c(&o)
	}
	var err error
	if b.Razorpay, err = razorpay.New(o); err != nil {
		t.Fatal(err)
	}
	return b
}

var browser = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

// visit has the buyer decide at Razorpay's page.
func visit(t *testing.T, page, decision string) {
	t.Helper()
	r, err := browser.PostForm(page, url.Values{"decision": {decision}})
	if err != nil {
		t.Fatal(err)
	}
	_ = r.Body.Close()
	if r.StatusCode != http.StatusFound {
		t.Fatalf("the page answers %d", r.StatusCode)
	}
}

func TestConformance(t *testing.T) {
	t.Parallel()
	providertest.Run(t, func(t *testing.T) providertest.Fixture {
		b := start(t)
		return providertest.Fixture{
			Provider: b.Razorpay,
			Decide: func(t *testing.T, c payment.Charge, approve bool) {
				visit(t, c.ActionURL, map[bool]string{true: "approve", false: "leave"}[approve])
			},
			Decline: func(t *testing.T, c payment.Charge) { // who was refused may try again until the link ends
				visit(t, c.ActionURL, "fails")
				b.server.Expire(c.Key)
			},
			Moved:        func(_ *testing.T, key string) int64 { return b.server.Moved(key) },
			OpenDispute:  func(t *testing.T, key string) { b.server.OpenDispute(t, key) },
			CloseDispute: func(t *testing.T, key string, won bool) { b.server.CloseDispute(t, key, won) },
		}
	})
}

func request(amount int64, currency string) payment.ChargeRequest {
	return payment.ChargeRequest{ChargeRef: payment.ChargeRef{
		Key: id.New("pay"), Amount: money.Of(amount, currency), Description: "Night of the harps", ReturnURL: "http://marquee.example/payments/return/x",
		CreatedAt: time.Now(),
	}}
}

// charge begins a payment and returns how the platform names it then, with the buyer's page.
func (b *bench) charge(t *testing.T, r payment.ChargeRequest) (payment.ChargeRef, string) {
	t.Helper()
	c, err := b.Charge(t.Context(), r)
	if err != nil || c.State != payment.RequiresAction || c.ActionURL == "" {
		t.Fatalf("%+v: %v", c, err)
	}
	r.Reference = c.Reference
	return r.ChargeRef, c.ActionURL
}

func (b *bench) paid(t *testing.T) payment.ChargeRef {
	t.Helper()
	ref, page := b.charge(t, request(4250, "EUR"))
	visit(t, page, "approve")
	b.stands(t, ref, payment.Captured)
	return ref
}

func (b *bench) stands(t *testing.T, r payment.ChargeRef, want payment.PaymentStatus) payment.Charge {
	t.Helper()
	c, err := b.ChargeByKey(t.Context(), r)
	if err != nil || c.State != want {
		t.Fatalf("%+v: %v, want %s", c, err, want)
	}
	return c
}

package razorpay_test

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"marquee/internal/id"
	"marquee/subgraphs/payments/internal/payment"
	"marquee/subgraphs/payments/internal/provider/providertest/standin"
	"marquee/subgraphs/payments/internal/provider/razorpay/razorpaytest"
	"marquee/subgraphs/payments/internal/provider/webhook"
)

func (b *bench) hear(d standin.Delivery) ([]payment.Hint, error) {
	return b.Webhook(d.Request("http://marquee.example/webhooks/razorpay"), d.Body)
}

func TestWebhooks(t *testing.T) {
	t.Parallel()
	b := start(t)
	ref := b.paid(t)
	if err := b.Refund(t.Context(), refundOf(ref, ref.Amount)); err != nil {
		t.Fatal(err)
	}
	other := b.paid(t)
	b.server.OpenDispute(t, other.Key)
	b.server.CloseDispute(t, other.Key, true)
	var kinds []string
	for _, key := range []string{ref.Key, other.Key} {
		for _, d := range b.server.Deliveries(key) {
			kinds = append(kinds, d.Type)
			want := payment.Hint{PaymentID: key, Dispute: bytes.Contains(d.Body, []byte("payment.dispute."))}
			if hints, err := b.hear(d); err != nil || !slices.Equal(hints, []payment.Hint{want}) {
				t.Errorf("%s: %+v, %v", d.Type, hints, err)
			}
		}
	}
	paid := []string{"payment.authorized", "payment.captured", "payment_link.paid"}
	want := slices.Concat(paid, []string{"refund.created", "refund.processed"}, paid,
		[]string{"payment.dispute.created", "payment.dispute.under_review", "payment.dispute.won"})
	if !slices.Equal(kinds, want) {
		t.Errorf("events %v", kinds)
	}
}

func TestForgedWebhooks(t *testing.T) {
	t.Parallel()
	b := start(t)
	key := b.paid(t).Key
	all := b.server.Deliveries(key)
	good := all[len(all)-1]
	at := func(moment time.Time) []byte {
		return fmt.Appendf(nil, `{"event":"payment_link.paid","created_at":%d,"payload":{"payment_link":{"entity":{"reference_id":%q}}}}`, moment.Unix(), key)
	}
	for name, d := range map[string]standin.Delivery{
		"unsigned":        {Header: http.Header{}, Body: good.Body},
		"another secret":  razorpaytest.Sign("", good.Body, "guessed"),
		"no secret":       razorpaytest.Sign("", good.Body, ""),
		"another body":    {Header: good.Header, Body: bytes.ReplaceAll(good.Body, []byte(key), []byte(id.New("pay")))},
		"not hexadecimal": {Header: http.Header{"X-Razorpay-Signature": {"zz"}}, Body: good.Body},
		"old":             razorpaytest.Sign("", at(time.Now().Add(-9*24*time.Hour)), razorpaytest.WebhookSecret),
		"from the future": razorpaytest.Sign("", at(time.Now().Add(time.Hour)), razorpaytest.WebhookSecret),
		"of no moment":    razorpaytest.Sign("", at(time.Unix(0, 0)), razorpaytest.WebhookSecret),
		"no JSON":         razorpaytest.Sign("", []byte("x"), razorpaytest.WebhookSecret),
	} {
		if hints, err := b.hear(d); !errors.Is(err, webhook.ErrForged) || len(hints) > 0 {
			t.Errorf("%s: %+v, %v", name, hints, err)
		}
	}
	if hints, err := b.hear(razorpaytest.Sign("", at(time.Now().Add(-6*24*time.Hour)), razorpaytest.WebhookSecret)); err != nil || len(hints) != 1 {
		t.Errorf("replayed after six days: %+v, %v", hints, err)
	}
	if hints, err := b.hear(razorpaytest.Sign("", at(time.Now()), "the next secret")); err != nil || len(hints) != 1 {
		t.Errorf("the next secret: %+v, %v", hints, err)
	}
}

func TestWebhooksOfOthers(t *testing.T) {
	t.Parallel()
	b := start(t)
	for name, body := range map[string]string{
		"another shop's link":    `"event":"payment_link.paid","payload":{"payment_link":{"entity":{"reference_id":"TS1989"}}}`,
		"another shop's payment": `"event":"payment.captured","payload":{"payment":{"entity":{"id":"pay_FOGsH8uHkF2FbR","notes":[]}}}`,
		"odd notes":              `"event":"payment.captured","payload":{"payment":{"entity":{"id":"pay_FOGsH8uHkF2FbR","notes":{"payment":7}}}}`,
		"a dispute of others":    `"event":"payment.dispute.lost","payload":{"dispute":{"entity":{"id":"disp_1","payment_id":"pay_../../x"}}}`,
		"nothing":                `"event":"payment_link.paid","payload":{}`,
		"something else":         `"event":"subscription.charged","payload":{"payment":{"entity":{"notes":{"payment":"` + id.New("pay") + `"}}}}`,
	} {
		d := razorpaytest.Sign("", fmt.Appendf(nil, `{"created_at":%d,%s}`, time.Now().Unix(), body), razorpaytest.WebhookSecret)
		if hints, err := b.hear(d); err != nil || len(hints) > 0 {
			t.Errorf("%s: %+v, %v", name, hints, err)
		}
	}
}

// A delivery that cannot be understood without Razorpay is to come again.
func TestWebhookWhileRazorpayIsDown(t *testing.T) {
	t.Parallel()
	b := start(t)
	ref, page := b.charge(t, request(4250, "EUR"))
	visit(t, page, "approve")
	d := b.server.Deliveries(ref.Key)[0] // of a payment: its link is not in it
	b.server.Plan(standin.Fault{Method: http.MethodGet, Path: linksPath, Times: 1, Kind: standin.Answers, Status: 503, Body: "{}"})
	if _, err := b.hear(d); err == nil || errors.Is(err, webhook.ErrForged) {
		t.Error(err)
	}
	if hints, err := b.hear(d); err != nil || !slices.Equal(hints, []payment.Hint{{PaymentID: ref.Key}}) {
		t.Errorf("%+v, %v", hints, err)
	}
}

package paypal_test

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
	"marquee/subgraphs/payments/internal/provider/paypal/paypaltest"
	"marquee/subgraphs/payments/internal/provider/providertest/standin"
	"marquee/subgraphs/payments/internal/provider/webhook"
)

func (b *bench) hear(d standin.Delivery) ([]payment.Hint, error) {
	return b.Webhook(d.Request("http://marquee.example/webhooks/paypal"), d.Body)
}

func TestWebhooks(t *testing.T) {
	t.Parallel()
	b := start(t)
	ref := b.paid(t)
	if err := b.Refund(t.Context(), payment.ProviderRefundRequest{Key: id.New("ref"), Charge: ref, Amount: ref.Amount}); err != nil {
		t.Fatal(err)
	}
	other := b.paid(t)
	b.server.OpenDispute(t, other.Key)
	b.server.CloseDispute(t, other.Key, true)
	var kinds []string
	for _, d := range append(b.server.Deliveries(ref.Key), b.server.Deliveries(other.Key)...) {
		kinds = append(kinds, d.Type)
		want := payment.Hint{PaymentID: ref.Key}
		if bytes.Contains(d.Body, []byte(other.Key)) {
			want.PaymentID = other.Key
		}
		want.Dispute = bytes.Contains(d.Body, []byte("CUSTOMER.DISPUTE"))
		if hints, err := b.hear(d); err != nil || !slices.Equal(hints, []payment.Hint{want}) {
			t.Errorf("%s: %+v, %v", d.Type, hints, err)
		}
	}
	paid := []string{"CHECKOUT.ORDER.APPROVED", "CHECKOUT.ORDER.COMPLETED", "PAYMENT.CAPTURE.COMPLETED"}
	if want := slices.Concat(paid, []string{"PAYMENT.CAPTURE.REFUNDED"}, paid, []string{"CUSTOMER.DISPUTE.CREATED", "CUSTOMER.DISPUTE.RESOLVED"}); !slices.Equal(kinds, want) {
		t.Errorf("events %v", kinds)
	}
}

func TestForgedWebhooks(t *testing.T) {
	t.Parallel()
	b := start(t)
	ref := b.paid(t)
	good := b.server.Deliveries(ref.Key)[0]
	if _, err := b.hear(good); err != nil {
		t.Fatal(err)
	}
	with := func(change func(h http.Header)) standin.Delivery {
		d := good
		d.Header = good.Header.Clone()
		change(d.Header)
		return d
	}
	set := func(name, value string) standin.Delivery {
		return with(func(h http.Header) { h.Set(name, value) })
	}
	other := good
	other.Body = bytes.ReplaceAll(good.Body, []byte(ref.Key), []byte(id.New("pay")))
	second := good
	second.Body = append(bytes.Clone(good.Body), `,"webhook_id":"x"`...)
	for name, d := range map[string]standin.Delivery{
		"unsigned":               with(func(h http.Header) { h.Del("Paypal-Transmission-Sig") }),
		"nothing of PayPal":      with(func(h http.Header) { clear(h) }),
		"another body":           other,
		"a body that breaks out": second,
		"no body":                {Header: good.Header},
		"another signature":      set("Paypal-Transmission-Sig", "AAAA"),
		"another time":           set("Paypal-Transmission-Time", time.Now().Add(-time.Minute).UTC().Format(time.RFC3339)),
		"another transmission":   set("Paypal-Transmission-Id", "x"),
		"another certificate":    set("Paypal-Cert-Url", "https://api.paypal.com/v1/notifications/certs/CERT-1"),
		"certificate elsewhere":  set("Paypal-Cert-Url", "https://api.paypal.com.evil.example/v1/notifications/certs/CERT-1"),
		"certificate of a name":  set("Paypal-Cert-Url", "https://evilpaypal.com/v1/notifications/certs/CERT-1"),
		"certificate in clear":   set("Paypal-Cert-Url", "http://api.paypal.com/v1/notifications/certs/CERT-1"),
		"certificate by a user":  set("Paypal-Cert-Url", "https://api.paypal.com@evil.example/v1/notifications/certs/CERT-1"),
		"certificate by path":    set("Paypal-Cert-Url", "https://www.paypal.com/redirect/CERT-1"),
		"weak algorithm":         set("Paypal-Auth-Algo", "SHA1withRSA"),
		"old":                    paypaltest.Sign(good.Type, good.Body, time.Now().Add(-5*24*time.Hour)),
		"from the future":        paypaltest.Sign(good.Type, good.Body, time.Now().Add(time.Hour)),
	} {
		if hints, err := b.hear(d); !errors.Is(err, webhook.ErrForged) || len(hints) > 0 {
			t.Errorf("%s: %+v, %v", name, hints, err)
		}
	}
	if hints, err := b.hear(paypaltest.Sign(good.Type, good.Body, time.Now().Add(-2*24*time.Hour))); err != nil || len(hints) != 1 {
		t.Errorf("delivered again after two days: %+v, %v", hints, err)
	}
}

func TestWebhooksOfOthers(t *testing.T) {
	t.Parallel()
	b := start(t)
	for name, body := range map[string]string{
		"another shop's order":   `{"event_type":"CHECKOUT.ORDER.APPROVED","resource":{"purchase_units":[{"custom_id":"order 77"}]}}`,
		"another shop's capture": `{"event_type":"PAYMENT.CAPTURE.COMPLETED","resource":{"custom_id":"' or 1=1"}}`,
		"nobody's capture":       `{"event_type":"PAYMENT.CAPTURE.COMPLETED","resource":{}}`,
		"a dispute of others":    `{"event_type":"CUSTOMER.DISPUTE.CREATED","resource":{"disputed_transactions":[{"seller_transaction_id":"../../x"}]}}`,
		"something else":         `{"event_type":"BILLING.PLAN.CREATED","resource":{"custom_id":"` + id.New("pay") + `"}}`,
	} {
		if hints, err := b.hear(paypaltest.Sign("", []byte(body), time.Now())); err != nil || len(hints) > 0 {
			t.Errorf("%s: %+v, %v", name, hints, err)
		}
	}
}

// A delivery that PayPal cannot be asked about is to come again.
func TestWebhookWhilePayPalIsDown(t *testing.T) {
	t.Parallel()
	b := start(t)
	d := b.server.Deliveries(b.paid(t).Key)[0]
	for _, status := range []int{500, 503, 429} {
		b.server.Plan(standin.Fault{Method: http.MethodPost, Path: "/v1/notifications/", Times: 1, Kind: standin.Answers, Status: status, Body: `{"name":"x"}`})
		if _, err := b.hear(d); err == nil || errors.Is(err, webhook.ErrForged) {
			t.Errorf("%d: %v", status, err)
		}
	}
	if hints, err := b.hear(d); err != nil || len(hints) != 1 {
		t.Error(fmt.Sprint(hints), err)
	}
}

package stripe_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	sdk "github.com/stripe/stripe-go/v85/webhook"

	"marquee/subgraphs/payments/internal/payment"
	"marquee/subgraphs/payments/internal/provider/stripe"
	"marquee/subgraphs/payments/internal/provider/webhook"
)

func event(kind, object string) string {
	return fmt.Sprintf(`{"id":"evt_1","object":"event","api_version":"2019-12-03","type":%q,"data":{"object":%s}}`, kind, object)
}

func deliver(s *stripe.Stripe, body, header string) ([]payment.Hint, error) {
	r := httptest.NewRequest(http.MethodPost, "/webhooks/stripe", strings.NewReader(body))
	if header != "" {
		r.Header.Set("Stripe-Signature", header)
	}
	return s.Webhook(r, []byte(body))
}

func signed(body, secret string, at time.Time) string {
	return sdk.GenerateTestSignedPayload(&sdk.UnsignedPayload{Payload: []byte(body), Secret: secret, Timestamp: at}).Header
}

func TestForgedAndOldDeliveriesAreRefused(t *testing.T) {
	t.Parallel()
	s := open(t, "http://127.0.0.1:1")
	body := event("payment_intent.succeeded", `{"id":"pi_1","object":"payment_intent","metadata":{"marquee_payment":"pay_1"}}`)
	now := time.Now()
	good := signed(body, "whsec_one", now)
	for name, header := range map[string]string{
		"unsigned":         "",
		"nonsense":         "t=1,v1",
		"another secret":   signed(body, "whsec_three", now),
		"old":              signed(body, "whsec_one", now.Add(-webhook.Tolerance-time.Minute)),
		"another body":     signed(body+" ", "whsec_one", now),
		"old, time forged": strings.Replace(signed(body, "whsec_one", now.Add(-time.Hour)), fmt.Sprint(now.Add(-time.Hour).Unix()), fmt.Sprint(now.Unix()), 1),
	} {
		if hints, err := deliver(s, body, header); !errors.Is(err, webhook.ErrForged) || hints != nil {
			t.Errorf("%s: %v, %v", name, hints, err)
		}
	}
	for _, header := range []string{good, signed(body, "whsec_two", now), good + ",v1=00", good} { // the last one is a replay
		if hints, err := deliver(s, body, header); err != nil || len(hints) != 1 || hints[0] != (payment.Hint{PaymentID: "pay_1"}) {
			t.Errorf("%s: %v, %v", header, hints, err)
		}
	}
}

func TestDeliveriesOfNoInterest(t *testing.T) {
	t.Parallel()
	s := open(t, "http://127.0.0.1:1")
	for kind, object := range map[string]string{
		"payment_intent.succeeded":       `{"id":"pi_1","metadata":{}}`, // of somebody else on the account
		"payment_intent.created":         `{"id":"pi_1","metadata":{"marquee_payment":"pay_1"}}`,
		"payment_intent.processing":      `null`,
		"charge.dispute.created":         `{"id":"dp_1","payment_intent":null}`,
		"charge.dispute.closed":          `{"id":"dp_1"}`,
		"customer.created":               `{"id":"cus_1","metadata":{"marquee_payment":"pay_1"}}`,
		"refund.failed":                  `{"id":"re_1","metadata":{"marquee_refund":"ref_1"},"failure_reason":"unknown"}`,
		"payment_intent.requires_action": `{"id":1}`,
	} {
		body := event(kind, object)
		if hints, err := deliver(s, body, signed(body, "whsec_one", time.Now())); err != nil || len(hints) > 0 {
			t.Errorf("%s %s: %v, %v", kind, object, hints, err)
		}
	}
	body := event("charge.dispute.created", `{"id":"dp_1","payment_intent":"pi_1"}`)
	if hints, err := deliver(s, body, signed(body, "whsec_one", time.Now())); err == nil || errors.Is(err, webhook.ErrForged) {
		t.Errorf("a dispute while Stripe is away must come again: %v, %v", hints, err)
	}
}

func TestSettingsThatAreMissing(t *testing.T) {
	t.Parallel()
	good := stripe.Options{SecretKey: "sk_test_1", PublishableKey: "pk_test_1", WebhookSecrets: "whsec_1"}
	for want, o := range map[string]func(*stripe.Options){
		"MARQUEE_STRIPE_SECRET_KEY is missing":           func(o *stripe.Options) { o.SecretKey = "" },
		"MARQUEE_STRIPE_PUBLISHABLE_KEY is missing":      func(o *stripe.Options) { o.PublishableKey = " " },
		"MARQUEE_STRIPE_WEBHOOK_SECRET is missing":       func(o *stripe.Options) { o.WebhookSecrets = "" },
		"MARQUEE_STRIPE_PUBLISHABLE_KEY holds a secret":  func(o *stripe.Options) { o.PublishableKey = "sk_live_1" },
		"MARQUEE_STRIPE_URL is no address":               func(o *stripe.Options) { o.URL = "api.stripe.com" },
		"stripe: MARQUEE_STRIPE_URL is no address":       func(o *stripe.Options) { o.URL = "ftp://api.stripe.com" },
		"stripe: MARQUEE_STRIPE_WEBHOOK_SECRET is missi": func(o *stripe.Options) { o.WebhookSecrets = " , " },
	} {
		bad := good
		o(&bad)
		if _, err := stripe.New(bad); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
		if _, err := stripe.New(bad); err != nil && strings.Contains(err.Error(), "live_1") {
			t.Errorf("the error tells the key: %v", err)
		}
	}
}

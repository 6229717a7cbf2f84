package payments

import (
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"marquee/internal/config"
	"marquee/subgraphs/payments/internal/payment"
	"marquee/subgraphs/payments/internal/provider/paypal/paypaltest"
	"marquee/subgraphs/payments/internal/provider/providertest/standin"
	"marquee/subgraphs/payments/internal/provider/razorpay/razorpaytest"
	"marquee/subgraphs/payments/internal/provider/stripe/stripestand"
)

// seller is a provider whose webhooks are tried in every order: how it is paid with, what can happen there, and what it tells.
type seller struct {
	name     string
	settings config.Providers
	means    map[string]map[string]any // of payBooking, by a word of the story
	happens  func(t *testing.T, r *run, what string)
	news     func(r *run) []standin.Delivery           // told since the last look
	signed   func(body []byte) standin.Delivery        // any body, as the provider would sign it now
	old      func(d standin.Delivery) standin.Delivery // the same, as it was long ago
}

// sellers starts a stand-in for each provider.
func sellers(t *testing.T) map[string]func(t *testing.T) *seller {
	t.Helper()
	return map[string]func(t *testing.T) *seller{"sandbox": sandboxSeller, "stripe": stripeSeller, "paypal": paypalSeller, "razorpay": razorpaySeller}
}

func press(t *testing.T, page *string, decision string) {
	t.Helper()
	if page == nil {
		t.Fatal("there is no page to decide on")
	}
	browser := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	r, err := browser.PostForm(*page, url.Values{"decision": {decision}})
	if err != nil {
		t.Fatal(err)
	}
	_ = r.Body.Close()
	if r.StatusCode >= 400 {
		t.Fatalf("the page answers %d to %s", r.StatusCode, decision)
	}
}

// sandboxSeller has no webhooks: its news are hints, as its page gives them. Its disputes and late cards go by the clock.
func sandboxSeller(*testing.T) *seller {
	card := func(number string) map[string]any {
		return map[string]any{"card": map[string]any{"number": number, "expiryMonth": 12, "expiryYear": time.Now().Year() + 2, "cvc": "123"}}
	}
	return &seller{
		name:  "sandbox",
		means: map[string]map[string]any{"page": card(secureCard), "late": card(lateCard), "losing": card(disputeLostCard), "winning": card(disputeWonCard)},
		happens: func(t *testing.T, r *run, what string) {
			switch what {
			case "approve", "fail":
				page := strings.Replace(*r.paid.ActionURL, r.Deps.PublicURL, r.URL(), 1)
				press(t, &page, map[string]string{"approve": "approve", "fail": "decline"}[what])
			case "dispute":
				r.ahead = 16 * time.Second
			case "lose", "win":
				r.ahead = 31 * time.Second
			case "clear":
				r.ahead = 12 * time.Minute
			}
			r.told = append(r.told, standin.Delivery{Type: what})
		},
		news: func(r *run) []standin.Delivery { return r.told[len(r.messages):] },
	}
}

func stripeSeller(t *testing.T) *seller {
	s := stripestand.Start(t)
	signed := func(body []byte, at time.Time) standin.Delivery {
		h := http.Header{}
		h.Set("Stripe-Signature", stripestand.Sign(body, stripestand.WebhookSecret, at))
		return standin.Delivery{Header: h, Body: body}
	}
	token := func(name string) map[string]any { return map[string]any{"paymentMethod": name} }
	return &seller{
		name: "stripe",
		settings: config.Providers{
			StripeSecretKey: stripestand.SecretKey, StripePublishableKey: stripestand.PublishableKey, StripeWebhookSecret: stripestand.WebhookSecret, StripeURL: s.URL,
		},
		means: map[string]map[string]any{"page": token(stripestand.ThreeDSecure), "late": token(stripestand.Late)},
		happens: func(t *testing.T, r *run, what string) {
			switch what {
			case "approve", "fail":
				press(t, r.paid.ActionURL, what)
			case "dispute":
				s.OpenDispute(t, r.paid.ID, "needs_response")
			case "lose", "win":
				s.MoveDispute(t, r.paid.ID, map[string]string{"lose": "lost", "win": "won"}[what])
			case "clear":
				s.LetTimePass()
			}
		},
		news: func(*run) (out []standin.Delivery) {
			for _, e := range s.Events() {
				d := signed(e.Body, time.Now())
				d.Type = e.Type
				out = append(out, d)
			}
			return out
		},
		signed: func(body []byte) standin.Delivery { return signed(body, time.Now()) },
		old:    func(d standin.Delivery) standin.Delivery { return signed(d.Body, time.Now().Add(-time.Hour)) },
	}
}

func paypalSeller(t *testing.T) *seller { return paypalSellerAt(paypaltest.Start(t)) }

func paypalSellerAt(s *paypaltest.Server) *seller {
	page := map[string]any{"provider": "paypal"}
	return &seller{
		name: "paypal",
		settings: config.Providers{
			PayPalClientID: paypaltest.ClientID, PayPalSecret: paypaltest.Secret, PayPalWebhookID: paypaltest.WebhookID, PayPalURL: s.URL,
		},
		means: map[string]map[string]any{"page": page, "late": page},
		happens: func(t *testing.T, r *run, what string) {
			switch what {
			case "approve":
				press(t, r.paid.ActionURL, "approve")
			case "fail":
				press(t, r.paid.ActionURL, "declines")
			case "wait":
				press(t, r.paid.ActionURL, "waits")
			case "clear", "deny":
				s.Clear(t, r.paid.ID, what == "clear")
			case "dispute":
				s.OpenDispute(t, r.paid.ID)
			case "lose", "win":
				s.CloseDispute(t, r.paid.ID, what == "win")
			}
		},
		news:   func(r *run) []standin.Delivery { return s.Deliveries(r.paid.ID)[len(r.messages):] },
		signed: func(body []byte) standin.Delivery { return paypaltest.Sign("", body, time.Now()) },
		old: func(d standin.Delivery) standin.Delivery {
			return paypaltest.Sign(d.Type, d.Body, time.Now().AddDate(0, 0, -5))
		},
	}
}

var createdAt = regexp.MustCompile(`"created_at": [0-9]+`)

func razorpaySeller(t *testing.T) *seller { return razorpaySellerAt(razorpaytest.Start(t)) }

func razorpaySellerAt(s *razorpaytest.Server) *seller {
	return &seller{
		name: "razorpay",
		settings: config.Providers{
			RazorpayKeyID: razorpaytest.KeyID, RazorpayKeySecret: razorpaytest.KeySecret, RazorpayWebhookSecret: razorpaytest.WebhookSecret, RazorpayURL: s.URL,
		},
		means: map[string]map[string]any{"page": {"provider": "razorpay"}},
		happens: func(t *testing.T, r *run, what string) {
			switch what {
			case "approve":
				press(t, r.paid.ActionURL, "approve")
			case "fail":
				press(t, r.paid.ActionURL, "fails")
			case "end":
				s.Expire(r.paid.ID)
			case "dispute":
				s.OpenDispute(t, r.paid.ID)
			case "lose", "win":
				s.CloseDispute(t, r.paid.ID, what == "win")
			}
		},
		news:   func(r *run) []standin.Delivery { return s.Deliveries(r.paid.ID)[len(r.messages):] },
		signed: func(body []byte) standin.Delivery { return razorpaytest.Sign("", body, razorpaytest.WebhookSecret) },
		old: func(d standin.Delivery) standin.Delivery {
			then := strconv.FormatInt(time.Now().AddDate(0, 0, -9).Unix(), 10)
			return razorpaytest.Sign(d.Type, createdAt.ReplaceAll(d.Body, []byte(`"created_at": `+then)), razorpaytest.WebhookSecret)
		},
	}
}

// hint is what a delivery makes the platform look at.
func hint(d standin.Delivery, paymentID string) payment.Hint {
	about := d.Type == "dispute" || d.Type == "lose" || d.Type == "win" || strings.Contains(strings.ToLower(d.Type), "dispute")
	return payment.Hint{PaymentID: paymentID, Dispute: about}
}

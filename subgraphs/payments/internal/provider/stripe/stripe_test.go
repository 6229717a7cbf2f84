package stripe_test

import (
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"marquee/subgraphs/payments/internal/payment"
	"marquee/subgraphs/payments/internal/provider/providertest"
	"marquee/subgraphs/payments/internal/provider/stripe"
	"marquee/subgraphs/payments/internal/provider/stripe/stripestand"
)

func at(t *testing.T, stand *stripestand.Stand, now func() time.Time) *stripe.Stripe {
	t.Helper()
	s, err := stripe.New(stripe.Options{
		SecretKey: stripestand.SecretKey, PublishableKey: stripestand.PublishableKey, WebhookSecrets: stripestand.WebhookSecret,
		URL: stand.URL, Now: now, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// browser does not follow redirects: they lead to the shop.
var browser = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

func decide(t *testing.T, c payment.Charge, approve bool) {
	t.Helper()
	decision := map[bool]string{true: "approve", false: "fail"}[approve]
	r, err := browser.PostForm(c.ActionURL, url.Values{"decision": {decision}})
	if err != nil {
		t.Fatal(err)
	}
	_ = r.Body.Close()
	if to := r.Header.Get("Location"); r.StatusCode != http.StatusSeeOther || !strings.HasPrefix(to, "http://marquee.example/checkout/bkg_1") {
		t.Errorf("the bank's page answered %d to %q", r.StatusCode, to)
	}
}

func TestConformance(t *testing.T) {
	t.Parallel()
	tokens := map[payment.CardKind]string{
		payment.CardSucceeds: stripestand.Visa, payment.CardIsDeclined: stripestand.Declined, payment.CardChallenges: stripestand.ThreeDSecure,
		payment.CardIsSlow: stripestand.Slow, payment.CardIsLate: stripestand.Late, payment.CardTimesOut: stripestand.Lost,
	}
	providertest.Run(t, func(t *testing.T) providertest.Fixture {
		stand := stripestand.Start(t)
		return providertest.Fixture{
			Provider: at(t, stand, time.Now),
			Pay: func(kind payment.CardKind) (payment.Card, string, bool) {
				token, ok := tokens[kind]
				return payment.Card{}, token, ok
			},
			Decide:      decide,
			Moved:       func(_ *testing.T, key string) int64 { return stand.Moved(key) },
			LetTimePass: func(*testing.T) { stand.LetTimePass() },
			OpenDispute: func(t *testing.T, key string) { stand.OpenDispute(t, key, "needs_response") },
			CloseDispute: func(t *testing.T, key string, won bool) {
				stand.MoveDispute(t, key, map[bool]string{true: "won", false: "lost"}[won])
			},
		}
	})
}

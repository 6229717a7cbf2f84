//go:build e2e

package stripe_test

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"marquee/internal/e2e"
	"marquee/internal/id"
	"marquee/subgraphs/payments/internal/provider/stripe/stripestand"
)

// installation is a whole platform in earnest, one process, that takes cards by Stripe.
func installation(t *testing.T, ctx context.Context, stand *stripestand.Stand) *e2e.Process {
	t.Helper()
	bin, err := e2e.Build(ctx, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.MkdirTemp("", "marquee-stripe") // t.TempDir is closed to the database's user
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(data) })
	if err := os.Chmod(data, 0o755); err != nil {
		t.Fatal(err)
	}
	p, err := e2e.Start(ctx, bin, []string{"up"}, []string{
		"MARQUEE_DATA=" + data, "MARQUEE_DEMO=false", "MARQUEE_STRIPE_URL=" + stand.URL, "MARQUEE_STRIPE_SECRET_KEY=" + stripestand.SecretKey,
		"MARQUEE_STRIPE_PUBLISHABLE_KEY=" + stripestand.PublishableKey, "MARQUEE_STRIPE_WEBHOOK_SECRET=" + stripestand.WebhookSecret,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Stop(); err != nil {
			t.Errorf("stop: %v", err)
		}
		if t.Failed() {
			t.Log(p.Log())
		}
	})
	return p
}

// TestPlatform sells tickets for money of Stripe's through the public address: with a confirmation at the bank, and with an answer that is
// lost; then the organiser gives money back.
func TestPlatform(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	defer cancel()
	stand := stripestand.Start(t)
	p := installation(t, ctx, stand)
	api := p.URL + "/graphql"
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	var offers struct {
		PaymentProviders []struct{ Name, Input, PublishableKey string }
	}
	check((&e2e.Client{URL: api}).Do(ctx, `{ paymentProviders { name input publishableKey } }`, nil, &offers))
	if o := offers.PaymentProviders; len(o) != 1 || o[0].Name != "stripe" || o[0].Input != "TOKEN" || o[0].PublishableKey != stripestand.PublishableKey {
		t.Fatalf("offers %+v", o)
	}
	manager, err := e2e.NewOrganizer(ctx, api, "Morgan Manager")
	check(err)
	event, err := manager.PublishEvent(ctx, "The night of the card", 50, 2500)
	check(err)
	buyer, _, err := e2e.Register(ctx, api, "Billie Buyer")
	check(err)

	type paid struct {
		Payment *struct {
			ID, Status string
			ActionURL  *string
		}
	}
	pay := func(token string) (*e2e.Booking, paid) {
		t.Helper()
		booking, refused, err := buyer.Hold(ctx, event, 2)
		check(err)
		if len(refused) > 0 {
			t.Fatalf("hold: %+v", refused)
		}
		var out paid
		refused, err = buyer.Mutate(ctx, `mutation($input: PayBookingInput!) { out: payBooking(input: $input) {
			payment { id status actionUrl } userErrors { field message code } } }`,
			map[string]any{"bookingId": booking.ID, "idempotencyKey": id.New("key"), "paymentMethod": token}, &out)
		check(err)
		if len(refused) > 0 || out.Payment == nil {
			t.Fatalf("%s: %+v", token, refused)
		}
		return booking, out
	}

	secure, out := pay(stripestand.ThreeDSecure)
	if out.Payment.Status != "REQUIRES_ACTION" || out.Payment.ActionURL == nil {
		t.Fatalf("with the bank's confirmation: %+v", out.Payment)
	}
	r, err := browser.PostForm(*out.Payment.ActionURL, url.Values{"decision": {"approve"}})
	check(err)
	_ = r.Body.Close()
	back := r.Header.Get("Location")
	if !strings.HasPrefix(back, p.URL+"/payments/return/"+out.Payment.ID) {
		t.Fatalf("the bank sends the buyer to %s", back)
	}
	r, err = browser.Get(back)
	check(err)
	_ = r.Body.Close()
	if to := r.Header.Get("Location"); r.StatusCode != http.StatusSeeOther || to != p.URL+"/checkout/"+secure.ID {
		t.Errorf("and the platform to %d %s", r.StatusCode, to)
	}
	confirmed, err := buyer.AwaitStatus(ctx, secure.ID, "CONFIRMED")
	check(err)
	if len(confirmed.Tickets) != 2 {
		t.Errorf("tickets %+v", confirmed.Tickets)
	}
	stand.Events()

	lost, out := pay(stripestand.Lost)
	if out.Payment.Status != "PENDING" {
		t.Errorf("with a lost answer: %+v", out.Payment)
	}
	for _, e := range stand.Events() {
		if status := stripestand.Deliver(t, p.URL+"/webhooks/stripe", e); status != http.StatusNoContent {
			t.Errorf("%s is answered %d", e.Type, status)
		}
	}
	_, err = buyer.AwaitStatus(ctx, lost.ID, "CONFIRMED")
	check(err)
	if moved := stand.Moved(out.Payment.ID); moved != 5000 {
		t.Errorf("moved %d", moved)
	}

	refused, err := manager.Mutate(ctx, `mutation($input: RefundPaymentInput!) { out: refundPayment(input: $input) { refund { id } userErrors { field message code } } }`,
		map[string]any{"paymentId": out.Payment.ID, "idempotencyKey": id.New("key")}, nil)
	check(err)
	if len(refused) > 0 {
		t.Fatalf("refund: %+v", refused)
	}
	_, err = buyer.AwaitStatus(ctx, lost.ID, "CANCELLED")
	check(err)
	if moved := stand.Moved(out.Payment.ID); moved != 0 {
		t.Errorf("moved %d", moved)
	}
}

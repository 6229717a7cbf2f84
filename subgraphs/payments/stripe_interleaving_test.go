package payments

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"pgregory.net/rapid"

	"marquee/internal/config"
	"marquee/internal/id"
	"marquee/internal/service"
	"marquee/subgraphs/payments/internal/payment"
	"marquee/subgraphs/payments/internal/provider/stripe/stripestand"
)

// stripeWorld is the world with Stripe as its provider, at the other end of a network that loses requests and answers, and a post that
// brings webhooks in any order and number, or not at all.
type stripeWorld struct {
	*world
	stand *stripestand.Stand
	post  []stripestand.Event // of this run
}

func newStripeWorld(t *testing.T) *stripeWorld {
	stand := stripestand.Start(t)
	return &stripeWorld{stand: stand, world: newWorld(t, func(d *service.Deps) {
		d.Demo = false
		d.Providers = config.Providers{
			StripeSecretKey: stripestand.SecretKey, StripePublishableKey: stripestand.PublishableKey, StripeWebhookSecret: stripestand.WebhookSecret,
			StripeURL: stand.URL,
		}
	})}
}

func (w *stripeWorld) payOne(t *rapid.T) {
	s := w.any(t)
	token := rapid.SampledFrom([]string{
		stripestand.Visa, stripestand.Visa, stripestand.Declined, stripestand.ThreeDSecure, stripestand.ThreeDSecure, stripestand.Late,
	}).Draw(t, "token")
	_, _ = w.domain.Pay(context.Background(), w.buyer, payment.PayBookingInput{BookingID: s.BookingID, IdempotencyKey: id.New("key"), PaymentMethod: &token})
}

// bank lets a buyer answer the bank's page of any payment of theirs that had one, also a page of long ago.
func (w *stripeWorld) bank(t *rapid.T) {
	var pages []string
	for _, key := range w.ids(t, "payment") {
		if page := w.stand.BankPage(key); page != "" {
			pages = append(pages, page)
		}
	}
	if len(pages) == 0 {
		return
	}
	browser := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	r, err := browser.PostForm(rapid.SampledFrom(pages).Draw(t, "page"), url.Values{"decision": {rapid.SampledFrom([]string{"approve", "fail"}).Draw(t, "decision")}})
	if err != nil {
		t.Fatal(err)
	}
	_ = r.Body.Close()
}

// weather breaks some of the next requests.
func (w *stripeWorld) weather(t *rapid.T) {
	fault := rapid.SampledFrom([]stripestand.Fault{stripestand.None, stripestand.Down, stripestand.HangUp, stripestand.FailedDone, stripestand.Busy}).Draw(t, "fault")
	request := rapid.SampledFrom([][2]string{
		{"POST", "/v1/payment_intents"}, {"POST", "/confirm"}, {"POST", "/cancel"}, {"POST", "/refunds"}, {"GET", ""},
	}).Draw(t, "request")
	w.stand.Refuse(fault, request[0], request[1], rapid.IntRange(1, 4).Draw(t, "times"))
}

// webhook brings any of this run's webhooks, perhaps for the second time.
func (w *stripeWorld) webhook(t *rapid.T) {
	if w.post = append(w.post, w.stand.Events()...); len(w.post) == 0 {
		return
	}
	body := rapid.SampledFrom(w.post).Draw(t, "webhook").Body
	r := httptest.NewRequest(http.MethodPost, "/webhooks/stripe", bytes.NewReader(body))
	r.Header.Set("Stripe-Signature", stripestand.Sign(body, stripestand.WebhookSecret, time.Now()))
	answer := httptest.NewRecorder()
	w.routes.ServeHTTP(answer, r)
	if answer.Code != http.StatusNoContent {
		t.Fatalf("the webhook is answered %d", answer.Code)
	}
}

func (w *stripeWorld) late(*rapid.T) { w.stand.LetTimePass() }

func TestStripeInterleavings(t *testing.T) {
	t.Parallel()
	w := newStripeWorld(t)
	rapid.Check(t, func(rt *rapid.T) {
		w.begin()
		w.stand.Refuse(stripestand.None, "", "", 0)
		w.stand.Events()
		w.post = nil
		steps := w.steps()
		steps["pay"], steps["bank"], steps["weather"], steps["webhook"], steps["late money"] = w.payOne, w.bank, w.weather, w.webhook, w.late
		rt.Repeat(steps)
		w.stand.Refuse(stripestand.None, "", "", 0)
		w.stand.LetTimePass()
		w.finish(rt)
		w.keepsWhatIsSold(rt)
		tb := rapidTB{t, rt}
		w.agree(tb)
		for _, key := range w.ids(rt, "payment") {
			ours := w.number(tb, "select case when captured_at is null then 0 else amount - refunded end from payment where id = $1", key)
			if theirs := w.stand.Moved(key); theirs != ours {
				rt.Errorf("%s: Stripe moved %d, we have %d", key, theirs, ours)
			}
			if n := w.stand.Intents(key); n > 1 {
				rt.Errorf("%s has %d intents", key, n)
			}
		}
	})
}

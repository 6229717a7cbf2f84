package payments

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"marquee/internal/config"
	"marquee/internal/contract"
	"marquee/internal/id"
	"marquee/internal/service"
	"marquee/subgraphs/payments/internal/provider/stripe/stripestand"
)

// shop is an installation in earnest, with Stripe as its only provider.
type shop struct {
	*bench
	stand *stripestand.Stand
}

func startShop(t *testing.T) *shop {
	t.Helper()
	stand := stripestand.Start(t)
	b := start(t, quick, func(c *service.Config) {
		c.Demo = false
		c.Providers = config.Providers{
			StripeSecretKey: stripestand.SecretKey, StripePublishableKey: stripestand.PublishableKey,
			StripeWebhookSecret: "whsec_new," + stripestand.WebhookSecret, StripeURL: stand.URL,
		}
	})
	return &shop{bench: b, stand: stand}
}

// token pays a booking with what Stripe's script made of a card.
func (b *shop) token(t *testing.T, k contract.Booking, token string) paymentAnswer {
	t.Helper()
	a := b.payWith(t, b.buyer, map[string]any{"bookingId": k.BookingID, "paymentMethod": token, "idempotencyKey": id.New("key")})
	if a.Payment == nil {
		t.Fatalf("%s: %+v", token, a)
	}
	return *a.Payment
}

// webhooks delivers what Stripe has told since, each event twice.
func (b *shop) webhooks(t *testing.T) {
	t.Helper()
	for _, e := range b.stand.Events() {
		for range 2 {
			if status := stripestand.Deliver(t, b.URL()+"/webhooks/stripe", e); status != http.StatusNoContent {
				t.Errorf("%s: answered %d", e.Type, status)
			}
		}
	}
}

// confirm answers the bank's page of a payment, and returns where the browser goes on.
func (b *shop) confirm(t *testing.T, p paymentAnswer, decision string) string {
	t.Helper()
	if p.ActionURL == nil {
		t.Fatalf("nothing to confirm: %+v", p)
	}
	browser := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	r, err := browser.PostForm(*p.ActionURL, url.Values{"decision": {decision}})
	if err != nil {
		t.Fatal(err)
	}
	_ = r.Body.Close()
	return r.Header.Get("Location")
}

func (b *shop) status(t *testing.T, paymentID string) string {
	t.Helper()
	return b.payment(t, b.buyer, paymentID).Status
}

// books checks that Stripe's books, the payments and the ledger agree, and returns how much money is kept.
func (b *shop) books(t *testing.T) int64 {
	t.Helper()
	rows, err := b.Deps.DB.Query(t.Context(), "select id from payment order by id")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	moved := int64(0)
	for rows.Next() {
		var key string
		if err := rows.Scan(&key); err != nil {
			t.Fatal(err)
		}
		moved += b.stand.Moved(key)
		if n := b.stand.Intents(key); n > 1 {
			t.Errorf("%s has %d intents", key, n)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	equal(t, "the sum of the ledger", b.number(t, "select coalesce(sum(amount), 0) from ledger_entry"), 0)
	equal(t, "the provider's account", b.number(t, "select coalesce(sum(amount), 0) from ledger_entry where account like 'provider:%'"), moved)
	equal(t, "differences", b.differences(t, 10*time.Minute), []string{})
	return moved
}

func TestStripeTakesCards(t *testing.T) {
	t.Parallel()
	b := startShop(t)
	var out struct {
		PaymentProviders []struct{ Name, Label, Input, PublishableKey string }
		SandboxCards     []struct{ Number string }
	}
	b.Do(t, nil, `{ paymentProviders { name label input publishableKey } sandboxCards { number } }`, nil).Into(t, &out)
	equal(t, "providers", out.PaymentProviders, "[{stripe Card TOKEN "+stripestand.PublishableKey+"}]")
	equal(t, "test cards", len(out.SandboxCards), 0)

	k := b.held(t, 4250)
	equal(t, "a card's number", b.pay(t, b.buyer, k.BookingID, goodCard, id.New("key")).code(), "INVALID_PAYMENT_METHOD")
	refused := b.payWith(t, b.buyer, map[string]any{"bookingId": k.BookingID, "paymentMethod": stripestand.NoFunds, "idempotencyKey": id.New("key")})
	equal(t, "declined", []any{refused.code(), *refused.Payment.DeclineReason}, []any{"CARD_DECLINED", "There is not enough money on the card."})
	p := b.token(t, k, stripestand.Visa)
	equal(t, "payment", []any{p.Status, p.Provider, p.Method, p.Amount.Amount}, []any{"CAPTURED", "stripe", "Visa •••• 4242", 4250})
	b.webhooks(t)
	equal(t, "said", len(published[contract.PaymentCaptured](t, b.bench)), 1)
	b.Deliver(t, contract.BookingConfirmed{Booking: next(k), PaymentID: p.ID})
	equal(t, "kept", b.books(t), 4250)

	key := id.New("key")
	for range 2 {
		a := b.refund(t, b.owner, p.ID, 1000, key)
		equal(t, "refund in part", []any{a.code(), a.Refund.Status, a.Payment.Status}, []any{"", "SUCCEEDED", "PARTIALLY_REFUNDED"})
	}
	equal(t, "kept", b.books(t), 3250)
	b.Deliver(t, contract.BookingCancelled{Booking: next(next(k)), Reason: contract.EventCalledOff})
	until(t, "all goes back", func() bool { return b.status(t, p.ID) == "REFUNDED" })
	b.webhooks(t)
	equal(t, "kept", b.books(t), 0)
}

func TestStripeWithTheBanksConfirmation(t *testing.T) {
	t.Parallel()
	b := startShop(t)
	for _, back := range []bool{true, false} {
		for decision, want := range map[string]string{"approve": "CAPTURED", "fail": "DECLINED"} {
			k := b.held(t, 1000)
			p := b.token(t, k, stripestand.ThreeDSecure)
			equal(t, "before", p.Status, "REQUIRES_ACTION")
			to := b.confirm(t, p, decision)
			if path, ok := strings.CutPrefix(to, "http://marquee.example"); !ok || !strings.HasPrefix(path, "/payments/return/"+p.ID) {
				t.Errorf("the bank sends the buyer to %s", to)
			} else if back {
				browser := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
				r, err := browser.Get(b.URL() + path)
				if err != nil {
					t.Fatal(err)
				}
				_ = r.Body.Close()
				equal(t, "goes on to", r.Header.Get("Location"), "http://marquee.example/checkout/"+k.BookingID)
			} else {
				b.webhooks(t)
			}
			after := b.payment(t, b.buyer, p.ID)
			equal(t, decision, []any{after.Status, after.ActionURL == nil}, []any{want, true})
		}
	}
	k := b.held(t, 1000)
	first := b.token(t, k, stripestand.ThreeDSecure)
	equal(t, "another card", b.token(t, k, stripestand.Visa).Status, "CAPTURED")
	b.confirm(t, first, "approve") // too late
	b.webhooks(t)
	equal(t, "the first", b.status(t, first.ID), "DECLINED")
	equal(t, "kept", b.books(t), 3000)
}

// Money that comes after the hold has run out goes back unless bookings finds seats for it.
func TestStripeLateSuccess(t *testing.T) {
	t.Parallel()
	b := startShop(t)
	k := b.held(t, 1000)
	p := b.token(t, k, stripestand.Late)
	equal(t, "at first", p.Status, "PENDING")
	b.Deliver(t, contract.BookingExpired{Booking: next(k), Reason: contract.HoldExpired})
	b.webhooks(t)
	equal(t, "in process", b.status(t, p.ID), "PENDING")
	b.stand.LetTimePass()
	b.webhooks(t)
	equal(t, "at last", b.status(t, p.ID), "CAPTURED")
	equal(t, "said", len(published[contract.PaymentCaptured](t, b.bench)), 1)
	b.Deliver(t, contract.PaymentRejected{BookingID: k.BookingID, PaymentID: p.ID})
	until(t, "the money goes back", func() bool { return b.status(t, p.ID) == "REFUNDED" })
	equal(t, "kept", b.books(t), 0)
}

func TestStripeLosesAnswers(t *testing.T) {
	t.Parallel()
	b := startShop(t)
	k := b.held(t, 1000)
	p := b.token(t, k, stripestand.Lost)
	equal(t, "at first", p.Status, "PENDING")
	b.webhooks(t)
	equal(t, "after the webhook", b.status(t, p.ID), "CAPTURED")

	p = b.token(t, b.held(t, 1000), stripestand.Lost)
	b.settle(t, p.ID, 0) // no webhook comes
	equal(t, "after the job", b.status(t, p.ID), "CAPTURED")

	// The answer to the confirmation is an error though the work was done; the payment is found when it is given up.
	k = b.held(t, 1000)
	b.stand.Refuse(stripestand.FailedDone, http.MethodPost, "/confirm", -1)
	p = b.token(t, k, stripestand.Visa)
	b.settle(t, p.ID, quick.Action+time.Hour)
	equal(t, "after an error", b.status(t, p.ID), "CAPTURED")

	// Nothing was done: the booking can be paid once more.
	k = b.held(t, 1000)
	b.stand.Refuse(stripestand.Down, http.MethodPost, "/confirm", -1)
	p = b.token(t, k, stripestand.Visa)
	equal(t, "while it is down", p.Status, "PENDING")
	b.settle(t, p.ID, quick.Abandon)
	equal(t, "given up", b.status(t, p.ID), "DECLINED")
	b.stand.Refuse(stripestand.Down, http.MethodPost, "/payment_intents", -1)
	down := b.payWith(t, b.buyer, map[string]any{"bookingId": k.BookingID, "paymentMethod": stripestand.Visa, "idempotencyKey": id.New("key")})
	equal(t, "down", down.code(), "PROVIDER_UNAVAILABLE")
	b.stand.Refuse(stripestand.None, "", "", 0)
	equal(t, "up again", b.token(t, k, stripestand.Visa).Status, "CAPTURED")
	b.webhooks(t)
	equal(t, "kept", b.books(t), 4000)
}

func TestStripeDisputes(t *testing.T) {
	t.Parallel()
	b := startShop(t)
	for end, want := range map[string]struct {
		status string
		refund string
	}{"won": {"CAPTURED WON", ""}, "lost": {"CAPTURED LOST", "NOT_REFUNDABLE"}} {
		p := b.token(t, b.held(t, 4250), stripestand.Visa)
		b.stand.OpenDispute(t, p.ID, "needs_response")
		b.webhooks(t)
		equal(t, "opened", b.dispute(t, p.ID), "CAPTURED NEEDS_RESPONSE")
		equal(t, "refund of disputed money", b.refund(t, b.owner, p.ID, nil, id.New("key")).code(), "NOT_REFUNDABLE")
		b.stand.MoveDispute(t, p.ID, "under_review")
		b.webhooks(t)
		equal(t, "under review", b.dispute(t, p.ID), "CAPTURED NEEDS_RESPONSE")
		b.stand.MoveDispute(t, p.ID, end)
		b.webhooks(t)
		equal(t, end, b.dispute(t, p.ID), want.status)
		equal(t, "refund after it", b.refund(t, b.owner, p.ID, 1, id.New("key")).code(), want.refund)
	}
	equal(t, "said", len(published[contract.PaymentDisputed](t, b.bench)), 4)
	equal(t, "kept", b.books(t), 4249)
}

// What others do on the same account is not ours to explain; what somebody does to our charges by hand is.
func TestStripeAccountIsShared(t *testing.T) {
	t.Parallel()
	b := startShop(t)
	for range 3 {
		b.stand.Foreign(1234)
	}
	p := b.token(t, b.held(t, 1000), stripestand.Visa)
	b.webhooks(t)
	equal(t, "kept", b.books(t), 1000)
	b.stand.RefundByHand(t, p.ID, 300)
	b.stand.RefundByHand(t, p.ID, 300)
	b.webhooks(t)
	var kinds []string
	for _, d := range b.differences(t, 10*time.Minute) {
		words := strings.Fields(d)
		kinds = append(kinds, words[0]+" "+words[3]+" "+words[4])
	}
	equal(t, "differences", kinds, []string{"REFUND_MISSING_HERE 300 false", "REFUND_MISSING_HERE 300 false"})
}

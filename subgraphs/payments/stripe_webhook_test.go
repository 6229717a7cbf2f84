package payments

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"marquee/internal/contract"
	"marquee/internal/id"
	"marquee/subgraphs/payments/internal/provider/stripe/stripestand"
)

// permutations calls each with every order of n things.
func permutations(n int, each func(order []int)) {
	order := make([]int, 0, n)
	used := make([]bool, n)
	var place func()
	place = func() {
		if len(order) == n {
			each(order)
			return
		}
		for i := range n {
			if used[i] {
				continue
			}
			used[i], order = true, append(order, i)
			place()
			used[i], order = false, order[:len(order)-1]
		}
	}
	place()
}

// The webhooks of a payment that was confirmed at the bank, then disputed and lost: in every order, each twice, also those of long ago
// repeated at the end, the payment stands the same.
func TestStripeWebhooksInEveryOrder(t *testing.T) {
	t.Parallel()
	b := startShop(t)
	runs := 0
	permutations(4, func(order []int) {
		runs++
		p := b.token(t, b.held(t, 4250), stripestand.ThreeDSecure)
		b.confirm(t, p, "approve")
		b.stand.OpenDispute(t, p.ID, "needs_response")
		b.stand.MoveDispute(t, p.ID, "lost")
		all := b.stand.Events()[1:] // without payment_intent.created
		if len(all) != 4 {
			t.Fatalf("%d events", len(all))
		}
		for round := range 2 {
			for _, i := range order {
				// A dispute may be heard of before its payment is settled: that delivery comes again by itself.
				status := stripestand.Deliver(t, b.URL()+"/webhooks/stripe", all[i])
				if status != http.StatusNoContent {
					t.Errorf("%v %s in round %d: %d", order, all[i].Type, round, status)
				}
			}
		}
		if got := b.dispute(t, p.ID); got != "CAPTURED LOST" {
			t.Errorf("in the order %v: %s", order, got)
		}
	})
	equal(t, "orders", runs, 24)
	equal(t, "captures said", len(published[contract.PaymentCaptured](t, b.bench)), runs)
	equal(t, "kept", b.books(t), 0)
}

func TestStripeWebhooksThatLie(t *testing.T) {
	t.Parallel()
	b := startShop(t)
	address := b.URL() + "/webhooks/stripe"
	p := b.token(t, b.held(t, 4250), stripestand.ThreeDSecure)
	b.stand.Events()
	succeeded := []byte(`{"id":"evt_1","object":"event","type":"payment_intent.succeeded","data":{"object":{"id":"pi_1","object":"payment_intent",
		"status":"succeeded","amount":4250,"amount_received":4250,"currency":"eur","metadata":{"marquee_payment":"` + p.ID + `"}}}}`)
	now := time.Now()
	good := stripestand.Sign(succeeded, stripestand.WebhookSecret, now)
	for name, test := range map[string]struct {
		body      []byte
		signature string
		status    int
	}{
		"unsigned":                {succeeded, "", http.StatusBadRequest},
		"by another secret":       {succeeded, stripestand.Sign(succeeded, "whsec_guess", now), http.StatusBadRequest},
		"an hour old":             {succeeded, stripestand.Sign(succeeded, stripestand.WebhookSecret, now.Add(-time.Hour)), http.StatusBadRequest},
		"another body":            {append([]byte(" "), succeeded...), good, http.StatusBadRequest},
		"no event":                {[]byte(`{"object":"list"}`), stripestand.Sign([]byte(`{"object":"list"}`), stripestand.WebhookSecret, now), http.StatusBadRequest},
		"too large":               {[]byte(strings.Repeat("x", 300<<10)), good, http.StatusRequestEntityTooLarge},
		"well signed, but not so": {succeeded, good, http.StatusNoContent},
		"the same once more":      {succeeded, good, http.StatusNoContent},
		"of a nonsense payment":   {other(succeeded, p.ID, "'; drop"), stripestand.Sign(other(succeeded, p.ID, "'; drop"), stripestand.WebhookSecret, now), http.StatusNoContent},
	} {
		if status := stripestand.Post(t, address, test.body, test.signature); status != test.status {
			t.Errorf("%s: %d, want %d", name, status, test.status)
		}
		equal(t, name, b.status(t, p.ID), "REQUIRES_ACTION")
	}
	unknown := other(succeeded, p.ID, id.New("pay"))
	equal(t, "an unknown payment", stripestand.Post(t, address, unknown, stripestand.Sign(unknown, stripestand.WebhookSecret, now)), http.StatusNoContent)
	b.confirm(t, p, "approve")
	b.webhooks(t)
	equal(t, "in earnest", b.status(t, p.ID), "CAPTURED")
	equal(t, "kept", b.books(t), 4250)
}

func other(body []byte, from, to string) []byte {
	return []byte(strings.ReplaceAll(string(body), from, to))
}

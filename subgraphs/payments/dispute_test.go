package payments

import (
	"testing"
	"time"

	"marquee/internal/contract"
	"marquee/internal/id"
	"marquee/subgraphs/payments/internal/payment"
)

// disputed is a captured payment with a card that is disputed, and the look at it some time later.
func (b *bench) disputed(t *testing.T, card string) (paymentAnswer, func(later time.Duration)) {
	t.Helper()
	k := b.held(t, 4250)
	a := b.pay(t, b.buyer, k.BookingID, card, id.New("key"))
	if a.Payment == nil || a.Payment.Status != "CAPTURED" {
		t.Fatalf("payment: %+v", a)
	}
	return *a.Payment, func(later time.Duration) {
		t.Helper()
		for range 3 { // hints may come often
			if err := b.domain(t, in(later)).Changed(t.Context(), payment.Hint{PaymentID: a.Payment.ID, Dispute: true}); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func (b *bench) dispute(t *testing.T, paymentID string) string {
	t.Helper()
	var out struct {
		Payment struct {
			Status  string
			Dispute *struct {
				Status   string
				Amount   struct{ Amount int64 }
				ClosedAt *time.Time
			}
		}
	}
	b.Do(t, b.owner, `query($id: ID!) { payment(id: $id) { status dispute { status amount { amount } reason openedAt closedAt } } }`,
		map[string]any{"id": paymentID}).Into(t, &out)
	if out.Payment.Dispute == nil {
		return out.Payment.Status + " undisputed"
	}
	if d := out.Payment.Dispute; d.Amount.Amount != 4250 || (d.ClosedAt == nil) != (d.Status == "NEEDS_RESPONSE") {
		t.Errorf("dispute %+v", d)
	}
	return out.Payment.Status + " " + out.Payment.Dispute.Status
}

func TestLostDispute(t *testing.T) {
	t.Parallel()
	b := start(t, quick)
	p, look := b.disputed(t, disputeLostCard)
	look(0)
	equal(t, "at first", b.dispute(t, p.ID), "CAPTURED undisputed")
	look(16 * time.Second)
	equal(t, "opened", b.dispute(t, p.ID), "CAPTURED NEEDS_RESPONSE")
	equal(t, "refund of disputed money", b.refund(t, b.owner, p.ID, nil, "refund-key").code(), "NOT_REFUNDABLE")
	equal(t, "kept while open", b.reconcile(t), 4250)
	look(31 * time.Second)
	equal(t, "decided", b.dispute(t, p.ID), "CAPTURED LOST")
	b.reconcile(t)
	equal(t, "owed to the organiser", b.number(t, "select -sum(amount) from ledger_entry where account = $1", "organizer:"+b.owner.UserID+":EUR"), 0)
	equal(t, "refund of lost money", b.refund(t, b.owner, p.ID, 1, "refund-key2").code(), "NOT_REFUNDABLE")
	var said []string
	for _, m := range published[contract.PaymentDisputed](t, b) {
		if m.PaymentID != p.ID || m.Amount != 4250 || !m.Whole || m.BookingID != p.Booking.ID {
			t.Errorf("message %+v", m)
		}
		said = append(said, m.Status)
	}
	equal(t, "said", said, []string{"NEEDS_RESPONSE", "LOST"})
}

// A refund that was begun before a dispute waits for its end. Lost, the money does not go back twice; won, it goes.
func TestARefundMeetsADispute(t *testing.T) {
	t.Parallel()
	for card, want := range map[string]string{disputeLostCard: "ABANDONED", disputeWonCard: "SUCCEEDED"} {
		b := start(t, quick)
		p, look := b.disputed(t, card)
		b.faults.set(payment.ErrUnavailable, nil)
		r := b.refund(t, b.owner, p.ID, 3000, "refund-key").Refund
		b.faults.set(nil, nil)
		look(16 * time.Second)
		run := func(later time.Duration) time.Duration {
			t.Helper()
			again, err := b.domain(t, in(later)).RunRefund(t.Context(), r.ID)
			if err != nil {
				t.Fatal(err)
			}
			return again
		}
		equal(t, "waits while the dispute is open", run(16*time.Second) > 0, true)
		equal(t, "refunds that reached the provider", b.number(t, "select count(*) from sandbox.refund"), 0)
		look(31 * time.Second)
		for range 2 {
			equal(t, "over after the dispute", run(31*time.Second), time.Duration(0))
		}
		equal(t, card, b.payment(t, b.buyer, p.ID).Refunds[0].Status, want)
		again := b.refund(t, b.owner, p.ID, 3000, "refund-key").Refund
		equal(t, "the same key", []string{again.ID, again.Status}, []string{r.ID, want})
		if want == "ABANDONED" {
			equal(t, "nothing is claimed", b.number(t, "select refunding from payment where id = $1", p.ID), 0)
			equal(t, "differences", b.differences(t, time.Hour), []string{})
		}
		b.reconcile(t)
	}
}

// What was to go back while the bank disputed the payment goes when the dispute is won, once; when it is lost the buyer has it already.
func TestADisputeStopsWhatGoesBack(t *testing.T) {
	t.Parallel()
	some := int64(3000)
	for name, test := range map[string]struct {
		card string
		news func(b *bench, k contract.Booking, paymentID string) contract.Message
		back int // of 4250
		kept int // by the organiser
	}{
		"cancelled, all": {disputeWonCard, func(_ *bench, k contract.Booking, _ string) contract.Message {
			return contract.BookingCancelled{Booking: next(k), Reason: contract.EventCalledOff}
		}, 4250, 0},
		"cancelled, by policy": {disputeWonCard, func(_ *bench, k contract.Booking, _ string) contract.Message {
			return contract.BookingCancelled{Booking: next(k), Reason: contract.CancelledByHolder, RefundAmount: &some}
		}, 3000, 1250},
		"rejected": {disputeWonCard, func(_ *bench, k contract.Booking, paymentID string) contract.Message {
			return contract.PaymentRejected{BookingID: k.BookingID, PaymentID: paymentID}
		}, 4250, 0},
		"lost": {disputeLostCard, func(_ *bench, k contract.Booking, _ string) contract.Message {
			return contract.BookingCancelled{Booking: next(k), Reason: contract.EventCalledOff}
		}, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := start(t, quick)
			k := b.held(t, 4250)
			a := b.pay(t, b.buyer, k.BookingID, test.card, id.New("key"))
			p := *a.Payment
			look := func(later time.Duration) {
				t.Helper()
				for range 2 {
					if err := b.domain(t, in(later)).Changed(t.Context(), payment.Hint{PaymentID: p.ID, Dispute: true}); err != nil {
						t.Fatal(err)
					}
				}
			}
			look(16 * time.Second)
			m := test.news(b, k, p.ID)
			b.Deliver(t, m)
			b.Deliver(t, m)
			equal(t, "refunds while the dispute is open", len(b.payment(t, b.buyer, p.ID).Refunds), 0)
			look(31 * time.Second)
			refunds := b.payment(t, b.buyer, p.ID).Refunds
			if test.back == 0 {
				equal(t, "refunds", len(refunds), 0)
				b.reconcile(t)
				return
			}
			if len(refunds) != 1 || refunds[0].Amount.Amount != int64(test.back) {
				t.Fatalf("refunds %+v", refunds)
			}
			if _, err := b.domain(t, in(31*time.Second)).RunRefund(t.Context(), refunds[0].ID); err != nil {
				t.Fatal(err)
			}
			b.Deliver(t, m)
			look(32 * time.Second)
			refunds = b.payment(t, b.buyer, p.ID).Refunds
			if len(refunds) != 1 || refunds[0].Status != "SUCCEEDED" {
				t.Errorf("refunds %+v", refunds)
			}
			equal(t, "kept", b.reconcile(t), test.kept)
		})
	}
}

func TestWonDispute(t *testing.T) {
	t.Parallel()
	b := start(t, quick)
	p, look := b.disputed(t, disputeWonCard)
	look(31 * time.Second) // opened and decided between two looks
	equal(t, "decided", b.dispute(t, p.ID), "CAPTURED WON")
	equal(t, "kept", b.reconcile(t), 4250)
	if a := b.refund(t, b.owner, p.ID, nil, "refund-key"); a.code() != "" || a.Refund == nil || a.Refund.Status != "SUCCEEDED" {
		t.Errorf("refund after a won dispute: %+v", a)
	}
	equal(t, "said", len(published[contract.PaymentDisputed](t, b)), 2)
	equal(t, "kept", b.reconcile(t), 0)
}

// The settle job looks for disputes by itself where the provider does not tell of them.
func TestWatchedPayment(t *testing.T) {
	t.Parallel()
	b := start(t, quick)
	p, _ := b.disputed(t, disputeLostCard)
	for _, step := range []struct {
		later time.Duration
		again bool
		want  string
	}{
		{0, true, "CAPTURED undisputed"},
		{16 * time.Second, true, "CAPTURED NEEDS_RESPONSE"},
		{31 * time.Second, true, "CAPTURED LOST"},
		{31 * time.Second, false, "CAPTURED LOST"},
	} {
		if again := b.settle(t, p.ID, step.later); (again > 0) != step.again {
			t.Errorf("after %s: again in %s", step.later, again)
		}
		equal(t, step.later.String(), b.dispute(t, p.ID), step.want)
	}
	b.reconcile(t)
}

func TestLostAnswerIsSettled(t *testing.T) {
	t.Parallel()
	b := start(t, quick)
	k := b.held(t, 4250)
	a := b.pay(t, b.buyer, k.BookingID, lostCard, "lost-key1")
	if a.Payment == nil || a.Payment.Status != "PENDING" {
		t.Fatalf("%+v", a)
	}
	b.settle(t, a.Payment.ID, 0)
	equal(t, "status", b.payment(t, b.buyer, a.Payment.ID).Status, "CAPTURED")
	equal(t, "kept", b.reconcile(t), 4250)
}

func TestWhatFitsNoProvider(t *testing.T) {
	t.Parallel()
	b := start(t, quick)
	k := b.held(t, 4250)
	good := payInput(k.BookingID, goodCard, "x")["card"]
	for name, test := range map[string]struct {
		input map[string]any
		code  string
		field string
	}{
		"unknown provider":       {map[string]any{"provider": "acme", "card": good}, "PROVIDER_NOT_CONFIGURED", "[input provider]"},
		"token for cards":        {map[string]any{"provider": "sandbox", "paymentMethod": "pm_1"}, "INVALID_PAYMENT_METHOD", "[input paymentMethod]"},
		"token for nobody":       {map[string]any{"paymentMethod": "pm_1"}, "INVALID_PAYMENT_METHOD", "[input paymentMethod]"},
		"nothing":                {map[string]any{"provider": "sandbox"}, "INVALID_PAYMENT_METHOD", "[input provider]"},
		"card and token":         {map[string]any{"card": good, "paymentMethod": "pm_1"}, "INVALID_PAYMENT_METHOD", "[input paymentMethod]"},
		"return elsewhere":       {map[string]any{"card": good, "returnUrl": "https://evil.example/"}, "INVALID_RETURN_URL", "[input returnUrl]"},
		"return by two slashes":  {map[string]any{"card": good, "returnUrl": "//evil.example/"}, "INVALID_RETURN_URL", "[input returnUrl]"},
		"return by backslash":    {map[string]any{"card": good, "returnUrl": `/\evil.example`}, "INVALID_RETURN_URL", "[input returnUrl]"},
		"return with a name":     {map[string]any{"card": good, "returnUrl": "http://marquee.example@evil.example/"}, "INVALID_RETURN_URL", "[input returnUrl]"},
		"return to another port": {map[string]any{"card": good, "returnUrl": "http://marquee.example:81/"}, "INVALID_RETURN_URL", "[input returnUrl]"},
		"return over TLS":        {map[string]any{"card": good, "returnUrl": "https://marquee.example/"}, "INVALID_RETURN_URL", "[input returnUrl]"},
		"return to a script":     {map[string]any{"card": good, "returnUrl": "javascript:alert(1)"}, "INVALID_RETURN_URL", "[input returnUrl]"},
		"return to nowhere":      {map[string]any{"card": good, "returnUrl": ""}, "INVALID_RETURN_URL", "[input returnUrl]"},
		"return to a word":       {map[string]any{"card": good, "returnUrl": "checkout"}, "INVALID_RETURN_URL", "[input returnUrl]"},
	} {
		test.input["bookingId"], test.input["idempotencyKey"] = k.BookingID, id.New("key")
		a := b.payWith(t, b.buyer, test.input)
		if equal(t, name, a.code(), test.code); a.code() == test.code {
			equal(t, name, a.UserErrors[0].Field, test.field)
		}
	}
	for _, to := range []string{"/orders?x=1#top", "http://marquee.example/orders"} {
		k := b.held(t, 100)
		input := payInput(k.BookingID, goodCard, id.New("key"))
		input["returnUrl"], input["provider"] = to, "sandbox"
		if a := b.payWith(t, b.buyer, input); a.Payment == nil {
			t.Errorf("%s: %+v", to, a)
		}
	}
	if n := b.number(t, "select count(*) from payment where return_url in ('http://marquee.example/orders?x=1#top', 'http://marquee.example/orders')"); n != 2 {
		t.Errorf("%d return addresses kept", n)
	}
	var out struct {
		PaymentProviders []struct{ Name, Input string }
	}
	b.Do(t, nil, `{ paymentProviders { name label input publishableKey } }`, nil).Into(t, &out)
	equal(t, "providers", out.PaymentProviders, "[{sandbox CARD}]")
}

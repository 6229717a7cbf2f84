package payments

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"marquee/internal/contract"
	"marquee/internal/id"
	"marquee/internal/money"
	"marquee/subgraphs/payments/internal/payment"
)

// begin does what Pay does before it calls the provider, and no more: the process died there.
func (b *bench) begin(t *testing.T, k contract.Booking, number string) (*payment.Payment, payment.ChargeRequest) {
	t.Helper()
	card, err := payment.CardInput{Number: number, ExpiryMonth: 1, ExpiryYear: time.Now().Year() + 1, Cvc: "123"}.Check(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	begun, err := b.books.Begin(t.Context(), payment.Attempt{
		ID: id.New("pay"), BookingID: k.BookingID, UserID: b.buyer.UserID, Provider: "sandbox", Brand: card.Brand, LastFour: card.LastFour, Key: id.New("key"),
		Hash: []byte{1}, At: time.Now(), SettleAfter: time.Hour,
	})
	if err != nil || !begun.Fresh {
		t.Fatalf("%+v: %v", begun, err)
	}
	return begun.Payment, payment.ChargeRequest{Card: card, ChargeRef: payment.ChargeRef{
		Key: begun.Payment.ID, Amount: money.Of(k.TotalAmount, k.Currency), ReturnURL: "http://marquee.example/checkout/" + k.BookingID,
	}}
}

// settle has another process look after a payment, some time later.
func (b *bench) settle(t *testing.T, paymentID string, later time.Duration) time.Duration {
	t.Helper()
	again, err := b.domain(t, in(later)).Settle(t.Context(), paymentID)
	if err != nil {
		t.Fatal(err)
	}
	return again
}

func TestDeathBeforeTheCall(t *testing.T) {
	t.Parallel()
	b := start(t, quick)
	k := b.held(t, 1000)
	p, request := b.begin(t, k, goodCard)
	if again := b.settle(t, p.ID, 0); again <= 0 {
		t.Error("given up while the call may be on its way")
	}
	equal(t, "status", b.payment(t, b.buyer, p.ID).Status, "PENDING")
	equal(t, "again", b.settle(t, p.ID, quick.Abandon), time.Duration(0))
	after := b.payment(t, b.buyer, p.ID)
	if after.Status != "DECLINED" || after.DeclineReason == nil {
		t.Fatalf("%+v", after)
	}
	// The call comes after all: it must not move money any more.
	provider := b.provider(t)
	if c, err := provider.Charge(t.Context(), request); err != nil || c.State != payment.Declined {
		t.Errorf("%+v: %v", c, err)
	}
	if a := b.pay(t, b.buyer, k.BookingID, goodCard, "next-try"); a.Payment == nil || a.Payment.Status != "CAPTURED" {
		t.Errorf("next try: %+v", a)
	}
	equal(t, "kept", b.reconcile(t), 1000)
}

func TestDeathAfterTheCall(t *testing.T) {
	t.Parallel()
	b := start(t, quick)
	for number, want := range map[string]string{goodCard: "CAPTURED", declinedCard: "DECLINED", secureCard: "REQUIRES_ACTION", lateCard: "PENDING"} {
		k := b.held(t, 1000)
		p, request := b.begin(t, k, number)
		if _, err := b.provider(t).Charge(t.Context(), request); err != nil {
			t.Fatal(err)
		}
		again := b.settle(t, p.ID, 0)
		got := b.payment(t, b.buyer, p.ID)
		equal(t, number, got.Status, want)
		if undecided := want == "PENDING" || want == "REQUIRES_ACTION"; undecided != (again > 0) {
			t.Errorf("%s: again in %s", want, again)
		}
	}
	equal(t, "messages", len(b.PublishedTo(t, "payment.captured")), 1)
	equal(t, "kept", b.reconcile(t), 1000)
}

// The job does it by itself, with nobody waiting.
func TestSettleJob(t *testing.T) {
	t.Parallel()
	soon := quick
	soon.SettleAfter = 0
	b := start(t, soon)
	k := b.held(t, 1000)
	b.faults.set(nil, errors.New("connection reset"))
	a := b.pay(t, b.buyer, k.BookingID, goodCard, "job-key-1")
	until(t, "the job settles", func() bool { return b.payment(t, b.buyer, a.Payment.ID).Status == "CAPTURED" })
	equal(t, "kept", b.reconcile(t), 1000)
}

func TestSettlingWhileTheProviderIsDown(t *testing.T) {
	t.Parallel()
	b := start(t, quick)
	p, _ := b.begin(t, b.held(t, 1000), goodCard)
	b.faults.set(errors.New("no route to host"), nil)
	first, second := b.settle(t, p.ID, time.Minute), b.settle(t, p.ID, time.Minute)
	if first <= 0 || second <= first {
		t.Errorf("again in %s, then %s", first, second)
	}
	equal(t, "tries", b.number(t, "select settle_attempts from payment where id = $1 and settle_error = 'no route to host'", p.ID), 2)
	equal(t, "status", b.payment(t, b.buyer, p.ID).Status, "PENDING")
}

func TestLateSuccess(t *testing.T) {
	t.Parallel()
	b := start(t, quick)
	k := b.held(t, 1000)
	a := b.pay(t, b.buyer, k.BookingID, lateCard, "late-key1")
	if a.Payment == nil || a.Payment.Status != "PENDING" {
		t.Fatalf("%+v", a)
	}
	// The hold runs out; the money comes after that, and is told of all the same.
	b.Deliver(t, contract.BookingExpired{Booking: next(k), Reason: contract.HoldExpired})
	if again := b.settle(t, a.Payment.ID, 10*time.Minute); again <= 0 || again > time.Minute {
		t.Errorf("again in %s", again)
	}
	b.settle(t, a.Payment.ID, 12*time.Minute)
	equal(t, "status", b.payment(t, b.buyer, a.Payment.ID).Status, "CAPTURED")
	equal(t, "messages", len(b.PublishedTo(t, "payment.captured")), 1)
	// Bookings has no seats left: the money goes back.
	b.Deliver(t, contract.PaymentRejected{BookingID: k.BookingID, PaymentID: a.Payment.ID})
	until(t, "the money goes back", func() bool { return b.payment(t, b.buyer, a.Payment.ID).Status == "REFUNDED" })
	equal(t, "reason", b.payment(t, b.buyer, a.Payment.ID).Refunds[0].Reason, "PAID_TOO_LATE")
	equal(t, "kept", b.reconcile(t), 0)
}

// bank answers the bank's page of a payment, and returns where the browser is sent.
func (b *bench) bank(t *testing.T, p *paymentAnswer, decision string) string {
	t.Helper()
	if p == nil || p.Status != "REQUIRES_ACTION" || p.ActionURL == nil {
		t.Fatalf("nothing to confirm: %+v", p)
	}
	path, ok := strings.CutPrefix(*p.ActionURL, "http://marquee.example/")
	if !ok {
		t.Fatalf("action at %s", *p.ActionURL)
	}
	browser := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	r, err := browser.PostForm(b.URL()+"/"+path, url.Values{"decision": {decision}})
	if err != nil {
		t.Fatal(err)
	}
	_ = r.Body.Close()
	return r.Header.Get("Location")
}

func TestBankConfirmation(t *testing.T) {
	t.Parallel()
	b := start(t, quick)
	for decision, want := range map[string]string{"approve": "CAPTURED", "decline": "DECLINED"} {
		k := b.held(t, 1000)
		a := b.pay(t, b.buyer, k.BookingID, secureCard, id.New("key"))
		equal(t, "back to", b.bank(t, a.Payment, decision), "http://marquee.example/checkout/"+k.BookingID)
		after := b.payment(t, b.buyer, a.Payment.ID)
		equal(t, decision, []any{after.Status, after.ActionURL == nil}, []any{want, true})
	}
	equal(t, "kept", b.reconcile(t), 1000)
}

func TestOnlyTheBuyerSeesTheBankPage(t *testing.T) {
	t.Parallel()
	b := start(t, quick)
	a := b.pay(t, b.buyer, b.held(t, 1000).BookingID, secureCard, "bank-key1")
	if p := b.payment(t, b.buyer, a.Payment.ID); p.ActionURL == nil {
		t.Error("the buyer does not see it")
	}
	if p := b.payment(t, b.owner, a.Payment.ID); p == nil || p.ActionURL != nil {
		t.Errorf("the organiser sees %+v", p)
	}
	if p := b.payment(t, b.admin, a.Payment.ID); p == nil || p.ActionURL != nil {
		t.Errorf("administrators see %+v", p)
	}
}

func TestUnconfirmedPaymentIsGivenUp(t *testing.T) {
	t.Parallel()
	b := start(t, quick)
	a := b.pay(t, b.buyer, b.held(t, 1000).BookingID, secureCard, "bank-key1")
	if again := b.settle(t, a.Payment.ID, quick.Action-time.Minute); again <= 0 || again > time.Minute {
		t.Errorf("again in %s", again)
	}
	equal(t, "again", b.settle(t, a.Payment.ID, quick.Action), time.Duration(0))
	b.bank(t, a.Payment, "approve") // too late
	equal(t, "status", b.payment(t, b.buyer, a.Payment.ID).Status, "DECLINED")
	equal(t, "kept", b.reconcile(t), 0)
}

func TestAnotherCardReplacesAnUnconfirmedPayment(t *testing.T) {
	t.Parallel()
	b := start(t, quick)
	k := b.held(t, 1000)
	first := b.pay(t, b.buyer, k.BookingID, secureCard, "bank-key1")
	second := b.pay(t, b.buyer, k.BookingID, goodCard, "good-key1")
	if second.Payment == nil || second.Payment.Status != "CAPTURED" {
		t.Fatalf("%+v", second)
	}
	b.bank(t, first.Payment, "approve")
	equal(t, "the first", b.payment(t, b.buyer, first.Payment.ID).Status, "DECLINED")
	equal(t, "kept", b.reconcile(t), 1000)

	// The other way round: approved just before, it stays.
	k = b.held(t, 1000)
	first = b.pay(t, b.buyer, k.BookingID, secureCard, "bank-key2")
	b.bank(t, first.Payment, "approve")
	equal(t, "second card", b.pay(t, b.buyer, k.BookingID, goodCard, "good-key2").code(), "ALREADY_PAID")
	equal(t, "kept", b.reconcile(t), 2000)
}

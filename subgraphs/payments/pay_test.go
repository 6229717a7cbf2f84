package payments

import (
	"errors"
	"sync"
	"testing"
	"time"

	"marquee/internal/contract"
	"marquee/internal/id"
	"marquee/subgraphs/payments/internal/payment"
)

func TestPay(t *testing.T) {
	t.Parallel()
	b := start(t, quick)
	k := b.held(t, 4250)
	a := b.pay(t, b.buyer, k.BookingID, goodCard, "first-key")
	p := a.Payment
	if p == nil || len(a.UserErrors) > 0 {
		t.Fatalf("%+v", a)
	}
	equal(t, "payment", []any{p.Status, p.Provider, p.Method, p.Amount, p.Refunded.Amount, p.Booking.ID, p.User.ID, p.CapturedAt != nil, len(p.Refunds)},
		[]any{"CAPTURED", "sandbox", "Visa •••• 4242", "{4250 EUR}", 0, k.BookingID, b.buyer.UserID, true, 0})
	all := published[contract.PaymentCaptured](t, b)
	if len(all) != 1 {
		t.Fatalf("published %+v", all)
	}
	equal(t, "message", all[0], contract.PaymentCaptured{
		PaymentID: p.ID, BookingID: k.BookingID, EventID: k.EventID, UserID: b.buyer.UserID, Amount: 4250, Currency: "EUR", At: p.CapturedAt.UTC(),
	})
	if n := b.number(t, "select count(*) from sandbox.charge where description = 'Concert · ABCD-2345'"); n != 1 {
		t.Error("the buyer reads something else at the bank")
	}
	equal(t, "owed to the organiser", b.number(t, "select -sum(amount) from ledger_entry where account = $1", "organizer:"+b.owner.UserID+":EUR"), 4250)
	equal(t, "kept", b.reconcile(t), 4250)
}

func TestPayErrors(t *testing.T) {
	t.Parallel()
	b := start(t, quick)
	open, free, paid := b.held(t, 1000), b.held(t, 0), b.held(t, 1000)
	b.pay(t, b.buyer, paid.BookingID, goodCard, "paid-once")
	confirmed, _ := b.paid(t, 700)
	b.Deliver(t, contract.BookingConfirmed{Booking: next(confirmed), PaymentID: "x"})
	ended := func(reason string) string {
		k := b.held(t, 1000)
		b.Deliver(t, contract.BookingExpired{Booking: next(k), Reason: reason})
		return k.BookingID
	}
	stale := b.booking(1000)
	stale.HoldExpiresAt = time.Now().Add(-time.Second)
	b.Deliver(t, contract.BookingHeld{Booking: stale})
	unanswered := b.booking(1000)
	unanswered.AnswersMissing = true
	b.Deliver(t, contract.BookingHeld{Booking: unanswered})
	spent := b.held(t, 500)
	b.pay(t, b.buyer, spent.BookingID, declinedCard, "spent-key")

	for _, test := range []struct {
		name, booking, card, key, code string
		field                          string
	}{
		{"unknown booking", id.New("bkg"), goodCard, "key-00001", "BOOKING_NOT_FOUND", "[input bookingId]"},
		{"nonsense booking", "\x00", goodCard, "key-00002", "BOOKING_NOT_FOUND", "[input bookingId]"},
		{"expired hold", ended(contract.HoldExpired), goodCard, "key-00003", "HOLD_EXPIRED", "[input bookingId]"},
		{"expired by the clock", stale.BookingID, goodCard, "key-00004", "HOLD_EXPIRED", "[input bookingId]"},
		{"released hold", ended(contract.Released), goodCard, "key-00005", "NOT_PAYABLE", "[input bookingId]"},
		{"event called off", ended(contract.EventCalledOff), goodCard, "key-00006", "NOT_PAYABLE", "[input bookingId]"},
		{"questions unanswered", unanswered.BookingID, goodCard, "key-00016", "ANSWERS_REQUIRED", "[input bookingId]"},
		{"free booking", free.BookingID, goodCard, "key-00007", "NOT_PAYABLE", "[input bookingId]"},
		{"paid booking", paid.BookingID, goodCard, "key-00008", "ALREADY_PAID", "[input bookingId]"},
		{"confirmed booking", confirmed.BookingID, goodCard, "key-00009", "ALREADY_PAID", "[input bookingId]"},
		{"wrong number", open.BookingID, "4242 4242 4242 4241", "key-00010", "INVALID_CARD", "[input card number]"},
		{"declined card", open.BookingID, declinedCard, "key-00011", "CARD_DECLINED", "[input card]"},
		{"short key", open.BookingID, goodCard, "short", "INVALID_IDEMPOTENCY_KEY", "[input idempotencyKey]"},
		{"key with a zero byte", open.BookingID, goodCard, "12345678\x00", "INVALID_IDEMPOTENCY_KEY", "[input idempotencyKey]"},
		{"used key, other booking", open.BookingID, declinedCard, "spent-key", "IDEMPOTENCY_KEY_REUSED", "[input idempotencyKey]"},
		{"used key, other card", spent.BookingID, goodCard, "spent-key", "IDEMPOTENCY_KEY_REUSED", "[input idempotencyKey]"},
	} {
		a := b.pay(t, b.buyer, test.booking, test.card, test.key)
		if a.code() != test.code {
			t.Errorf("%s: %+v, want %s", test.name, a, test.code)
			continue
		}
		equal(t, test.name, a.UserErrors[0].Field, test.field)
		if (a.Payment != nil) != (test.code == "CARD_DECLINED") {
			t.Errorf("%s: payment %+v", test.name, a.Payment)
		}
	}
	if a := b.pay(t, b.other, open.BookingID, goodCard, "key-00012"); a.code() != "BOOKING_NOT_FOUND" {
		t.Errorf("another's booking: %+v", a)
	}
	if a := b.pay(t, b.admin, open.BookingID, goodCard, "key-00013"); a.code() != "BOOKING_NOT_FOUND" {
		t.Errorf("another's booking as administrator: %+v", a)
	}
	r := b.Do(t, nil, payMutation, map[string]any{"input": payInput(open.BookingID, goodCard, "key-00014")})
	if len(r.Errors) != 1 || r.Errors[0].Code != "UNAUTHENTICATED" {
		t.Errorf("without a login: %+v", r)
	}
	// After all those refusals the booking can be paid.
	if a := b.pay(t, b.buyer, open.BookingID, goodCard, "key-00015"); a.Payment == nil || a.Payment.Status != "CAPTURED" {
		t.Errorf("good card at last: %+v", a)
	}
	equal(t, "kept", b.reconcile(t), 1000+1000+700)
}

// Who answers and then pays at once may be here before the news of the answers.
func TestPayWaitsForTheNewsOfAnswers(t *testing.T) {
	t.Parallel()
	slow := quick
	slow.Payable = time.Minute
	b := start(t, slow)
	k := b.booking(1000)
	k.AnswersMissing = true
	b.Deliver(t, contract.BookingHeld{Booking: k})
	paid := make(chan payAnswer)
	go func() { paid <- b.pay(t, b.buyer, k.BookingID, goodCard, "answered-key") }()
	k = next(k)
	k.AnswersMissing = false
	b.Deliver(t, contract.BookingHeld{Booking: k})
	if a := <-paid; a.Payment == nil || a.Payment.Status != "CAPTURED" {
		t.Errorf("%+v", a)
	}
	equal(t, "kept", b.reconcile(t), 1000)
}

func TestUnavailableProviderTakesNothing(t *testing.T) {
	t.Parallel()
	b := start(t, quick)
	k := b.held(t, 1000)
	b.faults.set(payment.ErrUnavailable, nil)
	a := b.pay(t, b.buyer, k.BookingID, goodCard, "down-key")
	equal(t, "code", a.code(), "PROVIDER_UNAVAILABLE")
	b.faults.set(nil, nil)
	equal(t, "the same again", b.pay(t, b.buyer, k.BookingID, goodCard, "down-key").code(), "PROVIDER_UNAVAILABLE")
	equal(t, "calls", b.faults.charges, 0)
	if a := b.pay(t, b.buyer, k.BookingID, goodCard, "next-key"); a.Payment == nil || a.Payment.Status != "CAPTURED" {
		t.Errorf("after the provider is back: %+v", a)
	}
	equal(t, "kept", b.reconcile(t), 1000)
}

func TestIdenticalCallsChargeOnce(t *testing.T) {
	t.Parallel()
	b := start(t, quick)
	k := b.held(t, 999)
	answers := make([]payAnswer, 100)
	var all sync.WaitGroup
	for i := range answers {
		all.Go(func() { answers[i] = b.pay(t, b.buyer, k.BookingID, goodCard, "same-key") })
	}
	all.Wait()
	for _, a := range answers {
		if a.Payment == nil || a.Payment.Status != "CAPTURED" || a.Payment.ID != answers[0].Payment.ID || !a.Payment.CapturedAt.Equal(*answers[0].Payment.CapturedAt) {
			t.Fatalf("%+v unlike %+v", a.Payment, answers[0].Payment)
		}
	}
	equal(t, "calls of the provider", b.faults.charges, 1)
	equal(t, "messages", len(b.PublishedTo(t, "payment.captured")), 1)
	equal(t, "kept", b.reconcile(t), 999)
}

func TestIdenticalCallsWaitForASlowAnswer(t *testing.T) {
	t.Parallel()
	b := start(t, quick)
	k := b.held(t, 999)
	release := make(chan struct{})
	gate := b.faults.hold(release)
	var all sync.WaitGroup
	answers := make([]payAnswer, 5)
	all.Go(func() { answers[0] = b.pay(t, b.buyer, k.BookingID, declinedCard, "same-key") })
	<-gate // the first is at the provider
	for i := 1; i < len(answers); i++ {
		all.Go(func() { answers[i] = b.pay(t, b.buyer, k.BookingID, declinedCard, "same-key") })
	}
	// Another attempt does not wait: a payment is under way.
	equal(t, "another key", b.pay(t, b.buyer, k.BookingID, goodCard, "other-key").code(), "ALREADY_PAID")
	close(release)
	all.Wait()
	for _, a := range answers {
		if a.code() != "CARD_DECLINED" || a.Payment == nil || a.Payment.Status != "DECLINED" || a.Payment.ID != answers[0].Payment.ID {
			t.Errorf("%+v", a)
		}
	}
}

func TestParallelAttemptsPayOnce(t *testing.T) {
	t.Parallel()
	b := start(t, quick)
	k := b.held(t, 999)
	codes := make([]string, 30)
	var all sync.WaitGroup
	for i := range codes {
		all.Go(func() { codes[i] = b.pay(t, b.buyer, k.BookingID, goodCard, id.New("key")).code() })
	}
	all.Wait()
	won := 0
	for _, code := range codes {
		switch code {
		case "":
			won++
		case "ALREADY_PAID":
		default:
			t.Errorf("%s", code)
		}
	}
	equal(t, "paid", won, 1)
	equal(t, "kept", b.reconcile(t), 999)
}

func TestOneKeyForTwoBookingsAtOnce(t *testing.T) {
	t.Parallel()
	b := start(t, quick)
	bookings := []contract.Booking{b.held(t, 100), b.held(t, 100)}
	answers := make([]payAnswer, 20)
	var all sync.WaitGroup
	for i := range answers {
		all.Go(func() { answers[i] = b.pay(t, b.buyer, bookings[i%2].BookingID, goodCard, "same-key") })
	}
	all.Wait()
	counts := map[string]int{}
	for _, a := range answers {
		counts[a.code()]++
	}
	equal(t, "answers", counts, map[string]int{"": 10, "IDEMPOTENCY_KEY_REUSED": 10})
	equal(t, "kept", b.reconcile(t), 100)
}

func TestPayingBeforeTheNewsHasCome(t *testing.T) {
	t.Parallel()
	patient := quick
	patient.Payable = 20 * time.Second
	patient.Poll = 10 * time.Second // the news itself wakes
	b := start(t, patient)
	k := b.booking(4250)
	done := make(chan payAnswer, 1)
	go func() { done <- b.pay(t, b.buyer, k.BookingID, goodCard, "early-key") }()
	b.Deliver(t, contract.BookingHeld{Booking: k})
	if a := <-done; a.Payment == nil || a.Payment.Status != "CAPTURED" {
		t.Errorf("%+v", a)
	}
}

func TestNoClearAnswerLeavesThePaymentOpen(t *testing.T) {
	t.Parallel()
	b := start(t, quick)
	k := b.held(t, 4250)
	b.faults.set(nil, errors.New("connection reset"))
	a := b.pay(t, b.buyer, k.BookingID, goodCard, "torn-key1")
	if a.Payment == nil || a.Payment.Status != "PENDING" || len(a.UserErrors) > 0 {
		t.Fatalf("%+v", a)
	}
	b.faults.set(nil, nil)
	domain := b.domain(t, time.Now)
	for range 3 { // settling is idempotent
		if again, err := domain.Settle(t.Context(), a.Payment.ID); err != nil || again != 0 {
			t.Fatalf("again in %s: %v", again, err)
		}
	}
	p := b.pay(t, b.buyer, k.BookingID, goodCard, "torn-key1").Payment
	if p == nil || p.ID != a.Payment.ID || p.Status != "CAPTURED" {
		t.Errorf("%+v", p)
	}
	equal(t, "messages", len(b.PublishedTo(t, "payment.captured")), 1)
	equal(t, "kept", b.reconcile(t), 4250)
}

func TestCardNumbersAreNowhere(t *testing.T) {
	t.Parallel()
	b := start(t, quick)
	k := b.held(t, 4250)
	b.pay(t, b.buyer, k.BookingID, goodCard, "some-key1")
	rows, err := b.Deps.DB.Query(t.Context(), `select format('select count(*) from %I.%I x where x::text ~ ''4242.?4242''', table_schema, table_name)
		from information_schema.tables where table_schema in ('public', 'sandbox') and table_type = 'BASE TABLE'`)
	if err != nil {
		t.Fatal(err)
	}
	var queries []string
	for rows.Next() {
		var q string
		if err := rows.Scan(&q); err != nil {
			t.Fatal(err)
		}
		queries = append(queries, q)
	}
	if len(queries) < 10 {
		t.Fatalf("only %d tables", len(queries))
	}
	for _, q := range queries {
		if n := b.number(t, q); n != 0 {
			t.Errorf("%s: %d", q, n)
		}
	}
}

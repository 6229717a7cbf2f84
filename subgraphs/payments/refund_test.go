package payments

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"marquee/internal/contract"
	"marquee/internal/id"
	"marquee/internal/money"
	"marquee/subgraphs/payments/internal/payment"
)

func TestRefundInParts(t *testing.T) {
	t.Parallel()
	b := start(t, quick)
	k, p := b.paid(t, 1000)
	part := b.refund(t, b.owner, p.ID, 300, "part-key1")
	if part.Refund == nil || part.Refund.CompletedAt == nil {
		t.Fatalf("%+v", part)
	}
	equal(t, "part", []any{part.Refund.Status, part.Refund.Amount.Amount, part.Refund.Reason, part.Payment.Status, part.Payment.Refunded.Amount},
		[]any{"SUCCEEDED", 300, "ORGANIZER", "PARTIALLY_REFUNDED", 300})
	rest := b.refund(t, b.admin, p.ID, nil, "rest-key1")
	equal(t, "rest", []any{rest.Refund.Status, rest.Refund.Amount.Amount, rest.Payment.Status, rest.Payment.Refunded.Amount, len(rest.Payment.Refunds)},
		[]any{"SUCCEEDED", 700, "REFUNDED", 1000, 2})
	again := b.refund(t, b.owner, p.ID, 300, "part-key1")
	equal(t, "the same key again", []any{again.Refund.ID, again.code()}, []any{part.Refund.ID, ""})
	var said []any
	for _, m := range published[contract.PaymentRefunded](t, b) {
		said = append(said, m.PaymentID == p.ID, m.BookingID == k.BookingID, m.UserID == b.buyer.UserID, m.EventID == k.EventID, m.Amount, m.Left, m.Reason)
	}
	equal(t, "messages", said, []any{true, true, true, true, 300, 700, "ORGANIZER", true, true, true, true, 700, 0, "ORGANIZER"})
	equal(t, "kept", b.reconcile(t), 0)
}

func TestRefundErrors(t *testing.T) {
	t.Parallel()
	b := start(t, quick)
	k := b.held(t, 500)
	refused := b.pay(t, b.buyer, k.BookingID, declinedCard, "no-money1").Payment
	_, p := b.paid(t, 1000)
	_, other := b.paid(t, 1000)
	_, gone := b.paid(t, 1000)
	b.refund(t, b.owner, gone.ID, nil, "gone-key1")
	b.refund(t, b.owner, p.ID, 100, "used-key1")
	for _, test := range []struct {
		name, payment string
		amount        any
		key, code     string
	}{
		{"unknown", id.New("pay"), nil, "key-00001", "PAYMENT_NOT_FOUND"},
		{"nonsense", "\x00", nil, "key-00002", "PAYMENT_NOT_FOUND"},
		{"declined", refused.ID, nil, "key-00003", "NOT_REFUNDABLE"},
		{"given back", gone.ID, nil, "key-00004", "NOT_REFUNDABLE"},
		{"given back, an amount", gone.ID, 1, "key-00005", "NOT_REFUNDABLE"},
		{"zero", p.ID, 0, "key-00006", "INVALID_AMOUNT"},
		{"less than zero", p.ID, -1, "key-00007", "INVALID_AMOUNT"},
		{"more than it was", p.ID, 1001, "key-00008", "INVALID_AMOUNT"},
		{"more than is left", p.ID, 901, "key-00009", "INVALID_AMOUNT"},
		{"short key", p.ID, nil, "short", "INVALID_IDEMPOTENCY_KEY"},
		{"key with another amount", p.ID, 99, "used-key1", "IDEMPOTENCY_KEY_REUSED"},
		{"key with another payment", other.ID, 100, "used-key1", "IDEMPOTENCY_KEY_REUSED"},
	} {
		if a := b.refund(t, b.owner, test.payment, test.amount, test.key); a.code() != test.code || a.Refund != nil || a.Payment != nil {
			t.Errorf("%s: %+v, want %s", test.name, a, test.code)
		}
	}
	equal(t, "by the buyer", b.refund(t, b.buyer, p.ID, nil, "key-00010").code(), "PAYMENT_NOT_FOUND")
	equal(t, "by another organiser", b.refund(t, b.other, p.ID, nil, "key-00011").code(), "PAYMENT_NOT_FOUND")
	r := b.Do(t, nil, `mutation($input: RefundPaymentInput!) { refundPayment(input: $input) { userErrors { code } } }`,
		map[string]any{"input": map[string]any{"paymentId": p.ID, "idempotencyKey": "key-00012"}})
	if len(r.Errors) != 1 || r.Errors[0].Code != "UNAUTHENTICATED" {
		t.Errorf("without a login: %+v", r)
	}
	equal(t, "kept", b.reconcile(t), 900+1000)
}

func TestParallelRefunds(t *testing.T) {
	t.Parallel()
	b := start(t, quick)
	_, p := b.paid(t, 1000)
	var all sync.WaitGroup
	for range 10 {
		all.Go(func() { b.refund(t, b.owner, p.ID, 300, "same-key1") })
	}
	for range 10 {
		all.Go(func() { b.refund(t, b.owner, p.ID, 200, id.New("key")) })
	}
	all.Wait()
	equal(t, "one refund of the same key", b.number(t, "select count(*) from refund where idempotency_key = 'same-key1'"), min(1, b.number(t, "select count(*) from refund where amount = 300")))
	if kept := b.reconcile(t); kept != 100 && kept != 0 { // 300 + 3 × 200, or 5 × 200 when the 300 came last
		t.Errorf("kept %d", kept)
	}
}

func TestCancelledBookingsGiveBackOnce(t *testing.T) {
	t.Parallel()
	b := start(t, quick)
	for reason, want := range map[string]string{
		contract.CancelledByHolder: "BOOKING_CANCELLED", contract.EventCalledOff: "EVENT_CANCELLED",
	} {
		k, p := b.paid(t, 1000)
		b.refund(t, b.owner, p.ID, 400, id.New("key"))
		m := contract.BookingCancelled{Booking: next(next(k)), Reason: reason}
		e := b.Deliver(t, m)
		b.DeliverEvent(t, e) // the same event again
		b.Deliver(t, m)      // and as another event
		b.Deliver(t, contract.PaymentRejected{BookingID: k.BookingID, PaymentID: p.ID})
		b.Deliver(t, contract.BookingConfirmed{Booking: next(k)}) // an older one, late
		until(t, "the rest goes back", func() bool { return b.payment(t, b.buyer, p.ID).Status == "REFUNDED" })
		after := b.payment(t, b.buyer, p.ID)
		equal(t, "refunds", len(after.Refunds), 2)
		equal(t, "the second", []any{after.Refunds[1].Amount.Amount, after.Refunds[1].Reason}, []any{600, want})
		equal(t, "pay again", b.pay(t, b.buyer, k.BookingID, goodCard, id.New("key")).code(), "NOT_PAYABLE")
	}
	equal(t, "kept", b.reconcile(t), 0)
	equal(t, "refunds at the provider", b.number(t, "select count(*) from sandbox.refund"), 4)
}

func TestRejectedPaymentThatIsNotOurs(t *testing.T) {
	t.Parallel()
	b := start(t, quick)
	b.Deliver(t, contract.PaymentRejected{BookingID: "bkg_x", PaymentID: id.New("pay")})
	equal(t, "refunds", b.number(t, "select count(*) from refund"), 0)
}

func TestRefundWhileTheProviderIsDown(t *testing.T) {
	t.Parallel()
	b := start(t, quick)
	k, p := b.paid(t, 1000)
	for _, test := range []struct {
		fault error
		want  string
	}{
		{payment.ErrUnavailable, "PENDING"},
		{errors.Join(payment.ErrRefused, errors.New("insufficient balance")), "FAILED"},
	} {
		b.faults.set(test.fault, nil)
		a := b.refund(t, b.owner, p.ID, 100, id.New("key"))
		equal(t, "refund", []any{a.Refund.Status, a.Refund.CompletedAt == nil, a.Payment.Status, a.Payment.Refunded.Amount, a.code()}, []any{test.want, true, "CAPTURED", 0, ""})
	}
	// The claims count: what waits cannot be given back a second time.
	equal(t, "too much", b.refund(t, b.owner, p.ID, 801, id.New("key")).code(), "INVALID_AMOUNT")
	b.Deliver(t, contract.BookingCancelled{Booking: next(k), Reason: contract.CancelledByHolder})
	until(t, "the job has tried", func() bool {
		return b.number(t, "select count(*) from refund where cause = 'booking.cancelled' and attempts > 0 and last_error is not null") == 1
	})
	equal(t, "kept", b.reconcile(t), 1000)
	b.faults.set(nil, nil)
	domain := b.domain(t, in(0))
	for _, r := range b.payment(t, b.buyer, p.ID).Refunds {
		if again, err := domain.RunRefund(t.Context(), r.ID); err != nil || again != 0 {
			t.Errorf("again in %s: %v", again, err)
		}
	}
	equal(t, "at last", b.payment(t, b.buyer, p.ID).Status, "REFUNDED")
	equal(t, "kept", b.reconcile(t), 0)
}

// The provider gave the money back, and the process died before it was written.
func TestDeathAfterTheRefund(t *testing.T) {
	t.Parallel()
	b := start(t, quick)
	_, p := b.paid(t, 1000)
	b.faults.set(nil, errors.New("connection reset"))
	a := b.refund(t, b.owner, p.ID, 400, "torn-key1")
	equal(t, "refund", []any{a.Refund.Status, a.Payment.Refunded.Amount}, []any{"PENDING", 0})
	equal(t, "at the provider", b.number(t, "select sum(moved) from sandbox.log"), 600)
	b.faults.set(nil, nil)
	domain := b.domain(t, in(0))
	for range 3 {
		if again, err := domain.RunRefund(t.Context(), a.Refund.ID); err != nil || again != 0 {
			t.Errorf("again in %s: %v", again, err)
		}
	}
	equal(t, "messages", len(b.PublishedTo(t, "payment.refunded")), 1)
	equal(t, "kept", b.reconcile(t), 600)
}

// The database itself refuses books that cannot be right, whatever the code above it does.
func TestTheDatabaseGuardsTheBooks(t *testing.T) {
	t.Parallel()
	b := start(t, quick)
	_, p := b.paid(t, 1000)
	for constraint, sql := range map[string]string{
		"payment_refunds_fit": "update payment set refunding = amount + 1",
		"payment_captured":    "update payment set status = 'PENDING'",
		"payment_wholly":      "update payment set refunding = amount, refunded = amount",
		"payment_live":        `insert into payment select (jsonb_populate_record(p, '{"id": "pay_2", "idempotency_key": "another-key"}')).* from payment p`,
		"payment_by_key": `insert into payment select (jsonb_populate_record(p, '{"id": "pay_2", "status": "DECLINED", "captured_at": null, "decline_code": "X",
			"decline_reason": "X"}')).* from payment p`,
		"ledger_capture_once":   "insert into ledger_transfer (kind, debit, credit, amount, currency, payment_id, at) select kind, debit, credit, amount, currency, payment_id, at from ledger_transfer",
		"ledger_transfer_check": "insert into ledger_transfer (kind, debit, credit, amount, currency, payment_id, at) select 'CAPTURE', debit, debit, amount, currency, payment_id, at from ledger_transfer",
		"append-only":           "update ledger_transfer set amount = 1",
	} {
		_, err := b.Deps.DB.Exec(t.Context(), sql)
		if err == nil || !strings.Contains(err.Error(), constraint) {
			t.Errorf("%s: %v", constraint, err)
		}
	}
	equal(t, "kept", b.reconcile(t), 1000)
	// A claim beyond the amount is refused even without the lock that Begin takes.
	if _, err := b.books.BeginRefund(t.Context(), payment.RefundOrder{
		ID: id.New("ref"), PaymentID: p.ID, Amount: money.Of(1001, "EUR"), Reason: contract.RefundOrganizer, Cause: "test",
	}); err == nil {
		t.Error("more than is left was claimed")
	}
}

package stripestand

import (
	"maps"
	"net/http"
	"strconv"
	"testing"
)

type refund struct {
	id, status string
	intent     *intent
	amount     int64
	metadata   map[string]string
	created    int64
}

func (f *refund) head() (string, int64) { return f.id, f.created }

func (f *refund) show(withIntent bool) map[string]any {
	out := map[string]any{
		"id": f.id, "object": "refund", "status": f.status, "amount": f.amount, "currency": f.intent.currency, "metadata": maps.Clone(f.metadata),
		"created": f.created, "charge": f.intent.charge.id, "payment_intent": f.intent.id,
	}
	if withIntent {
		out["payment_intent"] = f.intent.show(false)
	}
	return out
}

func (s *Stand) createRefund(r *http.Request) (int, any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	refuse := func(code, message string) (int, any) {
		return http.StatusBadRequest, failure("invalid_request_error", code, "", message)
	}
	pi := s.intents[r.PostForm.Get("payment_intent")]
	if pi == nil {
		return missing("payment_intent")
	}
	amount, err := strconv.ParseInt(r.PostForm.Get("amount"), 10, 64)
	switch {
	case pi.charge == nil:
		return refuse("", "This PaymentIntent does not have a successful charge to refund.")
	case err != nil || amount < 1:
		return refuse("parameter_invalid_integer", "Invalid positive integer")
	case s.stopped(pi):
		return refuse("charge_disputed", "The charge has been charged back; cannot issue a refund.")
	case pi.charge.refunded == pi.charge.amount:
		return refuse("charge_already_refunded", "The charge has already been refunded.")
	case amount > pi.charge.amount-pi.charge.refunded:
		return refuse("", "Refund amount is greater than unrefunded amount on charge")
	}
	f := &refund{id: s.id("re"), status: "succeeded", intent: pi, amount: amount, metadata: metadata(r), created: now()}
	if s.pending {
		f.status = "pending"
	}
	pi.charge.refunded += amount
	s.refunds = append(s.refunds, f)
	s.tell("refund.created", f.show(false))
	return http.StatusOK, f.show(false)
}

func (s *Stand) listRefunds(r *http.Request) (int, any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	of := r.Form.Get("payment_intent")
	return list(r, s.refunds, func(f *refund) bool { return of == "" || of == f.intent.id },
		func(f *refund) any { return f.show(expanded(r.Form, "data.payment_intent")) })
}

// Foreign takes money that has nothing to do with the platform, on the same account.
func (s *Stand) Foreign(amount int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	pi := &intent{id: s.id("pi"), amount: amount, currency: "eur", created: now()}
	s.intents[pi.id] = pi
	s.capture(pi)
}

// RefundByHand gives money of a payment back as somebody in the dashboard would.
func (s *Stand) RefundByHand(t testing.TB, key string, amount int64) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	pi := s.of(key)
	if pi == nil || pi.charge == nil {
		t.Fatalf("no charge of %s", key)
	}
	pi.charge.refunded += amount
	s.refunds = append(s.refunds, &refund{id: s.id("re"), status: "succeeded", intent: pi, amount: amount, created: now()})
	s.tell("refund.created", s.refunds[len(s.refunds)-1].show(false))
}

// HoldRefunds lets new refunds be pending, and EndRefunds ends the pending ones: "succeeded", or "failed" with the money back on the charge.
func (s *Stand) HoldRefunds() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pending = true
}

// EndRefunds: see HoldRefunds.
func (s *Stand) EndRefunds(status string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.refunds {
		if f.status != "pending" {
			continue
		}
		if f.status = status; status == "failed" {
			f.intent.charge.refunded -= f.amount
		}
		s.tell("refund."+map[string]string{"failed": "failed", "succeeded": "updated"}[status], f.show(false))
	}
}

type dispute struct {
	id, status string
	intent     *intent
	amount     int64
	created    int64
}

func (d *dispute) head() (string, int64) { return d.id, d.created }

func (d *dispute) show(withIntent bool) map[string]any {
	out := map[string]any{
		"id": d.id, "object": "dispute", "status": d.status, "amount": d.amount, "currency": d.intent.currency, "reason": "product_not_received",
		"created": d.created, "charge": d.intent.charge.id, "payment_intent": d.intent.id, "metadata": map[string]string{},
	}
	if withIntent {
		out["payment_intent"] = d.intent.show(false)
	}
	return out
}

func (s *Stand) listDisputes(r *http.Request) (int, any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	of := r.Form.Get("payment_intent")
	return list(r, s.disputes, func(d *dispute) bool { return of == "" || of == d.intent.id },
		func(d *dispute) any { return d.show(expanded(r.Form, "data.payment_intent")) })
}

// stopped reports whether a dispute keeps an intent's money.
func (s *Stand) stopped(pi *intent) bool {
	for _, d := range s.disputes {
		if d.intent == pi && d.status != "won" && d.status[:4] != "warn" {
			return true
		}
	}
	return false
}

// OpenDispute disputes all that is left of a payment's charge, in the given status: "needs_response", or "warning_needs_response" for an
// inquiry that takes no money.
func (s *Stand) OpenDispute(t testing.TB, key, status string) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	pi := s.of(key)
	if pi == nil || pi.charge == nil {
		t.Fatalf("no charge of %s", key)
	}
	pi.charge.disputed = true
	d := &dispute{id: s.id("dp"), status: status, intent: pi, amount: pi.charge.amount - pi.charge.refunded, created: now()}
	s.disputes = append(s.disputes, d)
	s.tell("charge.dispute.created", d.show(false))
}

// MoveDispute gives the disputes of a payment another status.
func (s *Stand) MoveDispute(t testing.TB, key, status string) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	pi := s.of(key)
	for _, d := range s.disputes {
		if d.intent != pi {
			continue
		}
		kind := "charge.dispute.updated"
		if d.status = status; status == "won" || status == "lost" || status == "warning_closed" {
			kind = "charge.dispute.closed"
		}
		s.tell(kind, d.show(false))
	}
}

// of is the intent of a payment, by its metadata; nil if there is none.
func (s *Stand) of(key string) *intent {
	for _, pi := range s.intents {
		if pi.metadata["marquee_payment"] == key {
			return pi
		}
	}
	return nil
}

// BankPage is the address of the bank's page of a payment; "" if it never had one. It stays there when the payment is decided.
func (s *Stand) BankPage(key string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if pi := s.of(key); pi != nil {
		return pi.bank
	}
	return ""
}

// Intents counts the intents of a payment.
func (s *Stand) Intents(key string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, pi := range s.intents {
		if pi.metadata["marquee_payment"] == key {
			n++
		}
	}
	return n
}

// Moved is what the stand's books say of a payment: captures minus refunds and lost disputes.
func (s *Stand) Moved(key string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	sum := int64(0)
	for _, c := range s.charges {
		if c.intent.metadata["marquee_payment"] == key {
			sum += c.amount - c.refunded
		}
	}
	for _, d := range s.disputes {
		if d.intent.metadata["marquee_payment"] == key && d.status == "lost" {
			sum -= d.amount
		}
	}
	return sum
}

package razorpaytest

import (
	"net/http"
	"regexp"
	"time"

	"marquee/subgraphs/payments/internal/provider/providertest/standin"
)

type pay struct {
	id, status     string
	link           *link // nil for another shop's
	amount         int64
	currency       string
	refunded, lost int64
	created        time.Time
}

func (p *pay) key() string {
	if p.link == nil {
		return ""
	}
	return p.link.body.ReferenceID
}

func (p *pay) left() int64 { return p.amount - p.refunded - p.lost }

// pay has a bank take the money of a link, or refuse.
func (s *Server) pay(l *link, takes bool) {
	p := &pay{id: s.id("pay"), status: "failed", link: l, amount: l.body.Amount, currency: l.body.Currency, created: s.now()}
	s.payments, l.payments = append(s.payments, p), append(l.payments, p)
	if !takes {
		s.happened("payment.failed", p.key(), map[string]any{"payment": s.payView(p)})
		return
	}
	p.status = "authorized"
	s.happened("payment.authorized", p.key(), map[string]any{"payment": s.payView(p)})
	p.status, l.status = "captured", "paid"
	s.happened("payment.captured", p.key(), map[string]any{"payment": s.payView(p)})
	s.happened("payment_link.paid", p.key(), map[string]any{"payment_link": s.linkView(l), "payment": s.payView(p)})
}

// Foreign puts a payment into the books that another shop of the account took.
func (s *Server) Foreign(amount int64, currency string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.payments = append(s.payments, &pay{id: s.id("pay"), status: "captured", amount: amount, currency: currency, created: s.now()})
}

func (s *Server) payView(p *pay) map[string]any {
	view := map[string]any{
		"id": p.id, "entity": "payment", "amount": p.amount, "currency": p.currency, "status": p.status, "order_id": "order_" + p.id[4:], "invoice_id": nil,
		"international": false, "method": "card", "amount_refunded": p.refunded, "refund_status": nil, "captured": p.status == "captured" || p.status == "refunded",
		"description": "", "card_id": nil, "bank": nil, "wallet": nil, "vpa": nil, "email": "ada@buyer.example", "contact": "+919999999999",
		"notes": []any{}, "fee": 236, "tax": 36, "error_code": nil, "error_description": nil, "created_at": p.created.Unix(),
	}
	if p.link != nil {
		view["description"] = "#" + p.link.slug
	}
	return view
}

func (s *Server) listPayments(r *http.Request) (int, any) {
	return collection(r, s.payments, func(p *pay) time.Time { return p.created }, s.payView)
}

type refund struct {
	id, key string // of idempotency
	body    refundBody
	pay     *pay
	status  string
	created time.Time
}

type refundBody struct {
	Amount  *int64            `json:"amount"`
	Speed   string            `json:"speed"`
	Receipt string            `json:"receipt"`
	Notes   map[string]string `json:"notes"`
}

var keyForm = regexp.MustCompile(`^[A-Za-z0-9_-]{10,}$`)

func (s *Server) refundPayment(r *http.Request) (int, any) {
	var p *pay
	for _, one := range s.payments {
		if one.id == r.PathValue("id") {
			p = one
		}
	}
	key := r.Header.Get("X-Refund-Idempotency")
	var b refundBody
	if err := standin.Read(r, &b); err != nil {
		return bad("", err.Error())
	}
	switch {
	case p == nil:
		return missing()
	case !keyForm.MatchString(key):
		return bad("", "The idempotency key must be atleast 10 characters.")
	case b.Amount == nil || len(b.Receipt) > 40 || b.Speed != "normal" && b.Speed != "optimum":
		return bad("amount", "amount, receipt or speed")
	}
	for _, f := range s.refunds {
		if f.key != key {
			continue
		}
		if f.pay != p || *f.body.Amount != *b.Amount {
			return bad("", "Different request with the same idempotency key has already been processed.")
		}
		return http.StatusOK, s.refundView(f)
	}
	switch {
	case p.status != "captured":
		return bad("", "The payment status should be captured for action to be taken")
	case s.disputed(p):
		return bad("", "Refund is not supported on a disputed payment")
	case p.left() == 0:
		return bad("", "The payment has been fully refunded already")
	case *b.Amount < 1:
		return bad("amount", "The amount must be at least INR 1.00")
	case *b.Amount > p.left():
		return bad("amount", "The total refund amount is greater than the refund payment amount")
	}
	f := s.giveBack(p, &refund{key: key, body: b})
	return http.StatusOK, s.refundView(f)
}

func (s *Server) giveBack(p *pay, f *refund) *refund {
	f.id, f.pay, f.status, f.created = s.id("rfnd"), p, "processed", s.now()
	s.refunds = append(s.refunds, f)
	if p.refunded += *f.body.Amount; p.left() == 0 {
		p.status = "refunded"
	}
	for _, kind := range []string{"refund.created", "refund.processed"} {
		s.happened(kind, p.key(), map[string]any{"refund": s.refundView(f), "payment": s.payView(p)})
	}
	return f
}

// RefundByHand gives back a part of a payment as somebody does in Razorpay's dashboard, and answers Razorpay's id of it.
func (s *Server) RefundByHand(t interface{ Fatalf(string, ...any) }, key string, amount int64) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.payments {
		if p.key() == key && p.status == "captured" {
			return s.giveBack(p, &refund{body: refundBody{Amount: &amount}}).id
		}
	}
	t.Fatalf("nothing of %s was captured", key)
	return ""
}

// Slow leaves the refunds of a payment pending, or ends them.
func (s *Server) Slow(key, status string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.refunds {
		if f.pay.key() == key {
			f.status = status
		}
	}
}

func (s *Server) refundView(f *refund) map[string]any {
	return map[string]any{
		"id": f.id, "entity": "refund", "amount": *f.body.Amount, "currency": f.pay.currency, "payment_id": f.pay.id, "notes": f.body.Notes, "receipt": f.body.Receipt,
		"acquirer_data": map[string]any{"arn": nil}, "created_at": f.created.Unix(), "batch_id": nil, "status": f.status,
		"speed_processed": "normal", "speed_requested": "normal",
	}
}

func (s *Server) listRefunds(r *http.Request) (int, any) {
	return collection(r, s.refunds, func(f *refund) time.Time { return f.created }, s.refundView)
}

// Moved answers captures minus refunds and lost disputes of a payment, in subunits.
func (s *Server) Moved(key string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	var sum int64
	for _, p := range s.payments {
		if p.key() == key && p.status != "failed" {
			sum += p.left()
		}
	}
	return sum
}

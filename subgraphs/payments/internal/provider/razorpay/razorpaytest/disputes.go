package razorpaytest

import (
	"net/http"
	"time"
)

type dispute struct {
	id, status string
	pay        *pay
	amount     int64
	deducted   int64
	created    time.Time
}

func (s *Server) disputed(p *pay) bool {
	for _, d := range s.disputes {
		if d.pay == p && (d.status == "open" || d.status == "under_review") {
			return true
		}
	}
	return false
}

// OpenDispute has the buyer of a captured payment dispute all that is left of it.
func (s *Server) OpenDispute(t interface{ Fatalf(string, ...any) }, key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.payments {
		if p.key() == key && p.status == "captured" {
			d := &dispute{id: s.id("disp"), status: "open", pay: p, amount: p.left(), created: s.now()}
			s.disputes = append(s.disputes, d)
			s.changed(d, "created")
			return
		}
	}
	t.Fatalf("nothing of %s can be disputed", key)
}

// CloseDispute decides the open dispute of a payment.
func (s *Server) CloseDispute(t interface{ Fatalf(string, ...any) }, key string, won bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range s.disputes {
		if d.pay.key() != key || d.status == "won" || d.status == "lost" {
			continue
		}
		d.status = "under_review"
		s.changed(d, d.status)
		if d.status = "won"; !won {
			d.status, d.deducted = "lost", d.amount
			d.pay.lost += d.amount
		}
		s.changed(d, d.status)
		return
	}
	t.Fatalf("%s has no open dispute", key)
}

func (s *Server) changed(d *dispute, what string) {
	s.happened("payment.dispute."+what, d.pay.key(), map[string]any{"payment": s.payView(d.pay), "dispute": s.disputeView(d)})
}

func (s *Server) disputeView(d *dispute) map[string]any {
	return map[string]any{
		"id": d.id, "entity": "dispute", "payment_id": d.pay.id, "amount": d.amount, "currency": d.pay.currency, "amount_deducted": d.deducted,
		"reason_code": "goods_or_services_not_received_or_partially_received", "reason_description": "The goods were not received.",
		"respond_by": d.created.Add(7 * 24 * time.Hour).Unix(), "status": d.status, "phase": "chargeback", "created_at": d.created.Unix(),
		"evidence": map[string]any{"amount": d.amount, "summary": nil},
	}
}

func (s *Server) listDisputes(r *http.Request) (int, any) {
	return collection(r, s.disputes, func(d *dispute) time.Time { return d.created }, s.disputeView)
}

package paypaltest

import (
	"net/http"
	"strconv"
	"time"

	"marquee/subgraphs/payments/internal/provider/providertest/standin"
)

type dispute struct {
	id       string
	capture  *capture
	amount   amount
	status   string
	outcome  string
	refunded *amount
	created  time.Time
}

func (s *Server) disputed(c *capture) bool {
	for _, d := range s.disputes {
		if d.capture == c && d.status != "RESOLVED" {
			return true
		}
	}
	return false
}

// OpenDispute has the buyer of a captured payment dispute all that is left of it.
func (s *Server) OpenDispute(t interface{ Fatalf(string, ...any) }, key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.captures {
		if c.order.key == key && c.left() > 0 {
			d := &dispute{id: "PP-D-" + strconv.Itoa(s.seq), capture: c, amount: inHundredths(c.left(), c.order.amount.Currency), status: "WAITING_FOR_SELLER_RESPONSE", created: s.now()}
			s.seq++
			s.disputes = append(s.disputes, d)
			s.happened("CUSTOMER.DISPUTE.CREATED", "dispute", key, s.disputeView(d))
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
		if d.capture.order.key != key || d.status == "RESOLVED" {
			continue
		}
		d.status, d.outcome = "RESOLVED", "RESOLVED_SELLER_FAVOUR"
		if !won {
			d.outcome, d.refunded = "RESOLVED_BUYER_FAVOUR", &d.amount
			d.capture.lost += d.amount.hundredths()
			s.lines = append(s.lines, line{"T1201", s.id("6D"), d.capture.id, "", "", d.amount, -1, s.now()})
		}
		s.happened("CUSTOMER.DISPUTE.RESOLVED", "dispute", key, s.disputeView(d))
		return
	}
	t.Fatalf("%s has no open dispute", key)
}

func inHundredths(n int64, currency string) amount {
	text := strconv.FormatInt(n/100, 10)
	if currency != "JPY" && currency != "HUF" && currency != "TWD" {
		text += "." + strconv.FormatInt(100+n%100, 10)[1:]
	}
	return amount{currency, text}
}

func (s *Server) disputeView(d *dispute) map[string]any {
	view := map[string]any{
		"dispute_id": d.id, "create_time": d.created.Format("2006-01-02T15:04:05.000Z"), "update_time": d.created.Format("2006-01-02T15:04:05.000Z"),
		"disputed_transactions": []any{map[string]any{
			"buyer_transaction_id": "8TF" + d.capture.id, "seller_transaction_id": d.capture.id, "gross_amount": d.capture.order.amount,
			"invoice_number": d.capture.order.invoice, "custom": d.capture.order.key, "transaction_status": "COMPLETED",
			"seller": map[string]string{"merchant_id": "C7CYMKZDG8D6E"},
		}},
		"reason": "MERCHANDISE_OR_SERVICE_NOT_RECEIVED", "status": d.status, "dispute_amount": d.amount, "dispute_life_cycle_stage": "CHARGEBACK",
		"dispute_channel": "EXTERNAL", "links": []link{{s.URL + "/v1/customer/disputes/" + d.id, "self", "GET"}},
	}
	if d.outcome != "" {
		result := map[string]any{"outcome_code": d.outcome}
		if d.refunded != nil {
			result["amount_refunded"] = d.refunded
		}
		view["dispute_outcome"] = result
	}
	return view
}

func (s *Server) listDisputes(r *http.Request) (int, any) {
	if err := standin.Query(r, "disputed_transaction_id", "start_time", "page_size", "next_page_token", "dispute_state"); err != nil {
		return invalid("/", err.Error())
	}
	items := []any{}
	for _, d := range s.disputes {
		if want := r.URL.Query().Get("disputed_transaction_id"); want == "" || want == d.capture.id {
			view := s.disputeView(d)
			delete(view, "dispute_outcome") // the list is a summary
			delete(view, "disputed_transactions")
			items = append(items, view)
		}
	}
	return http.StatusOK, map[string]any{"items": items, "links": []link{}}
}

func (s *Server) showDispute(r *http.Request) (int, any) {
	for _, d := range s.disputes {
		if d.id == r.PathValue("id") {
			return http.StatusOK, s.disputeView(d)
		}
	}
	return notFound()
}

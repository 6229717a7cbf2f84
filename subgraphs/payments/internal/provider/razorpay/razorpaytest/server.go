// Package razorpaytest is a stand-in for Razorpay: payment links, payments, refunds, disputes and signed webhooks as in Razorpay's
// published API, with books of its own in memory. It keeps Razorpay's rules (one link for a reference, keys of refunds) and refuses what
// Razorpay would refuse.
package razorpaytest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"sync"
	"testing"
	"time"

	"marquee/subgraphs/payments/internal/provider/providertest/standin"
)

// What a client of the stand-in has to know.
const (
	KeyID         = "rzp_test_1DP5mmOlF5G5ag"
	KeySecret     = "test-secret"
	WebhookSecret = "hook-secret"
)

// Server is the stand-in.
type Server struct {
	*httptest.Server
	standin.Faults

	mu       sync.Mutex
	seq      int
	links    []*link
	payments []*pay
	refunds  []*refund
	disputes []*dispute
	events   []event
	now      func() time.Time
}

// Start runs a stand-in until the test ends.
func Start(t testing.TB) *Server {
	t.Helper()
	s := &Server{now: func() time.Time { return time.Now().UTC() }}
	mux := http.NewServeMux()
	for pattern, h := range map[string]func(r *http.Request) (int, any){
		"POST /v1/payment_links":             s.createLink,
		"GET /v1/payment_links":              s.listLinks,
		"GET /v1/payment_links/{id}":         s.showLink,
		"POST /v1/payment_links/{id}/cancel": s.cancelLink,
		"GET /v1/payments":                   s.listPayments,
		"POST /v1/payments/{id}/refund":      s.refundPayment,
		"GET /v1/refunds":                    s.listRefunds,
		"GET /v1/disputes":                   s.listDisputes,
	} {
		mux.Handle(pattern, s.authorised(h))
	}
	mux.HandleFunc("GET /i/{id}", s.page)
	mux.HandleFunc("POST /i/{id}", s.decide)
	s.Server = httptest.NewServer(s.Around(mux))
	t.Cleanup(func() {
		s.CloseClientConnections()
		s.Close()
	})
	return s
}

// authorised answers a request with the right key, one at a time.
func (s *Server) authorised(h func(r *http.Request) (int, any)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		status, body := problem(http.StatusUnauthorized, "", "The api key provided is invalid")
		if user, pass, ok := r.BasicAuth(); ok && user == KeyID && pass == KeySecret {
			status, body = h(r)
		}
		standin.Write(w, status, body)
	})
}

// id makes an id that looks like Razorpay's: a prefix and 14 letters and digits.
func (s *Server) id(prefix string) string {
	s.seq++
	return fmt.Sprintf("%s_F%013d", prefix, s.seq)
}

// problem is an error answer as Razorpay writes it.
func problem(status int, field, description string) (int, any) {
	e := map[string]any{
		"code": "BAD_REQUEST_ERROR", "description": description, "source": "business", "step": "payment_initiation", "reason": "input_validation_failed",
		"metadata": map[string]any{},
	}
	if field != "" {
		e["field"] = field
	}
	return status, map[string]any{"error": e}
}

func bad(field, description string) (int, any) {
	return problem(http.StatusBadRequest, field, description)
}

func missing() (int, any) { return bad("", "The id provided does not exist") }

// collection answers those of some objects that a list request asks for, newest first.
func collection[T any](r *http.Request, objects []T, at func(T) time.Time, view func(T) map[string]any) (int, any) {
	if err := standin.Query(r, "from", "to", "count", "skip"); err != nil {
		return bad("", err.Error())
	}
	number := func(name string, otherwise int64) int64 {
		n, err := strconv.ParseInt(r.URL.Query().Get(name), 10, 64)
		if err != nil {
			return otherwise
		}
		return n
	}
	from, to, count, skip := number("from", 0), number("to", 1<<40), number("count", 10), number("skip", 0)
	if count < 1 || count > 100 {
		return bad("count", "The count may not be greater than 100.")
	}
	if r.URL.Query().Has("from") && from < 946684800 || to > 4765046400 {
		return bad("from", "from must be between 946684800 and 4765046400")
	}
	items := []map[string]any{}
	for i := len(objects) - 1; i >= 0; i-- {
		if when := at(objects[i]).Unix(); when < from || when > to {
			continue
		}
		if skip--; skip < 0 && int64(len(items)) < count {
			items = append(items, view(objects[i]))
		}
	}
	return http.StatusOK, map[string]any{"entity": "collection", "count": len(items), "items": items}
}

// page is where the buyer pays; a browser posts its decision.
func (s *Server) page(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.links {
		if l.slug == r.PathValue("id") {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = fmt.Fprintf(w, "<!doctype html><title>Razorpay</title><form method=post>%d %s %s<button name=decision value=approve>Pay</button></form>",
				l.body.Amount, l.body.Currency, l.status)
			return
		}
	}
	http.NotFound(w, r)
}

// decide takes approve, fails (the bank refuses; the buyer may try again) or leave.
func (s *Server) decide(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.links {
		if l.slug != r.PathValue("id") {
			continue
		}
		if decision := r.PostFormValue("decision"); l.status == "created" && decision != "leave" {
			s.pay(l, decision == "approve")
		}
		back := url.Values{"razorpay_payment_link_id": {l.id}, "razorpay_payment_link_reference_id": {l.body.ReferenceID}, "razorpay_payment_link_status": {l.status}}
		http.Redirect(w, r, l.body.CallbackURL+"?"+back.Encode(), http.StatusFound)
		return
	}
	http.NotFound(w, r)
}

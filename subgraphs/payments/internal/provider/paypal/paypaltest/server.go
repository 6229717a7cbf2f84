// Package paypaltest is a stand-in for PayPal: orders, captures, refunds, disputes, reports and signed webhooks as in PayPal's published
// API, with books of its own in memory. It keeps PayPal's rules of idempotency and refuses what PayPal would refuse.
package paypaltest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"marquee/subgraphs/payments/internal/provider/providertest/standin"
)

// What a client of the stand-in has to know.
const (
	ClientID  = "AbTestClient"
	Secret    = "test-secret"
	WebhookID = "8PT597110X687430LKGECATA"
)

// Server is the stand-in.
type Server struct {
	*httptest.Server
	standin.Faults

	mu       sync.Mutex
	seq      int
	tokens   map[string]bool
	orders   map[string]*order
	captures map[string]*capture
	refunds  map[string]*refund
	disputes []*dispute
	lines    []line
	events   []event
	replies  map[string]string // what was done under a request id: the id of what was made, or an issue
	now      func() time.Time
	lag      time.Duration // of the report
}

// Start runs a stand-in until the test ends.
func Start(t testing.TB) *Server {
	t.Helper()
	s := &Server{
		tokens: map[string]bool{}, orders: map[string]*order{}, captures: map[string]*capture{}, refunds: map[string]*refund{}, replies: map[string]string{},
		now: func() time.Time { return time.Now().UTC() },
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/oauth2/token", s.token)
	for pattern, h := range map[string]func(r *http.Request) (int, any){
		"POST /v2/checkout/orders":                        s.createOrder,
		"GET /v2/checkout/orders/{id}":                    s.showOrder,
		"POST /v2/checkout/orders/{id}/capture":           s.captureOrder,
		"GET /v2/payments/captures/{id}":                  s.showCapture,
		"POST /v2/payments/captures/{id}/refund":          s.refundCapture,
		"GET /v1/customer/disputes":                       s.listDisputes,
		"GET /v1/customer/disputes/{id}":                  s.showDispute,
		"GET /v1/reporting/transactions":                  s.report,
		"POST /v1/notifications/verify-webhook-signature": s.verify,
	} {
		mux.Handle(pattern, s.authorised(h))
	}
	mux.HandleFunc("GET /checkoutnow", s.page)
	mux.HandleFunc("POST /checkoutnow", s.decide)
	s.Server = httptest.NewServer(s.Around(mux))
	t.Cleanup(func() {
		s.CloseClientConnections()
		s.Close()
	})
	return s
}

// Withdraw makes all access tokens worthless.
func (s *Server) Withdraw() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokens = map[string]bool{}
}

func (s *Server) token(w http.ResponseWriter, r *http.Request) {
	user, pass, ok := r.BasicAuth()
	if !ok || user != ClientID || pass != Secret {
		standin.Write(w, http.StatusUnauthorized, map[string]string{"error": "invalid_client", "error_description": "Client Authentication failed"})
		return
	}
	if r.PostFormValue("grant_type") != "client_credentials" {
		standin.Write(w, http.StatusBadRequest, map[string]string{"error": "unsupported_grant_type", "error_description": "Grant Type is NULL"})
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	token := s.id("A21AA")
	s.tokens[token] = true
	standin.Write(w, http.StatusOK, map[string]any{
		"scope": "https://uri.paypal.com/services/payments", "access_token": token, "token_type": "Bearer", "app_id": "APP-80W284485P519543T",
		"expires_in": 32400, "nonce": "2026-01-01T00:00:00Z",
	})
}

// authorised answers a request with a valid token, one at a time.
func (s *Server) authorised(h func(r *http.Request) (int, any)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if !ok || !s.tokens[bearer] {
			standin.Write(w, http.StatusUnauthorized, map[string]string{"error": "invalid_token", "error_description": "Token signature verification failed"})
			return
		}
		status, body := h(r)
		standin.Write(w, status, body)
	})
}

// id makes an id that looks like PayPal's: 17 upper-case letters and digits.
func (s *Server) id(prefix string) string {
	s.seq++
	return fmt.Sprintf("%s%0*d", prefix, 17-len(prefix), s.seq)
}

// problem is an error answer as PayPal writes it.
func problem(status int, name, issue, field, description string) (int, any) {
	return status, map[string]any{
		"name": name, "message": "The requested action could not be performed, semantically incorrect, or failed business validation.",
		"debug_id": "90957fca61718", "details": []map[string]string{{"field": field, "issue": issue, "description": description}},
		"links": []map[string]string{{"href": "https://developer.paypal.com/api/rest/", "rel": "information_link"}},
	}
}

func unprocessable(issue string) (int, any) {
	return problem(http.StatusUnprocessableEntity, "UNPROCESSABLE_ENTITY", issue, "", issue)
}

func invalid(field, description string) (int, any) {
	return problem(http.StatusBadRequest, "INVALID_REQUEST", "INVALID_PARAMETER_SYNTAX", field, description)
}

func notFound() (int, any) {
	return problem(http.StatusNotFound, "RESOURCE_NOT_FOUND", "INVALID_RESOURCE_ID", "", "Specified resource ID does not exist.")
}

type link struct {
	Href   string `json:"href"`
	Rel    string `json:"rel"`
	Method string `json:"method"`
}

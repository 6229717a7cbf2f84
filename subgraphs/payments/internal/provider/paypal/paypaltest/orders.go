package paypaltest

import (
	"fmt"
	"net/http"
	"net/url"
	"time"

	"marquee/subgraphs/payments/internal/provider/providertest/standin"
)

type order struct {
	id, status, key, invoice, description string
	amount                                amount
	returnURL, cancelURL                  string
	outcome                               outcome
	captures                              []*capture
	created                               time.Time
}

// outcome is what becomes of the capture of an approved order.
type outcome string

const (
	completes outcome = ""
	declines  outcome = "declines" // the bank refuses
	waits     outcome = "waits"    // the capture is pending, for example for a bank transfer
)

// orderBody has the fields of an order request that PayPal knows, as far as a shop without shipping may need them.
type orderBody struct {
	Intent        string `json:"intent"`
	PurchaseUnits []struct {
		ReferenceID    string  `json:"reference_id"`
		Amount         *amount `json:"amount"`
		Description    string  `json:"description"`
		CustomID       string  `json:"custom_id"`
		InvoiceID      string  `json:"invoice_id"`
		SoftDescriptor string  `json:"soft_descriptor"`
	} `json:"purchase_units"`
	ApplicationContext *struct {
		BrandName          string `json:"brand_name"`
		Locale             string `json:"locale"`
		ShippingPreference string `json:"shipping_preference"`
		UserAction         string `json:"user_action"`
		LandingPage        string `json:"landing_page"`
		ReturnURL          string `json:"return_url"`
		CancelURL          string `json:"cancel_url"`
	} `json:"application_context"`
}

func requestID(r *http.Request) (string, bool) {
	given := r.Header.Get("PayPal-Request-Id")
	return given, given != "" && len(given) <= 108
}

func (s *Server) createOrder(r *http.Request) (int, any) {
	rid, ok := requestID(r)
	if !ok {
		return problem(http.StatusBadRequest, "INVALID_REQUEST", "PAYPAL_REQUEST_ID_REQUIRED", "PayPal-Request-Id", "A PayPal-Request-Id is required")
	}
	var b orderBody
	if err := standin.Read(r, &b); err != nil {
		return invalid("/", err.Error())
	}
	if made, ok := s.replies["order "+rid]; ok {
		return http.StatusOK, s.orderView(s.orders[made])
	}
	if b.Intent != "CAPTURE" || len(b.PurchaseUnits) != 1 || b.PurchaseUnits[0].Amount == nil || b.ApplicationContext == nil {
		return invalid("/", "intent, purchase_units or application_context")
	}
	u, c := b.PurchaseUnits[0], b.ApplicationContext
	if len([]rune(u.Description)) > 127 || len(u.CustomID) > 127 || len(u.InvoiceID) > 127 {
		return invalid("/purchase_units/@reference_id=='default'", "too long")
	}
	if issue := u.Amount.check(); issue != "" {
		return unprocessable(issue)
	}
	for _, address := range []string{c.ReturnURL, c.CancelURL} {
		if a, err := url.Parse(address); err != nil || !a.IsAbs() {
			return invalid("/application_context/return_url", "not a URI")
		}
	}
	if c.UserAction != "PAY_NOW" && c.UserAction != "CONTINUE" || c.ShippingPreference != "NO_SHIPPING" {
		return invalid("/application_context", "user_action or shipping_preference")
	}
	o := &order{
		id: s.id("5O"), status: "CREATED", key: u.CustomID, invoice: u.InvoiceID, description: u.Description, amount: *u.Amount,
		returnURL: c.ReturnURL, cancelURL: c.CancelURL, created: s.now(),
	}
	s.orders[o.id], s.replies["order "+rid] = o, o.id
	return http.StatusCreated, s.orderView(o)
}

func (s *Server) showOrder(r *http.Request) (int, any) {
	o := s.orders[r.PathValue("id")]
	if o == nil {
		return notFound()
	}
	return http.StatusOK, s.orderView(o)
}

func (s *Server) orderView(o *order) map[string]any {
	unit := map[string]any{
		"reference_id": "default", "amount": o.amount, "payee": map[string]string{"email_address": "shop@marquee.example", "merchant_id": "C7CYMKZDG8D6E"},
		"description": o.description, "custom_id": o.key, "invoice_id": o.invoice, "soft_descriptor": "PAYPAL *MARQUEE",
	}
	if len(o.captures) > 0 {
		var views []any
		for _, c := range o.captures {
			views = append(views, s.captureView(c))
		}
		unit["payments"] = map[string]any{"captures": views}
	}
	self := s.URL + "/v2/checkout/orders/" + o.id
	links := []link{{self, "self", "GET"}}
	switch o.status {
	case "CREATED":
		links = append(links, link{s.URL + "/checkoutnow?token=" + o.id, "approve", "GET"}, link{self, "update", "PATCH"}, link{self + "/capture", "capture", "POST"})
	case "APPROVED":
		links = append(links, link{self, "update", "PATCH"}, link{self + "/capture", "capture", "POST"})
	}
	return map[string]any{
		"id": o.id, "intent": "CAPTURE", "status": o.status, "purchase_units": []any{unit}, "links": links,
		"create_time": stamp(o.created), "update_time": stamp(o.created),
		"payer": map[string]any{
			"name": map[string]string{"given_name": "Ada", "surname": "Buyer"}, "email_address": "ada@buyer.example", "payer_id": "QYR5Z8XDVJNXQ",
			"address": map[string]string{"country_code": "DE"},
		},
	}
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }

func (s *Server) captureOrder(r *http.Request) (int, any) {
	rid, ok := requestID(r)
	o := s.orders[r.PathValue("id")]
	switch {
	case !ok:
		return problem(http.StatusBadRequest, "INVALID_REQUEST", "PAYPAL_REQUEST_ID_REQUIRED", "PayPal-Request-Id", "A PayPal-Request-Id is required")
	case o == nil:
		return notFound()
	}
	var b struct {
		PaymentSource *struct{} `json:"payment_source"`
	}
	if err := standin.Read(r, &b); err != nil {
		return invalid("/", err.Error())
	}
	if done, ok := s.replies["capture "+rid]; ok {
		if s.orders[done] == nil {
			return unprocessable(done)
		}
		return http.StatusOK, s.orderView(s.orders[done])
	}
	switch {
	case o.status == "COMPLETED":
		return unprocessable("ORDER_ALREADY_CAPTURED")
	case o.status != "APPROVED":
		return unprocessable("ORDER_NOT_APPROVED")
	case o.outcome == declines:
		s.replies["capture "+rid] = "INSTRUMENT_DECLINED"
		return unprocessable("INSTRUMENT_DECLINED")
	}
	for _, other := range s.captures {
		if other.order.invoice == o.invoice {
			return unprocessable("DUPLICATE_INVOICE_ID")
		}
	}
	c := &capture{id: s.id("2GG"), order: o, status: "COMPLETED", created: s.now()}
	if o.outcome == waits {
		c.status = "PENDING"
	}
	o.captures, o.status, s.captures[c.id], s.replies["capture "+rid] = append(o.captures, c), "COMPLETED", c, o.id
	s.happened("CHECKOUT.ORDER.COMPLETED", "checkout-order", o.key, s.orderView(o))
	s.became(c)
	return http.StatusCreated, s.orderView(o)
}

// page is where the buyer approves; a browser posts its decision.
func (s *Server) page(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.orders[r.URL.Query().Get("token")]
	if o == nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = fmt.Fprintf(w, "<!doctype html><title>PayPal</title><form method=post>%s %s<button name=decision value=approve>Pay</button>"+
		"<button name=decision value=cancel>Cancel</button></form>", o.amount.Value, o.amount.Currency)
}

// decide takes approve, declines (approved, but the bank will refuse), waits (approved, but the money takes days) or cancel.
func (s *Server) decide(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.orders[r.URL.Query().Get("token")]
	if o == nil {
		http.NotFound(w, r)
		return
	}
	back := o.cancelURL + "?token=" + o.id
	if decision := r.PostFormValue("decision"); decision != "cancel" {
		back = o.returnURL + "?token=" + o.id + "&PayerID=QYR5Z8XDVJNXQ"
		if o.status == "CREATED" {
			o.status = "APPROVED"
			if decision != "approve" {
				o.outcome = outcome(decision)
			}
			s.happened("CHECKOUT.ORDER.APPROVED", "checkout-order", o.key, s.orderView(o))
		}
	}
	http.Redirect(w, r, back, http.StatusFound)
}

package paypaltest

import (
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"marquee/subgraphs/payments/internal/provider/providertest/standin"
)

type capture struct {
	id, status string
	order      *order
	refunded   int64 // in hundredths, whatever the currency
	lost       int64 // by disputes
	created    time.Time
}

type refund struct {
	id, key, invoice string
	capture          *capture
	amount           amount
	status           string
	created          time.Time
}

type amount struct {
	Currency string `json:"currency_code"`
	Value    string `json:"value"`
}

var valueForm = regexp.MustCompile(`^((-?[0-9]+)|(-?([0-9]+)?[.][0-9]+))$`)

// check answers the issue with an amount, "" if there is none.
func (a amount) check() string {
	_, decimals, _ := strings.Cut(a.Value, ".")
	switch {
	case !valueForm.MatchString(a.Value) || len(a.Value) > 32:
		return "INVALID_PARAMETER_SYNTAX"
	case !strings.Contains(" AUD BRL CAD CNY CZK DKK EUR HKD HUF ILS JPY MYR MXN TWD NZD NOK PHP PLN GBP SGD SEK CHF THB USD ", " "+a.Currency+" "):
		return "CURRENCY_NOT_SUPPORTED"
	case strings.Contains("HUF JPY TWD", a.Currency) && strings.Contains(a.Value, "."):
		return "DECIMALS_NOT_SUPPORTED"
	case len(decimals) > 2:
		return "DECIMAL_PRECISION"
	case a.hundredths() <= 0:
		return "CANNOT_BE_ZERO_OR_NEGATIVE"
	}
	return ""
}

func (a amount) hundredths() int64 {
	units, rest, _ := strings.Cut(a.Value, ".")
	n, err := strconv.ParseInt(units+(rest + "00")[:2], 10, 64)
	if err != nil {
		panic(fmt.Sprintf("amount %q was not checked", a.Value))
	}
	return n
}

func (c *capture) left() int64 { return c.order.amount.hundredths() - c.refunded - c.lost }

func (s *Server) captureView(c *capture) map[string]any {
	fee := amount{c.order.amount.Currency, "0.10"}
	return map[string]any{
		"id": c.id, "status": c.status, "amount": c.order.amount, "final_capture": true, "custom_id": c.order.key, "invoice_id": c.order.invoice,
		"seller_protection":           map[string]any{"status": "ELIGIBLE", "dispute_categories": []string{"ITEM_NOT_RECEIVED", "UNAUTHORIZED_TRANSACTION"}},
		"seller_receivable_breakdown": map[string]any{"gross_amount": c.order.amount, "paypal_fee": fee, "net_amount": c.order.amount},
		"create_time":                 stamp(c.created), "update_time": stamp(c.created),
		"links":              []link{{s.URL + "/v2/payments/captures/" + c.id, "self", "GET"}, {s.URL + "/v2/payments/captures/" + c.id + "/refund", "refund", "POST"}},
		"supplementary_data": map[string]any{"related_ids": map[string]string{"order_id": c.order.id}},
	}
}

func (s *Server) showCapture(r *http.Request) (int, any) {
	if c := s.captures[r.PathValue("id")]; c != nil {
		return http.StatusOK, s.captureView(c)
	}
	return notFound()
}

// became records that a capture has its money, or waits for it.
func (s *Server) became(c *capture) {
	if c.status == "COMPLETED" {
		s.lines = append(s.lines, line{"T0006", c.id, "", c.order.key, c.order.invoice, c.order.amount, 1, s.now()},
			line{"T0400", s.id("7F"), "", "", "", c.order.amount, -1, s.now()}) // on its way to the bank
	}
	s.happened("PAYMENT.CAPTURE."+c.status, "capture", c.order.key, s.captureView(c))
}

// Clear ends the pending capture of a payment: its money arrives, or does not.
func (s *Server) Clear(t interface{ Fatalf(string, ...any) }, key string, arrives bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.captures {
		if c.order.key == key && c.status == "PENDING" {
			c.status = map[bool]string{true: "COMPLETED", false: "DECLINED"}[arrives]
			s.became(c)
			return
		}
	}
	t.Fatalf("no pending capture of %s", key)
}

func (s *Server) refundCapture(r *http.Request) (int, any) {
	rid, ok := requestID(r)
	c := s.captures[r.PathValue("id")]
	switch {
	case !ok:
		return problem(http.StatusBadRequest, "INVALID_REQUEST", "PAYPAL_REQUEST_ID_REQUIRED", "PayPal-Request-Id", "A PayPal-Request-Id is required")
	case c == nil:
		return notFound()
	}
	var b struct {
		Amount      *amount `json:"amount"`
		CustomID    string  `json:"custom_id"`
		InvoiceID   string  `json:"invoice_id"`
		NoteToPayer string  `json:"note_to_payer"`
	}
	if err := standin.Read(r, &b); err != nil {
		return invalid("/", err.Error())
	}
	if made, ok := s.replies["refund "+rid]; ok {
		return http.StatusOK, s.refundView(s.refunds[made])
	}
	if b.Amount == nil {
		return invalid("/amount", "missing")
	}
	switch issue := b.Amount.check(); {
	case issue != "":
		return unprocessable(issue)
	case c.status != "COMPLETED" && c.status != "PARTIALLY_REFUNDED" && c.status != "REFUNDED":
		return unprocessable("CAPTURE_NOT_COMPLETED")
	case b.Amount.Currency != c.order.amount.Currency:
		return unprocessable("REFUND_CAPTURE_CURRENCY_MISMATCH")
	case c.left() == 0:
		return unprocessable("CAPTURE_FULLY_REFUNDED")
	case b.Amount.hundredths() > c.left():
		return unprocessable("REFUND_AMOUNT_EXCEEDED")
	case s.disputed(c) && b.Amount.hundredths() < c.left():
		return unprocessable("CAPTURE_DISPUTED_PARTIAL_REFUND_NOT_ALLOWED")
	}
	f := s.giveBack(c, &refund{key: b.CustomID, invoice: b.InvoiceID, amount: *b.Amount})
	s.replies["refund "+rid] = f.id
	return http.StatusCreated, s.refundView(f)
}

func (s *Server) giveBack(c *capture, f *refund) *refund {
	f.id, f.capture, f.status, f.created = s.id("1JU"), c, "COMPLETED", s.now()
	c.refunded += f.amount.hundredths()
	if c.status = "PARTIALLY_REFUNDED"; c.left() == 0 {
		c.status = "REFUNDED"
	}
	s.refunds[f.id] = f
	s.lines = append(s.lines, line{"T1107", f.id, c.id, f.key, f.invoice, f.amount, -1, s.now()})
	s.happened("PAYMENT.CAPTURE.REFUNDED", "refund", c.order.key, s.refundView(f))
	return f
}

// RefundByHand gives back a part of a payment as somebody does in PayPal's own pages, and answers PayPal's id of it.
func (s *Server) RefundByHand(t interface{ Fatalf(string, ...any) }, key, value string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.captures {
		if c.order.key == key {
			return s.giveBack(c, &refund{amount: amount{c.order.amount.Currency, value}}).id
		}
	}
	t.Fatalf("nothing of %s was captured", key)
	return ""
}

func (s *Server) refundView(f *refund) map[string]any {
	return map[string]any{
		"id": f.id, "status": f.status, "amount": f.amount, "custom_id": f.key, "invoice_id": f.invoice, "create_time": stamp(f.created), "update_time": stamp(f.created),
		"seller_payable_breakdown": map[string]any{"gross_amount": f.amount, "net_amount": f.amount, "total_refunded_amount": f.amount},
		"links":                    []link{{s.URL + "/v2/payments/refunds/" + f.id, "self", "GET"}, {s.URL + "/v2/payments/captures/" + f.capture.id, "up", "GET"}},
	}
}

// Moved answers captures minus refunds and lost disputes of a payment, in hundredths.
func (s *Server) Moved(key string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	var sum int64
	for _, c := range s.captures {
		if c.order.key == key && c.status != "PENDING" && c.status != "DECLINED" {
			sum += c.left()
		}
	}
	return sum
}

package stripestand

import (
	"maps"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Payment methods that the stand knows, besides pm_card_visa, which pays. The first ones are Stripe's own names of its test mode.
const (
	Visa         = "pm_card_visa"
	Declined     = "pm_card_visa_chargeDeclined"
	NoFunds      = "pm_card_chargeDeclinedInsufficientFunds"
	ThreeDSecure = "pm_card_threeDSecure2Required"
	Late         = "pm_stand_late" // is in process until time passes
	Slow         = "pm_stand_slow" // is captured after a moment
	Lost         = "pm_stand_lost" // is captured, and no answer ever comes
)

type intent struct {
	id, status, method, back string
	bank                     string // address of the page of 3-D Secure
	amount, received         int64
	currency, description    string
	metadata                 map[string]string
	failure                  map[string]any // last_payment_error
	charge                   *charge
	busy                     bool // locked by a request
	created                  int64
}

type charge struct {
	id               string
	intent           *intent
	amount, refunded int64
	disputed         bool
	created          int64
}

func (c *charge) head() (string, int64) { return c.id, c.created }

func (s *Stand) createIntent(r *http.Request) (int, any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	amount, err := strconv.ParseInt(r.PostForm.Get("amount"), 10, 64)
	switch {
	case err != nil || amount < 1:
		return http.StatusBadRequest, failure("invalid_request_error", "parameter_invalid_integer", "amount", "Invalid positive integer")
	case amount < 50:
		return http.StatusBadRequest, failure("invalid_request_error", "amount_too_small", "amount", "Amount must be at least 50 cents")
	case amount > 99999999:
		return http.StatusBadRequest, failure("invalid_request_error", "amount_too_large", "amount", "Amount must be no more than 99999999")
	case r.PostForm.Get("currency") == "xts":
		return http.StatusBadRequest, failure("invalid_request_error", "", "currency", "Invalid currency: xts")
	}
	pi := &intent{
		id: s.id("pi"), status: "requires_payment_method", amount: amount, currency: r.PostForm.Get("currency"),
		description: r.PostForm.Get("description"), metadata: metadata(r), created: now(),
	}
	s.intents[pi.id] = pi
	s.tell("payment_intent.created", pi.show(false))
	return http.StatusOK, pi.show(false)
}

func metadata(r *http.Request) map[string]string {
	out := map[string]string{}
	for key := range r.PostForm {
		if name, ok := strings.CutPrefix(key, "metadata["); ok {
			out[strings.TrimSuffix(name, "]")] = r.PostForm.Get(key)
		}
	}
	return out
}

func (s *Stand) getIntent(r *http.Request) (int, any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	pi := s.intents[r.PathValue("id")]
	if pi == nil {
		return missing("intent")
	}
	return http.StatusOK, pi.show(expanded(r.Form, "latest_charge"))
}

var query = regexp.MustCompile(`^metadata\['(\w+)'\]:'(\w+)'$`)

func (s *Stand) searchIntents(r *http.Request) (int, any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := query.FindStringSubmatch(r.Form.Get("query"))
	if q == nil {
		return http.StatusBadRequest, failure("invalid_request_error", "", "query", "not understood")
	}
	data := []any{}
	for _, pi := range s.intents {
		if s.indexed && pi.metadata[q[1]] == q[2] {
			data = append(data, pi.show(false))
		}
	}
	return http.StatusOK, map[string]any{"object": "search_result", "url": r.URL.Path, "has_more": false, "data": data}
}

// lock takes an intent for one request at a time: others are told to come again.
func (s *Stand) lock(r *http.Request, allowed ...string) (pi *intent, status int, body any) {
	pi = s.intents[r.PathValue("id")]
	switch {
	case pi == nil:
		status, body = missing("intent")
		return nil, status, body
	case pi.busy:
		return nil, http.StatusTooManyRequests, failure("invalid_request_error", "lock_timeout", "", "This object cannot be accessed right now")
	}
	for _, a := range allowed {
		if pi.status == a {
			return pi, 0, nil
		}
	}
	return nil, http.StatusBadRequest, failure("invalid_request_error", "payment_intent_unexpected_state", "", "This PaymentIntent's status is "+pi.status)
}

func (s *Stand) confirmIntent(r *http.Request) (int, any) {
	method := r.PostForm.Get("payment_method") + r.PostForm.Get("confirmation_token")
	if method == Slow {
		s.slowly(r.PathValue("id"))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	pi, status, body := s.lock(r, "requires_payment_method", "requires_confirmation")
	if pi == nil {
		return status, body
	}
	if r.PostForm.Get("return_url") == "" {
		return http.StatusBadRequest, failure("invalid_request_error", "", "return_url", "This PaymentIntent may require a redirect: provide a return_url")
	}
	pi.method, pi.back = method, r.PostForm.Get("return_url")
	switch method {
	case Visa, Slow, Lost, "ctoken_card_visa":
		s.capture(pi)
	case Declined:
		return s.decline(pi, "card_declined", "generic_decline")
	case NoFunds:
		return s.decline(pi, "card_declined", "insufficient_funds")
	case ThreeDSecure:
		pi.status, pi.failure, pi.bank = "requires_action", nil, s.URL+"/3ds/"+pi.id
		s.tell("payment_intent.requires_action", pi.show(false))
	case Late:
		pi.status, pi.failure = "processing", nil
		s.tell("payment_intent.processing", pi.show(false))
	default:
		return http.StatusBadRequest, failure("invalid_request_error", "resource_missing", "payment_method", "No such PaymentMethod: '"+method+"'")
	}
	return http.StatusOK, pi.show(expanded(r.PostForm, "latest_charge"))
}

// slowly holds an intent's lock for a moment.
func (s *Stand) slowly(id string) {
	hold := func(busy bool) {
		s.mu.Lock()
		defer s.mu.Unlock()
		if pi := s.intents[id]; pi != nil {
			pi.busy = busy
		}
	}
	hold(true)
	time.Sleep(50 * time.Millisecond)
	hold(false)
}

func (s *Stand) capture(pi *intent) {
	pi.status, pi.failure, pi.received = "succeeded", nil, pi.amount
	pi.charge = &charge{id: s.id("ch"), intent: pi, amount: pi.amount, created: now()}
	s.charges = append(s.charges, pi.charge)
	s.tell("payment_intent.succeeded", pi.show(false))
}

func (s *Stand) decline(pi *intent, code, decline string) (int, any) {
	pi.status = "requires_payment_method"
	pi.failure = map[string]any{"type": "card_error", "code": code, "decline_code": decline, "message": "Your card was declined."}
	s.tell("payment_intent.payment_failed", pi.show(false))
	body := failure("card_error", code, "", "Your card was declined.")
	body["error"].(map[string]any)["decline_code"] = decline
	body["error"].(map[string]any)["payment_intent"] = pi.show(false)
	return http.StatusPaymentRequired, body
}

func (s *Stand) cancelIntent(r *http.Request) (int, any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	pi, status, body := s.lock(r, "requires_payment_method", "requires_confirmation", "requires_action")
	if pi == nil {
		return status, body
	}
	pi.status = "canceled"
	s.tell("payment_intent.canceled", pi.show(false))
	return http.StatusOK, pi.show(expanded(r.PostForm, "latest_charge"))
}

// bank is the page where a cardholder confirms or refuses: one post decides, later ones change nothing.
func (s *Stand) bank(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	pi := s.intents[r.PathValue("id")]
	if pi == nil {
		http.NotFound(w, r)
		return
	}
	if pi.status == "requires_action" {
		if r.FormValue("decision") == "approve" {
			s.capture(pi)
		} else {
			s.decline(pi, "payment_intent_authentication_failure", "")
		}
	}
	http.Redirect(w, r, pi.back+"?payment_intent="+pi.id, http.StatusSeeOther)
}

// LetTimePass decides what is in process: it is captured.
func (s *Stand) LetTimePass() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, pi := range s.intents {
		if pi.status == "processing" {
			s.capture(pi)
		}
	}
}

func (pi *intent) show(withCharge bool) map[string]any {
	out := map[string]any{
		"id": pi.id, "object": "payment_intent", "status": pi.status, "amount": pi.amount, "amount_received": pi.received, "currency": pi.currency,
		"description": pi.description, "metadata": maps.Clone(pi.metadata), "created": pi.created, "client_secret": pi.id + "_secret_hidden",
		"last_payment_error": nil, "latest_charge": nil, "next_action": nil,
	}
	if pi.failure != nil {
		out["last_payment_error"] = maps.Clone(pi.failure)
	}
	if pi.status == "requires_action" {
		out["next_action"] = map[string]any{"type": "redirect_to_url", "redirect_to_url": map[string]any{"url": pi.bank, "return_url": pi.back}}
	}
	if pi.charge != nil {
		out["latest_charge"] = pi.charge.id
		if withCharge {
			out["latest_charge"] = pi.charge.show(false)
		}
	}
	return out
}

func (c *charge) show(withIntent bool) map[string]any {
	out := map[string]any{
		"id": c.id, "object": "charge", "amount": c.amount, "amount_captured": c.amount, "amount_refunded": c.refunded, "currency": c.intent.currency,
		"captured": true, "paid": true, "status": "succeeded", "disputed": c.disputed, "created": c.created, "metadata": maps.Clone(c.intent.metadata),
		"payment_intent": c.intent.id, "payment_method_details": map[string]any{"type": "card", "card": map[string]any{"brand": "visa", "last4": "4242"}},
	}
	if withIntent {
		out["payment_intent"] = c.intent.show(false)
	}
	return out
}

func (s *Stand) listCharges(r *http.Request) (int, any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return list(r, s.charges, func(*charge) bool { return true }, func(c *charge) any { return c.show(expanded(r.Form, "data.payment_intent")) })
}

// Package stripestand is a stand-in for Stripe in tests: a server that keeps intents, charges, refunds and disputes and behaves as Stripe
// documents it where package stripe depends on it: answers kept by idempotency key, conflicts, locks, declines, 3-D Secure, pages of
// lists, a search that lags, webhooks. It can be told to lose answers and to fail. Stripe's own stripe-mock checks the form of requests.
package stripestand

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// What the stand is configured with; the adapter under test gets the same.
const (
	SecretKey      = "sk_test_stand"
	PublishableKey = "pk_test_stand"
	WebhookSecret  = "whsec_stand"
)

// Fault is how a request is broken.
type Fault int

// The faults.
const (
	None       Fault = iota
	Down             // turned away with 503, nothing is done
	Busy             // turned away with 429: too many requests
	HangUp           // done, and the answer is lost
	FailedDone       // done, and answered with 500
)

// Stand is one account at Stripe.
type Stand struct {
	URL string
	// Break says how a request is broken; nil means none is.
	Break func(r *http.Request) Fault

	mu       sync.Mutex
	serial   int
	keys     map[string]*kept
	intents  map[string]*intent
	charges  []*charge
	refunds  []*refund
	disputes []*dispute
	events   []Event
	indexed  bool // whether the search knows of everything
	pending  bool // whether refunds take their time
}

// kept is what is known by an idempotency key.
type kept struct {
	request string
	busy    bool
	status  int
	body    []byte
}

// Start runs a stand until the test ends.
func Start(t testing.TB) *Stand {
	s := &Stand{keys: map[string]*kept{}, intents: map[string]*intent{}}
	mux := http.NewServeMux()
	for pattern, h := range map[string]func(*http.Request) (int, any){
		"POST /v1/payment_intents":              s.createIntent,
		"GET /v1/payment_intents/{id}":          s.getIntent,
		"GET /v1/payment_intents/search":        s.searchIntents,
		"POST /v1/payment_intents/{id}/confirm": s.confirmIntent,
		"POST /v1/payment_intents/{id}/cancel":  s.cancelIntent,
		"GET /v1/charges":                       s.listCharges,
		"POST /v1/refunds":                      s.createRefund,
		"GET /v1/refunds":                       s.listRefunds,
		"GET /v1/disputes":                      s.listDisputes,
	} {
		mux.HandleFunc(pattern, s.endpoint(h))
	}
	mux.HandleFunc("POST /3ds/{id}", s.bank)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	s.URL = server.URL
	return s
}

// Refuse sets a fault for requests of this method whose path ends so, n times; a negative n means for ever.
func (s *Stand) Refuse(f Fault, method, path string, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Break = func(r *http.Request) Fault { // called with the lock held
		if n == 0 || r.Method != method || !strings.HasSuffix(r.URL.Path, path) {
			return None
		}
		n--
		return f
	}
}

// endpoint does what is the same for all requests: the secret key, faults, and idempotency.
func (s *Stand) endpoint(h func(*http.Request) (int, any)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Request-Id", "req_stand")
		if r.Header.Get("Authorization") != "Bearer "+SecretKey {
			write(w, http.StatusUnauthorized, failure("invalid_request_error", "", "", "Invalid API Key provided"))
			return
		}
		if err := r.ParseForm(); err != nil {
			write(w, http.StatusBadRequest, failure("invalid_request_error", "", "", err.Error()))
			return
		}
		s.mu.Lock()
		fault := None
		if s.Break != nil {
			fault = s.Break(r)
		}
		if fault == Down || fault == Busy {
			s.mu.Unlock()
			if fault == Down {
				write(w, http.StatusServiceUnavailable, failure("api_error", "", "", "down for the test"))
			} else {
				write(w, http.StatusTooManyRequests, failure("invalid_request_error", "rate_limit", "", "Request rate limit exceeded"))
			}
			return
		}
		k, again := s.take(r)
		s.mu.Unlock()
		if fault == None && r.PostForm.Get("payment_method") == Lost {
			fault = HangUp
		}
		if again != nil {
			if k != nil {
				w.Header().Set("Idempotent-Replayed", "true")
			}
			send(w, again.status, again.body, fault)
			return
		}
		status, answer := h(r)
		if fault == FailedDone {
			status, answer = http.StatusInternalServerError, failure("api_error", "", "", "broken for the test")
		}
		body, err := json.Marshal(answer)
		if err != nil {
			panic(err)
		}
		if k != nil {
			s.mu.Lock()
			k.busy, k.status, k.body = false, status, body
			if status == http.StatusConflict || status == http.StatusTooManyRequests {
				delete(s.keys, r.Header.Get("Idempotency-Key")) // what was not begun is not kept
			}
			s.mu.Unlock()
		}
		send(w, status, body, fault)
	}
}

// take looks a request's key up: again is the answer if there is one to give at once. k is nil for requests without a key, and for refusals
// that are not kept.
func (s *Stand) take(r *http.Request) (k *kept, again *kept) {
	key := r.Header.Get("Idempotency-Key")
	if r.Method != http.MethodPost || key == "" {
		return nil, nil
	}
	request := r.URL.Path + "?" + r.PostForm.Encode()
	known := s.keys[key]
	switch {
	case known == nil:
		k = &kept{request: request, busy: true}
		s.keys[key] = k
		return k, nil
	case known.request != request:
		return nil, refusal(http.StatusBadRequest, failure("idempotency_error", "", "", "Keys for idempotent requests can only be used with the same parameters they were first used with."))
	case known.busy:
		return nil, refusal(http.StatusConflict, failure("idempotency_error", "idempotency_key_in_use", "", "There is currently another in-progress request using this Idempotent Key."))
	default:
		return known, known
	}
}

func refusal(status int, body any) *kept {
	b, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	return &kept{status: status, body: b}
}

// ForgetKeys lets a day pass: answers by key are forgotten, and the search knows everything.
func (s *Stand) ForgetKeys() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keys, s.indexed = map[string]*kept{}, true
}

func (s *Stand) id(prefix string) string {
	s.serial++
	return fmt.Sprintf("%s_%06d", prefix, s.serial)
}

// failure is Stripe's form of an error.
func failure(kind, code, param, message string) map[string]any {
	e := map[string]any{"type": kind, "message": message}
	if code != "" {
		e["code"] = code
	}
	if param != "" {
		e["param"] = param
	}
	return map[string]any{"error": e}
}

func missing(param string) (int, any) {
	return http.StatusNotFound, failure("invalid_request_error", "resource_missing", param, "No such object")
}

func write(w http.ResponseWriter, status int, body any) {
	b, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	send(w, status, b, None)
}

func send(w http.ResponseWriter, status int, body []byte, f Fault) {
	if f == HangUp {
		panic(http.ErrAbortHandler)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// expanded reports whether a field is asked for as an object.
func expanded(form url.Values, field string) bool {
	for key, values := range form {
		if strings.HasPrefix(key, "expand[") && slices.Contains(values, field) {
			return true
		}
	}
	return false
}

func unix(form url.Values, name string, otherwise int64) int64 {
	n, err := strconv.ParseInt(form.Get(name), 10, 64)
	if err != nil {
		return otherwise
	}
	return n
}

// list answers a page of objects, the newest first, of the given time and those after starting_after. Pages are small, so that tests have
// several.
func list[T interface {
	head() (id string, created int64)
}](r *http.Request, all []T, wanted func(T) bool, show func(T) any,
) (int, any) {
	const page = 2
	from, until, after := unix(r.Form, "created[gte]", 0), unix(r.Form, "created[lt]", 1<<62), r.Form.Get("starting_after")
	data, more := []any{}, false
	for _, one := range slices.Backward(all) {
		id, created := one.head()
		if after != "" {
			if id == after {
				after = ""
			}
			continue
		}
		if created < from || created >= until || !wanted(one) {
			continue
		}
		if len(data) == page {
			more = true
			break
		}
		data = append(data, show(one))
	}
	return http.StatusOK, map[string]any{"object": "list", "url": r.URL.Path, "has_more": more, "data": data}
}

func now() int64 { return time.Now().Unix() }

package stripe_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"marquee/internal/money"
	"marquee/subgraphs/payments/internal/payment"
	"marquee/subgraphs/payments/internal/provider/stripe"
)

// mock starts Stripe's own stripe-mock, which checks every request against Stripe's published OpenAPI and answers with fixtures: it keeps
// nothing. The test is skipped where it was not built (make bin/stripe-mock).
func mock(t *testing.T) string {
	t.Helper()
	binary, err := filepath.Abs("../../../../../bin/stripe-mock")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(binary); err != nil {
		if binary, err = exec.LookPath("stripe-mock"); err != nil {
			t.Skip("SKIPPED: requests to Stripe are not checked, there is no bin/stripe-mock: make bin/stripe-mock")
		}
	}
	server := exec.CommandContext(t.Context(), binary, "-http-addr", "127.0.0.1:0", "-https-addr", "127.0.0.1:0")
	out, err := server.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Process.Kill(); _ = server.Wait() })
	listening := regexp.MustCompile(`127\.0\.0\.1:\d+`)
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if at := listening.FindString(lines.Text()); at != "" {
			go func() {
				for lines.Scan() {
				}
			}()
			return "http://" + at
		}
	}
	t.Fatalf("stripe-mock said nothing: %v", lines.Err())
	return ""
}

// traffic lists the requests that went to stripe-mock, and those that it refused.
type traffic struct {
	mu      sync.Mutex
	seen    []string
	refused []string
}

// note writes a request down and bends the answer: what stripe-mock answers has the right form, but nobody could go on from it.
func (s *traffic) note(r *http.Response) error {
	answer, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	line := r.Request.Method + " " + r.Request.URL.Path
	asked := r.Request.Header.Get("X-Body") + r.Request.URL.RawQuery
	if key := r.Request.Header.Get("Idempotency-Key"); strings.HasPrefix(key, "pay_") || strings.HasPrefix(key, "ref_") {
		line += " under " + key
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seen = append(s.seen, line); r.StatusCode >= http.StatusBadRequest {
		s.refused = append(s.refused, line+" "+asked+": "+string(answer))
	}
	var object map[string]any
	if err := json.Unmarshal(answer, &object); err != nil {
		return err
	}
	bend(object, strings.HasSuffix(r.Request.URL.Path, "/pi_123"))
	if all, ok := object["data"].([]any); ok {
		for _, one := range all {
			bend(one.(map[string]any), false)
		}
	}
	if answer, err = json.Marshal(object); err != nil {
		return err
	}
	r.Body = io.NopCloser(bytes.NewReader(answer))
	r.Header.Del("Content-Length")
	r.ContentLength = int64(len(answer))
	return nil
}

func bend(object map[string]any, paid bool) {
	if object["object"] != "payment_intent" {
		return
	}
	object["last_payment_error"], object["amount"], object["currency"] = nil, 4250, "eur"
	object["metadata"] = map[string]string{"marquee_payment": mockedKey}
	if paid {
		object["status"], object["amount_received"] = "succeeded", 4250
	}
}

// watched is stripe-mock with somebody who writes down what goes there.
func watched(t *testing.T) (*stripe.Stripe, *traffic) {
	t.Helper()
	target, err := url.Parse(mock(t))
	if err != nil {
		t.Fatal(err)
	}
	seen := &traffic{}
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.ModifyResponse = seen.note
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		r.Header.Set("X-Body", string(body))
		r.Body = io.NopCloser(bytes.NewReader(body))
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return open(t, server.URL), seen
}

func open(t *testing.T, address string) *stripe.Stripe {
	t.Helper()
	s, err := stripe.New(stripe.Options{
		SecretKey: "sk_test_123", PublishableKey: "pk_test_123", WebhookSecrets: "whsec_one, whsec_two", URL: address, Now: time.Now,
		Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

const mockedKey = "pay_01m85veyhfetjr4nmet2bc63s8"

// Every request has the form that Stripe publishes.
func TestRequests(t *testing.T) {
	t.Parallel()
	s, seen := watched(t)
	ref := payment.ChargeRef{
		Key: mockedKey, Amount: money.Of(4250, "EUR"), Description: "Concert · ABCD-2345",
		ReturnURL: "https://shop.example/payments/return/" + mockedKey, CreatedAt: time.Now(),
	}
	known, old := ref, ref
	known.Reference, old.CreatedAt = "pi_123", time.Now().Add(-48*time.Hour)
	for _, test := range []struct {
		name string
		call func() error
		want []string
	}{
		{"charge", func() error {
			_, err := s.Charge(t.Context(), payment.ChargeRequest{ChargeRef: ref, Token: "pm_card_visa"})
			return err
		}, []string{"POST /v1/payment_intents under " + mockedKey, "POST /v1/payment_intents/pi_ID/confirm under " + mockedKey + "/confirm"}},
		{"charge by confirmation token", func() error {
			_, err := s.Charge(t.Context(), payment.ChargeRequest{ChargeRef: ref, Token: "ctoken_123"})
			return err
		}, []string{"POST /v1/payment_intents under " + mockedKey, "POST /v1/payment_intents/pi_ID/confirm under " + mockedKey + "/confirm"}},
		{"ask", func() error {
			c, err := s.ChargeByKey(t.Context(), known)
			if c.State != payment.Captured || c.Amount != ref.Amount || c.Reference != "pi_123" {
				t.Errorf("%+v", c)
			}
			return err
		}, []string{"GET /v1/payment_intents/pi_123"}},
		{
			"ask without an answer", func() error { _, err := s.ChargeByKey(t.Context(), ref); return err },
			[]string{"POST /v1/payment_intents under " + mockedKey},
		},
		{
			"ask long after", func() error { _, err := s.ChargeByKey(t.Context(), old); return err },
			[]string{"GET /v1/payment_intents/search", "GET /v1/payment_intents/pi_ID"},
		},
		{
			"abandon", func() error { _, err := s.Abandon(t.Context(), ref); return err },
			[]string{"POST /v1/payment_intents under " + mockedKey, "POST /v1/payment_intents/pi_ID/cancel"},
		},
		{"refund", func() error {
			return s.Refund(t.Context(), payment.ProviderRefundRequest{Key: "ref_1", Charge: known, Amount: money.Of(50, "EUR")})
		}, []string{"GET /v1/payment_intents/pi_123", "GET /v1/refunds", "POST /v1/refunds under ref_1"}},
		{
			"disputes", func() error { _, err := s.Disputes(t.Context(), known); return err },
			[]string{"GET /v1/payment_intents/pi_123", "GET /v1/disputes"},
		},
		{"transactions", func() error {
			for _, err := range s.Transactions(t.Context(), time.Unix(1000, 0), time.Unix(2000, 0)) {
				if err != nil {
					return err
				}
			}
			return nil
		}, []string{"GET /v1/charges", "GET /v1/refunds", "GET /v1/disputes"}},
	} {
		err := test.call()
		seen.mu.Lock()
		for i, line := range seen.seen {
			seen.seen[i] = regexp.MustCompile(`/pi_[A-Za-z0-9]{8,}`).ReplaceAllString(line, "/pi_ID")
		}
		if !slices.Equal(seen.seen, test.want) {
			t.Errorf("%s: requests %q, want %q: %v", test.name, seen.seen, test.want, err)
		}
		for _, r := range seen.refused {
			t.Errorf("%s: refused: %s", test.name, r)
		}
		seen.seen, seen.refused = nil, nil
		seen.mu.Unlock()
	}
}

package stripestand

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stripe/stripe-go/v85/webhook"
)

// Event is a webhook's body that waits for its delivery.
type Event struct {
	Type string
	Body []byte
}

func (s *Stand) tell(kind string, object any) {
	body, err := json.Marshal(map[string]any{
		"id": s.id("evt"), "object": "event", "type": kind, "api_version": "2026-03-25.dahlia", "created": now(), "livemode": false,
		"data": map[string]any{"object": object},
	})
	if err != nil {
		panic(err)
	}
	s.events = append(s.events, Event{kind, body})
}

// Events takes the events that were not taken before, oldest first.
func (s *Stand) Events() []Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.events
	s.events = nil
	return out
}

// Sign is the header of a delivery at some time.
func Sign(body []byte, secret string, at time.Time) string {
	return webhook.GenerateTestSignedPayload(&webhook.UnsignedPayload{Payload: body, Secret: secret, Timestamp: at}).Header
}

// Deliver posts an event to a handler's address, signed now, and returns the status.
func Deliver(t testing.TB, address string, e Event) int {
	t.Helper()
	return Post(t, address, e.Body, Sign(e.Body, WebhookSecret, time.Now()))
}

// Post posts a body with a signature of any kind, and returns the status.
func Post(t testing.TB, address string, body []byte, signature string) int {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Stripe-Signature", signature)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	return answer.StatusCode
}

package razorpaytest

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"marquee/subgraphs/payments/internal/provider/providertest/standin"
)

type event struct {
	id, key, kind string
	body          []byte
}

// happened writes an event down.
func (s *Server) happened(kind, key string, about map[string]any) {
	var contains []string
	payload := map[string]any{}
	for name, entity := range about {
		contains, payload[name] = append(contains, name), map[string]any{"entity": entity}
	}
	slices.Sort(contains)
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(map[string]any{
		"entity": "event", "account_id": "acc_BFQ7uQEaa7j2z7", "event": kind, "contains": contains, "payload": payload, "created_at": s.now().Unix(),
	}); err != nil {
		panic(err)
	}
	s.events = append(s.events, event{fmt.Sprintf("evt%011d", len(s.events)+1), key, kind, b.Bytes()})
}

// Deliveries answers all webhooks about a payment so far, in order.
func (s *Server) Deliveries(key string) []standin.Delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []standin.Delivery
	for _, e := range s.events {
		if e.key == key {
			d := Sign(e.kind, e.body, WebhookSecret)
			d.Header.Set("X-Razorpay-Event-Id", e.id)
			out = append(out, d)
		}
	}
	return out
}

// Sign makes a delivery of an event's body.
func Sign(kind string, body []byte, secret string) standin.Delivery {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	h := http.Header{}
	h.Set("Content-Type", "application/json")
	h.Set("X-Razorpay-Signature", hex.EncodeToString(mac.Sum(nil)))
	return standin.Delivery{Type: kind, Header: h, Body: body}
}

package stripe

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/stripe/stripe-go/v85/webhook"

	"marquee/subgraphs/payments/internal/payment"
	signed "marquee/subgraphs/payments/internal/provider/webhook"
)

// Webhook checks a delivery's signature and age and says which payment it is about. It is only a hint, so that the event's version and
// order do not matter.
func (s *Stripe) Webhook(r *http.Request, body []byte) ([]payment.Hint, error) {
	var kind string
	var raw json.RawMessage
	refused := fmt.Errorf("%w: no secret is set", signed.ErrForged)
	for _, secret := range s.secrets {
		e, err := webhook.ConstructEventWithOptions(body, r.Header.Get("Stripe-Signature"), secret,
			webhook.ConstructEventOptions{Tolerance: signed.Tolerance, IgnoreAPIVersionMismatch: true})
		if err != nil {
			if refused = fmt.Errorf("%w: %w", signed.ErrForged, err); errors.Is(err, webhook.ErrNoValidSignature) {
				continue // of another secret
			}
			return nil, refused
		}
		kind, refused = string(e.Type), nil
		if e.Data != nil {
			raw = e.Data.Raw
		}
		break
	}
	if refused != nil {
		return nil, refused
	}
	var about struct {
		ID            string            `json:"id"`
		Metadata      map[string]string `json:"metadata"`
		PaymentIntent string            `json:"payment_intent"` // its id
		FailureReason string            `json:"failure_reason"`
	}
	if err := json.Unmarshal(raw, &about); err != nil {
		return nil, nil //nolint:nilerr // signed, but about nothing we know
	}
	switch {
	case strings.HasPrefix(kind, "payment_intent."):
		if key := about.Metadata[paymentKey]; key != "" && kind != "payment_intent.created" {
			return []payment.Hint{{PaymentID: key}}, nil
		}
	case strings.HasPrefix(kind, "charge.dispute."):
		if about.PaymentIntent == "" {
			return nil, nil
		}
		key, err := s.keyOf(r.Context(), about.PaymentIntent)
		if err != nil || key == "" {
			return nil, err
		}
		return []payment.Hint{{PaymentID: key, Dispute: true}}, nil
	case kind == "refund.failed":
		// The card no longer takes it. Stripe put the money back into our balance; a person must pay it out another way.
		if key := about.Metadata[refundKey]; key != "" {
			s.o.Log.ErrorContext(r.Context(), "a refund came back: give the money back another way", "refund", key, "stripe", about.ID, "reason", about.FailureReason)
		}
	}
	return nil, nil
}

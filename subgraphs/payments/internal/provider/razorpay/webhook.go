package razorpay

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"marquee/subgraphs/payments/internal/payment"
	"marquee/subgraphs/payments/internal/provider/webhook"
)

// replayed is how old an event may be: Razorpay delivers for 24 hours by itself and replays events of the last seven days when asked to.
const replayed = 8 * 24 * time.Hour

// Webhook checks a delivery's signature and age and answers which payments it is about.
func (p *Razorpay) Webhook(r *http.Request, body []byte) ([]payment.Hint, error) {
	if !webhook.HMAC(body, r.Header.Get("X-Razorpay-Signature"), p.o.WebhookSecrets) {
		return nil, webhook.ErrForged
	}
	var e struct {
		Event     string `json:"event"`
		CreatedAt int64  `json:"created_at"`
		Payload   struct {
			Link    entity `json:"payment_link"`
			Payment entity `json:"payment"`
			Refund  entity `json:"refund"`
			Dispute entity `json:"dispute"`
		} `json:"payload"`
	}
	if err := json.Unmarshal(body, &e); err != nil {
		return nil, fmt.Errorf("%w: %w", webhook.ErrForged, err)
	}
	if age := p.o.Now().Sub(time.Unix(e.CreatedAt, 0)); age > replayed || age < -webhook.Tolerance {
		return nil, fmt.Errorf("%w: of the moment %d", webhook.ErrForged, e.CreatedAt)
	}
	dispute := strings.HasPrefix(e.Event, "payment.dispute.")
	if !dispute && !strings.HasPrefix(e.Event, "payment_link.") && !strings.HasPrefix(e.Event, "payment.") && !strings.HasPrefix(e.Event, "refund.") {
		return nil, nil
	}
	key := notesOf(e.Payload.Link.Entity.ReferenceID).payment()
	for _, about := range []entity{e.Payload.Refund, e.Payload.Payment, e.Payload.Dispute} {
		theirs := about.Entity.PaymentID
		if theirs == "" {
			theirs = about.Entity.ID
		}
		if key == "" {
			var err error
			if key, err = p.paymentOf(r.Context(), theirs, about.Entity.Notes); err != nil {
				return nil, err
			}
		}
	}
	if key == "" {
		return nil, nil
	}
	return []payment.Hint{{PaymentID: key, Dispute: dispute}}, nil
}

// entity is an object in an event, as far as it may tell which payment it is about.
type entity struct {
	Entity struct {
		ID          string `json:"id"`
		PaymentID   string `json:"payment_id"`
		ReferenceID string `json:"reference_id"`
		Notes       notes  `json:"notes"`
	} `json:"entity"`
}

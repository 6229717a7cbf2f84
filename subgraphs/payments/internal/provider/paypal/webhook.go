package paypal

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	sdk "github.com/plutov/paypal/v4"

	"marquee/internal/id"
	"marquee/subgraphs/payments/internal/payment"
	"marquee/subgraphs/payments/internal/provider/webhook"
)

// retried is how long PayPal goes on delivering what was not taken (25 times over three days), with some room. What is older is a replay.
const retried = 4 * 24 * time.Hour

// verification is the request that asks PayPal whether a delivery is its own.
type verification struct {
	AuthAlgo         string `json:"auth_algo"`
	CertURL          string `json:"cert_url"`
	TransmissionID   string `json:"transmission_id"`
	TransmissionSig  string `json:"transmission_sig"`
	TransmissionTime string `json:"transmission_time"`
	WebhookID        string `json:"webhook_id"`
}

// Webhook checks a delivery with PayPal and answers which payments it is about.
func (p *PayPal) Webhook(r *http.Request, body []byte) ([]payment.Hint, error) {
	v := verification{
		AuthAlgo: r.Header.Get("PAYPAL-AUTH-ALGO"), CertURL: r.Header.Get("PAYPAL-CERT-URL"), TransmissionID: r.Header.Get("PAYPAL-TRANSMISSION-ID"),
		TransmissionSig: r.Header.Get("PAYPAL-TRANSMISSION-SIG"), TransmissionTime: r.Header.Get("PAYPAL-TRANSMISSION-TIME"), WebhookID: p.o.WebhookID,
	}
	if err := p.plausible(v, body); err != nil {
		return nil, fmt.Errorf("%w: %w", webhook.ErrForged, err)
	}
	head, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	// The signature is over the body as it came: it goes on byte by byte, where an encoder would write it anew.
	request := append(append(bytes.TrimSuffix(head, []byte("}")), `,"webhook_event":`...), append(bytes.Clone(body), '}')...)
	var verdict sdk.VerifyWebhookResponse
	err = p.api.do(func(c *sdk.Client) error {
		ask, err := http.NewRequestWithContext(r.Context(), http.MethodPost, p.o.URL+"/v1/notifications/verify-webhook-signature", bytes.NewReader(request))
		if err != nil {
			return err
		}
		return c.SendWithAuth(ask, &verdict)
	})
	switch {
	case refusedForGood(err):
		return nil, fmt.Errorf("%w: %w", webhook.ErrForged, err)
	case err != nil:
		return nil, err
	case verdict.VerificationStatus != "SUCCESS":
		return nil, fmt.Errorf("%w: PayPal says %q", webhook.ErrForged, verdict.VerificationStatus)
	}
	return p.hints(r, body)
}

// plausible refuses what cannot be PayPal's without asking PayPal.
func (p *PayPal) plausible(v verification, body []byte) error {
	if v.AuthAlgo != "SHA256withRSA" || v.TransmissionID == "" || v.TransmissionSig == "" {
		return fmt.Errorf("the signature's headers are not complete")
	}
	cert, err := url.Parse(v.CertURL)
	if err != nil || cert.Scheme != "https" || cert.User != nil || cert.Port() != "" || !strings.HasSuffix(cert.Hostname(), ".paypal.com") ||
		!strings.HasPrefix(cert.Path, "/v1/notifications/certs/") {
		return fmt.Errorf("%q is not the address of a certificate of PayPal's", v.CertURL)
	}
	sent, err := time.Parse(time.RFC3339, v.TransmissionTime)
	if err != nil {
		return err
	}
	if age := p.o.Now().Sub(sent); age > retried || age < -webhook.Tolerance {
		return fmt.Errorf("sent at %s", v.TransmissionTime)
	}
	if !json.Valid(body) || len(bytes.TrimSpace(body)) == 0 || bytes.TrimSpace(body)[0] != '{' {
		return fmt.Errorf("the body is not an event")
	}
	return nil
}

// hints reads what an event is about. Orders and captures tell the payment by custom_id, disputes by their transactions.
func (p *PayPal) hints(r *http.Request, body []byte) ([]payment.Hint, error) {
	var e struct {
		EventType string          `json:"event_type"`
		Resource  json.RawMessage `json:"resource"`
	}
	if err := json.Unmarshal(body, &e); err != nil {
		return nil, fmt.Errorf("%w: %w", webhook.ErrForged, err)
	}
	var out []payment.Hint
	add := func(key string, dispute bool) {
		if id.Is("pay", key) {
			out = append(out, payment.Hint{PaymentID: key, Dispute: dispute})
		}
	}
	switch {
	case strings.HasPrefix(e.EventType, "CHECKOUT.ORDER."), strings.HasPrefix(e.EventType, "PAYMENT.CAPTURE."):
		var about struct {
			CustomID      string `json:"custom_id"`
			PurchaseUnits []struct {
				CustomID string `json:"custom_id"`
			} `json:"purchase_units"`
		}
		if err := json.Unmarshal(e.Resource, &about); err != nil {
			return nil, fmt.Errorf("%w: %w", webhook.ErrForged, err)
		}
		add(about.CustomID, false)
		for _, u := range about.PurchaseUnits {
			add(u.CustomID, false)
		}
	case strings.HasPrefix(e.EventType, "CUSTOMER.DISPUTE."):
		var about dispute
		if err := json.Unmarshal(e.Resource, &about); err != nil {
			return nil, fmt.Errorf("%w: %w", webhook.ErrForged, err)
		}
		known := map[string]string{}
		for _, t := range about.Transactions {
			key := t.Custom
			if !id.Is("pay", key) {
				var err error
				if key, err = p.paymentOf(r.Context(), t.SellerTransactionID, known); err != nil {
					return nil, err
				}
			}
			add(key, true)
		}
	}
	return out, nil
}

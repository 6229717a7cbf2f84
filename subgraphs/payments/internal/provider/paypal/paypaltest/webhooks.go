package paypaltest

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"net/http"
	"strings"
	"sync"
	"time"

	"marquee/subgraphs/payments/internal/provider/providertest/standin"
)

type event struct {
	key, kind string
	body      []byte
}

const certURL = "https://api.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594-df8cd2d5"

// signer is the key behind certURL.
var signer = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

// happened writes an event down. The body has what an encoder of ours would write otherwise: room, and signs of HTML.
func (s *Server) happened(kind, about, key string, resource any) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(map[string]any{
		"id": fmt.Sprintf("WH-%017d", len(s.events)+1), "event_version": "1.0", "create_time": s.now().Format("2006-01-02T15:04:05.000Z"),
		"resource_type": about, "resource_version": "2.0", "event_type": kind, "summary": "A <payment> & what became of it", "resource": resource, "links": []link{},
	}); err != nil {
		panic(err)
	}
	s.events = append(s.events, event{key, kind, bytes.TrimSpace(b.Bytes())})
}

// Deliveries answers all webhooks about a payment so far, in order, as if sent now.
func (s *Server) Deliveries(key string) []standin.Delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []standin.Delivery
	for _, e := range s.events {
		if e.key == key {
			out = append(out, Sign(e.kind, e.body, s.now()))
		}
	}
	return out
}

// Sign makes a delivery of an event's body.
func Sign(kind string, body []byte, at time.Time) standin.Delivery {
	id, sent := "69cd13f0-d67a-11e5-baa3-778b53f4ae55", at.UTC().Format(time.RFC3339)
	sum := sha256.Sum256(signed(id, sent, body))
	signature, err := rsa.SignPKCS1v15(rand.Reader, signer(), crypto.SHA256, sum[:])
	if err != nil {
		panic(err)
	}
	h := http.Header{}
	h.Set("Content-Type", "application/json")
	h.Set("Paypal-Auth-Algo", "SHA256withRSA")
	h.Set("Paypal-Cert-Url", certURL)
	h.Set("Paypal-Transmission-Id", id)
	h.Set("Paypal-Transmission-Sig", base64.StdEncoding.EncodeToString(signature))
	h.Set("Paypal-Transmission-Time", sent)
	return standin.Delivery{Type: kind, Header: h, Body: body}
}

// signed is what PayPal signs: the id, the moment, the webhook and a sum of the body as it was sent.
func signed(id, sent string, body []byte) []byte {
	return fmt.Appendf(nil, "%s|%s|%s|%d", id, sent, WebhookID, crc32.ChecksumIEEE(body))
}

func (s *Server) verify(r *http.Request) (int, any) {
	var b struct {
		AuthAlgo         string          `json:"auth_algo"`
		CertURL          string          `json:"cert_url"`
		TransmissionID   string          `json:"transmission_id"`
		TransmissionSig  string          `json:"transmission_sig"`
		TransmissionTime string          `json:"transmission_time"`
		WebhookID        string          `json:"webhook_id"`
		Event            json.RawMessage `json:"webhook_event"`
	}
	if err := standin.Read(r, &b); err != nil || len(b.Event) == 0 {
		return invalid("/", fmt.Sprint(err))
	}
	signature, err := base64.StdEncoding.DecodeString(b.TransmissionSig)
	sum := sha256.Sum256(signed(b.TransmissionID, b.TransmissionTime, b.Event))
	status := "FAILURE"
	if err == nil && strings.EqualFold(b.AuthAlgo, "SHA256withRSA") && b.CertURL == certURL && b.WebhookID == WebhookID &&
		rsa.VerifyPKCS1v15(&signer().PublicKey, crypto.SHA256, sum[:], signature) == nil {
		status = "SUCCESS"
	}
	return http.StatusOK, map[string]string{"verification_status": status}
}

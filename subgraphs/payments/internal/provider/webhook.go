package provider

import (
	"errors"
	"io"
	"net/http"

	"marquee/subgraphs/payments/internal/payment"
	"marquee/subgraphs/payments/internal/provider/webhook"
)

// Webhook checks a delivery's signature and age and answers what it is about: nothing for an event of no interest. Its errors are those
// of package webhook; any other means that the delivery should come again.
type Webhook func(r *http.Request, body []byte) ([]payment.Hint, error)

// most is more than any provider sends.
const most = 256 << 10

// receiver answers deliveries. What a delivery says is not believed: it is a reason to ask the provider, so forged, repeated, old and
// reordered ones can change nothing wrongly. 2xx means done, 400 not to be sent again, 5xx to be sent again.
func receiver(name string, check Webhook, e Env, m *meter) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := func(status int, result string) {
			m.webhooks.WithLabelValues(name, result).Inc()
			w.Header().Set("Cache-Control", "no-store")
			w.WriteHeader(status)
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, most))
		if err != nil {
			answer(http.StatusRequestEntityTooLarge, "unreadable")
			return
		}
		hints, err := check(r, body)
		switch {
		case errors.Is(err, webhook.ErrForged):
			e.Log.WarnContext(r.Context(), "webhook refused", "provider", name, "error", err)
			answer(http.StatusBadRequest, "refused")
			return
		case err != nil:
			e.Log.WarnContext(r.Context(), "webhook not taken; the provider sends it again", "provider", name, "error", err)
			answer(http.StatusServiceUnavailable, "failed")
			return
		}
		for _, h := range hints {
			if e.Changed == nil {
				continue
			}
			if err := e.Changed(r.Context(), h); err != nil {
				e.Log.WarnContext(r.Context(), "webhook without effect yet; the provider sends it again", "provider", name, "payment", h.PaymentID, "error", err)
				answer(http.StatusServiceUnavailable, "failed")
				return
			}
		}
		if len(hints) == 0 {
			answer(http.StatusNoContent, "ignored")
			return
		}
		answer(http.StatusNoContent, "taken")
	})
}

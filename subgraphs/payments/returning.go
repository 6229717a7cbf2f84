package payments

import (
	"log/slog"
	"net/http"

	"marquee/subgraphs/payments/internal/payment"
)

// returning takes buyers back from a provider's page: their payment is looked at once more, so that it does not have to wait for a
// webhook, and they go on to where they wanted when they paid. What the provider added to the address is not believed.
func returning(payments *payment.Payments, publicURL string, log *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		to, err := payments.BackFrom(r.Context(), r.PathValue("id"))
		if err != nil {
			log.ErrorContext(r.Context(), "buyer comes back to no payment", "error", err)
		}
		home := publicURL + "/"
		if to == nil {
			to = &home
		}
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Referrer-Policy", "no-referrer")
		http.Redirect(w, r, *to, http.StatusSeeOther) //nolint:gosec // the address was checked when the payment began: it is of this shop
	})
}

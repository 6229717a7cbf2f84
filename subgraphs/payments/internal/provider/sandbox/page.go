package sandbox

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"

	"github.com/jackc/pgx/v5"

	"marquee/subgraphs/payments/internal/provider/sandbox/db"
)

const pagePath = "/sandbox/3ds/"

//go:embed page.html
var pageSource string

var pageTemplate = template.Must(template.New("page").Parse(pageSource))

// Routes are the bank's page: where a buyer confirms or refuses a charge. The challenge in the address is unguessable, given to the
// buyer alone, and the whole right to answer; no cookie counts, so no other site can answer in the buyer's name.
func (s *Sandbox) Routes() map[string]http.Handler {
	return map[string]http.Handler{
		"GET " + pagePath + "{id}":  http.HandlerFunc(s.show),
		"POST " + pagePath + "{id}": http.HandlerFunc(s.decideByBuyer),
	}
}

// view is what the page shows.
type view struct {
	Amount, Card, For, ReturnURL string
	State                        string
	Missing                      bool
}

func (s *Sandbox) show(w http.ResponseWriter, r *http.Request) {
	c, ok := s.challenged(w, r)
	if !ok {
		return
	}
	s.render(w, http.StatusOK, view{
		Amount: amountText(c.Amount, c.Currency), Card: c.Brand + " •••• " + c.LastFour, For: c.Description, ReturnURL: c.ReturnUrl, State: c.State,
	})
}

// decideByBuyer takes the form: decision is approve or decline. Whatever the charge was by then, the buyer goes back to the shop.
func (s *Sandbox) decideByBuyer(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 4<<10)
	c, ok := s.challenged(w, r)
	if !ok {
		return
	}
	state, reason := captured, ""
	switch r.PostFormValue("decision") {
	case "approve":
	case "decline":
		state, reason = declined, "The payment was refused at the bank's confirmation."
	default:
		http.Error(w, "The form needs a decision: approve or decline.", http.StatusBadRequest)
		return
	}
	_, err := s.change(r.Context(), c.Key, func(ctx context.Context, q *db.Queries, c db.SandboxCharge) (db.SandboxCharge, error) {
		if c.State != requiresAction {
			return c, nil // answered before, or given up
		}
		return s.decide(ctx, q, c, state, state, reason)
	})
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.o.Changed(context.WithoutCancel(r.Context()), c.Key)
	http.Redirect(w, r, c.ReturnUrl, http.StatusSeeOther)
}

// challenged finds the charge of the address, or answers 404.
func (s *Sandbox) challenged(w http.ResponseWriter, r *http.Request) (db.SandboxCharge, bool) {
	challenge := r.PathValue("id")
	c, err := db.SandboxCharge{}, pgx.ErrNoRows
	if len(challenge) == 26 && isBase32(challenge) {
		c, err = db.New(s.pool).ChargeByChallenge(r.Context(), &challenge)
	}
	if errors.Is(err, pgx.ErrNoRows) {
		s.render(w, http.StatusNotFound, view{Missing: true})
		return c, false
	}
	if err != nil {
		s.fail(w, r, err)
		return c, false
	}
	// A redirect after a form counts as the form's target; the shop may live under another origin.
	origin := ""
	if u, err := url.Parse(c.ReturnUrl); err == nil && u.Host != "" {
		origin = " " + u.Scheme + "://" + u.Host
	}
	w.Header().Set("Content-Security-Policy", policy+"form-action 'self'"+origin)
	return c, true
}

// isBase32 keeps anything but what rand.Text makes from the database.
func isBase32(s string) bool {
	for _, r := range s {
		if (r < 'A' || r > 'Z') && (r < '2' || r > '7') {
			return false
		}
	}
	return true
}

func (s *Sandbox) fail(w http.ResponseWriter, r *http.Request, err error) {
	s.o.Log.ErrorContext(r.Context(), "sandbox page failed", "error", err)
	http.Error(w, "The sandbox cannot answer for a moment; try again.", http.StatusServiceUnavailable)
}

const policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; "

func (s *Sandbox) render(w http.ResponseWriter, status int, v view) {
	h := w.Header()
	if h.Get("Content-Security-Policy") == "" {
		h.Set("Content-Security-Policy", policy+"form-action 'none'")
	}
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer") // the address is a secret
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Robots-Tag", "noindex")
	w.WriteHeader(status)
	if err := pageTemplate.Execute(w, v); err != nil {
		s.o.Log.Warn("sandbox page not written", "error", err)
	}
}

// amountText writes an amount for people, for example "12.50 EUR" or "1250 JPY".
func amountText(amount int64, currency string) string {
	digits := 2
	switch currency {
	case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF":
		digits = 0 // ISO 4217, minor units
	case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND":
		digits = 3
	}
	if digits == 0 {
		return fmt.Sprintf("%d %s", amount, currency)
	}
	unit := int64(1)
	for range digits {
		unit *= 10
	}
	return fmt.Sprintf("%d.%0*d %s", amount/unit, digits, amount%unit, currency)
}

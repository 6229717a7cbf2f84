package razorpaytest

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"marquee/internal/money"
	"marquee/subgraphs/payments/internal/provider/providertest/standin"
)

type link struct {
	id, slug, status string
	body             linkBody
	payments         []*pay
	created          time.Time
}

// linkBody has the fields of a link request that Razorpay knows.
type linkBody struct {
	Amount         int64             `json:"amount"`
	Currency       string            `json:"currency"`
	AcceptPartial  bool              `json:"accept_partial"`
	ReferenceID    string            `json:"reference_id"`
	Description    string            `json:"description"`
	ExpireBy       int64             `json:"expire_by"`
	CallbackURL    string            `json:"callback_url"`
	CallbackMethod string            `json:"callback_method"`
	ReminderEnable bool              `json:"reminder_enable"`
	Notes          map[string]string `json:"notes"`
	Notify         struct {
		SMS   bool `json:"sms"`
		Email bool `json:"email"`
	} `json:"notify"`
	Customer *struct {
		Name    string `json:"name"`
		Email   string `json:"email"`
		Contact string `json:"contact"`
	} `json:"customer"`
}

func (s *Server) createLink(r *http.Request) (int, any) {
	var b linkBody
	if err := standin.Read(r, &b); err != nil {
		return bad("", err.Error())
	}
	callback, err := url.Parse(b.CallbackURL)
	switch {
	case b.Amount < 1 || b.Amount > 1<<50:
		return bad("amount", "The amount must be at least INR 1.00")
	case !money.IsCurrency(b.Currency) || b.Currency == "XTS":
		return bad("currency", "Currency is not supported")
	case money.Digits(b.Currency) == 3 && b.Amount%10 != 0:
		return bad("amount", "Amount for three decimal currencies must end with 0")
	case len(b.ReferenceID) > 40:
		return bad("reference_id", "reference_id: the length must be no more than 40.")
	case len([]rune(b.Description)) > 2048 || len(b.Notes) > 15:
		return bad("description", "description: the length must be no more than 2048.")
	case b.CallbackURL != "" && (err != nil || !callback.IsAbs() || b.CallbackMethod != "get"):
		return bad("callback_method", "callback_method: must be a valid value.")
	case b.ExpireBy != 0 && b.ExpireBy < s.now().Add(15*time.Minute).Unix():
		return bad("expire_by", "expire_by: timestamp must be atleast 15 minutes in future")
	}
	for _, l := range s.links {
		if b.ReferenceID != "" && l.body.ReferenceID == b.ReferenceID {
			return bad("reference_id", "payment link with given reference_id: ("+b.ReferenceID+") already exists")
		}
	}
	l := &link{id: s.id("plink"), status: "created", body: b, created: s.now()}
	l.slug = strings.TrimPrefix(l.id, "plink_")
	s.links = append(s.links, l)
	return http.StatusOK, s.linkView(l)
}

func (s *Server) linkView(l *link) map[string]any {
	paid, payments := int64(0), []any{}
	for _, p := range l.payments {
		if p.status == "captured" || p.status == "refunded" {
			paid += p.amount
		}
		if p.status != "failed" {
			payments = append(payments, map[string]any{
				"amount": p.amount, "created_at": p.created.Unix(), "method": "card", "payment_id": p.id, "plink_id": l.id, "status": "captured", "updated_at": p.created.Unix(),
			})
		}
	}
	return map[string]any{
		"accept_partial": l.body.AcceptPartial, "amount": l.body.Amount, "amount_paid": paid, "callback_method": l.body.CallbackMethod, "callback_url": l.body.CallbackURL,
		"cancelled_at": 0, "created_at": l.created.Unix(), "currency": l.body.Currency, "customer": map[string]any{}, "description": l.body.Description,
		"expire_by": l.body.ExpireBy, "expired_at": 0, "first_min_partial_amount": 0, "id": l.id, "notes": l.body.Notes, "notify": l.body.Notify,
		"payments": payments, "reference_id": l.body.ReferenceID, "reminder_enable": l.body.ReminderEnable, "reminders": []any{},
		"short_url": s.URL + "/i/" + l.slug, "status": l.status, "updated_at": l.created.Unix(), "upi_link": false, "user_id": "", "whatsapp_link": false,
	}
}

func (s *Server) link(id string) *link {
	for _, l := range s.links {
		if l.id == id {
			return l
		}
	}
	return nil
}

func (s *Server) showLink(r *http.Request) (int, any) {
	if l := s.link(r.PathValue("id")); l != nil {
		return http.StatusOK, s.linkView(l)
	}
	return missing()
}

func (s *Server) listLinks(r *http.Request) (int, any) {
	if err := standin.Query(r, "reference_id", "payment_id"); err != nil {
		return bad("", err.Error())
	}
	found := []any{}
	reference, by := r.URL.Query().Get("reference_id"), r.URL.Query().Get("payment_id")
	for _, l := range s.links {
		fits := by == ""
		for _, p := range l.payments {
			fits = fits || p.id == by
		}
		if fits && (reference == "" || l.body.ReferenceID == reference) {
			found = append(found, s.linkView(l))
		}
	}
	return http.StatusOK, map[string]any{"payment_links": found}
}

func (s *Server) cancelLink(r *http.Request) (int, any) {
	l := s.link(r.PathValue("id"))
	switch {
	case l == nil:
		return missing()
	case l.status != "created":
		return bad("", "Payment Link cannot be cancelled as it is in "+l.status+" state")
	}
	l.status = "cancelled"
	s.happened("payment_link.cancelled", l.body.ReferenceID, map[string]any{"payment_link": s.linkView(l)})
	return http.StatusOK, s.linkView(l)
}

// Expire lets the time of a payment's link run out.
func (s *Server) Expire(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.links {
		if l.body.ReferenceID == key && l.status == "created" {
			l.status = "expired"
			s.happened("payment_link.expired", key, map[string]any{"payment_link": s.linkView(l)})
		}
	}
}

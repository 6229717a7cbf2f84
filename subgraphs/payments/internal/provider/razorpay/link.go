package razorpay

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/razorpay/razorpay-go/requests"
	"github.com/razorpay/razorpay-go/resources"

	"marquee/internal/money"
	"marquee/subgraphs/payments/internal/payment"
)

// lifetime is when a link ends by itself, long after the platform gives it up: should the platform never come back, nobody pays any more.
// Razorpay wants more than 15 minutes.
const lifetime = time.Hour

// link is what is read of a payment link.
type link struct {
	ID          string `json:"id"`
	ReferenceID string `json:"reference_id"`
	Amount      int64  `json:"amount"`
	AmountPaid  int64  `json:"amount_paid"`
	Currency    string `json:"currency"`
	ShortURL    string `json:"short_url"`
	Status      string `json:"status"`
	Payments    []struct {
		ID     string `json:"payment_id"`
		Status string `json:"status"`
	} `json:"payments"`
}

// paidBy is Razorpay's payment that paid the link; "" if there is none.
func (l *link) paidBy() string {
	for _, p := range l.Payments {
		if p.Status == "captured" || p.Status == "refunded" {
			return p.ID
		}
	}
	return ""
}

// create makes the link of a payment, or finds the one that was made before: Razorpay refuses a second one under a reference. A link over
// another amount is ErrKeyReused.
func (p *Razorpay) create(ctx context.Context, r payment.ChargeRef) (*link, error) {
	l := &link{}
	err := p.api.patiently(ctx, func(q *requests.Request) (fields, error) {
		return (&resources.PaymentLink{Request: q}).Create(fields{
			"amount": r.Amount.Amount, "currency": r.Amount.Currency, "accept_partial": false, "reference_id": r.Key, "description": shortened(r.Description),
			"notes": fields{"payment": r.Key}, "notify": fields{"sms": false, "email": false}, "reminder_enable": false,
			"callback_url": r.ReturnURL, "callback_method": "get", "expire_by": p.o.Now().Add(lifetime).Unix(),
		}, nil)
	}, l)
	if refusedForGood(err) {
		known, failed := p.byReference(ctx, r.Key)
		if failed != nil {
			return nil, failed
		}
		if known == nil {
			return nil, err
		}
		l, err = known, nil
	}
	if err != nil {
		return nil, unavailable(err)
	}
	if money.Of(l.Amount, l.Currency) != r.Amount {
		return nil, fmt.Errorf("%w: link %s is over %d %s", payment.ErrKeyReused, l.ID, l.Amount, l.Currency)
	}
	return l, nil
}

// shortened keeps what Razorpay takes of a description: 2048 characters.
func shortened(text string) string {
	if runes := []rune(text); len(runes) > 2048 {
		return string(runes[:2048])
	}
	return text
}

// find returns the link of a payment. Error: ErrUnknownCharge.
func (p *Razorpay) find(ctx context.Context, r payment.ChargeRef) (*link, error) {
	if r.Reference == "" {
		l, err := p.byReference(ctx, r.Key)
		if err == nil && l == nil {
			err = payment.ErrUnknownCharge
		}
		return l, err
	}
	l := &link{}
	err := p.api.call(ctx, func(q *requests.Request) (fields, error) {
		return (&resources.PaymentLink{Request: q}).Fetch(url.PathEscape(r.Reference), nil, nil)
	}, l)
	if refusedForGood(err) {
		return nil, fmt.Errorf("%w: %w", payment.ErrUnknownCharge, err)
	}
	return l, err
}

// byReference returns the link that counts under a reference: a paid one before one that can be paid before any other; nil if there is none.
func (p *Razorpay) byReference(ctx context.Context, key string) (*link, error) {
	links, err := p.links(ctx, fields{"reference_id": key})
	links = slices.DeleteFunc(links, func(l link) bool { return l.ReferenceID != key })
	if err != nil || len(links) == 0 {
		return nil, err
	}
	for _, status := range []string{"paid", "created"} {
		for i := range links {
			if links[i].Status == status {
				return &links[i], nil
			}
		}
	}
	return &links[0], nil
}

func (p *Razorpay) links(ctx context.Context, query fields) ([]link, error) {
	var list struct {
		Links []link `json:"payment_links"`
	}
	err := p.api.call(ctx, func(q *requests.Request) (fields, error) {
		return (&resources.PaymentLink{Request: q}).All(query, nil)
	}, &list)
	return list.Links, err
}

// standing answers how a link stands. One that may still be paid though the payment was given up is cancelled.
func (p *Razorpay) standing(ctx context.Context, r payment.ChargeRef, l *link) (payment.Charge, error) {
	if l.Status == "created" {
		held, err := p.o.Fence.Held(ctx, r.Key)
		if err != nil {
			return payment.Charge{}, err
		}
		if held == payment.DecideAbandon {
			if l, err = p.cancel(ctx, l); err != nil {
				return payment.Charge{}, err
			}
		}
	}
	r.Reference = l.ID
	c := payment.Charge{Key: r.Key, Reference: l.ID, Amount: money.Of(l.Amount, l.Currency)}
	switch l.Status {
	case "created":
		c.State, c.ActionURL = payment.RequiresAction, l.ShortURL
	case "paid":
		c.State, c.Amount.Amount = payment.Captured, l.AmountPaid
	case "cancelled", "expired":
		if l.paidBy() == "" {
			return declined(r, givenUp), nil
		}
		c.State, c.Amount.Amount = payment.Captured, l.AmountPaid // the bank was slower than the end of the link
	default: // partially_paid is not offered
		return payment.Charge{}, fmt.Errorf("link %s has the status %q", l.ID, l.Status)
	}
	return c, nil
}

// cancel ends a link, and answers how it stands then: the buyer may have been faster.
func (p *Razorpay) cancel(ctx context.Context, l *link) (*link, error) {
	after := &link{}
	err := p.api.call(ctx, func(q *requests.Request) (fields, error) {
		return (&resources.PaymentLink{Request: q}).Cancel(url.PathEscape(l.ID), nil, nil)
	}, after)
	if statusOf(err) != http.StatusBadRequest {
		return after, err
	}
	if after, failed := p.find(ctx, payment.ChargeRef{Reference: l.ID}); failed != nil || after.Status != "created" {
		return after, failed
	}
	return nil, err
}

// paymentOf answers which payment of ours one of Razorpay's is of, by what its notes say or by its link; "" if it is none.
func (p *Razorpay) paymentOf(ctx context.Context, theirs string, notes notes) (string, error) {
	if key := notes.payment(); key != "" || !strings.HasPrefix(theirs, "pay_") {
		return key, nil
	}
	p.mu.Lock()
	key, known := p.payments[theirs]
	p.mu.Unlock()
	if known {
		return key, nil
	}
	links, err := p.links(ctx, fields{"payment_id": theirs})
	if err != nil && !refusedForGood(err) {
		return "", err
	}
	for _, l := range links {
		if l.paidBy() == theirs || len(links) == 1 {
			key = notesOf(l.ReferenceID).payment()
		}
	}
	if key == "" {
		return "", nil // of another shop, or not joined to its link yet: asked for again
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.payments) >= mostKnown {
		clear(p.payments)
	}
	p.payments[theirs] = key
	return key, nil
}

// mostKnown is how many payments are remembered, some megabytes.
const mostKnown = 50_000

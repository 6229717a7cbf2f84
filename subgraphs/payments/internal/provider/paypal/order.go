package paypal

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	sdk "github.com/plutov/paypal/v4"

	"marquee/internal/money"
	"marquee/subgraphs/payments/internal/payment"
)

const ordersPath = "/v2/checkout/orders"

// orderRequest is the body of an order.
type orderRequest struct {
	Intent             string                    `json:"intent"`
	PurchaseUnits      []sdk.PurchaseUnitRequest `json:"purchase_units"`
	ApplicationContext applicationContext        `json:"application_context"`
}

// applicationContext is how PayPal's page behaves. The library's own always sends a means of payment to prefer.
type applicationContext struct {
	ShippingPreference sdk.ShippingPreference `json:"shipping_preference"`
	UserAction         sdk.UserAction         `json:"user_action"`
	ReturnURL          string                 `json:"return_url"`
	CancelURL          string                 `json:"cancel_url"`
}

// create makes the order of a payment, or answers the one that was made before under its id; fresh says that there was none. An order for
// another amount under the id is ErrKeyReused.
func (p *PayPal) create(ctx context.Context, r payment.ChargeRef) (order *sdk.Order, fresh bool, err error) {
	amount, err := value(r.Amount)
	if err != nil {
		return nil, false, err
	}
	order = &sdk.Order{}
	repeated, err := p.api.post(ctx, ordersPath, r.Key, orderRequest{
		Intent: "CAPTURE",
		PurchaseUnits: []sdk.PurchaseUnitRequest{{
			Amount: &sdk.PurchaseUnitAmount{Currency: r.Amount.Currency, Value: amount}, CustomID: r.Key, InvoiceID: r.Key, Description: shortened(r.Description),
		}},
		ApplicationContext: applicationContext{
			ShippingPreference: sdk.ShippingPreferenceNoShipping, UserAction: sdk.UserActionPayNow, ReturnURL: r.ReturnURL, CancelURL: r.ReturnURL,
		},
	}, order)
	if _, issue := refusal(err); slices.Contains(reusedIssues, issue) {
		return nil, false, fmt.Errorf("%w: %w", payment.ErrKeyReused, err)
	}
	if err == nil && repeated {
		order, err = p.order(ctx, order.ID)
	}
	if err != nil {
		return nil, false, err
	}
	if got, err := orderAmount(order); err != nil || got != r.Amount {
		return nil, false, fmt.Errorf("%w: order %s is over %v (%w)", payment.ErrKeyReused, order.ID, got, err)
	}
	return order, !repeated, nil
}

var reusedIssues = []string{"PAYPAL_REQUEST_ID_PREVIOUSLY_USED", "DUPLICATE_REQUEST_ID"}

// shortened keeps what PayPal takes of a description: 127 characters.
func shortened(text string) string {
	if runes := []rune(text); len(runes) > 127 {
		return string(runes[:127])
	}
	return text
}

func (p *PayPal) order(ctx context.Context, id string) (*sdk.Order, error) {
	o := &sdk.Order{}
	err := p.api.get(ctx, ordersPath+"/"+url.PathEscape(id), o)
	if status, _ := refusal(err); status == http.StatusNotFound {
		return nil, fmt.Errorf("%w: %w", payment.ErrUnknownCharge, err)
	}
	return o, err
}

// find returns the order of a payment. If its id was never recorded, the order is asked for again under the payment's id: should PayPal
// have to make it only now, the payment had none, and the new one harms nobody, since nobody knows its page.
func (p *PayPal) find(ctx context.Context, r payment.ChargeRef) (*sdk.Order, error) {
	if r.Reference != "" {
		return p.order(ctx, r.Reference)
	}
	order, fresh, err := p.create(ctx, r)
	switch {
	case refusedForGood(err):
		return nil, fmt.Errorf("%w: %w", payment.ErrUnknownCharge, err)
	case err == nil && fresh:
		return nil, payment.ErrUnknownCharge
	}
	return order, err
}

// carryOn answers how an order stands, and captures it if the buyer has approved.
func (p *PayPal) carryOn(ctx context.Context, r payment.ChargeRef, o *sdk.Order) (payment.Charge, error) {
	r.Reference = o.ID
	switch o.Status {
	case "CREATED", "SAVED", "PAYER_ACTION_REQUIRED":
		c := payment.Charge{Key: r.Key, Reference: o.ID, State: payment.RequiresAction, Amount: r.Amount}
		for _, l := range o.Links {
			if l.Rel == "approve" || l.Rel == "payer-action" {
				c.ActionURL = l.Href
			}
		}
		return c, nil
	case "APPROVED":
		held, err := p.o.Fence.Take(ctx, r.Key, payment.DecideCapture)
		switch {
		case err != nil:
			return payment.Charge{}, err
		case held != payment.DecideCapture:
			return declined(r, givenUp), nil
		}
		return p.capture(ctx, r)
	case "COMPLETED":
		return p.standing(ctx, r, o)
	case "VOIDED":
		if c, err := p.giveUp(ctx, r, givenUp, fmt.Errorf("order %s is void", o.ID)); err == nil {
			return c, nil
		}
		return p.refuse(ctx, r, givenUp)
	}
	return payment.Charge{}, fmt.Errorf("order %s has the status %q", o.ID, o.Status)
}

// capture takes the money of an approved order; CAPTURE is decided. All captures of a payment share a request id: whoever asks, PayPal
// answers them alike.
func (p *PayPal) capture(ctx context.Context, r payment.ChargeRef) (payment.Charge, error) {
	o := &sdk.Order{}
	_, err := p.api.post(ctx, ordersPath+"/"+url.PathEscape(r.Reference)+"/capture", r.Key+"-capture", struct{}{}, o)
	if reason, no := captureRefusals[issueOf(err)]; no {
		return p.refuse(ctx, r, reason)
	}
	if issueOf(err) == "ORDER_ALREADY_CAPTURED" || err == nil && captureOf(o) == nil {
		o, err = p.order(ctx, r.Reference)
	}
	if err != nil {
		return payment.Charge{}, err
	}
	return p.standing(ctx, r, o)
}

func issueOf(err error) string {
	_, issue := refusal(err)
	return issue
}

// captureRefusals are the issues (developer.paypal.com, Orders API v2, "Error messages") after which an order will not be captured any
// more, with what the buyer is told.
var captureRefusals = map[string]string{
	"INSTRUMENT_DECLINED":                     "The bank or PayPal declined the payment; nothing was taken.",
	"REDIRECT_PAYER_FOR_ALTERNATE_FUNDING":    "PayPal needs another means of payment; nothing was taken.",
	"TRANSACTION_REFUSED":                     "PayPal refused the payment; nothing was taken.",
	"TRANSACTION_BLOCKED_BY_PAYEE":            "PayPal refused the payment; nothing was taken.",
	"COMPLIANCE_VIOLATION":                    "PayPal refused the payment; nothing was taken.",
	"PAYER_ACCOUNT_RESTRICTED":                "Your PayPal account is restricted; nothing was taken.",
	"PAYER_ACCOUNT_LOCKED_OR_CLOSED":          "Your PayPal account is locked or closed; nothing was taken.",
	"PAYER_CANNOT_PAY":                        "PayPal does not let you pay this; nothing was taken.",
	"PAYEE_BLOCKED_TRANSACTION":               "PayPal refused the payment; nothing was taken.",
	"CARD_EXPIRED":                            "The card has run out; nothing was taken.",
	"MAX_NUMBER_OF_PAYMENT_ATTEMPTS_EXCEEDED": "Too many tries; nothing was taken.",
	"ORDER_NOT_APPROVED":                      "The approval at PayPal ran out; nothing was taken.",
	"ORDER_EXPIRED":                           "The approval at PayPal ran out; nothing was taken.",
}

// captureOf is the capture that counts: one that has the money, else one that may get it, else one that failed, else nil.
func captureOf(o *sdk.Order) *sdk.CaptureAmount {
	var best *sdk.CaptureAmount
	for _, u := range o.PurchaseUnits {
		if u.Payments == nil {
			continue
		}
		for i := range u.Payments.Captures {
			if c := &u.Payments.Captures[i]; best == nil || stateOf(c) == payment.Captured || stateOf(best) == payment.Declined {
				best = c
			}
		}
	}
	return best
}

// stateOf says how a capture stands; "" for a status that PayPal did not have when this was written.
func stateOf(c *sdk.CaptureAmount) payment.PaymentStatus {
	switch c.Status {
	case "COMPLETED", "PARTIALLY_REFUNDED", "REFUNDED":
		return payment.Captured
	case "PENDING":
		return payment.Pending
	case "DECLINED", "FAILED":
		return payment.Declined
	}
	return ""
}

// holdsMoney says whether an order was captured, or may be yet.
func holdsMoney(o *sdk.Order) bool {
	c := captureOf(o)
	return c != nil && stateOf(c) != payment.Declined
}

// standing answers how a completed order stands.
func (p *PayPal) standing(ctx context.Context, r payment.ChargeRef, o *sdk.Order) (payment.Charge, error) {
	r.Reference = o.ID
	c := captureOf(o)
	if c == nil || c.Amount == nil || stateOf(c) == "" {
		return payment.Charge{}, fmt.Errorf("order %s is %s, but its capture cannot be read", o.ID, o.Status)
	}
	state := stateOf(c)
	if state == payment.Declined {
		return p.refuse(ctx, r, captureRefusals["INSTRUMENT_DECLINED"])
	}
	amount, err := amountOf(c.Amount.Currency, c.Amount.Value)
	return payment.Charge{Key: r.Key, Reference: o.ID, State: state, Amount: amount}, err
}

func orderAmount(o *sdk.Order) (money.Money, error) {
	if len(o.PurchaseUnits) != 1 || o.PurchaseUnits[0].Amount == nil {
		return money.Money{}, fmt.Errorf("order %q has no amount", o.ID)
	}
	return amountOf(o.PurchaseUnits[0].Amount.Currency, o.PurchaseUnits[0].Amount.Value)
}

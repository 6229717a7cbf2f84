package paypal

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	sdk "github.com/plutov/paypal/v4"

	"marquee/subgraphs/payments/internal/payment"
)

// refundRequest is the body of a refund.
type refundRequest struct {
	Amount    sdk.Money `json:"amount"`
	CustomID  string    `json:"custom_id"`
	InvoiceID string    `json:"invoice_id"`
}

// Refund implements payment.Provider.
func (p *PayPal) Refund(ctx context.Context, r payment.ProviderRefundRequest) error {
	no := func(format string, args ...any) error {
		return fmt.Errorf("%w: "+format, append([]any{payment.ErrRefused}, args...)...)
	}
	amount, err := value(r.Amount)
	if err != nil {
		return no("%w", err)
	}
	if r.Amount.Currency != r.Charge.Amount.Currency {
		return no("the charge is in %s", r.Charge.Amount.Currency)
	}
	held, err := p.o.Fence.Held(ctx, r.Charge.Key)
	if err != nil {
		return err
	}
	if held != payment.DecideCapture {
		return no("the charge is not captured")
	}
	order, err := p.find(ctx, r.Charge)
	if errors.Is(err, payment.ErrUnknownCharge) {
		return no("%w", err)
	}
	if err != nil {
		return unavailable(err)
	}
	capture := captureOf(order)
	if capture == nil || stateOf(capture) != payment.Captured {
		return no("the charge is not captured")
	}
	done := &sdk.RefundResponse{}
	_, err = p.api.post(ctx, "/v2/payments/captures/"+url.PathEscape(capture.ID)+"/refund", r.Key,
		refundRequest{Amount: sdk.Money{Currency: r.Amount.Currency, Value: amount}, CustomID: r.Charge.Key, InvoiceID: r.Key}, done)
	switch {
	case refusedForGood(err):
		return no("%w", err)
	case err != nil:
		return unavailable(err)
	case done.Amount == nil:
		return fmt.Errorf("refund %q has no amount", done.ID)
	}
	if was, err := amountOf(done.Amount.Currency, done.Amount.Value); err != nil || was != r.Amount {
		return errors.Join(payment.ErrKeyReused, err)
	}
	switch done.Status {
	case "COMPLETED":
		return nil
	case "PENDING":
		return payment.ErrRefundUnderWay
	case "CANCELLED", "FAILED":
		return no("refund %s is %s", done.ID, done.Status)
	}
	return fmt.Errorf("refund %s has the status %q", done.ID, done.Status)
}

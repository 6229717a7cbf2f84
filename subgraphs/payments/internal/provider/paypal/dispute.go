package paypal

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	sdk "github.com/plutov/paypal/v4"

	"marquee/internal/money"
	"marquee/subgraphs/payments/internal/payment"
)

const disputesPath = "/v1/customer/disputes"

// dispute is what is read of PayPal's; the library has none of it.
type dispute struct {
	ID         string    `json:"dispute_id"`
	CreateTime time.Time `json:"create_time"`
	Reason     string    `json:"reason"`
	Status     string    `json:"status"`
	Amount     sdk.Money `json:"dispute_amount"`
	Outcome    *struct {
		Code           string     `json:"outcome_code"`
		AmountRefunded *sdk.Money `json:"amount_refunded"`
	} `json:"dispute_outcome"`
	Transactions []struct {
		SellerTransactionID string `json:"seller_transaction_id"`
		Custom              string `json:"custom"`
	} `json:"disputed_transactions"`
}

// Disputes implements payment.Provider.
func (p *PayPal) Disputes(ctx context.Context, r payment.ChargeRef) ([]payment.ProviderDispute, error) {
	order, err := p.find(ctx, r)
	if errors.Is(err, payment.ErrUnknownCharge) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	capture := captureOf(order)
	if capture == nil || stateOf(capture) != payment.Captured {
		return nil, nil
	}
	var list struct {
		Items []dispute `json:"items"`
	}
	if err := p.api.get(ctx, disputesPath+"?disputed_transaction_id="+url.QueryEscape(capture.ID), &list); err != nil {
		return nil, err
	}
	var out []payment.ProviderDispute
	for _, item := range list.Items {
		var d dispute // the list does not tell the outcome
		if err := p.api.get(ctx, disputesPath+"/"+url.PathEscape(item.ID), &d); err != nil {
			return nil, err
		}
		told, err := d.told()
		if err != nil {
			return nil, err
		}
		out = append(out, told)
	}
	slices.SortFunc(out, func(a, b payment.ProviderDispute) int {
		return cmp.Or(a.OpenedAt.Compare(b.OpenedAt), cmp.Compare(a.Reference, b.Reference))
	})
	return out, nil
}

// told says in the platform's words how a dispute stands. Of a resolved one the money decides: what went back to the buyer is lost, unless
// PayPal paid it out of its own pocket.
func (d dispute) told() (payment.ProviderDispute, error) {
	amount, err := amountOf(d.Amount.Currency, d.Amount.Value)
	out := payment.ProviderDispute{
		Reference: d.ID, Status: payment.DisputeNeedsResponse, Amount: amount, OpenedAt: d.CreateTime,
		Reason: strings.ToLower(strings.ReplaceAll(d.Reason, "_", " ")),
	}
	if err != nil || d.Status != "RESOLVED" {
		return out, err
	}
	if d.Outcome == nil {
		return out, fmt.Errorf("dispute %s is resolved without an outcome", d.ID)
	}
	back := money.Money{}
	if m := d.Outcome.AmountRefunded; m != nil {
		if back, err = amountOf(m.Currency, m.Value); err != nil {
			return out, err
		}
	}
	out.Status = payment.DisputeWon
	switch code := d.Outcome.Code; {
	case code == "RESOLVED_WITH_PAYOUT":
	case back.Amount > 0:
		out.Status, out.Amount = payment.DisputeLost, back
	case code == "RESOLVED_BUYER_FAVOUR", code == "ACCEPTED":
		out.Status = payment.DisputeLost
	}
	return out, nil
}

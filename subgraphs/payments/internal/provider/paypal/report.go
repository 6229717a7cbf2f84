package paypal

import (
	"context"
	"fmt"
	"iter"
	"net/url"
	"strings"
	"time"

	sdk "github.com/plutov/paypal/v4"

	"marquee/internal/id"
	"marquee/subgraphs/payments/internal/payment"
)

const (
	longestReport = 31 * 24 * time.Hour
	reportPage    = 500
	// reportDelay is how late PayPal tells of a transaction: "a maximum of three hours" (Transaction Search API).
	reportDelay = 3 * time.Hour
)

// ToldAfter is how long a transaction may be missing from Transactions.
func (p *PayPal) ToldAfter() time.Duration { return reportDelay }

// Transactions implements payment.Provider.
func (p *PayPal) Transactions(ctx context.Context, from, to time.Time) iter.Seq2[payment.ProviderTransaction, error] {
	if now := p.o.Now(); to.After(now) {
		to = now // PayPal refuses periods that are not over
	}
	return func(yield func(payment.ProviderTransaction, error) bool) {
		captures := map[string]string{} // captures, and the payments they are of
		for start := from; start.Before(to); start = start.Add(longestReport) {
			end := start.Add(longestReport)
			if end.After(to) {
				end = to
			}
			if !p.report(ctx, start, end, captures, yield) {
				return
			}
		}
	}
}

// report reads one period, page by page, and says whether to go on.
func (p *PayPal) report(ctx context.Context, from, to time.Time, captures map[string]string, yield func(payment.ProviderTransaction, error) bool) bool {
	fields, size := "transaction_info", reportPage
	for page := 1; ; page++ {
		var answer *sdk.TransactionSearchResponse
		err := p.api.do(func(c *sdk.Client) (err error) {
			answer, err = c.ListTransactions(ctx, &sdk.TransactionSearchRequest{
				// PayPal knows whole seconds; the ends are cut below.
				StartDate: from.UTC().Truncate(time.Second), EndDate: to.UTC().Add(time.Second).Truncate(time.Second),
				Fields: &fields, PageSize: &size, Page: &page,
			})
			return err
		})
		if err != nil {
			yield(payment.ProviderTransaction{}, err)
			return false
		}
		for _, d := range answer.TransactionDetails {
			one, counts, err := p.transaction(ctx, d.TransactionInfo, captures)
			if err == nil && (!counts || one.At.Before(from) || !one.At.Before(to)) {
				continue
			}
			if !yield(one, err) || err != nil {
				return false
			}
		}
		if page >= answer.TotalPages {
			return true
		}
	}
}

// transaction reads one line. Event codes: T00xx are payments, T1107 refunds, T1106 and T1201 what disputes and banks took back; all
// others (fees, holds and their release, conversions, transfers to the bank) leave the sum of captures and refunds alone.
func (p *PayPal) transaction(ctx context.Context, t sdk.SearchTransactionInfo, captures map[string]string) (out payment.ProviderTransaction, counts bool, err error) {
	if t.TransactionStatus != "S" && t.TransactionStatus != "V" { // neither denied nor pending; V was a success and went back later
		return out, false, nil
	}
	amount, err := amountOf(t.TransactionAmount.Currency, t.TransactionAmount.Value)
	if err != nil {
		return out, false, err
	}
	incoming := amount.Amount > 0
	if !incoming {
		amount.Amount = -amount.Amount
	}
	out = payment.ProviderTransaction{Reference: t.TransactionID, Amount: amount, At: time.Time(t.TransactionInitiationDate)}
	switch code := t.TransactionEventCode; {
	case strings.HasPrefix(code, "T00") && incoming:
		out.Kind = payment.TransactionCapture
		if id.Is("pay", t.CustomField) {
			out.ChargeKey, captures[t.TransactionID] = t.CustomField, t.CustomField
		}
		return out, true, nil
	case code == "T1107":
		out.Kind = payment.TransactionRefund
		if id.Is("ref", t.InvoiceID) {
			out.RefundKey = t.InvoiceID
		}
	case code == "T1106", code == "T1201":
		out.Kind = payment.TransactionDispute
	default:
		return out, false, nil
	}
	out.ChargeKey, err = p.paymentOf(ctx, t.PayPalReferenceID, captures)
	return out, !incoming, err
}

// paymentOf answers which payment a capture is of; "" if it is none of ours.
func (p *PayPal) paymentOf(ctx context.Context, captureID string, known map[string]string) (string, error) {
	if key, ok := known[captureID]; ok || captureID == "" {
		return key, nil
	}
	c := sdk.CaptureDetailsResponse{}
	err := p.api.get(ctx, "/v2/payments/captures/"+url.PathEscape(captureID), &c)
	switch {
	case refusedForGood(err):
		known[captureID] = ""
	case err != nil:
		return "", fmt.Errorf("capture %s: %w", captureID, err)
	case id.Is("pay", c.CustomID):
		known[captureID] = c.CustomID
	default:
		known[captureID] = ""
	}
	return known[captureID], nil
}

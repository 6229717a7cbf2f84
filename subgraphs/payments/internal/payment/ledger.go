package payment

import (
	"strings"

	"marquee/internal/money"
)

// Account is one account of the ledger, in one currency. A provider's account is what it holds for us (a debit increases it); an
// organiser's is what we owe them (a credit increases it).
type Account struct {
	Kind     string // one of the kinds below
	Owner    string // the provider's name, the organiser's user id, or the platform
	Currency string
}

// Kinds of accounts.
const (
	AccountProvider   = "PROVIDER"
	AccountOrganizer  = "ORGANIZER"
	AccountPlatform   = "PLATFORM"    // fees we earned
	AccountTax        = "TAX"         // of what is owed to the organiser, the tax
	AccountRefundFees = "REFUND_FEES" // of what is owed to the organiser, fees of cancellations
	AccountPayout     = "PAYOUT"      // on its way to the organiser
	AccountBank       = "BANK"        // what left our account
)

// Code is the account's key.
func (a Account) Code() string {
	return strings.ToLower(a.Kind) + ":" + a.Owner + ":" + a.Currency
}

// Kinds of transfers.
const (
	TransferCapture = "CAPTURE"
	TransferRefund  = "REFUND"
	TransferDispute = "DISPUTE"  // a lost dispute
	TransferKept    = "KEPT"     // a cancellation left money with the organiser
	TransferPayout  = "PAYOUT"   // money is set aside for the organiser
	TransferPaidOut = "PAID_OUT" // it has left
)

// Transfer moves an amount between two accounts: double entry in one row.
type Transfer struct {
	Kind      string
	Debit     Account
	Credit    Account
	Amount    money.Money // more than zero
	PaymentID string
	RefundID  string // of a refund, else empty
	PayoutID  string // of a payout, which has no payment
	DisputeID string // of a dispute, else empty
}

// CaptureTransfers are the ledger's side of a capture: the provider holds more, the organiser is owed more, without the platform's fee.
// The tax in it is shown apart: ORGANIZER, TAX and REFUND_FEES together are what is owed to an organiser.
func CaptureTransfers(p *Payment) []Transfer {
	provider, organizer := accounts(p)
	var ts transfers
	ts.add(TransferCapture, provider, organizer, p.Amount.Amount-p.Fee, p, "")
	ts.add(TransferCapture, provider, p.account(AccountPlatform), p.Fee, p, "")
	ts.add(TransferCapture, organizer, p.account(AccountTax), p.Tax, p, "")
	return ts
}

// RefundTransfers are the ledger's side of a refund that the payment's Refunded counts already: a capture turned round in proportion.
// Fee and tax are those of the refund's lines, so that the refunds of a whole payment reverse its capture exactly.
func RefundTransfers(p *Payment, r *Refund) []Transfer {
	provider, organizer := accounts(p)
	fee, tax := r.RefundParts()
	after := p.Refunded.Amount
	var ts transfers
	ts.add(TransferRefund, p.account(AccountRefundFees), organizer, p.keptBack(after)-p.keptBack(after-r.Amount.Amount), p, r.ID)
	ts.add(TransferRefund, p.account(AccountTax), organizer, tax, p, r.ID)
	ts.add(TransferRefund, organizer, provider, r.Amount.Amount-fee, p, r.ID)
	ts.add(TransferRefund, p.account(AccountPlatform), provider, fee, p, r.ID)
	return ts
}

// DisputeTransfers are the ledger's side of a lost dispute: the buyer's bank took the money back from the provider, and so from the organiser.
func DisputeTransfers(p *Payment, d *Dispute) []Transfer {
	provider, organizer := accounts(p)
	return []Transfer{{Kind: TransferDispute, Debit: organizer, Credit: provider, Amount: d.Amount, PaymentID: p.ID, DisputeID: d.ID}}
}

func accounts(p *Payment) (provider, organizer Account) {
	return Account{AccountProvider, p.Provider, p.Amount.Currency}, Account{AccountOrganizer, p.OrganizerID, p.Amount.Currency}
}

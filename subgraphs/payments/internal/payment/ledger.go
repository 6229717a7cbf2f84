package payment

import "marquee/internal/money"

// Account is one account of the ledger, in one currency. A provider's account is what it holds for us (a debit increases it); an
// organiser's is what we owe them (a credit increases it).
type Account struct {
	Kind     string // AccountProvider or AccountOrganizer
	Owner    string // the provider's name, or the organiser's user id
	Currency string
}

// Kinds of accounts.
const (
	AccountProvider  = "PROVIDER"
	AccountOrganizer = "ORGANIZER"
)

// Code is the account's key.
func (a Account) Code() string {
	switch a.Kind {
	case AccountProvider:
		return "provider:" + a.Owner + ":" + a.Currency
	default:
		return "organizer:" + a.Owner + ":" + a.Currency
	}
}

// Kinds of transfers.
const (
	TransferCapture = "CAPTURE"
	TransferRefund  = "REFUND"
)

// Transfer moves an amount between two accounts: double entry in one row.
type Transfer struct {
	Kind      string
	Debit     Account
	Credit    Account
	Amount    money.Money // more than zero
	PaymentID string
	RefundID  string // empty for a capture
}

// CaptureTransfers are the ledger's side of a capture: the provider holds more, the organiser is owed more.
func CaptureTransfers(p *Payment) []Transfer {
	provider, organizer := accounts(p)
	return []Transfer{{Kind: TransferCapture, Debit: provider, Credit: organizer, Amount: p.Amount, PaymentID: p.ID}}
}

// RefundTransfers are the ledger's side of a refund: a capture of its amount turned round.
func RefundTransfers(p *Payment, r *Refund) []Transfer {
	provider, organizer := accounts(p)
	return []Transfer{{Kind: TransferRefund, Debit: organizer, Credit: provider, Amount: r.Amount, PaymentID: p.ID, RefundID: r.ID}}
}

func accounts(p *Payment) (provider, organizer Account) {
	return Account{AccountProvider, p.Provider, p.Amount.Currency}, Account{AccountOrganizer, p.OrganizerID, p.Amount.Currency}
}

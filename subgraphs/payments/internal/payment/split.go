package payment

import (
	"math/bits"

	"marquee/internal/money"
)

// Fees is the platform's share of every captured payment.
type Fees struct {
	BasisPoints int   // of the amount; 250 is 2.5 %
	Fixed       int64 // minor units besides
}

// Of is the fee for an amount in minor units: rounded down, and never more than the amount.
func (f Fees) Of(amount int64) int64 {
	return min(part(amount, 10_000, min(max(int64(f.BasisPoints), 0), 10_000))+max(f.Fixed, 0), amount)
}

// part is whole × n / of, rounded down, for 0 ≤ n ≤ of. The product has 128 bits: it cannot overflow.
func part(whole, of, n int64) int64 {
	if of <= 0 {
		return 0
	}
	hi, lo := bits.Mul64(uint64(whole), uint64(n)) //nolint:gosec // neither is negative
	q, _ := bits.Div64(hi, lo, uint64(of))         //nolint:gosec // n ≤ of, so the quotient is not more than whole
	return int64(q)                                //nolint:gosec // not more than whole
}

// Line is the tickets of one type on an invoice. Amount is gross: what the buyer paid for them.
type Line struct {
	Name       string `json:"name"`
	Quantity   int    `json:"quantity"`
	UnitAmount int64  `json:"unitAmount"`
	Amount     int64  `json:"amount"`
	TaxRate    int    `json:"taxRate"` // basis points
	TaxName    string `json:"taxName"`
}

// Tax is the tax that a line's amount contains: amount × rate / (1 + rate), rounded half up. Rounding is per line, and the net amount is
// the rest, so that every sum is exact.
func (l Line) Tax() int64 { return contained(l.Amount, l.TaxRate) }

func contained(amount int64, rate int) int64 {
	if amount <= 0 || rate <= 0 {
		return 0
	}
	hi, lo := bits.Mul64(uint64(amount), uint64(rate)) //nolint:gosec // neither is negative
	of := uint64(10_000 + rate)                        //nolint:gosec // positive
	q, rest := bits.Div64(hi, lo, of)
	if 2*rest >= of {
		q++
	}
	return int64(q) //nolint:gosec // less than the amount
}

// share spreads a total over lines in proportion to their list prices, rounding the running sum down: the amounts sum to the total.
func share(lines []Line, total int64) []Line {
	var list int64
	for _, l := range lines {
		list += l.UnitAmount * int64(l.Quantity) // was checked for overflow when the seats were held
	}
	var sofar, given int64
	for i := range lines {
		sofar += lines[i].UnitAmount * int64(lines[i].Quantity)
		upTo := sofar
		if list != total {
			upTo = part(total, list, sofar)
		}
		lines[i].Amount, given = upTo-given, upTo
	}
	return lines
}

// taxOf is the tax that the amounts of lines contain.
func taxOf(lines []Line) int64 {
	var tax int64
	for _, l := range lines {
		tax += l.Tax()
	}
	return tax
}

// Divide sets how a captured payment is shared, by its lines and the platform's fees.
func (p *Payment) Divide(lines []Line, fees Fees) {
	p.Fee, p.Tax = fees.Of(p.Amount.Amount), min(taxOf(lines), p.Amount.Amount)
}

// returned is how much of a share has gone back when so much of the amount has. Over all refunds of a payment the differences add up to
// the whole share, whatever the parts.
func (p *Payment) returned(whole, back int64) int64 { return part(whole, p.Amount.Amount, back) }

// RefundParts is the fee and the tax within a refund that succeeded, when the payment's Refunded counts it already.
func (p *Payment) RefundParts(r *Refund) (fee, tax int64) {
	after := p.Refunded.Amount
	before := after - r.Amount.Amount
	return p.returned(p.Fee, after) - p.returned(p.Fee, before), p.returned(p.Tax, after) - p.returned(p.Tax, before)
}

// keptBack is how much of KeptNet has gone back when so much of the amount has: that which is kept goes back last.
func (p *Payment) keptBack(back int64) int64 {
	return part(p.KeptNet, p.Kept, max(back-(p.Amount.Amount-p.Kept), 0))
}

// Keep sets how much of the payment stays with the organiser by the refund policy, and the organiser's own part of that: without the
// fee and the tax that stay with it.
func (p *Payment) Keep(amount int64) {
	back := p.Amount.Amount - amount
	p.Kept = amount
	p.KeptNet = max(amount-(p.Fee-p.returned(p.Fee, back))-(p.Tax-p.returned(p.Tax, back)), 0)
}

// transfers collects those of more than zero.
type transfers []Transfer

func (ts *transfers) add(kind string, debit, credit Account, amount int64, p *Payment, refundID string) {
	if amount > 0 {
		*ts = append(*ts, Transfer{
			Kind: kind, Debit: debit, Credit: credit, Amount: money.Of(amount, p.Amount.Currency), PaymentID: p.ID, RefundID: refundID,
		})
	}
}

// KeptTransfers are the ledger's side of a cancellation that leaves money with the organiser: their takings become a cancellation's fee.
func KeptTransfers(p *Payment) []Transfer {
	_, organizer := accounts(p)
	var ts transfers
	ts.add(TransferKept, organizer, p.account(AccountRefundFees), p.KeptNet, p, "")
	return ts
}

// account is one of the organiser's or the platform's accounts in the payment's currency.
func (p *Payment) account(kind string) Account {
	owner := p.OrganizerID
	if kind == AccountPlatform {
		owner = "marquee"
	}
	return Account{Kind: kind, Owner: owner, Currency: p.Amount.Currency}
}

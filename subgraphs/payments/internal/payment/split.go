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
	TypeID     string `json:"typeId,omitempty"` // of the tickets
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

// transfers collects those of more than zero.
type transfers []Transfer

func (ts *transfers) add(kind string, debit, credit Account, amount int64, p *Payment, refundID string) {
	if amount > 0 {
		*ts = append(*ts, Transfer{
			Kind: kind, Debit: debit, Credit: credit, Amount: money.Of(amount, p.Amount.Currency), PaymentID: p.ID, RefundID: refundID,
		})
	}
}

// account is one of the organiser's or the platform's accounts in the payment's currency.
func (p *Payment) account(kind string) Account {
	owner := p.OrganizerID
	if kind == AccountPlatform {
		owner = "marquee"
	}
	return Account{Kind: kind, Owner: owner, Currency: p.Amount.Currency}
}

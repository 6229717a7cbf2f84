package payment

import (
	"math/bits"
	"slices"

	"marquee/internal/money"
)

// PaidLine is a line of a captured payment with the tax and the platform's fee in its amount. Over all lines they add up to the payment's.
type PaidLine struct {
	Line
	Tax int64 `json:"tax"`
	Fee int64 `json:"fee"`
}

// RefundLine is what a refund takes back of one line. Over all lines of a refund Amount adds up to the refund's; over all refunds of a
// whole payment every part adds up to the line's.
type RefundLine struct {
	Line     int   `json:"line"`               // its place among the payment's
	Quantity int   `json:"quantity,omitempty"` // tickets that were given back; 0 where money goes back without tickets
	Amount   int64 `json:"amount"`
	Tax      int64 `json:"tax"`
	Fee      int64 `json:"fee"`
}

// Divide sets how a captured payment is shared, by its lines and the platform's fees. The fee is spread over the lines by their amounts.
func (p *Payment) Divide(lines []Line, fees Fees) {
	p.Fee = fees.Of(p.Amount.Amount)
	p.Lines = p.paidLines(lines)
	p.Tax = 0
	for i, l := range p.Lines {
		p.Lines[i].Tax = l.Line.Tax()
		p.Tax += p.Lines[i].Tax
	}
}

// LinesFrom sets the lines of a payment that was captured before its lines were kept; fee and tax stay as they are.
func (p *Payment) LinesFrom(lines []Line) {
	p.Lines = p.paidLines(lines)
	for i, tax := range spread(p.Tax, amounts(p.Lines, func(l PaidLine) int64 { return l.Line.Tax() })) {
		p.Lines[i].Tax = tax
	}
}

// paidLines are the lines with their fees, or a single one where they are not known or are those of another amount.
func (p *Payment) paidLines(lines []Line) []PaidLine {
	var sum int64
	for _, l := range lines {
		sum += l.Amount
	}
	if len(lines) == 0 || sum != p.Amount.Amount {
		single := Line{Name: p.Description, Quantity: 1, UnitAmount: p.Amount.Amount, Amount: p.Amount.Amount}
		if len(lines) == 1 {
			single.TaxRate, single.TaxName = lines[0].TaxRate, lines[0].TaxName
		}
		lines = []Line{single}
	}
	out := make([]PaidLine, len(lines))
	for i, l := range lines {
		out[i].Line = l
	}
	for i, fee := range spread(p.Fee, amounts(out, func(l PaidLine) int64 { return l.Amount })) {
		out[i].Fee = fee
	}
	return out
}

func amounts(lines []PaidLine, of func(PaidLine) int64) []int64 {
	out := make([]int64, len(lines))
	for i, l := range lines {
		out[i] = of(l)
	}
	return out
}

// spread shares a total in proportion to weights by the largest remainder, the first of equal ones first: the parts add up to the total.
// A part is at most its weight if the total is at most their sum. Where all weights are 0 the first part is everything.
func spread(total int64, weights []int64) []int64 {
	out := make([]int64, len(weights))
	var sum, given int64
	for _, w := range weights {
		sum += w
	}
	if sum == 0 {
		if len(out) > 0 {
			out[0] = total
		}
		return out
	}
	rests := make([]uint64, len(weights))
	order := make([]int, len(weights))
	for i, w := range weights {
		order[i] = i
		hi, lo := bits.Mul64(uint64(total), uint64(w)) //nolint:gosec // neither is negative
		hi, rest := bits.Div64(hi, lo, uint64(sum))    //nolint:gosec // w ≤ sum, so the quotient is not more than the total
		out[i], rests[i] = int64(hi), rest             //nolint:gosec // not more than the total
		given += out[i]
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case rests[a] > rests[b]:
			return -1
		case rests[a] < rests[b]:
			return 1
		}
		return 0
	})
	for _, i := range order[:total-given] {
		out[i]++
	}
	return out
}

// takeOff is the share of a part (tax or fee) that goes back with so much of the amount it is left in: rounded half up, and all of it with
// all of the amount.
func takeOff(part, amount, back int64) int64 {
	if back == amount {
		return part
	}
	hi, lo := bits.Mul64(uint64(part), uint64(back)) //nolint:gosec // neither is negative
	q, rest := bits.Div64(hi, lo, uint64(amount))    //nolint:gosec // back < amount, so the quotient is not more than the part
	if rest >= uint64(amount)-rest {                 //nolint:gosec // rest < amount
		q++
	}
	return min(int64(q), back) //nolint:gosec // not more than the part
}

// claims are the refunds that have taken or will take something of the payment.
func (p *Payment) claims() []*Refund {
	return slices.DeleteFunc(slices.Clone(p.Refunds), func(r *Refund) bool { return r.Status == RefundAbandoned })
}

// remaining is what of every line no refund has claimed.
func (p *Payment) remaining() []PaidLine {
	out := slices.Clone(p.Lines)
	for _, r := range p.claims() {
		for _, l := range r.Lines {
			out[l.Line].Amount -= l.Amount
			out[l.Line].Tax -= l.Tax
			out[l.Line].Fee -= l.Fee
		}
	}
	return out
}

// Allot says what of each line a new refund takes back: of those that are wanted first, as far as something is left of them, and the rest
// of all lines in proportion to what is left of each. The amount is at most what no refund has claimed.
func (p *Payment) Allot(amount int64, wanted []RefundLine) []RefundLine {
	left := p.remaining()
	take := make([]RefundLine, len(left))
	for _, w := range wanted {
		n := min(w.Amount, left[w.Line].Amount-take[w.Line].Amount, amount)
		take[w.Line].Amount += n
		take[w.Line].Quantity += w.Quantity
		amount -= n
	}
	free := amounts(left, func(l PaidLine) int64 { return l.Amount })
	for i := range free {
		free[i] -= take[i].Amount
	}
	for i, n := range spread(amount, free) {
		take[i].Amount += n
	}
	var out []RefundLine
	for i, t := range take {
		if t.Amount == 0 && t.Quantity == 0 {
			continue
		}
		if t.Line = i; t.Amount > 0 {
			t.Tax = takeOff(left[i].Tax, left[i].Amount, t.Amount)
			t.Fee = takeOff(left[i].Fee, left[i].Amount, t.Amount)
		}
		out = append(out, t)
	}
	return out
}

// WantedBack is what tickets that were returned would take of the lines, for an amount in all. Types that are no line's are left out.
func (p *Payment) WantedBack(items []ReturnedTickets, amount int64) []RefundLine {
	var out []RefundLine
	var prices []int64
	for _, item := range items {
		at := slices.IndexFunc(p.Lines, func(l PaidLine) bool { return l.TypeID == item.TypeID && l.TypeID != "" })
		if at >= 0 {
			out, prices = append(out, RefundLine{Line: at, Quantity: item.Quantity}), append(prices, item.Price)
		}
	}
	for i, n := range spread(amount, prices) {
		out[i].Amount = n
	}
	return out
}

// ReturnedTickets is tickets of one type that were given back. Price is what they had cost together.
type ReturnedTickets struct {
	TypeID   string
	Quantity int
	Price    int64
}

// RefundParts is the fee and the tax within a refund.
func (r *Refund) RefundParts() (fee, tax int64) {
	for _, l := range r.Lines {
		fee, tax = fee+l.Fee, tax+l.Tax
	}
	return fee, tax
}

// keptBack is how much of KeptNet has gone back when so much of the amount has: that which is kept goes back last.
func (p *Payment) keptBack(back int64) int64 {
	return part(p.KeptNet, p.Kept, max(back-(p.Amount.Amount-p.Kept), 0))
}

// Keep sets how much of the payment stays with the organiser by the refund policy, and the organiser's own part of that: without the fee
// and the tax that stay with it. What was kept before is part of it. It returns by how much the organiser's part has grown.
func (p *Payment) Keep(amount int64) int64 {
	before := p.KeptNet
	fee, tax, left := p.Fee, p.Tax, p.Amount.Amount
	for _, r := range p.claims() {
		f, t := r.RefundParts()
		fee, tax, left = fee-f, tax-t, left-r.Amount.Amount
	}
	p.Kept = amount
	p.KeptNet = max(amount-part(fee, left, amount)-part(tax, left, amount), before)
	return p.KeptNet - before
}

// KeptTransfers are the ledger's side of a cancellation that leaves money with the organiser: their takings become a cancellation's fee.
func KeptTransfers(p *Payment, amount int64) []Transfer {
	_, organizer := accounts(p)
	var ts transfers
	ts.add(TransferKept, organizer, p.account(AccountRefundFees), amount, p, "")
	return ts
}

// ForTickets is how much of the payment went back for single tickets, in minor units.
func (p *Payment) ForTickets() money.Money {
	out := money.Of(0, p.Amount.Currency)
	for _, r := range p.Refunds {
		if r.Status == RefundSucceeded && r.Reason == ReasonTicketsReturned {
			out.Amount += r.Amount.Amount
		}
	}
	return out
}

package payment

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"marquee/internal/money"
)

// Whatever lines, fees, taxes, kept parts and refunds, of amounts or of tickets: no account goes astray, every credit note says what the
// ledger says, and when all has gone back every account and every line is at zero.
func TestRefundsReverseTheCapture(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		at := time.Now()
		p := &Payment{ID: "pay_1", Provider: "sandbox", OrganizerID: "usr_o", CapturedAt: &at}
		p.Refunded = money.Of(0, "EUR")
		var lines []Line
		var total int64
		for i := range rapid.IntRange(1, 5).Draw(t, "lines") {
			l := Line{
				TypeID: string(rune('a' + i)), Quantity: rapid.IntRange(1, 10).Draw(t, "quantity"), TaxRate: rapid.IntRange(0, 10_000).Draw(t, "tax"),
				UnitAmount: rapid.OneOf(rapid.Int64Range(0, 20), rapid.Int64Range(1, money.Max/100)).Draw(t, "unit"),
			}
			l.Amount = l.UnitAmount * int64(l.Quantity)
			lines, total = append(lines, l), total+l.Amount
		}
		if total == 0 {
			lines[0].UnitAmount, lines[0].Amount, total = 1, int64(lines[0].Quantity), int64(lines[0].Quantity)
		}
		p.Amount = money.Of(total, "EUR")
		p.Divide(lines, Fees{BasisPoints: rapid.IntRange(0, 10_000).Draw(t, "points"), Fixed: rapid.Int64Range(0, 1000).Draw(t, "fixed")})
		balance := map[string]int64{}
		post := func(ts []Transfer) {
			for _, x := range ts {
				if x.Amount.Amount <= 0 || x.Debit == x.Credit {
					t.Fatalf("%+v", x)
				}
				balance[x.Debit.Kind] += x.Amount.Amount
				balance[x.Credit.Kind] -= x.Amount.Amount
			}
			var sum int64
			for _, n := range balance {
				sum += n
			}
			if sum != 0 {
				t.Fatalf("the ledger sums to %d", sum)
			}
		}
		post(CaptureTransfers(p))
		invoice := NewDocument(Payable{Amount: p.Amount}, p.Lines, Person{}, Person{})
		if invoice.Gross != total || invoice.Tax != p.Tax || invoice.Net+invoice.Tax != total {
			t.Fatalf("invoice %+v of %d with tax %d", invoice, total, p.Tax)
		}
		for n := 0; p.Refunded.Amount < total; n++ {
			left := total - p.Refunded.Amount
			if p.Kept < left && rapid.IntRange(0, 3).Draw(t, "cancel") == 0 {
				post(KeptTransfers(p, p.Keep(rapid.Int64Range(p.Kept, left).Draw(t, "kept"))))
			}
			back := left
			if n < 8 {
				back = rapid.Int64Range(1, left).Draw(t, "back")
			}
			var wanted []ReturnedTickets
			if rapid.Bool().Draw(t, "tickets") {
				l := rapid.SampledFrom(lines).Draw(t, "line")
				wanted = []ReturnedTickets{{TypeID: l.TypeID, Quantity: 1, Price: l.UnitAmount}, {TypeID: "gone", Quantity: 1, Price: 5}}
			}
			r := &Refund{ID: "ref", Amount: money.Of(back, "EUR"), CompletedAt: &at, Lines: p.Allot(back, p.WantedBack(wanted, back))}
			p.Refunds = append(p.Refunds, r)
			p.Refunded.Amount += back
			fee, tax := r.RefundParts()
			if fee < 0 || tax < 0 || fee > back || tax > back {
				t.Fatalf("fee %d and tax %d within %d", fee, tax, back)
			}
			if note := invoice.Credit("1", p.Lines, r); note.Gross != back || note.Tax != tax || note.Net != back-tax {
				t.Fatalf("credit note %+v of %d with tax %d", note, back, tax)
			}
			for _, l := range p.remaining() {
				if l.Amount < 0 || l.Tax < 0 || l.Fee < 0 || l.Tax > l.Amount || l.Fee > l.Amount {
					t.Fatalf("left of a line: %+v", l)
				}
			}
			post(RefundTransfers(p, r))
			if balance[AccountProvider] != total-p.Refunded.Amount || balance[AccountPlatform] > 0 || balance[AccountTax] > 0 || balance[AccountRefundFees] > 0 {
				t.Fatalf("%v", balance)
			}
		}
		for kind, n := range balance {
			if n != 0 {
				t.Fatalf("%s is left with %d", kind, n)
			}
		}
		for _, l := range p.remaining() {
			if l.Amount != 0 || l.Tax != 0 || l.Fee != 0 {
				t.Fatalf("left of a line: %+v", l)
			}
		}
	})
}

// A ticket that is given back takes its own line's tax with it.
func TestATicketTakesItsOwnTax(t *testing.T) {
	t.Parallel()
	at := time.Now()
	p := &Payment{Amount: money.Of(3000, "EUR"), CapturedAt: &at}
	p.Divide([]Line{
		{TypeID: "tkt_a", Quantity: 2, UnitAmount: 1190, Amount: 2380, TaxRate: 1900}, {TypeID: "tkt_b", Quantity: 1, UnitAmount: 620, Amount: 620},
	}, Fees{Fixed: 300})
	for _, c := range []struct {
		typeID    string
		price     int64
		back      int64
		tax, fee  int64
		remaining []int64
	}{
		{"tkt_b", 620, 620, 0, 62, []int64{2380, 0}},
		{"tkt_a", 1190, 1190, 190, 119, []int64{1190, 0}},
		{"tkt_a", 1190, 1000, 160, 100, []int64{190, 0}},
		{"tkt_b", 620, 190, 30, 19, []int64{0, 0}}, // nothing is left of its own line
	} {
		r := &Refund{Amount: money.Of(c.back, "EUR"), Lines: p.Allot(c.back, p.WantedBack([]ReturnedTickets{{c.typeID, 1, c.price}}, c.back))}
		p.Refunds = append(p.Refunds, r)
		if fee, tax := r.RefundParts(); tax != c.tax || fee != c.fee {
			t.Errorf("%+v: tax %d and fee %d", c, tax, fee)
		}
		if got := amounts(p.remaining(), func(l PaidLine) int64 { return l.Amount }); !slices.Equal(got, c.remaining) {
			t.Errorf("%+v: %v is left", c, got)
		}
	}
}

// Lines share the total exactly, and a line's net and tax add up to it.
func TestLinesAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var list int64
		lines := make([]Line, rapid.IntRange(1, 20).Draw(t, "lines"))
		for i := range lines {
			lines[i] = Line{
				Quantity: rapid.IntRange(1, 100).Draw(t, "quantity"), UnitAmount: rapid.Int64Range(0, 1_000_000_000).Draw(t, "unit"),
				TaxRate: rapid.IntRange(0, 10_000).Draw(t, "rate"),
			}
			list += lines[i].UnitAmount * int64(lines[i].Quantity)
		}
		total := rapid.Int64Range(0, list).Draw(t, "total")
		var sum int64
		for _, l := range share(lines, total) {
			if tax := l.Tax(); l.Amount < 0 || l.Amount > l.UnitAmount*int64(l.Quantity)+1 || tax < 0 || tax > l.Amount {
				t.Fatalf("%+v with tax %d", l, tax)
			}
			sum += l.Amount
		}
		if sum != total {
			t.Fatalf("lines of %d for %d", sum, total)
		}
	})
}

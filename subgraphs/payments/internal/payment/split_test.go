package payment

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"marquee/internal/money"
)

// Whatever fees, taxes, kept parts and refunds: no account goes astray, and when all has gone back every account is at zero.
func TestRefundsReverseTheCapture(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		at := time.Now()
		p := &Payment{ID: "pay_1", Provider: "sandbox", OrganizerID: "usr_o", CapturedAt: &at}
		p.Amount = money.Of(rapid.Int64Range(1, money.Max).Draw(t, "amount"), "EUR")
		p.Refunded = money.Of(0, "EUR")
		p.Divide([]Line{{Amount: p.Amount.Amount, TaxRate: rapid.IntRange(0, 10_000).Draw(t, "tax")}},
			Fees{BasisPoints: rapid.IntRange(0, 10_000).Draw(t, "points"), Fixed: rapid.Int64Range(0, 1000).Draw(t, "fixed")})
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
		for n := 0; p.Refunded.Amount < p.Amount.Amount; n++ {
			left := p.Amount.Amount - p.Refunded.Amount
			if p.Kept == 0 && rapid.IntRange(0, 3).Draw(t, "cancel") == 0 {
				p.Keep(rapid.Int64Range(1, left).Draw(t, "kept"))
				post(KeptTransfers(p))
			}
			back := left
			if n < 8 {
				back = rapid.Int64Range(1, left).Draw(t, "back")
			}
			p.Refunded.Amount += back
			r := &Refund{ID: "ref", Amount: money.Of(back, "EUR"), CompletedAt: &at}
			fee, tax := p.RefundParts(r)
			if fee < 0 || tax < 0 || fee > back {
				t.Fatalf("fee %d and tax %d within %d", fee, tax, back)
			}
			post(RefundTransfers(p, r))
			if balance[AccountProvider] != p.Amount.Amount-p.Refunded.Amount || balance[AccountPlatform] > 0 || balance[AccountTax] > 0 || balance[AccountRefundFees] > 0 {
				t.Fatalf("%v", balance)
			}
		}
		for kind, n := range balance {
			if n != 0 {
				t.Fatalf("%s is left with %d", kind, n)
			}
		}
	})
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

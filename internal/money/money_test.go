package money_test

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"marquee/internal/errs"
	"marquee/internal/money"
)

func TestPlus(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b money.Money
		want int64
		ok   bool
	}{
		{money.Of(1250, "EUR"), money.Of(-250, "EUR"), 1000, true},
		{money.Of(money.Max-1, "EUR"), money.Of(1, "EUR"), money.Max, true},
		{money.Of(money.Max, "EUR"), money.Of(1, "EUR"), 0, false},
		{money.Of(-money.Max, "EUR"), money.Of(-1, "EUR"), 0, false},
		{money.Of(1, "EUR"), money.Of(1, "USD"), 0, false},
		{money.Of(math.MaxInt64, "EUR"), money.Of(math.MaxInt64, "EUR"), 0, false}, // their int64 sum is -2
		{money.Of(math.MinInt64, "EUR"), money.Of(math.MinInt64, "EUR"), 0, false}, // and 0
	} {
		got, err := c.a.Plus(c.b)
		if (err == nil) != c.ok || got.Amount != c.want || !c.ok && errs.CodeOf(err) != errs.InvalidInput || c.ok && got.Currency != c.a.Currency {
			t.Errorf("%v + %v = %v, %v", c.a, c.b, got, err)
		}
	}
}

func TestTimes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		amount int64
		n      int
		want   int64
		ok     bool
	}{
		{1250, 3, 3750, true},
		{1250, 0, 0, true},
		{1250, -2, -2500, true},
		{-1250, 2, -2500, true},
		{money.Max, 1, money.Max, true},
		{money.Max, -1, -money.Max, true},
		{money.Max/2 + 1, 2, 0, false},
		{-money.Max/2 - 1, 2, 0, false},
		{money.Max/2 + 1, -2, 0, false},
		{1, math.MaxInt, 0, false},
		{1, math.MinInt, 0, false},
		{0, math.MinInt, 0, true},
		{math.MinInt64, 1, 0, false},
	} {
		got, err := money.Of(c.amount, "EUR").Times(c.n)
		if (err == nil) != c.ok || got.Amount != c.want || !c.ok && errs.CodeOf(err) != errs.InvalidInput {
			t.Errorf("%d × %d = %v, %v", c.amount, c.n, got, err)
		}
	}
}

func TestIsCurrency(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]bool{"EUR": true, "XTS": true, "eur": false, "EU": false, "EURO": false, "EUR\n": false, "": false, "ÉUR": false} {
		if money.IsCurrency(code) != want {
			t.Errorf("%q: %v", code, !want)
		}
	}
}

func TestTextAndMinus(t *testing.T) {
	t.Parallel()
	for want, m := range map[string]money.Money{
		"12.50 EUR": money.Of(1250, "EUR"), "0.05 EUR": money.Of(5, "EUR"), "-0.05 EUR": money.Of(-5, "EUR"), "1250 JPY": money.Of(1250, "JPY"),
		"0.001 KWD": money.Of(1, "KWD"), "0 JPY": money.Of(0, "JPY"),
	} {
		if got := m.Text(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Int64().Draw(t, "a"), rapid.Int64().Draw(t, "b")
		got, err := money.Of(a, "EUR").Minus(money.Of(b, "EUR"))
		exact := new(big.Int).Sub(big.NewInt(a), big.NewInt(b))
		fits := abs(a).Cmp(most) <= 0 && abs(b).Cmp(most) <= 0 && new(big.Int).Abs(exact).Cmp(most) <= 0
		if (err == nil) != fits || err == nil && big.NewInt(got.Amount).Cmp(exact) != 0 {
			t.Fatalf("%d - %d = %v, %v", a, b, got, err)
		}
	})
}

// Over the whole range of an int64 an answer is exact or refused with a code; nothing wraps round.
func TestArithmeticNeverWraps(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Int64().Draw(t, "a"), rapid.Int64().Draw(t, "b")
		sum, err := money.Of(a, "EUR").Plus(money.Of(b, "EUR"))
		exact := new(big.Int).Add(big.NewInt(a), big.NewInt(b))
		fits := abs(a).Cmp(most) <= 0 && abs(b).Cmp(most) <= 0 && new(big.Int).Abs(exact).Cmp(most) <= 0
		if (err == nil) != fits || err == nil && big.NewInt(sum.Amount).Cmp(exact) != 0 || err != nil && errs.CodeOf(err) != errs.InvalidInput {
			t.Fatalf("%d + %d = %v, %v", a, b, sum, err)
		}
		n := rapid.Int().Draw(t, "n")
		product, err := money.Of(a, "EUR").Times(n)
		exact.Mul(big.NewInt(a), big.NewInt(int64(n)))
		fits = new(big.Int).Abs(exact).Cmp(most) <= 0
		if err == nil && big.NewInt(product.Amount).Cmp(exact) != 0 || (err == nil) != fits || err != nil && errs.CodeOf(err) != errs.InvalidInput {
			t.Fatalf("%d * %d = %v, %v", a, n, product, err)
		}
	})
}

var most = big.NewInt(money.Max)

func abs(n int64) *big.Int { return new(big.Int).Abs(big.NewInt(n)) }

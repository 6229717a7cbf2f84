package money_test

import (
	"math"
	"testing"

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

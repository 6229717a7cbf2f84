package stripe

import (
	"errors"
	"strings"
	"testing"

	sdk "github.com/stripe/stripe-go/v85"

	"marquee/internal/money"
)

func TestAmounts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		ours   money.Money
		theirs int64
		ok     bool
	}{
		{money.Of(4250, "EUR"), 4250, true},
		{money.Of(500, "JPY"), 500, true},
		{money.Of(500, "ISK"), 50000, true}, // no digits, but Stripe wants two
		{money.Of(500, "MGA"), 5, true},     // two digits, but Stripe wants none
		{money.Of(501, "MGA"), 0, false},
		{money.Of(5120, "KWD"), 5120, true},
		{money.Of(5124, "KWD"), 0, false},
		{money.Of(5, "UGX"), 0, false},
		{money.Of(5000, "IQD"), 0, false},
		{money.Of(5, "eur"), 0, false},
		{money.Of(money.Max, "EUR"), money.Max, true},
		{money.Of(money.Max, "ISK"), 0, false},
		{money.Of(1<<62, "EUR"), 0, false},
		{money.Of(-1<<63, "ISK"), 0, false},
	} {
		got, err := toStripe(c.ours)
		if got != c.theirs || (err == nil) != c.ok {
			t.Errorf("%v: %d, %v", c.ours, got, err)
		}
		var u *unchargeable
		if !c.ok && (!errors.As(err, &u) || !strings.HasSuffix(u.sentence, "nothing was taken.")) {
			t.Errorf("%v: %v", c.ours, err)
		}
		if c.ok {
			if back, err := fromStripe(got, sdk.Currency(strings.ToLower(c.ours.Currency))); err != nil || back != c.ours {
				t.Errorf("%v comes back as %v: %v", c.ours, back, err)
			}
		}
	}
	for currency, amount := range map[string]int64{"isk": 50001, "ugx": 100} {
		if m, err := fromStripe(amount, sdk.Currency(currency)); err == nil {
			t.Errorf("%d %s is %v", amount, currency, m)
		}
	}
}

package stripe

import (
	"fmt"
	"strings"

	sdk "github.com/stripe/stripe-go/v85"

	"marquee/internal/money"
)

// unchargeable says that Stripe takes no intent over an amount: there is none, and there will be none. It has a sentence for the buyer.
type unchargeable struct {
	sentence string
	cause    error // Stripe's answer; nil if it was not asked
}

func (u *unchargeable) Error() string {
	if u.cause != nil {
		return u.cause.Error()
	}
	return "stripe: " + u.sentence
}

// digits is how many digits Stripe counts after a currency's unit; ok is false for those it does not take. It differs from ISO 4217:
// króna are given with two zeros, ariary without digits. UGX stands in both of Stripe's lists, with digits and without: a mistake would
// charge a hundred times too much, so it is not taken.
func digits(currency string) (n int, ok bool) {
	switch currency {
	case "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF":
		return 0, true
	case "BHD", "JOD", "KWD", "OMR", "TND":
		return 3, true
	case "UGX", "IQD", "LYD":
		return 0, false
	default:
		return 2, true
	}
}

func pow10(n int) int64 {
	p := int64(1)
	for range n {
		p *= 10
	}
	return p
}

// toStripe is an amount as Stripe counts it: *unchargeable if it cannot be said so. Of currencies with three digits the last must be 0.
func toStripe(m money.Money) (int64, error) {
	theirs, ok := digits(m.Currency)
	if !ok || !money.IsCurrency(m.Currency) {
		return 0, &unchargeable{"Cards cannot be charged in " + m.Currency + "; nothing was taken.", nil}
	}
	ours, amount := money.Digits(m.Currency), m.Amount
	switch {
	case amount > money.Max || amount < -money.Max:
		return 0, &unchargeable{"The amount is too large; nothing was taken.", nil}
	case theirs >= ours:
		if amount *= pow10(theirs - ours); amount > money.Max || amount < -money.Max {
			return 0, &unchargeable{"The amount is too large; nothing was taken.", nil}
		}
	case amount%pow10(ours-theirs) != 0:
		return 0, &unchargeable{"Cards cannot be charged such a fraction of " + m.Currency + "; nothing was taken.", nil}
	default:
		amount /= pow10(ours - theirs)
	}
	if theirs == 3 && amount%10 != 0 {
		return 0, &unchargeable{"Cards can only be charged a multiple of 0.010 " + m.Currency + "; nothing was taken.", nil}
	}
	return amount, nil
}

// fromStripe is an amount of Stripe's as we count it. An error is an amount that cannot be said so, which no payment of ours has.
func fromStripe(amount int64, currency sdk.Currency) (money.Money, error) {
	code := currencyOf(currency)
	ours := money.Digits(code)
	theirs, ok := digits(code)
	if !ok {
		return money.Money{}, fmt.Errorf("stripe: %s is not taken", code)
	}
	factor := pow10(max(theirs-ours, 0))
	if amount%factor != 0 {
		return money.Money{}, fmt.Errorf("stripe: %d %s is no amount of this currency", amount, code)
	}
	return money.Of(amount/factor*pow10(max(ours-theirs, 0)), code), nil
}

func currencyOf(c sdk.Currency) string { return strings.ToUpper(string(c)) }

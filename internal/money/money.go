// Package money holds amounts: whole minor units of an ISO 4217 currency, in an int64, checked for overflow. Never a float.
package money

import (
	"fmt"
	"math"
	"regexp"

	"marquee/internal/errs"
)

// Max is the largest amount, in minor units: the largest integer that a JSON number of a browser holds exactly.
const Max = 1<<53 - 1

// Money is an amount in minor units (1250 = 12.50 EUR) and its currency. It is bound to the GraphQL type Money.
type Money struct {
	Amount   int64  `json:"amount"`
	Currency string `json:"currency"`
}

var currency = regexp.MustCompile(`^[A-Z]{3}$`)

// IsCurrency reports whether the code has the form of ISO 4217.
func IsCurrency(code string) bool { return currency.MatchString(code) }

// Of returns an amount in a currency.
func Of(amount int64, currency string) Money { return Money{Amount: amount, Currency: currency} }

// Plus adds an amount of the same currency. Another currency or a sum beyond Max is INVALID_INPUT.
func (m Money) Plus(o Money) (Money, error) {
	if m.Currency != o.Currency {
		return Money{}, errs.New(errs.InvalidInput, "amounts of different currencies cannot be added")
	}
	sum := m.Amount + o.Amount // of two amounts within Max it cannot leave an int64
	if tooLarge(m.Amount) || tooLarge(o.Amount) || tooLarge(sum) {
		return Money{}, errs.New(errs.InvalidInput, "the amount is too large")
	}
	return Money{sum, m.Currency}, nil
}

// Times multiplies by a count. A product beyond Max is INVALID_INPUT.
func (m Money) Times(n int) (Money, error) {
	if n != 0 && (m.Amount > Max/abs(n) || m.Amount < -Max/abs(n)) {
		return Money{}, errs.New(errs.InvalidInput, "the amount is too large")
	}
	return Money{m.Amount * int64(n), m.Currency}, nil
}

// Minus takes an amount of the same currency away. Another currency or a difference beyond Max is INVALID_INPUT.
func (m Money) Minus(o Money) (Money, error) { return m.Plus(Money{-o.Amount, o.Currency}) }

// Digits is how many digits the minor unit of a currency has (ISO 4217), for example 2 for EUR and 0 for JPY.
func Digits(currency string) int {
	switch currency {
	case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF":
		return 0
	case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND":
		return 3
	default:
		return 2
	}
}

// Text writes the amount for people, for example "12.50 EUR" or "-1250 JPY".
func (m Money) Text() string {
	sign, amount := "", m.Amount
	if amount < 0 {
		sign, amount = "-", -amount
	}
	digits := Digits(m.Currency)
	text := fmt.Sprintf("%0*d", digits+1, uint64(amount)) //nolint:gosec // also right for the least int64
	if digits > 0 {
		text = text[:len(text)-digits] + "." + text[len(text)-digits:]
	}
	return sign + text + " " + m.Currency
}

func tooLarge(amount int64) bool { return amount > Max || amount < -Max }

func abs(n int) int64 {
	if n == math.MinInt {
		return math.MaxInt64
	}
	if n < 0 {
		n = -n
	}
	return int64(n)
}

package mail

import (
	"strconv"
	"strings"

	"golang.org/x/text/currency"

	"marquee/internal/money"
)

// Format writes an amount for people: the currency's code, groups of three, and as many decimals as ISO 4217 gives the currency, for
// example "EUR 1,250.00" or "JPY 1,250". An unknown code has two decimals.
func Format(m money.Money) string {
	scale := 2
	if unit, err := currency.ParseISO(m.Currency); err == nil {
		scale, _ = currency.Standard.Rounding(unit)
	}
	digits, sign := strconv.FormatInt(m.Amount, 10), ""
	if m.Amount < 0 {
		digits, sign = digits[1:], "-"
	}
	if missing := scale + 1 - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	whole, fraction := digits[:len(digits)-scale], digits[len(digits)-scale:]
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if fraction != "" {
		fraction = "." + fraction
	}
	return m.Currency + " " + sign + whole + fraction
}

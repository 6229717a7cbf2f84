package paypal

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"marquee/internal/money"
)

// currencies are those PayPal takes (developer.paypal.com, "Currency codes"); of whole it takes no decimals, though the forint and the
// Taiwan dollar have them in ISO 4217.
var (
	currencies = []string{
		"AUD", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "EUR", "GBP", "HKD", "HUF", "ILS", "JPY", "MXN", "MYR", "NOK", "NZD", "PHP", "PLN",
		"SEK", "SGD", "THB", "TWD", "USD",
	}
	whole = []string{"HUF", "JPY", "TWD"}
)

// unfit says to the buyer why PayPal does not take an amount; "" if it does.
func unfit(m money.Money) string {
	if _, err := value(m); err != nil {
		return err.Error() + "."
	}
	return ""
}

// value writes an amount as PayPal wants it, for example "12.50" or "1250".
func value(m money.Money) (string, error) {
	if !slices.Contains(currencies, m.Currency) {
		return "", fmt.Errorf("PayPal takes no payments in %s", m.Currency)
	}
	if m.Amount <= 0 {
		return "", fmt.Errorf("PayPal takes amounts above zero only")
	}
	text := strings.TrimSuffix(m.Text(), " "+m.Currency)
	if !slices.Contains(whole, m.Currency) {
		return text, nil
	}
	units, rest, _ := strings.Cut(text, ".")
	if strings.Trim(rest, "0") != "" {
		return "", fmt.Errorf("PayPal takes whole %s only", m.Currency)
	}
	return units, nil
}

// amountOf reads an amount of PayPal's; a leading minus is money that went out.
func amountOf(currency, value string) (money.Money, error) {
	bad := fmt.Errorf("amount %q %q of PayPal is not readable", value, currency)
	digits, negative := strings.CutPrefix(value, "-")
	units, rest, _ := strings.Cut(digits, ".")
	places := money.Digits(currency)
	if rest = strings.TrimRight(rest, "0"); len(rest) > places || units == "" || !money.IsCurrency(currency) {
		return money.Money{}, bad
	}
	digits = units + rest + strings.Repeat("0", places-len(rest))
	if strings.ContainsFunc(digits, func(r rune) bool { return r < '0' || r > '9' }) {
		return money.Money{}, bad
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n > money.Max {
		return money.Money{}, bad
	}
	if negative {
		n = -n
	}
	return money.Of(n, currency), nil
}

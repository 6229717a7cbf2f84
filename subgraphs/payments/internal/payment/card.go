package payment

import (
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"marquee/internal/errs"
)

// CardInput is a card as the buyer typed it. It lives in memory only, on its way to the provider, and prints without its number.
type CardInput struct {
	Number      string
	ExpiryMonth int // 1 to 12
	ExpiryYear  int // four digits
	Cvc         string
}

// Card is a checked card. Printed, logged or encoded it shows its brand and last four digits only.
type Card struct {
	Brand    string
	LastFour string
	Month    int
	Year     int
	number   string
	cvc      string
}

// Number returns all digits, for the provider alone.
func (c Card) Number() string { return c.number }

// CVC returns the card's code, for the provider alone.
func (c Card) CVC() string { return c.cvc }

const redacted = "card ••••"

// Format implements fmt.Formatter for every verb, so that no %v shows a number.
func (CardInput) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redacted)) }

// LogValue implements slog.LogValuer.
func (CardInput) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText keeps the number out of every encoding.
func (CardInput) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// Format implements fmt.Formatter for every verb.
func (c Card) Format(f fmt.State, _ rune) {
	_, _ = f.Write([]byte(c.Brand + " •••• " + c.LastFour))
}

// LogValue implements slog.LogValuer.
func (c Card) LogValue() slog.Value { return slog.StringValue(c.Brand + " •••• " + c.LastFour) }

// Check turns what the buyer typed into a card, or says INVALID_CARD at the field at fault. A card is good until its month has ended
// everywhere on Earth.
func (in CardInput) Check(now time.Time) (Card, error) {
	var bad errs.List
	number := strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' {
			return -1
		}
		return r
	}, in.Number)
	if !digits(number, 12, 19) || !luhn(number) {
		bad.Add(InvalidCard, "This card number cannot be right.", "input", "card", "number")
	}
	switch {
	case in.ExpiryMonth < 1 || in.ExpiryMonth > 12:
		bad.Add(InvalidCard, "The month is 1 to 12.", "input", "card", "expiryMonth")
	case in.ExpiryYear < 1000 || in.ExpiryYear > now.Year()+50:
		bad.Add(InvalidCard, "This year cannot be right.", "input", "card", "expiryYear")
	case !now.Before(time.Date(in.ExpiryYear, time.Month(in.ExpiryMonth)+1, 1, 12, 0, 0, 0, time.UTC)):
		bad.Add(InvalidCard, "This card has expired.", "input", "card", "expiryYear")
	}
	if !digits(in.Cvc, 3, 4) {
		bad.Add(InvalidCard, "The code has three or four digits.", "input", "card", "cvc")
	}
	if err := bad.Err(); err != nil {
		return Card{}, err
	}
	return Card{Brand: brand(number), LastFour: number[len(number)-4:], Month: in.ExpiryMonth, Year: in.ExpiryYear, number: number, cvc: in.Cvc}, nil
}

// fingerprint tells two requests' cards apart without keeping anything a number could be found from.
func (c Card) fingerprint() string {
	return fmt.Sprintf("%s/%s/%02d/%d", c.Brand, c.LastFour, c.Month, c.Year)
}

func digits(s string, least, most int) bool {
	return len(s) >= least && len(s) <= most && !strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
}

// luhn checks the last digit of a card number: ISO/IEC 7812-1, annex B.
func luhn(number string) bool {
	sum := 0
	for i := range number {
		d := int(number[len(number)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// brand tells the scheme by the number's first digits (the issuer identification ranges that the schemes publish).
func brand(number string) string {
	first := func(n int) int { i, _ := strconv.Atoi(number[:n]); return i }
	in := func(n, from, to int) bool { return first(n) >= from && first(n) <= to }
	switch {
	case in(1, 4, 4):
		return "Visa"
	case in(2, 51, 55), in(4, 2221, 2720):
		return "Mastercard"
	case in(2, 34, 34), in(2, 37, 37):
		return "American Express"
	case in(4, 6011, 6011), in(3, 644, 649), in(2, 65, 65):
		return "Discover"
	case in(4, 3528, 3589):
		return "JCB"
	case in(2, 36, 36), in(2, 38, 39), in(3, 300, 305):
		return "Diners Club"
	case in(2, 62, 62):
		return "UnionPay"
	default:
		return "Card"
	}
}

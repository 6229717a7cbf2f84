package payment

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"marquee/internal/errs"
)

func TestCheckCard(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 31, 23, 59, 0, 0, time.UTC)
	good := CardInput{Number: "4242 4242-4242 4242", ExpiryMonth: 3, ExpiryYear: 2026, Cvc: "123"}
	for _, test := range []struct {
		name   string
		change func(*CardInput)
		now    time.Time
		field  string // at fault; empty if the card is good
	}{
		{"good", func(*CardInput) {}, now, ""},
		{"still its month somewhere", func(*CardInput) {}, now.Add(12 * time.Hour), ""},
		{"its month is over everywhere", func(*CardInput) {}, now.Add(12*time.Hour + time.Minute), "expiryYear"},
		{"last month", func(c *CardInput) { c.ExpiryMonth = 2 }, now, "expiryYear"},
		{"December", func(c *CardInput) { c.ExpiryMonth = 12 }, now, ""},
		{"month 0", func(c *CardInput) { c.ExpiryMonth = 0 }, now, "expiryMonth"},
		{"month 13", func(c *CardInput) { c.ExpiryMonth = 13 }, now, "expiryMonth"},
		{"two-digit year", func(c *CardInput) { c.ExpiryYear = 27 }, now, "expiryYear"},
		{"far year", func(c *CardInput) { c.ExpiryYear = 2077 }, now, "expiryYear"},
		{"wrong last digit", func(c *CardInput) { c.Number = "4242424242424241" }, now, "number"},
		{"two digits swapped", func(c *CardInput) { c.Number = "2442424242424242" }, now, "number"},
		{"letters", func(c *CardInput) { c.Number = "4242a42424242424" }, now, "number"},
		{"other digits", func(c *CardInput) { c.Number = "٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢" }, now, "number"},
		{"too short", func(c *CardInput) { c.Number = "42" }, now, "number"},
		{"too long", func(c *CardInput) { c.Number = strings.Repeat("0", 20) }, now, "number"},
		{"empty", func(c *CardInput) { c.Number = "" }, now, "number"},
		{"code of two", func(c *CardInput) { c.Cvc = "12" }, now, "cvc"},
		{"code of five", func(c *CardInput) { c.Cvc = "12345" }, now, "cvc"},
		{"code of letters", func(c *CardInput) { c.Cvc = "12x" }, now, "cvc"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			in := good
			test.change(&in)
			card, err := in.Check(test.now)
			if test.field == "" {
				if err != nil || card.Brand != "Visa" || card.LastFour != "4242" || card.Number() != "4242424242424242" {
					t.Fatalf("%v: %v", card, err)
				}
				return
			}
			var list errs.List
			if !errors.As(err, &list) || len(list) != 1 || list[0].Code != InvalidCard || list[0].Field[2] != test.field {
				t.Fatalf("got %v, want one INVALID_CARD at %s", err, test.field)
			}
		})
	}
}

func TestCheckCardNamesEveryFault(t *testing.T) {
	t.Parallel()
	_, err := CardInput{}.Check(time.Now())
	var list errs.List
	if !errors.As(err, &list) || len(list) != 3 {
		t.Errorf("%v", err)
	}
}

func TestBrand(t *testing.T) {
	t.Parallel()
	for number, want := range map[string]string{
		"4000000000000002": "Visa", "5555555555554444": "Mastercard", "2223003122003222": "Mastercard", "378282246310005": "American Express",
		"6011111111111117": "Discover", "3566002020360505": "JCB", "3056930009020004": "Diners Club", "6200000000000005": "UnionPay",
		"9999999999999995": "Card",
	} {
		if got := brand(number); got != want {
			t.Errorf("%s is %s, want %s", number, got, want)
		}
	}
}

func TestCardsNeverShowTheirNumber(t *testing.T) {
	t.Parallel()
	in := CardInput{Number: "4242424242424242", ExpiryMonth: 12, ExpiryYear: 2040, Cvc: "987"}
	card, err := in.Check(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	request := PayBookingInput{BookingID: "bkg_1", Card: &in, IdempotencyKey: "12345678"}
	charge := ChargeRequest{Card: card}
	var shown bytes.Buffer
	for _, v := range []any{in, &in, card, &card, request, &request, charge, &charge} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			fmt.Fprintf(&shown, verb, v)
		}
		if err := json.NewEncoder(&shown).Encode(v); err != nil {
			t.Fatal(err)
		}
		for _, h := range []slog.Handler{slog.NewTextHandler(&shown, nil), slog.NewJSONHandler(&shown, nil)} {
			record := slog.NewRecord(time.Time{}, slog.LevelInfo, "", 0) // a time's fractions may look like a secret
			record.Add("v", v)
			if err := h.Handle(t.Context(), record); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, secret := range []string{"4242424242", "987", "3432343234"} {
		if strings.Contains(shown.String(), secret) {
			t.Errorf("%s is shown in %s", secret, shown.String())
		}
	}
}

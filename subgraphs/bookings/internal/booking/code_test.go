package booking_test

import (
	"regexp"
	"strings"
	"testing"

	"marquee/subgraphs/bookings/internal/booking"
)

func TestCodesAreReadAsPeopleTypeThem(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"7K3M-Q2XW-9TCH":        "7K3M-Q2XW-9TCH",
		"7k3mq2xw9tch":          "7K3M-Q2XW-9TCH",
		" 7k3m q2xw\t9tch\n":    "7K3M-Q2XW-9TCH",
		"OoIi-Ll00-1111":        "0011-1100-1111",
		"ABCDE":                 "ABCD-E",
		"7K3M-Q2XW-9TCU":        "", // no U
		"7K3M_Q2XW":             "",
		"ſ":                     "", // folds to S in Unicode, not in codes
		"":                      "",
		"----":                  "",
		strings.Repeat("A", 33): "",
	} {
		got, ok := booking.ReadCode(typed)
		if (want != "") != ok || ok && got != want {
			t.Errorf("%q is read as %q, %v; want %q", typed, got, ok, want)
		}
	}
}

func TestNewCodesAreReadable(t *testing.T) {
	t.Parallel()
	form := regexp.MustCompile(`^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4})+$`)
	seen := map[string]bool{}
	for range 10_000 {
		for _, code := range []string{booking.NewTicketCode(), booking.NewReference()} {
			if got, ok := booking.ReadCode(code); !ok || got != code || !form.MatchString(code) {
				t.Fatalf("%q is read as %q", code, got)
			}
		}
		code := booking.NewTicketCode()
		if seen[code] || len(code) != 14 {
			t.Fatalf("%q again, or of another length", code)
		}
		seen[code] = true
	}
}

package mail

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"marquee/internal/contract"
	"marquee/internal/money"
	"marquee/subgraphs/notifications/internal/notification"
)

func booking() contract.Booking {
	return contract.Booking{
		BookingID: "bkg_1", Reference: "QX7-4KD", UserID: "usr_1", EventID: "evt_1", EventTitle: "Night of the Proms",
		EventStartsAt: time.Date(2027, 3, 28, 17, 30, 0, 0, time.UTC), EventTimeZone: "Europe/Berlin", Venue: "Philharmonie",
		Items: []contract.BookingItem{
			{TicketTypeID: "tkt_1", Name: "Balcony", Quantity: 2, UnitAmount: 62500}, {TicketTypeID: "tkt_2", Name: "Child", Quantity: 1},
		},
		TotalAmount: 125000, Currency: "EUR",
	}
}

func writer(t *testing.T) *Writer {
	t.Helper()
	w, err := New("https://marquee.example")
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func letter(t *testing.T, f notification.Facts, name string) notification.Letter {
	t.Helper()
	l, err := writer(t).Letter(f, name)
	if err != nil {
		t.Fatal(err)
	}
	if dir := os.Getenv("MARQUEE_MAIL_SAMPLES"); dir != "" { // to look at
		if err := os.WriteFile(filepath.Join(dir, strings.ReplaceAll(t.Name(), "/", "-")+".html"), []byte(l.HTML), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return l
}

func TestLetters(t *testing.T) {
	t.Parallel()
	late := contract.PaymentRefunded{PaymentID: "pay_1", BookingID: "bkg_1", EventID: "evt_1", UserID: "usr_1", Amount: 125000, Currency: "EUR"}
	brief := notification.BriefOf(booking())
	free := booking()
	free.TotalAmount, free.Items = 0, free.Items[1:]
	for _, test := range []struct {
		name    string
		facts   notification.Facts
		subject string
		has     []string
		not     []string
	}{
		{
			"confirmed", notification.OfConfirmed(contract.BookingConfirmed{Booking: booking()}),
			"You are going to Night of the Proms (QX7-4KD)",
			[]string{"Hello Ada,", "Sunday, 28 March 2027, 19:30 CEST", "Philharmonie", "2 × Balcony", "EUR 1,250.00", "1 × Child", "free", "https://marquee.example/tickets/bkg_1"},
			nil,
		},
		{
			"free", notification.OfConfirmed(contract.BookingConfirmed{Booking: free}),
			"You are going to Night of the Proms (QX7-4KD)",
			[]string{"1 × Child", "free"},
			[]string{"EUR"},
		},
		{
			"cancelled by the holder", notification.OfCancelled(contract.BookingCancelled{Booking: booking(), Reason: contract.CancelledByHolder}),
			"Your booking for Night of the Proms is cancelled (QX7-4KD)",
			[]string{"You cancelled booking QX7-4KD.", "goes back the way it came"},
			[]string{"organiser"},
		},
		{
			"called off", notification.OfCancelled(contract.BookingCancelled{Booking: booking(), Reason: contract.EventCalledOff, Explanation: "The roof leaks."}),
			"Night of the Proms has been called off (QX7-4KD)",
			[]string{"The organiser writes:", "The roof leaks.", "goes back the way it came"},
			[]string{"You cancelled"},
		},
		{
			"refunded by the organiser", notification.OfCancelled(contract.BookingCancelled{Booking: booking(), Reason: contract.Refunded}),
			"Your booking for Night of the Proms was refunded (QX7-4KD)",
			[]string{"gave your money back"},
			[]string{"You cancelled", "goes back the way"},
		},
		{
			"paid too late", notification.OfRefunded(late, &brief),
			"Your payment of EUR 1,250.00 goes back to you (QX7-4KD)",
			[]string{"Night of the Proms", "EUR 1,250.00"},
			nil,
		},
		{
			"paid too late for an unknown booking", notification.OfRefunded(late, nil),
			"Your payment of EUR 1,250.00 goes back to you",
			[]string{"EUR 1,250.00", "/tickets/bkg_1"},
			[]string{"1970", "0001", "()", "Your reference"},
		},
		{
			"sent to a guest", notification.OfAssigned(contract.TicketAssigned{
				Booking: booking(), TicketID: "tik_1", TicketName: "Balcony", Code: "7K3M-Q2XW-9TCH", Seat: "Row C, seat 12", GuestName: "Grace <b>", GuestEmail: "grace@example.com",
			}),
			"Ticket for Grace <b>: Night of the Proms (QX7-4KD)",
			[]string{"7K3M-Q2XW-9TCH", "Balcony", "Row C, seat 12", "Philharmonie", "a ticket was booked for you"},
			[]string{"EUR", "/tickets/", "you booked"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			l := letter(t, test.facts, "Ada")
			if l.Subject != test.subject {
				t.Errorf("subject %q, want %q", l.Subject, test.subject)
			}
			for part, s := range map[string]string{"text": l.Text, "HTML": l.HTML} {
				for _, want := range test.has {
					if !strings.Contains(s, want) {
						t.Errorf("%s lacks %q:\n%s", part, want, s)
					}
				}
				for _, not := range test.not {
					if strings.Contains(s, not) {
						t.Errorf("%s has %q:\n%s", part, not, s)
					}
				}
			}
		})
	}
}

// What people type is shown and never obeyed.
func TestTypedTextIsInert(t *testing.T) {
	t.Parallel()
	b := booking()
	b.EventTitle = "<script>alert(1)</script>\r\nBcc: eve@example.org {{.Name}}"
	b.Venue, b.Items[0].Name, b.BookingID = `"><img src=x onerror=alert(2)>`, "{{define}}<b>", "../../evil?x=\"'"
	l := letter(t, notification.OfCancelled(contract.BookingCancelled{Booking: b, Explanation: "<a href=javascript:alert(3)>x</a>"}), "<i>Ada</i>")
	for _, bad := range []string{"<script", "<img", "<b>", "<i>", "<a href=javascript", "../../evil"} {
		if strings.Contains(l.HTML, bad) {
			t.Errorf("HTML has %q", bad)
		}
	}
	if strings.ContainsAny(l.Subject, "\r\n") {
		t.Errorf("subject %q", l.Subject)
	}
	if !strings.Contains(l.Subject, "{{.Name}}") || !strings.Contains(l.Text, "{{define}}<b>") {
		t.Errorf("typed braces are gone: %q", l.Subject)
	}
}

func TestUnknownZoneIsUTC(t *testing.T) {
	t.Parallel()
	if got := localTime(time.Date(2027, 1, 2, 3, 4, 0, 0, time.UTC), "Mars/Olympus"); got != "Saturday, 2 January 2027, 03:04 UTC" {
		t.Error(got)
	}
}

func TestUnknownKind(t *testing.T) {
	t.Parallel()
	if _, err := writer(t).Letter(notification.Facts{Kind: "SOMETHING"}, ""); err == nil {
		t.Error("a letter about nothing")
	}
}

func TestFormat(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		amount   int64
		currency string
		want     string
	}{
		{0, "EUR", "EUR 0.00"},
		{5, "EUR", "EUR 0.05"},
		{1250, "EUR", "EUR 12.50"},
		{123456789, "USD", "USD 1,234,567.89"},
		{1250, "JPY", "JPY 1,250"},
		{0, "JPY", "JPY 0"},
		{1250, "KWD", "KWD 1.250"},
		{-99999, "GBP", "GBP -999.99"},
		{100, "XQQ", "XQQ 1.00"},
		{money.Max, "EUR", "EUR 90,071,992,547,409.91"},
	} {
		if got := Format(money.Of(test.amount, test.currency)); got != test.want {
			t.Errorf("%d %s: got %q, want %q", test.amount, test.currency, got, test.want)
		}
	}
}

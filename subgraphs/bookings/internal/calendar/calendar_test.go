package calendar

import (
	"bytes"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/emersion/go-ical"
)

func entry(zone string, at time.Time) Entry {
	return Entry{
		UID: "bkg_1@marquee", Sequence: 3, Title: "Night; of, “wonders”\nand more", Description: "Booking K7QX-2MWP\nTwo tickets", Location: "The Hall, Long Street 1, Berlin",
		URL: "https://marquee.example/tickets/bkg_1", TimeZone: zone, StartsAt: at, EndsAt: at.Add(3 * time.Hour), At: at.AddDate(0, -1, 0),
	}
}

// read parses with another library and returns the entry and its zone's observances.
func read(t *testing.T, raw []byte) (event *ical.Component, zone *ical.Component) {
	t.Helper()
	c, err := ical.NewDecoder(bytes.NewReader(raw)).Decode()
	if err != nil {
		t.Fatalf("%v in\n%s", err, raw)
	}
	for _, child := range c.Children {
		switch child.Name {
		case ical.CompEvent:
			event = child
		case ical.CompTimezone:
			zone = child
		}
	}
	return event, zone
}

// instant is what a program that knows only the file makes of a local time: the observance with the latest onset not after it counts
// (RFC 5545 §3.6.5).
func instant(t *testing.T, zone *ical.Component, text string) time.Time {
	t.Helper()
	var best, offset string
	for _, o := range zone.Children {
		if onset := o.Props.Get("DTSTART").Value; onset <= text && onset >= best {
			best, offset = onset, o.Props.Get("TZOFFSETTO").Value
		}
	}
	if best == "" {
		t.Fatalf("no rule for %s", text)
	}
	layout := "-0700"
	if len(offset) > 5 {
		layout = "-070000"
	}
	at, err := time.Parse(local+layout, text+offset)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// Every hour of the days around clock changes, in zones of all kinds: the file's own rules give the instant back.
func TestRightAcrossClockChanges(t *testing.T) {
	t.Parallel()
	for zone, days := range map[string][]string{
		"Europe/Berlin":              {"2027-03-28", "2027-10-31", "2027-07-01"},
		"America/New_York":           {"2027-03-14", "2027-11-07"},
		"Australia/Lord_Howe":        {"2027-04-04", "2027-10-03"}, // half an hour
		"America/Sao_Paulo":          {"2027-02-20"},               // changes no more
		"Asia/Kolkata":               {"2027-01-01"},
		"Europe/Dublin":              {"2027-03-28", "2027-10-31"}, // negative summer time
		"Africa/Casablanca":          {"2027-02-07", "2027-03-14"}, // Ramadan
		"Pacific/Apia":               {"2027-01-01"},
		"America/Argentina/La_Rioja": {"2027-01-01"},
	} {
		l, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		for _, day := range days {
			noon, err := time.ParseInLocation("2006-01-02 15", day+" 12", l)
			if err != nil {
				t.Fatal(err)
			}
			for h := -36; h <= 36; h++ {
				at := noon.Add(time.Duration(h) * time.Hour)
				_, offset := at.Zone()
				_, later := at.Add(time.Hour).Zone()
				_, earlier := at.Add(-time.Hour).Zone()
				if earlier > offset || later < offset {
					continue // an hour that is there twice has no name of its own in iCalendar
				}
				event, rules := read(t, entry(zone, at).Write())
				start := event.Props.Get("DTSTART")
				if got := instant(t, rules, start.Value); !got.Equal(at) || start.Params.Get("TZID") != zone || rules.Props.Get("TZID").Value != zone {
					t.Errorf("%s: %s became %s", zone, at, got.In(l))
				}
				if end := event.Props.Get("DTEND"); len(end.Value) != len(local) {
					t.Errorf("ends %q", end.Value)
				}
			}
		}
	}
}

func TestEntry(t *testing.T) {
	t.Parallel()
	at := time.Date(2027, 3, 27, 19, 30, 0, 0, time.UTC)
	e := entry("Europe/Berlin", at)
	event, _ := read(t, e.Write())
	for name, want := range map[string]string{
		"UID": e.UID, "SEQUENCE": "3", "STATUS": "CONFIRMED", "SUMMARY": e.Title, "DESCRIPTION": e.Description, "LOCATION": e.Location, "URL": e.URL,
	} {
		got := event.Props.Get(name)
		text := ""
		if got != nil {
			if text = got.Value; name == "SUMMARY" || name == "DESCRIPTION" || name == "LOCATION" {
				text, _ = got.Text()
			}
		}
		if text != want {
			t.Errorf("%s: %q, want %q", name, text, want)
		}
	}
	e.Cancelled, e.Sequence = true, 4
	event, _ = read(t, e.Write())
	if event.Props.Get("STATUS").Value != "CANCELLED" || event.Props.Get("SEQUENCE").Value != "4" {
		t.Errorf("called off: %v", event.Props)
	}
	for _, zone := range []string{"", "UTC", "Nowhere/Land"} {
		event, rules := read(t, entry(zone, at).Write())
		if rules != nil || event.Props.Get("DTSTART").Value != "20270327T193000Z" {
			t.Errorf("%q: %v", zone, event.Props.Get("DTSTART"))
		}
	}
	for n, l := range strings.Split(strings.TrimSuffix(string(e.Write()), "\r\n"), "\r\n") {
		if len(l) > 75 || strings.Contains(l, "\n") {
			t.Errorf("line %d is %d bytes", n, len(l))
		}
	}
}

package recurrence_test

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"marquee/internal/errs"
	"marquee/subgraphs/events/internal/recurrence"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// dates expands a rule from a wall time, RFC 3339 without a zone, and returns the dates as RFC 3339.
func dates(t testing.TB, rule, start, in string) (string, error) {
	t.Helper()
	z := zone(t, in)
	first, err := time.ParseInLocation("2006-01-02T15:04:05", start, z)
	if err != nil {
		t.Fatal(err)
	}
	r, err := recurrence.Parse(rule, z)
	if err != nil {
		return "", err
	}
	all, err := r.Dates(first)
	out := make([]string, len(all))
	for i, d := range all {
		out[i] = d.In(z).Format(time.RFC3339)
	}
	return strings.Join(out, " "), err
}

func TestDates(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ rule, start, zone, want string }{
		"daily":                {"FREQ=DAILY;COUNT=3", "2027-04-01T10:00:00", "Europe/Berlin", "2027-04-01T10:00:00+02:00 2027-04-02T10:00:00+02:00 2027-04-03T10:00:00+02:00"},
		"prefix, small":        {" rrule:freq=daily;interval=2;count=2", "2027-04-01T10:00:00", "UTC", "2027-04-01T10:00:00Z 2027-04-03T10:00:00Z"},
		"clocks go forward":    {"FREQ=WEEKLY;COUNT=3", "2027-03-21T19:30:00", "Europe/Berlin", "2027-03-21T19:30:00+01:00 2027-03-28T19:30:00+02:00 2027-04-04T19:30:00+02:00"},
		"clocks go back":       {"FREQ=WEEKLY;COUNT=3", "2027-10-24T19:30:00", "Europe/London", "2027-10-24T19:30:00+01:00 2027-10-31T19:30:00Z 2027-11-07T19:30:00Z"},
		"in the gap":           {"FREQ=DAILY;COUNT=3", "2027-03-27T02:30:00", "Europe/Berlin", "2027-03-27T02:30:00+01:00 2027-03-28T03:30:00+02:00 2027-03-29T02:30:00+02:00"},
		"in New York's gap":    {"FREQ=DAILY;COUNT=3", "2027-03-13T02:15:00", "America/New_York", "2027-03-13T02:15:00-05:00 2027-03-14T03:15:00-04:00 2027-03-15T02:15:00-04:00"},
		"of two the first":     {"FREQ=DAILY;COUNT=3", "2027-10-30T02:30:00", "Europe/Berlin", "2027-10-30T02:30:00+02:00 2027-10-31T02:30:00+02:00 2027-11-01T02:30:00+01:00"},
		"southern":             {"FREQ=WEEKLY;COUNT=3", "2027-09-26T20:00:00", "Australia/Sydney", "2027-09-26T20:00:00+10:00 2027-10-03T20:00:00+11:00 2027-10-10T20:00:00+11:00"},
		"half an hour":         {"FREQ=DAILY;COUNT=3", "2027-10-02T02:15:00", "Australia/Lord_Howe", "2027-10-02T02:15:00+10:30 2027-10-03T02:45:00+11:00 2027-10-04T02:15:00+11:00"},
		"half an hour twice":   {"FREQ=DAILY;COUNT=2", "2027-04-03T01:45:00", "Australia/Lord_Howe", "2027-04-03T01:45:00+11:00 2027-04-04T01:45:00+11:00"},
		"midnight is missing":  {"FREQ=DAILY;COUNT=3", "2018-11-03T00:00:00", "America/Sao_Paulo", "2018-11-03T00:00:00-03:00 2018-11-04T01:00:00-02:00 2018-11-05T00:00:00-02:00"},
		"a day is missing":     {"FREQ=DAILY;COUNT=3", "2011-12-29T10:00:00", "Pacific/Apia", "2011-12-29T10:00:00-10:00 2011-12-31T10:00:00+14:00"},
		"summer is standard":   {"FREQ=WEEKLY;COUNT=2", "2027-03-21T20:00:00", "Europe/Dublin", "2027-03-21T20:00:00Z 2027-03-28T20:00:00+01:00"},
		"no changes":           {"FREQ=MONTHLY;COUNT=3", "2027-02-15T18:45:00", "Asia/Kathmandu", "2027-02-15T18:45:00+05:45 2027-03-15T18:45:00+05:45 2027-04-15T18:45:00+05:45"},
		"months without a 31":  {"FREQ=MONTHLY;COUNT=3", "2027-01-31T10:00:00", "UTC", "2027-01-31T10:00:00Z 2027-03-31T10:00:00Z 2027-05-31T10:00:00Z"},
		"last Friday":          {"FREQ=MONTHLY;BYDAY=-1FR;COUNT=3", "2027-04-30T20:00:00", "UTC", "2027-04-30T20:00:00Z 2027-05-28T20:00:00Z 2027-06-25T20:00:00Z"},
		"weekends":             {"FREQ=WEEKLY;BYDAY=SA,SU;COUNT=4", "2027-04-03T10:00:00", "UTC", "2027-04-03T10:00:00Z 2027-04-04T10:00:00Z 2027-04-10T10:00:00Z 2027-04-11T10:00:00Z"},
		"leap day":             {"FREQ=YEARLY;COUNT=2", "2028-02-29T10:00:00", "UTC", "2028-02-29T10:00:00Z 2032-02-29T10:00:00Z"},
		"until a day":          {"FREQ=DAILY;UNTIL=20270403", "2027-04-01T22:00:00", "America/New_York", "2027-04-01T22:00:00-04:00 2027-04-02T22:00:00-04:00 2027-04-03T22:00:00-04:00"},
		"until an instant":     {"FREQ=DAILY;UNTIL=20270403T015959Z", "2027-04-01T22:00:00", "America/New_York", "2027-04-01T22:00:00-04:00"},
		"until that instant":   {"FREQ=DAILY;UNTIL=20270403T020000Z", "2027-04-01T22:00:00", "America/New_York", "2027-04-01T22:00:00-04:00 2027-04-02T22:00:00-04:00"},
		"until a wall time":    {"FREQ=DAILY;UNTIL=20270402T220000", "2027-04-01T22:00:00", "America/New_York", "2027-04-01T22:00:00-04:00 2027-04-02T22:00:00-04:00"},
		"last day of the week": {"FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=2", "2027-04-30T09:00:00", "UTC", "2027-04-30T09:00:00Z 2027-05-31T09:00:00Z"},
	} {
		got, err := dates(t, c.rule, c.start, c.zone)
		if err != nil || got != c.want {
			t.Errorf("%s: %s, %v; want %s", name, got, err, c.want)
		}
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ rule, want string }{
		"empty":               {"", "INVALID_RULE"},
		"no rule":             {"every day", "INVALID_RULE"},
		"long":                {"FREQ=DAILY;BYMONTHDAY=" + strings.Repeat("1,", 300) + "1", "INVALID_RULE"},
		"two lines":           {"DTSTART:20270401T100000Z\nRRULE:FREQ=DAILY;COUNT=2", "INVALID_RULE"},
		"hourly":              {"FREQ=HOURLY;COUNT=2", "INVALID_RULE"},
		"secondly":            {"FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30", "INVALID_RULE"},
		"hours":               {"FREQ=DAILY;BYHOUR=9,10;COUNT=2", "INVALID_RULE"},
		"Easter":              {"FREQ=YEARLY;BYEASTER=300;COUNT=2", "INVALID_RULE"},
		"both ends":           {"FREQ=DAILY;COUNT=2;UNTIL=20270501", "INVALID_RULE"},
		"twice":               {"FREQ=DAILY;COUNT=2;COUNT=3", "INVALID_RULE"},
		"no interval":         {"FREQ=DAILY;INTERVAL=0;COUNT=2", "INVALID_RULE"},
		"endless interval":    {"FREQ=DAILY;INTERVAL=9223372036854775807;COUNT=2", "INVALID_RULE"},
		"no date":             {"FREQ=DAILY;COUNT=0", "INVALID_RULE"},
		"negative":            {"FREQ=DAILY;COUNT=-1", "INVALID_RULE"},
		"fifty-third Monday":  {"FREQ=MONTHLY;BYDAY=-53MO;COUNT=2", "INVALID_RULE"},
		"sixth Monday":        {"FREQ=YEARLY;BYMONTH=12;BYDAY=6MO;COUNT=2", "INVALID_RULE"},
		"position 0":          {"FREQ=MONTHLY;BYDAY=MO;BYSETPOS=0;COUNT=2", "INVALID_RULE"},
		"until yesterday":     {"FREQ=DAILY;UNTIL=20270331", "INVALID_RULE"},
		"until no day":        {"FREQ=DAILY;UNTIL=20271340", "INVALID_RULE"},
		"never":               {"FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "INVALID_RULE"},
		"not on the start":    {"FREQ=WEEKLY;BYDAY=MO;COUNT=2", "INVALID_RULE"}, // a Thursday
		"a thousand years":    {"FREQ=YEARLY;COUNT=1000", "INVALID_RULE"},
		"until the year 3000": {"FREQ=YEARLY;UNTIL=30000101", "INVALID_RULE"},
		"too many":            {"FREQ=DAILY;COUNT=1001", "TOO_MANY_DATES"},
		"too many until":      {"FREQ=DAILY;UNTIL=20310401", "TOO_MANY_DATES"},
	} {
		if got, err := dates(t, c.rule, "2027-04-01T10:00:00", "Europe/Berlin"); string(errs.CodeOf(err)) != c.want {
			t.Errorf("%s: %.60s, %v; want %s", name, got, err, c.want)
		}
	}
}

func TestRulesWithoutAnEndGoOnForTwoYears(t *testing.T) {
	t.Parallel()
	got, err := dates(t, "FREQ=DAILY", "2027-04-01T10:00:00", "Europe/Berlin")
	all := strings.Fields(got)
	if err != nil || len(all) != 732 || all[731] != "2029-04-01T10:00:00+02:00" {
		t.Errorf("%d dates, %v", len(all), err)
	}
}

// Sales that end two hours before the start do so on both sides of a change, and a date in the second of two equal hours stays there.
func TestShiftKeepsTheWallClock(t *testing.T) {
	t.Parallel()
	z := zone(t, "Europe/Berlin")
	at := func(s string) time.Time {
		d, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	if got := recurrence.Shift(at("2027-03-26T20:00:00+01:00"), at("2027-03-27T20:00:00+01:00"), at("2027-03-28T20:00:00+02:00"), z); !got.Equal(at("2027-03-27T20:00:00+01:00")) {
		t.Errorf("shifted to %s", got)
	}
	second := at("2027-10-31T02:30:00+01:00")
	r, err := recurrence.Parse("FREQ=DAILY;COUNT=2", z)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := r.Dates(second); err != nil || !got[0].Equal(second) {
		t.Errorf("%v, %v", got, err)
	}
	if !recurrence.SameClock(at("2027-03-28T20:00:00+02:00"), at("2027-03-27T20:00:00+01:00"), z) || recurrence.SameClock(second, at("2027-03-27T20:00:00+01:00"), z) {
		t.Error("times of day are compared wrongly")
	}
}

// Whatever the rule, there is an answer: strictly rising dates that begin with the start, or a coded refusal.
func FuzzRule(f *testing.F) {
	for _, rule := range []string{
		"FREQ=WEEKLY;BYDAY=MO,TH;COUNT=5", "FREQ=MONTHLY;BYDAY=-1FR;BYSETPOS=1", "FREQ=YEARLY;BYWEEKNO=53;BYDAY=SU;WKST=SU",
		"FREQ=YEARLY;BYYEARDAY=-366,1;UNTIL=20300101", "FREQ=DAILY;INTERVAL=17;BYMONTH=1,2", "FREQ=YEARLY;BYDAY=-53MO",
	} {
		f.Add(rule, int64(1806500000), uint8(0))
	}
	zones := []string{"Europe/Berlin", "Australia/Lord_Howe", "America/Sao_Paulo", "UTC", "Pacific/Apia"}
	f.Fuzz(func(t *testing.T, rule string, start int64, in uint8) {
		z := zone(t, zones[int(in)%len(zones)])
		first := time.Unix(start%4e9, 0)
		r, err := recurrence.Parse(rule, z)
		if err == nil {
			var all []time.Time
			if all, err = r.Dates(first); err == nil && (len(all) == 0 || len(all) > recurrence.Most || !all[0].Equal(first)) {
				t.Fatalf("%d dates", len(all))
			}
			for i := 1; i < len(all); i++ {
				if !all[i].After(all[i-1]) {
					t.Fatalf("%s after %s", all[i], all[i-1])
				}
			}
		}
		if code := errs.CodeOf(err); err != nil && code != recurrence.InvalidRule && code != recurrence.TooManyDates {
			t.Fatalf("%v", err)
		}
	})
}

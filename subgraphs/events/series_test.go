package events_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"marquee/internal/bus"
	"marquee/internal/contract"
	"marquee/internal/id"
	"marquee/internal/viewer"
)

type occurrence struct {
	event
	SeriesDate   *time.Time
	SeriesEdited bool
	Series       *struct {
		ID                       string
		UpcomingCount, DateCount int
	}
}

type series struct {
	ID, Rule                          string
	Version, DateCount, UpcomingCount int
	Exceptions, ExtraDates            []time.Time
	Dates                             struct {
		Nodes    []occurrence
		PageInfo struct {
			HasNextPage bool
			EndCursor   string
		}
	}
}

const (
	occurrenceFields = eventFields + " seriesDate seriesEdited series { id upcomingCount dateCount } "
	seriesFields     = " id rule version dateCount upcomingCount exceptions extraDates dates(first: 100) { nodes {" + occurrenceFields + "} pageInfo { hasNextPage endCursor } } "
)

type seriesAnswer struct {
	answer
	Series                                 *series
	Changed, Skipped, Published, Cancelled int
}

// turn runs one mutation of series; more are the fields of its payload beside series and userErrors.
func (b *bench) turn(t *testing.T, who *viewer.Viewer, name, more string, input map[string]any) seriesAnswer {
	t.Helper()
	inputType := string(name[0]-'a'+'A') + name[1:] + "Input"
	var out struct{ Answer seriesAnswer }
	b.Do(t, who, fmt.Sprintf("mutation($input: %s!) { answer: %s(input: $input) { %s series {%s} userErrors { field message code } } }", inputType, name, more, seriesFields),
		map[string]any{"input": input}).Into(t, &out)
	return out.Answer
}

// tour makes a series of a draft; with nil changes it is Thursdays at 20:00 in Warsaw.
func (b *bench) tour(t *testing.T, rule string, changes map[string]any) *series {
	t.Helper()
	e := b.draft(t, organizer, changes)
	a := b.turn(t, organizer, "createSeries", "", map[string]any{"eventId": e.ID, "version": e.Version, "rule": rule})
	a.want(t)
	return a.Series
}

func (b *bench) publishSeries(t *testing.T, s *series) *series {
	t.Helper()
	a := b.turn(t, organizer, "publishSeries", "published", map[string]any{"id": s.ID})
	a.want(t)
	return a.Series
}

func (b *bench) series(t *testing.T, who *viewer.Viewer, seriesID string) *series {
	t.Helper()
	var out struct{ Series *series }
	b.Do(t, who, `{ series(id: "`+seriesID+`") {`+seriesFields+`} }`, nil).Into(t, &out)
	return out.Series
}

// days are the local dates of a series, with a letter for drafts (d) and cancelled ones (c), a star for edited ones.
func days(t *testing.T, s *series) string {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Warsaw")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range s.Dates.Nodes {
		d := e.StartsAt.In(zone).Format("0102T15")
		d += map[string]string{"DRAFT": "d", "CANCELLED": "c"}[e.Status]
		if e.SeriesEdited {
			d += "*"
		}
		out = append(out, d)
	}
	return strings.Join(out, " ")
}

func wantDays(t *testing.T, s *series, want string) {
	t.Helper()
	if got := days(t, s); got != want {
		t.Errorf("dates %s, want %s", got, want)
	}
}

func TestASeriesIsDatesThatAreEvents(t *testing.T) {
	b := start(t)
	e := b.draft(t, organizer, map[string]any{
		"ticketTypes": []any{ticket(map[string]any{"salesEnd": "2027-04-01T18:00:00+02:00"}), ticket(map[string]any{"name": "Shirt", "priceAmount": 3000, "kind": "ADD_ON"})},
		"capacity":    40, "questions": []any{map[string]any{"label": "Diet"}},
	})
	a := b.seat(t, e, section(e.TicketTypes[0].ID, nil))
	a.want(t)
	made := b.turn(t, organizer, "createSeries", "", map[string]any{
		"eventId": e.ID, "version": 2, "rule": "RRULE:FREQ=WEEKLY;COUNT=4",
		"exceptions": []any{"2027-04-15T20:00:00+02:00"}, "extraDates": []any{"2027-04-03T14:00:00+02:00"},
	})
	made.want(t)
	s := made.Series
	wantDays(t, s, "0401T20d 0403T14d 0408T20d 0422T20d")
	if s.Rule != "FREQ=WEEKLY;COUNT=4" || s.DateCount != 4 || s.UpcomingCount != 0 || s.Dates.Nodes[0].ID != e.ID || s.Dates.Nodes[0].Slug != e.Slug {
		t.Errorf("%+v", s)
	}
	copied := s.Dates.Nodes[3]
	if copied.Slug != e.Slug+"-2027-04-22" || len(copied.TicketTypes) != 2 || copied.TicketTypes[0].ID == e.TicketTypes[0].ID || copied.TicketTypes[0].Capacity != 10 ||
		copied.Title != e.Title || copied.EndsAt.Sub(copied.StartsAt) != 3*time.Hour || copied.SeriesDate == nil || !copied.SeriesDate.Equal(copied.StartsAt) {
		t.Errorf("%+v", copied)
	}
	s = b.publishSeries(t, s)
	if s.UpcomingCount != 4 {
		t.Errorf("%d dates to come", s.UpcomingCount)
	}
	messages := map[string]contract.EventPublished{}
	for _, m := range b.Published(t) {
		decoded, err := bus.Decode[contract.EventPublished](m)
		if err != nil {
			t.Fatal(err)
		}
		messages[m.Key] = decoded
	}
	m := messages[copied.ID]
	if len(messages) != 4 || m.SeriesID != s.ID || *m.Capacity != 40 || len(m.Questions) != 1 || m.Questions[0].ID == messages[e.ID].Questions[0].ID ||
		m.Seating.Sections[0].TicketTypeID != copied.TicketTypes[0].ID || !m.TicketTypes[0].SalesEnd.Equal(time.Date(2027, 4, 22, 16, 0, 0, 0, time.UTC)) ||
		m.TicketTypes[1].Kind != "ADD_ON" {
		t.Errorf("%d messages, %+v", len(messages), m)
	}
	again := b.turn(t, organizer, "publishSeries", "published", map[string]any{"id": s.ID})
	if again.want(t); again.Published != 0 || len(b.Published(t)) != 4 {
		t.Errorf("published again: %+v", again)
	}
}

func TestSeriesAreSeenAsEventsAre(t *testing.T) {
	b := start(t)
	s := b.tour(t, "FREQ=WEEKLY;COUNT=3", nil)
	if b.series(t, nil, s.ID) != nil || b.series(t, rival, s.ID) != nil || b.series(t, admin, s.ID) == nil {
		t.Error("drafts are seen by the wrong people")
	}
	b.mutate(t, organizer, "publishEvent", map[string]any{"id": s.Dates.Nodes[1].ID}).want(t)
	wantDays(t, b.series(t, nil, s.ID), "0408T20")
	wantDays(t, b.series(t, organizer, s.ID), "0401T20d 0408T20 0415T20d")
	first, version := s.Dates.Nodes[0].ID, s.Version
	for name, input := range map[string]map[string]any{
		"createSeries":     {"eventId": first, "version": 2, "rule": "FREQ=DAILY;COUNT=2"},
		"updateSeries":     {"eventId": first, "version": 2, "scope": "ALL"},
		"setSeriesRule":    {"eventId": first, "version": version, "rule": "FREQ=DAILY;COUNT=2"},
		"cancelSeriesDate": {"eventId": first},
	} {
		b.turn(t, rival, name, "", input).want(t, "EVENT_NOT_FOUND input.eventId")
		input["eventId"] = id.New("evt")
		b.turn(t, organizer, name, "", input).want(t, "EVENT_NOT_FOUND input.eventId")
		input["eventId"] = "evt_\x00"
		b.turn(t, organizer, name, "", input).want(t, "EVENT_NOT_FOUND input.eventId")
	}
	for name, input := range map[string]map[string]any{
		"addSeriesDate": {"startsAt": "2027-05-01T20:00:00Z"}, "publishSeries": {}, "cancelSeries": {},
	} {
		input["id"] = s.ID
		b.turn(t, rival, name, "", input).want(t, "SERIES_NOT_FOUND input.id")
		input["id"] = "ser_\x00"
		b.turn(t, organizer, name, "", input).want(t, "SERIES_NOT_FOUND input.id")
	}
	for _, document := range []string{
		`mutation { publishSeries(input: {id: "` + s.ID + `"}) { userErrors { code } } }`,
		`mutation { updateSeries(input: {eventId: "` + first + `", version: 1, scope: ALL}) { userErrors { code } } }`,
		`mutation { createSeries(input: {eventId: "` + first + `", version: 1, rule: "x"}) { userErrors { code } } }`,
		`{ previewSeries(input: {startsAt: "2027-04-01T20:00:00Z", timeZone: "UTC", rule: "x"}) { endless } }`,
	} {
		b.wantTop(t, nil, document, "UNAUTHENTICATED")
		b.wantTop(t, attendee, document, "FORBIDDEN")
	}
}

func TestCreateSeriesRefuses(t *testing.T) {
	b := start(t)
	e := b.draft(t, organizer, nil)
	for want, changes := range map[string]map[string]any{
		"INVALID_RULE input.rule":          {"rule": "FREQ=SECONDLY"},
		"TOO_MANY_DATES input.rule":        {"rule": "FREQ=DAILY;COUNT=1001"},
		"VERSION_CONFLICT input.version":   {"version": 7},
		"INVALID_TIME input.extraDates":    {"extraDates": []any{"2027-03-31T20:00:00+02:00"}},
		"TOO_MANY_DATES input.extraDates":  {"rule": "FREQ=DAILY;COUNT=1000", "extraDates": []any{"2032-03-31T20:00:00+02:00"}},
		"EVENT_CANCELLED input.eventId":    {"eventId": "gone"},
		"ALREADY_IN_SERIES input.eventId":  {"eventId": "there"},
		"SERIES_TOO_LARGE input.rule":      {"eventId": "seated", "version": 2, "rule": "FREQ=DAILY;COUNT=500"},
		"TOO_MANY_DATES input.exceptions":  {"exceptions": make([]any, 0)},
		"INVALID_RULE input.rule (Monday)": {"rule": "FREQ=WEEKLY;BYDAY=MO;COUNT=3"},
	} {
		in := with(map[string]any{"eventId": e.ID, "version": 1, "rule": "FREQ=DAILY;COUNT=3"}, changes)
		switch in["eventId"] {
		case "gone":
			gone := b.draft(t, organizer, nil)
			b.mutate(t, organizer, "cancelEvent", map[string]any{"id": gone.ID}).want(t)
			in["eventId"] = gone.ID
		case "there":
			in["eventId"] = b.tour(t, "FREQ=DAILY;COUNT=2", nil).Dates.Nodes[1].ID
		case "seated":
			hall := b.draft(t, organizer, nil)
			rows := make([]any, 2)
			for i := range rows {
				rows[i] = map[string]any{"name": fmt.Sprint(i), "count": 250}
			}
			b.seat(t, hall, map[string]any{"name": "Stalls", "ticketTypeId": hall.TicketTypes[0].ID, "rows": rows}).want(t)
			in["eventId"] = hall.ID
		}
		if strings.Contains(want, "exceptions") {
			list := make([]any, 1001)
			for i := range list {
				list[i] = time.Date(2027, 4, 2, 0, 0, i, 0, time.UTC)
			}
			in["exceptions"] = list
		}
		code, _, _ := strings.Cut(want, " (")
		b.turn(t, organizer, "createSeries", "", in).want(t, code)
	}
	if n := b.list(t, organizer, `myEvents(first: 100, eachDate: true)`); len(n.Nodes) != 5 {
		t.Errorf("%d events: a refused series left some", len(n.Nodes))
	}
}

func TestPreview(t *testing.T) {
	b := start(t)
	preview := func(in map[string]any) (dates []time.Time, endless bool, codes string) {
		var out struct {
			PreviewSeries struct {
				Dates      []time.Time
				Endless    bool
				UserErrors []userError
			}
		}
		b.Do(t, organizer, "query($in: PreviewSeriesInput!) { previewSeries(input: $in) { dates endless userErrors { field message code } } }",
			map[string]any{"in": with(map[string]any{"startsAt": "2027-10-24T20:00:00+02:00", "timeZone": "Europe/Berlin", "rule": "FREQ=WEEKLY;COUNT=3"}, in)}).Into(t, &out)
		return out.PreviewSeries.Dates, out.PreviewSeries.Endless, strings.Join(answer{UserErrors: out.PreviewSeries.UserErrors}.codes(), " ")
	}
	dates, endless, codes := preview(map[string]any{"exceptions": []any{"2027-10-31T19:00:00Z"}, "extraDates": []any{"2027-11-01T00:00:00+01:00"}})
	if len(dates) != 3 || !dates[1].Equal(time.Date(2027, 10, 31, 23, 0, 0, 0, time.UTC)) || endless || codes != "" {
		t.Errorf("%v %v %s", dates, endless, codes)
	}
	if dates, endless, codes = preview(map[string]any{"rule": "FREQ=WEEKLY"}); len(dates) != 105 || !endless || codes != "" {
		t.Errorf("%d dates, %v, %s", len(dates), endless, codes)
	}
	for want, in := range map[string]map[string]any{
		"INVALID_RULE input.rule":          {"rule": "daily"},
		"INVALID_TIME_ZONE input.timeZone": {"timeZone": "Mars/Olympus"},
		"INVALID_TIME input.startsAt":      {"startsAt": "9999-01-01T00:00:00Z"},
	} {
		if _, _, codes := preview(in); codes != want {
			t.Errorf("%s, want %s", codes, want)
		}
	}
}

func TestDatesComeInPages(t *testing.T) {
	b := start(t)
	s := b.publishSeries(t, b.tour(t, "FREQ=DAILY;COUNT=120", nil))
	if len(s.Dates.Nodes) != 100 || !s.Dates.PageInfo.HasNextPage {
		t.Fatalf("%d dates, %+v", len(s.Dates.Nodes), s.Dates.PageInfo)
	}
	var out struct {
		Series struct {
			Rest, Late, Gone struct {
				TotalCount int
				Nodes      []struct{ ID string }
			}
		}
	}
	b.Do(t, nil, `{ series(id: "`+s.ID+`") {
		rest: dates(first: 100, after: "`+s.Dates.PageInfo.EndCursor+`") { totalCount nodes { id } }
		late: dates(startsFrom: "2027-04-10T20:00:00+02:00", startsBefore: "2027-04-12T20:00:00+02:00") { totalCount nodes { id } }
		gone: dates(status: CANCELLED) { totalCount nodes { id } } } }`, nil).Into(t, &out)
	if r := out.Series; len(r.Rest.Nodes) != 20 || r.Rest.TotalCount != 120 || len(r.Late.Nodes) != 2 || len(r.Gone.Nodes) != 0 {
		t.Errorf("%+v", r)
	}
	b.clock.Forward(40 * 24 * time.Hour)
	if now := b.series(t, nil, s.ID); now.UpcomingCount != 111 || now.DateCount != 120 {
		t.Errorf("%d of %d to come", now.UpcomingCount, now.DateCount)
	}
}

// A series stands once in lists: by the date that comes next of those that match.
func TestListsShowASeriesOnce(t *testing.T) {
	b := start(t)
	s := b.publishSeries(t, b.tour(t, "FREQ=DAILY;COUNT=30", map[string]any{"title": "Walk"}))
	b.published(t, organizer, map[string]any{"title": "Once", "startsAt": "2027-04-03T12:00:00Z", "endsAt": "2027-04-03T13:00:00Z"})
	a := b.mutate(t, organizer, "updateEvent", map[string]any{"id": s.Dates.Nodes[9].ID, "version": 2, "title": "Walk at night"})
	if a.Event == nil {
		a = b.mutate(t, organizer, "updateEvent", map[string]any{"id": s.Dates.Nodes[9].ID, "version": s.Dates.Nodes[9].Version, "title": "Walk at night"})
	}
	a.want(t)
	for arguments, want := range map[string]string{
		``:                            "Walk, Once",
		`(sort: CREATED_AT)`:          "Once, Walk",
		`(filter: {search: "walk"})`:  "Walk",
		`(filter: {search: "night"})`: "Walk at night",
		`(filter: {startsFrom: "2027-04-10T18:00:00Z"})`:                   "Walk at night",
		`(filter: {startsFrom: "2027-04-10T18:00:01Z"})`:                   "Walk",
		`(filter: {startsBefore: "2027-04-02T18:00:00Z"})`:                 "Walk",
		`(filter: {startsBefore: "2027-04-02T18:00:01Z", eachDate: true})`: "Walk, Walk",
		`(filter: {city: "krakow"}, first: 1)`:                             "Walk",
	} {
		c := b.list(t, nil, "events"+arguments)
		if got := titles(c); got != want {
			t.Errorf("events%s: %s, want %s", arguments, got, want)
		}
		if c.TotalCount < len(c.Nodes) || !strings.Contains(arguments, "first: 1") && c.TotalCount != len(c.Nodes) {
			t.Errorf("events%s: %d in all, %d listed", arguments, c.TotalCount, len(c.Nodes))
		}
	}
	if mine := b.list(t, organizer, "myEvents"); titles(mine) != "Once, Walk" || mine.TotalCount != 2 {
		t.Errorf("mine: %s", titles(mine))
	}
	if mine := b.list(t, organizer, "myEvents(eachDate: true, first: 100)"); len(mine.Nodes) != 31 {
		t.Errorf("mine, each date: %d", len(mine.Nodes))
	}
	b.clock.Forward(40 * 24 * time.Hour)
	var out struct {
		Events struct{ Nodes []occurrence }
		Cities []struct{ EventCount int }
	}
	b.Do(t, nil, `{ events(sort: CREATED_AT) { nodes {`+occurrenceFields+`} } cities { eventCount } }`, nil).Into(t, &out)
	if n := out.Events.Nodes; len(n) != 1 || n[0].Series.UpcomingCount != 21 || n[0].StartsAt.Day() != 10 || out.Cities[0].EventCount != 1 {
		t.Errorf("%+v, %+v", n, out.Cities)
	}
	if mine := b.list(t, organizer, "myEvents"); mine.Nodes[1].StartsAt.Day() != 10 {
		t.Errorf("mine: %+v", mine.Nodes[1].StartsAt)
	}
}

func TestDatesAreAddedAndCalledOff(t *testing.T) {
	b := start(t)
	s := b.tour(t, "FREQ=WEEKLY;COUNT=3", nil)
	drop := func(i int) seriesAnswer {
		return b.turn(t, organizer, "cancelSeriesDate", "event {"+eventFields+"}", map[string]any{"eventId": s.Dates.Nodes[i].ID, "reason": "Rain"})
	}
	add := func(at string) seriesAnswer {
		return b.turn(t, organizer, "addSeriesDate", "event {"+eventFields+"}", map[string]any{"id": s.ID, "startsAt": at})
	}
	a := drop(1)
	if a.want(t); a.Event != nil || len(a.Series.Exceptions) != 1 {
		t.Errorf("%+v", a)
	}
	wantDays(t, a.Series, "0401T20d 0415T20d")
	a = add("2027-04-08T20:00:00+02:00")
	if a.want(t); a.Event == nil || len(a.Series.Exceptions) != 0 {
		t.Errorf("%+v", a)
	}
	a = add("2027-04-10T11:00:00+02:00")
	a.want(t)
	wantDays(t, a.Series, "0401T20d 0408T20d 0410T11d 0415T20d")
	add("2027-04-15T18:00:00Z").want(t, "DATE_TAKEN input.startsAt")
	add("2027-02-15T18:00:00Z").want(t, "INVALID_TIME input.startsAt")
	add("9027-02-15T18:00:00Z").want(t, "INVALID_TIME input.startsAt")
	s = b.publishSeries(t, a.Series)
	for range 2 {
		a = drop(3)
		if a.want(t); a.Event == nil || a.Event.Status != "CANCELLED" {
			t.Errorf("%+v", a)
		}
	}
	wantDays(t, a.Series, "0401T20 0408T20 0410T11 0415T20c")
	add("2027-04-15T18:00:00Z").want(t, "DATE_TAKEN input.startsAt")
	sent := b.Published(t)
	if m, err := bus.Decode[contract.EventCancelled](sent[len(sent)-1]); err != nil || len(sent) != 5 || m.Reason != "Rain" || m.SeriesID != s.ID {
		t.Errorf("%d messages, %+v %v", len(sent), m, err)
	}
	a = b.turn(t, organizer, "cancelSeries", "cancelled", map[string]any{"id": s.ID, "reason": strings.Repeat("x", 501)})
	a.want(t, "INVALID_INPUT input.reason")
	a = b.turn(t, organizer, "cancelSeries", "cancelled", map[string]any{"id": s.ID})
	if a.want(t); a.Cancelled != 3 || a.Series.UpcomingCount != 0 || a.Series.DateCount != 0 {
		t.Errorf("%+v", a)
	}
	add("2027-05-15T18:00:00Z").want(t)
	lone := b.tour(t, "FREQ=DAILY;COUNT=1", nil)
	a = b.turn(t, organizer, "cancelSeriesDate", "event {"+eventFields+"}", map[string]any{"eventId": lone.Dates.Nodes[0].ID})
	if a.want(t); a.Event == nil || a.Event.Status != "CANCELLED" {
		t.Errorf("the last date: %+v", a)
	}
}

// One of several who make the same change of a series at once wins, and nobody waits for ever.
func TestChangesOfASeriesComeOneByOne(t *testing.T) {
	b := start(t)
	s := b.tour(t, "FREQ=DAILY;COUNT=20", nil)
	var wg sync.WaitGroup
	var mu sync.Mutex
	won := 0
	for i := range 6 {
		wg.Go(func() {
			a := b.turn(t, organizer, "setSeriesRule", "", map[string]any{"eventId": s.Dates.Nodes[0].ID, "version": s.Version, "rule": fmt.Sprintf("FREQ=DAILY;COUNT=%d", 21+i)})
			mu.Lock()
			defer mu.Unlock()
			if len(a.UserErrors) == 0 {
				won++
			}
			b.mutate(t, organizer, "updateEvent", map[string]any{"id": s.Dates.Nodes[i].ID, "version": s.Dates.Nodes[i].Version, "summary": "x"})
		})
	}
	wg.Wait()
	if won != 1 {
		t.Errorf("%d won", won)
	}
}

// The dates of a series stay at their time of day when the clocks of its zone change, and last as long.
func TestDatesKeepTheWallClock(t *testing.T) {
	b := start(t)
	e := b.draft(t, organizer, map[string]any{"timeZone": "America/New_York", "startsAt": "2027-10-31T20:00:00-04:00", "endsAt": "2027-10-31T22:00:00-04:00"})
	a := b.turn(t, organizer, "createSeries", "", map[string]any{"eventId": e.ID, "version": 1, "rule": "FREQ=WEEKLY;COUNT=3"})
	a.want(t)
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	var offsets []string
	for _, d := range a.Series.Dates.Nodes {
		offsets = append(offsets, d.StartsAt.In(zone).Format("15:04Z07"))
		if d.EndsAt.Sub(d.StartsAt) != 2*time.Hour {
			t.Errorf("%s lasts %s", d.Slug, d.EndsAt.Sub(d.StartsAt))
		}
	}
	if got := strings.Join(offsets, " "); got != "20:00-04 20:00-05 20:00-05" {
		t.Errorf("starts at %s", got)
	}
}

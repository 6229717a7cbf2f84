package events_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"marquee/internal/id"
)

// vary runs updateSeries on the i-th date of a series.
func (b *bench) vary(t *testing.T, s *series, i int, changes map[string]any) seriesAnswer {
	t.Helper()
	e := s.Dates.Nodes[i]
	return b.turn(t, organizer, "updateSeries", "changed skipped event {"+eventFields+"}", with(map[string]any{"eventId": e.ID, "version": e.Version, "scope": "ALL"}, changes))
}

func TestUpdateSeriesChangesTheDatesOfItsScope(t *testing.T) {
	b := start(t)
	s := b.tour(t, "FREQ=WEEKLY;COUNT=4", nil)
	got := func() string {
		s = b.series(t, organizer, s.ID)
		var out []string
		for _, e := range s.Dates.Nodes {
			out = append(out, fmt.Sprintf("%s/%d", e.Title, e.TicketTypes[0].Capacity))
		}
		return strings.Join(out, " ")
	}
	capacity := func(i, n int) map[string]any {
		return map[string]any{"ticketTypes": []any{ticket(map[string]any{"id": s.Dates.Nodes[i].TicketTypes[0].ID, "capacity": n})}}
	}
	if a := b.vary(t, s, 1, with(capacity(1, 50), map[string]any{"scope": "FOLLOWING", "title": "B"})); a.Changed != 3 || a.Event.TicketTypes[0].Capacity != 50 {
		t.Errorf("%+v", a)
	}
	if want := "Evening of Songs/100 B/50 B/50 B/50"; got() != want {
		t.Errorf("following: %s", got())
	}
	b.mutate(t, organizer, "updateEvent", with(capacity(2, 7), map[string]any{"id": s.Dates.Nodes[2].ID, "version": s.Dates.Nodes[2].Version})).want(t)
	got()
	if a := b.vary(t, s, 0, map[string]any{"title": "A"}); a.Changed != 3 || a.Skipped != 1 || got() != "A/100 A/50 B/7 A/50" {
		t.Errorf("all but the edited one: %+v, %s", a, got())
	}
	if a := b.vary(t, s, 0, map[string]any{"title": "C", "includeEdited": true}); a.Changed != 4 || got() != "C/100 C/50 C/7 C/50" {
		t.Errorf("all: %+v, %s", a, got())
	}
	a := b.vary(t, s, 1, with(capacity(1, 20), map[string]any{"scope": "SELECTED", "eventIds": []any{s.Dates.Nodes[3].ID}}))
	if a.want(t); a.Changed != 2 || got() != "C/100 C/20 C/7 C/20" || !s.Dates.Nodes[3].SeriesEdited || s.Dates.Nodes[0].SeriesEdited {
		t.Errorf("two of them: %+v, %s", a, got())
	}
	b.vary(t, s, 1, map[string]any{"scope": "SELECTED", "eventIds": []any{id.New("evt")}}).want(t, "EVENT_NOT_FOUND input.eventIds")
	b.vary(t, s, 1, map[string]any{"eventIds": []any{id.New("evt")}}).want(t, "INVALID_INPUT input.eventIds")
	b.vary(t, s, 1, map[string]any{"version": 1}).want(t, "VERSION_CONFLICT input.version")
	lone := b.draft(t, organizer, nil)
	b.vary(t, s, 1, map[string]any{"eventId": lone.ID, "version": 1}).want(t, "NOT_IN_SERIES input.eventId")
}

// A kind of ticket that is added to all dates is one kind: a later change of it, named on any date, reaches all.
func TestAddedTicketTypesAreAlike(t *testing.T) {
	b := start(t)
	s := b.tour(t, "FREQ=WEEKLY;COUNT=3", nil)
	first := s.Dates.Nodes[1].TicketTypes[0].ID
	b.vary(t, s, 1, map[string]any{"ticketTypes": []any{
		ticket(map[string]any{"id": first}), ticket(map[string]any{"name": "VIP", "priceAmount": 9000, "capacity": 5, "salesEnd": "2027-04-08T19:00:00+02:00"}),
	}, "questions": []any{map[string]any{"label": "Diet"}}}).want(t)
	s = b.series(t, organizer, s.ID)
	vip := s.Dates.Nodes[2].TicketTypes[1]
	b.vary(t, s, 2, map[string]any{"ticketTypes": []any{ticket(map[string]any{"id": vip.ID, "name": "Box", "priceAmount": 9500, "capacity": 6})}}).want(t)
	s = b.series(t, organizer, s.ID)
	seen := map[string]bool{}
	for _, e := range s.Dates.Nodes {
		if x := e.TicketTypes; len(x) != 1 || x[0].Name != "Box" || x[0].Price.Amount != 9500 || x[0].Capacity != 6 || seen[x[0].ID] {
			t.Errorf("%s: %+v", e.Slug, e.TicketTypes)
		}
		seen[e.TicketTypes[0].ID] = true
	}
	// A date that comes later has it too.
	a := b.turn(t, organizer, "addSeriesDate", "event {"+eventFields+"}", map[string]any{"id": s.ID, "startsAt": "2027-05-01T20:00:00+02:00"})
	if a.want(t); a.Event.TicketTypes[0].Name != "Box" {
		t.Errorf("%+v", a.Event)
	}
}

// Seats given to one date make it one of its own, as any other change of it does.
func TestSeatsOfOneDateAreAChangeByItself(t *testing.T) {
	b := start(t)
	s := b.tour(t, "FREQ=WEEKLY;COUNT=3", nil)
	e := s.Dates.Nodes[1].event
	b.seat(t, &e, section(e.TicketTypes[0].ID, nil)).want(t)
	if a := b.vary(t, s, 0, map[string]any{"title": "New"}); a.Changed != 2 || a.Skipped != 1 || !a.Series.Dates.Nodes[1].SeriesEdited {
		t.Errorf("%+v", a)
	}
}

func TestPublishedDatesKeepTheirPrice(t *testing.T) {
	b := start(t)
	s := b.tour(t, "FREQ=WEEKLY;COUNT=3", nil)
	b.mutate(t, organizer, "publishEvent", map[string]any{"id": s.Dates.Nodes[2].ID}).want(t)
	s = b.series(t, organizer, s.ID)
	dearer := map[string]any{"ticketTypes": []any{ticket(map[string]any{"id": s.Dates.Nodes[0].TicketTypes[0].ID, "priceAmount": 2600})}}
	a := b.vary(t, s, 0, dearer)
	a.want(t, "INVALID_TICKET_TYPE input.ticketTypes.0.priceAmount")
	if !strings.HasPrefix(a.UserErrors[0].Message, "15 April 2027: ") {
		t.Errorf("%s", a.UserErrors[0].Message)
	}
	if s = b.series(t, organizer, s.ID); s.Dates.Nodes[1].TicketTypes[0].Price.Amount != 2500 {
		t.Error("a refused change changed a date")
	}
	b.vary(t, s, 0, with(dearer, map[string]any{"scope": "SELECTED", "eventIds": []any{s.Dates.Nodes[1].ID}})).want(t)
}

// The clock of a series moves: dates at another time of day, and dates that are over, stay; the rule goes on from the new time.
func TestTheTimeOfDayMoves(t *testing.T) {
	b := start(t)
	e := b.draft(t, organizer, nil)
	made := b.turn(t, organizer, "createSeries", "", map[string]any{
		"eventId": e.ID, "version": 1, "rule": "FREQ=WEEKLY;COUNT=4", "extraDates": []any{"2027-04-03T14:00:00+02:00"}, "exceptions": []any{"2027-04-22T20:00:00+02:00"},
	})
	s := made.Series
	b.vary(t, s, 0, map[string]any{"startsAt": "2027-04-02T19:00:00+02:00"}).want(t, "INVALID_TIME input.startsAt")
	b.vary(t, s, 0, map[string]any{"startsAt": "2027-04-01T19:00:00+02:00", "endsAt": "2027-04-01T18:00:00+02:00"}).want(t, "INVALID_TIME input.endsAt")
	a := b.vary(t, s, 2, map[string]any{"scope": "FOLLOWING", "startsAt": "2027-04-08T19:00:00+02:00"})
	a.want(t)
	wantDays(t, a.Series, "0401T20d 0403T14d 0408T19d 0415T19d")
	for _, d := range a.Series.Dates.Nodes[2:] {
		if !d.SeriesDate.Equal(d.StartsAt) || d.EndsAt.Sub(d.StartsAt) != 4*time.Hour {
			t.Errorf("%+v", d)
		}
	}
	s = a.Series
	a = b.turn(t, organizer, "setSeriesRule", "", map[string]any{"eventId": s.Dates.Nodes[2].ID, "version": s.Version, "rule": "FREQ=WEEKLY;COUNT=4"})
	a.want(t)
	wantDays(t, a.Series, "0401T20d 0403T14d 0408T19d 0415T19d 0429T19d")
}

func TestANewRuleKeepsWhatThePublicHasSeen(t *testing.T) {
	b := start(t)
	s := b.tour(t, "FREQ=WEEKLY;COUNT=5", nil)
	rule := func(i int, rule string, more map[string]any) seriesAnswer {
		return b.turn(t, organizer, "setSeriesRule", "", with(map[string]any{"eventId": s.Dates.Nodes[i].ID, "version": s.Version, "rule": rule}, more))
	}
	a := rule(1, "FREQ=WEEKLY;INTERVAL=2;COUNT=3", nil)
	a.want(t)
	wantDays(t, a.Series, "0401T20d 0408T20d 0422T20d 0506T20d")
	rule(0, "FREQ=WEEKLY;COUNT=2", nil).want(t, "VERSION_CONFLICT input.version")
	s = a.Series
	rule(1, "FREQ=WEEKLY;BYDAY=MO", nil).want(t, "INVALID_RULE input.rule")
	b.mutate(t, organizer, "publishEvent", map[string]any{"id": s.Dates.Nodes[2].ID}).want(t)
	b.mutate(t, organizer, "updateEvent", map[string]any{"id": s.Dates.Nodes[3].ID, "version": s.Dates.Nodes[3].Version, "title": "Last"}).want(t)
	a = rule(1, "FREQ=DAILY;COUNT=3", nil)
	a.want(t, "DATES_IN_USE input.rule")
	if m := a.UserErrors[0].Message; !strings.Contains(m, "22 April 2027, 6 May 2027") {
		t.Errorf("%s", m)
	}
	a = rule(1, "FREQ=DAILY;COUNT=2", map[string]any{"dropped": "KEEP"})
	a.want(t)
	wantDays(t, a.Series, "0401T20d 0408T20d 0409T20d 0422T20 0506T20d*")
	s = a.Series
	a = rule(0, "FREQ=DAILY;COUNT=1", map[string]any{"dropped": "CANCEL", "extraDates": []any{}, "reason": "No guide"})
	a.want(t)
	wantDays(t, a.Series, "0401T20d 0422T20c")
	sent := b.Published(t)
	if last := sent[len(sent)-1]; last.Topic != "event.cancelled" || last.Key != a.Series.Dates.Nodes[1].ID {
		t.Errorf("%+v", last)
	}
	// What is over stays, whatever the rule says.
	b.clock.Forward(50 * 24 * time.Hour)
	s = b.publishSeries(t, b.tour(t, "FREQ=DAILY;COUNT=4", map[string]any{"startsAt": "2027-05-01T20:00:00+02:00", "endsAt": "2027-05-01T21:00:00+02:00"}))
	b.clock.Forward(12 * 24 * time.Hour)
	a = rule(0, "FREQ=DAILY;INTERVAL=3;COUNT=3", map[string]any{"dropped": "CANCEL"})
	a.want(t)
	if past := b.list(t, organizer, `myEvents(eachDate: true, status: PUBLISHED)`); len(past.Nodes) < 2 {
		t.Errorf("%d published", len(past.Nodes))
	}
}

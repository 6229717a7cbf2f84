package bookings_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"marquee/internal/contract"
)

// A date that is sold out offers the nearest other dates of its series that have enough.
func TestARefusalOffersOtherDatesOfTheSeries(t *testing.T) {
	t.Parallel()
	b := start(t)
	var dates []contract.Event
	date := func(day int, capacity int, change func(e *contract.Event)) contract.Event {
		e := b.event(1000, capacity)
		e.SeriesID = "ser_tour"
		e.StartsAt = b.clock.Now().AddDate(0, 0, day)
		e.EndsAt = e.StartsAt.Add(time.Hour)
		if change != nil {
			change(&e)
		}
		b.publish(e)
		dates = append(dates, e)
		return e
	}
	full := date(10, 3, nil)
	later := date(13, 5, nil)
	sooner := date(8, 5, nil)
	date(9, 1, nil) // too few
	date(11, 5, func(e *contract.Event) { e.TicketTypes[0].Visibility = contract.Hidden })
	date(12, 5, func(e *contract.Event) { one := 1; e.Capacity = &one })
	soon := date(11, 5, func(e *contract.Event) {
		at := b.clock.Now().Add(time.Hour)
		e.TicketTypes[0].SalesStart = &at
	})
	date(11, 5, func(e *contract.Event) { e.SeriesID = "" })
	gone := date(11, 5, nil)
	b.Deliver(t, contract.EventCancelled{Event: func() contract.Event { gone.Version = 2; return gone }(), At: b.clock.Now()})
	ask := func(e contract.Event, n int) string {
		var out struct {
			HoldSeats struct {
				UserErrors []struct {
					NextAction string
					OtherDates []struct {
						ID           string
						Availability json.RawMessage
					}
				}
			}
		}
		b.Do(t, ada, `mutation($i: HoldSeatsInput!) { holdSeats(input: $i) { userErrors { nextAction otherDates { id availability { available } } } } }`, map[string]any{"i": map[string]any{
			"eventId": e.EventID, "idempotencyKey": "once-upon-a-time", "items": []any{map[string]any{"ticketTypeId": e.TicketTypes[0].TicketTypeID, "quantity": n}},
		}}).Into(t, &out)
		r := out.HoldSeats.UserErrors[0]
		said := []string{r.NextAction}
		for _, d := range r.OtherDates {
			for _, e := range dates {
				if e.EventID == d.ID {
					said = append(said, e.StartsAt.Format("02")+string(d.Availability))
				}
			}
		}
		return strings.Join(said, " ")
	}
	b.hold(bob, full, 0, 3)
	day := func(e contract.Event) string { return e.StartsAt.Format("02") }
	if got, want := ask(full, 2), "OTHER_DATES "+day(sooner)+`{"available":5} `+day(later)+`{"available":5}`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got, want := ask(full, 6), "OTHER_DATES"; got != want {
		t.Errorf("six: %s, want %s", got, want)
	}
	b.hold(bob, sooner, 0, 4)
	if got, want := ask(soon, 1), "WAIT_FOR_SALES"; !strings.HasPrefix(got, want) || strings.Count(got, "available") < 4 {
		t.Errorf("not on sale yet: %s", got)
	}
	if got := ask(full, 11); got != "CHANGE_QUANTITY" {
		t.Errorf("too many: %s", got)
	}
	b.clock.Forward(8*24*time.Hour + time.Minute)
	if got := ask(full, 2); strings.Contains(got, day(sooner)+"{") {
		t.Errorf("a date that is over is offered: %s", got)
	}
}

package demo_test

import (
	"reflect"
	"testing"
	"time"

	"marquee/internal/demo"
)

func TestSetIsPlausibleAndRepeats(t *testing.T) {
	t.Parallel()
	now := time.Date(2027, 3, 1, 10, 0, 0, 0, time.UTC)
	set := demo.Generate(now)
	if !reflect.DeepEqual(set, demo.Generate(now)) {
		t.Error("the same day gives another set")
	}
	ids, slugs, cities := map[string]bool{}, map[string]bool{}, map[string]bool{}
	once := func(id string) {
		t.Helper()
		if ids[id] {
			t.Errorf("id %s twice", id)
		}
		ids[id] = true
	}
	for _, u := range set.Users {
		once(u.ID)
	}
	for _, v := range set.Venues {
		once(v.ID)
		cities[v.City] = true
	}
	coming, numbered, capacity := 0, map[string]bool{}, map[string]int{}
	for _, e := range set.Events {
		once(e.ID)
		if slugs[e.Slug] {
			t.Errorf("slug %s twice", e.Slug)
		}
		slugs[e.Slug] = true
		if !e.EndsAt.After(e.StartsAt) || len(e.TicketTypes) == 0 {
			t.Errorf("%s: %s to %s with %d ticket types", e.Slug, e.StartsAt, e.EndsAt, len(e.TicketTypes))
		}
		numbered[e.ID] = e.Seating != nil
		if e.SeriesID == "" && e.StartsAt.After(now) && e.StartsAt.Before(now.AddDate(0, 7, 0)) {
			coming++
		}
		seats := e.Seating.Seats()
		for _, tt := range e.TicketTypes {
			once(tt.ID)
			if n := seats[tt.ID]; e.Seating != nil && n != tt.Capacity {
				t.Errorf("%s: %d numbered seats for %d tickets", e.Slug, n, tt.Capacity)
			}
			capacity[tt.ID] = tt.Capacity
		}
	}
	if coming != 300 || len(cities) != 12 {
		t.Errorf("%d events to come in %d cities", coming, len(cities))
	}
	for _, c := range set.PromoCodes {
		once(c.ID)
	}
	attendee, sitting := 0, 0
	for _, b := range set.Bookings {
		once(b.ID)
		if b.CreatedAt.After(now) || b.ConfirmedAt.After(now) {
			t.Errorf("booking %s is from the future", b.ID)
		}
		if b.UserID == set.Users[0].ID {
			attendee++
			if numbered[b.EventID] {
				sitting++
			}
		}
		for _, item := range b.Items {
			if capacity[item.TicketTypeID] -= item.Quantity; capacity[item.TicketTypeID] < 0 {
				t.Errorf("ticket type %s is oversold", item.TicketTypeID)
			}
		}
		if len(b.Tickets) == 0 {
			t.Errorf("booking %s has no tickets", b.ID)
		}
	}
	if sitting == 0 {
		t.Error("the demo attendee has no numbered seat")
	}
	if attendee < 4 || len(set.Bookings) < 700 {
		t.Errorf("%d bookings, %d of the demo attendee", len(set.Bookings), attendee)
	}
}

func TestTheWalkHasDatesOfEveryKind(t *testing.T) {
	t.Parallel()
	now := time.Date(2027, 3, 1, 10, 0, 0, 0, time.UTC)
	set := demo.Generate(now)
	dates, past, edited, full := 0, 0, 0, 0
	sold := map[string]int{}
	for _, b := range set.Bookings {
		sold[b.EventID] += len(b.Tickets)
	}
	for _, e := range set.Events {
		if e.SeriesID == "" {
			continue
		}
		dates++
		seats := 0
		for _, tt := range e.TicketTypes {
			seats += tt.Capacity
		}
		if e.StartsAt.Before(now) {
			past++
		}
		if e.SeriesEdited {
			edited++
		}
		if sold[e.ID] == seats {
			full++
		}
	}
	if len(set.Series) != 1 || dates != 40 || past != 2 || edited != 1 || full != 1 {
		t.Errorf("%d series: %d dates, %d over, %d unlike the others, %d sold out", len(set.Series), dates, past, edited, full)
	}
}

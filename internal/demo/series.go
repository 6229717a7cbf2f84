package demo

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"marquee/internal/contract"
)

// Series is one thing on many dates: the events that name it.
type Series struct {
	ID, OrganizerID, Rule, TimeZone string
	StartsAt, CreatedAt             time.Time
	Exceptions                      []time.Time
}

const (
	walks    = 40 // dates of the series
	holiday  = 9  // weeks after the first: the one without a walk
	goneBy   = 2  // dates that are over
	lantern  = 5  // weeks after the first: a date that is unlike the others
	mostWalk = 16 // people
)

// series gives the demo manager a guided walk on Saturday mornings. Two dates are over, the next is sold out, one is unlike the others.
func (g *generator) series() {
	where := g.set.Venues[0]
	zone, err := time.LoadLocation(where.TimeZone)
	if err != nil {
		zone = time.UTC // a machine without zone data
	}
	first := g.day.AddDate(0, 0, -7*goneBy)
	for first.Weekday() != time.Saturday {
		first = first.AddDate(0, 0, 1)
	}
	at := func(week int) time.Time {
		d := first.AddDate(0, 0, 7*week)
		return time.Date(d.Year(), d.Month(), d.Day(), 10, 30, 0, 0, zone)
	}
	created := g.day.AddDate(0, 0, -60)
	s := Series{
		ID: g.newID("ser", "walk", created), OrganizerID: g.set.Users[1].ID, Rule: fmt.Sprintf("FREQ=WEEKLY;COUNT=%d", walks+1), TimeZone: where.TimeZone,
		StartsAt: at(0), CreatedAt: created, Exceptions: []time.Time{at(holiday)},
	}
	g.set.Series = append(g.set.Series, s)
	var walk []Event
	for week := range walks + 1 {
		if week != holiday {
			walk = append(walk, g.walk(s, where, at(week), len(walk)))
		}
	}
	night := &walk[lantern]
	night.Title, night.SeriesEdited = "Backyards of Berlin by lantern light", true
	night.StartsAt = time.Date(night.StartsAt.Year(), night.StartsAt.Month(), night.StartsAt.Day(), 20, 0, 0, 0, zone)
	night.EndsAt = night.StartsAt.Add(2 * time.Hour)
	for i := range night.TicketTypes {
		night.TicketTypes[i].PriceAmount += 600
	}
	// The types of the first date are what those of the others are copies of.
	for i := range walk[1:] {
		for n := range walk[i+1].TicketTypes {
			walk[i+1].TicketTypes[n].CopyOf = walk[0].TicketTypes[n].ID
		}
	}
	g.set.Events = append(g.set.Events, walk...)
	g.sellOut(walk[slices.IndexFunc(walk, func(e Event) bool { return e.StartsAt.After(g.day.AddDate(0, 0, 1)) })])
}

func (g *generator) walk(s Series, where Venue, at time.Time, n int) Event {
	e := Event{
		ID: g.newID("evt", fmt.Sprintf("walk/%d", n), s.CreatedAt), Slug: g.unique("backyards-of-berlin"), Title: "Backyards of Berlin: a guided walk",
		Summary:     "Two hours through courtyards that no street shows.",
		Description: "Two hours through courtyards that no street shows.\n\nWe meet in the foyer and walk about three kilometres, in any weather.\n\nThe way has no steps; prams and wheelchairs are welcome.",
		Format:      "IN_PERSON", OrganizerID: s.OrganizerID, VenueID: where.ID, TimeZone: s.TimeZone, StartsAt: at, EndsAt: at.Add(2 * time.Hour), CreatedAt: s.CreatedAt,
		SeriesID: s.ID, SeriesDate: at, RefundPolicy: &contract.RefundPolicy{Allowed: true, RefundableUntilHours: 24},
	}
	for _, c := range g.set.Categories {
		if c.Slug == "art" {
			e.CategoryID = c.ID
		}
	}
	for i, t := range []struct {
		name, description string
		price             int64
		seats             int
	}{{"Child", "6 to 14 years, with an adult.", 800, mostWalk / 4}, {"Adult", "The walk and a map to take home.", 1600, mostWalk - mostWalk/4}} {
		e.TicketTypes = append(e.TicketTypes, TicketType{
			ID: g.newID("tkt", fmt.Sprintf("%s/%d", e.ID, i), e.CreatedAt), Name: t.name, Description: t.description, Currency: "EUR", PriceAmount: t.price,
			Capacity: t.seats, MaxPerOrder: 4, Kind: contract.Admission, Visibility: contract.Public, TaxRate: tax["EUR"], TaxName: "VAT",
		})
	}
	return e
}

// sellOut books all there is of an event.
func (g *generator) sellOut(e Event) {
	left, total := map[string]int{}, 0
	for _, t := range e.TicketTypes {
		left[t.ID] = t.Capacity
		total += t.Capacity
	}
	first := len(g.set.Users) - buyers
	for n := bookings; total > 0; n++ {
		before := len(g.set.Bookings)
		g.booking(n, e, g.set.Users[first+g.random.IntN(buyers)], left)
		if len(g.set.Bookings) > before {
			total -= len(g.set.Bookings[before].Tickets)
		}
	}
	slices.SortStableFunc(g.set.Bookings, func(a, b Booking) int { return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID)) })
}

package events_test

import (
	"strings"
	"sync"
	"testing"

	"marquee/internal/id"
)

func TestCreateEvent(t *testing.T) {
	b := start(t)
	text := "First line, é\u0301.\n\n\tSecond \"line\" <b>."
	e := b.draft(t, organizer, map[string]any{
		"title": " Ünïcode — Night! ", "summary": "s", "description": text, "coverUrl": "https://example.com/a.jpg?x=1",
		"ticketTypes": []any{
			ticket(map[string]any{"name": "Late", "priceAmount": 900}), ticket(map[string]any{"name": "Free", "priceAmount": 0}),
			ticket(map[string]any{"name": "Late too", "priceAmount": 900, "minPerOrder": 2, "maxPerOrder": 4}),
		},
	})
	if e.Status != "DRAFT" || e.Version != 1 || e.Title != " Ünïcode — Night! " || e.Description != text || e.Slug != "unicode-night" ||
		e.Format != "IN_PERSON" || *e.CoverURL != "https://example.com/a.jpg?x=1" || e.Venue.City != "Kraków" || e.Category.Slug != "concerts" ||
		e.Organizer.ID != organizer.UserID || e.StartsAt.UTC().Hour() != 18 {
		t.Errorf("%+v", e)
	}
	var names []string
	for _, x := range e.TicketTypes {
		names = append(names, x.Name)
	}
	if strings.Join(names, ", ") != "Free, Late, Late too" || e.TicketTypes[2].MinPerOrder != 2 || e.TicketTypes[0].MaxPerOrder != 10 {
		t.Errorf("ticket types %+v", e.TicketTypes)
	}
	online := b.draft(t, organizer, map[string]any{"format": "ONLINE", "venueId": nil})
	if online.Venue != nil || len(b.Published(t)) != 0 {
		t.Errorf("venue %+v, %d messages of drafts", online.Venue, len(b.Published(t)))
	}
}

func TestCreateEventRefuses(t *testing.T) {
	b := start(t)
	long := func(n int) string { return strings.Repeat("é", n) }
	for name, c := range map[string]struct {
		changes map[string]any
		want    []string
	}{
		"empty title":       {map[string]any{"title": " \u00a0"}, []string{"INVALID_INPUT input.title"}},
		"long title":        {map[string]any{"title": long(201)}, []string{"INVALID_INPUT input.title"}},
		"title of lines":    {map[string]any{"title": "a\nb"}, []string{"INVALID_INPUT input.title"}},
		"zero byte":         {map[string]any{"title": "a\x00b"}, []string{"INVALID_INPUT input.title"}},
		"long summary":      {map[string]any{"summary": long(301)}, []string{"INVALID_INPUT input.summary"}},
		"long description":  {map[string]any{"description": long(20001)}, []string{"INVALID_INPUT input.description"}},
		"description bell":  {map[string]any{"description": "\a"}, []string{"INVALID_INPUT input.description"}},
		"end before start":  {map[string]any{"endsAt": "2027-04-01T19:00:00+02:00"}, []string{"INVALID_TIME input.endsAt"}},
		"end at start":      {map[string]any{"endsAt": "2027-04-01T18:00:00Z"}, []string{"INVALID_TIME input.endsAt"}},
		"past":              {map[string]any{"startsAt": "2027-03-01T12:00:00Z"}, []string{"INVALID_TIME input.startsAt"}},
		"far future":        {map[string]any{"endsAt": "9999-12-31T23:59:59-12:00"}, []string{"INVALID_TIME input.endsAt"}},
		"no zone":           {map[string]any{"timeZone": ""}, []string{"INVALID_TIME_ZONE input.timeZone"}},
		"zone of here":      {map[string]any{"timeZone": "Local"}, []string{"INVALID_TIME_ZONE input.timeZone"}},
		"zone elsewhere":    {map[string]any{"timeZone": "../../etc/passwd"}, []string{"INVALID_TIME_ZONE input.timeZone"}},
		"no venue":          {map[string]any{"venueId": nil}, []string{"VENUE_NOT_FOUND input.venueId"}},
		"unknown venue":     {map[string]any{"venueId": id.New("ven")}, []string{"VENUE_NOT_FOUND input.venueId"}},
		"not a venue":       {map[string]any{"venueId": "ven_\x00"}, []string{"VENUE_NOT_FOUND input.venueId"}},
		"online at a venue": {map[string]any{"format": "ONLINE"}, []string{"INVALID_INPUT input.venueId"}},
		"unknown category":  {map[string]any{"categoryId": id.New("cat")}, []string{"CATEGORY_NOT_FOUND input.categoryId"}},
		"http cover":        {map[string]any{"coverUrl": "http://example.com/a.jpg"}, []string{"INVALID_INPUT input.coverUrl"}},
		"script cover":      {map[string]any{"coverUrl": "javascript:alert(1)"}, []string{"INVALID_INPUT input.coverUrl"}},
		"cover of nowhere":  {map[string]any{"coverUrl": "https:///a.jpg"}, []string{"INVALID_INPUT input.coverUrl"}},
		"all at once": {
			map[string]any{"title": "", "timeZone": "X/Y", "venueId": nil, "categoryId": "x", "ticketTypes": []any{ticket(map[string]any{"capacity": 0})}},
			[]string{
				"INVALID_INPUT input.title", "INVALID_TIME_ZONE input.timeZone", "VENUE_NOT_FOUND input.venueId",
				"CATEGORY_NOT_FOUND input.categoryId", "INVALID_TICKET_TYPE input.ticketTypes.0.capacity",
			},
		},
	} {
		a := b.mutate(t, organizer, "createEvent", b.input(c.changes))
		t.Run(name, func(t *testing.T) {
			a.want(t, c.want...)
			if a.Event != nil {
				t.Error("and yet there is an event")
			}
		})
	}
	const document = `mutation { createEvent(input: {title: "x", startsAt: "2027-04-01T20:00:00Z", endsAt: "2027-04-01T21:00:00Z",
		timeZone: "UTC", categoryId: "x"}) { userErrors { code } } }`
	b.wantTop(t, nil, document, "UNAUTHENTICATED")
	b.wantTop(t, attendee, document, "FORBIDDEN")
}

func TestTicketTypesAreChecked(t *testing.T) {
	b := start(t)
	for name, c := range map[string]struct {
		change map[string]any
		field  string
	}{
		"no name":            {map[string]any{"name": ""}, "name"},
		"long name":          {map[string]any{"name": strings.Repeat("x", 101)}, "name"},
		"long description":   {map[string]any{"description": strings.Repeat("x", 501)}, "description"},
		"negative price":     {map[string]any{"priceAmount": -1}, "priceAmount"},
		"price too high":     {map[string]any{"priceAmount": 1_000_000_001}, "priceAmount"},
		"unknown currency":   {map[string]any{"currency": "QQQ"}, "currency"},
		"another currency":   {map[string]any{"currency": "USD"}, "currency"},
		"no capacity":        {map[string]any{"capacity": 0}, "capacity"},
		"much capacity":      {map[string]any{"capacity": 1_000_001}, "capacity"},
		"least 0":            {map[string]any{"minPerOrder": 0}, "minPerOrder"},
		"most below least":   {map[string]any{"minPerOrder": 3, "maxPerOrder": 2}, "maxPerOrder"},
		"most over 100":      {map[string]any{"maxPerOrder": 101}, "maxPerOrder"},
		"sales end at start": {map[string]any{"salesStart": "2027-03-02T00:00:00Z", "salesEnd": "2027-03-02T00:00:00Z"}, "salesEnd"},
		"sales far away":     {map[string]any{"salesStart": "9999-03-02T00:00:00Z"}, "salesStart"},
		"an id":              {map[string]any{"id": id.New("tkt")}, "id"},
	} {
		a := b.mutate(t, organizer, "createEvent", b.input(map[string]any{"ticketTypes": []any{ticket(nil), ticket(c.change)}}))
		t.Run(name, func(t *testing.T) { a.want(t, "INVALID_TICKET_TYPE input.ticketTypes.1."+c.field) })
	}
	many := make([]any, 21)
	for i := range many {
		many[i] = ticket(nil)
	}
	b.mutate(t, organizer, "createEvent", b.input(map[string]any{"ticketTypes": many})).want(t, "INVALID_TICKET_TYPE input.ticketTypes")
	if e := b.draft(t, organizer, map[string]any{"ticketTypes": many[:20]}); len(e.TicketTypes) != 20 {
		t.Errorf("%d ticket types", len(e.TicketTypes))
	}
}

func TestSlugsAreUnique(t *testing.T) {
	b := start(t)
	slugs := make([]string, 6)
	var wg sync.WaitGroup
	for i := range slugs {
		wg.Go(func() { slugs[i] = b.mutate(t, organizer, "createEvent", b.input(nil)).Event.Slug })
	}
	wg.Wait()
	seen := map[string]bool{}
	for _, s := range slugs {
		if seen[s] || !strings.HasPrefix(s, "evening-of-songs") {
			t.Errorf("slugs %q", slugs)
		}
		seen[s] = true
	}
	if !seen["evening-of-songs"] {
		t.Errorf("nobody has the short one: %q", slugs)
	}
}

func TestCreateVenue(t *testing.T) {
	b := start(t)
	valid := func(changes map[string]any) map[string]any {
		return with(map[string]any{"name": "Barn", "address": "", "city": "Oslo", "country": "NO", "latitude": 59.9, "longitude": 10.7}, changes)
	}
	if a := b.mutate(t, organizer, "createVenue", valid(nil)); a.Venue == nil {
		t.Fatalf("%+v", a)
	}
	for want, change := range map[string]map[string]any{
		"INVALID_INPUT input.name":      {"name": ""},
		"INVALID_INPUT input.address":   {"address": strings.Repeat("x", 301)},
		"INVALID_INPUT input.city":      {"city": "\x00"},
		"INVALID_INPUT input.country":   {"country": "no"},
		"INVALID_INPUT input.latitude":  {"latitude": 90.1},
		"INVALID_INPUT input.longitude": {"longitude": nil},
	} {
		b.mutate(t, organizer, "createVenue", valid(change)).want(t, want)
	}
	for _, country := range []string{"", "ZZ", "001", "EU", "DEU"} {
		b.mutate(t, organizer, "createVenue", valid(map[string]any{"country": country})).want(t, "INVALID_INPUT input.country")
	}
	const document = `mutation { createVenue(input: {name: "x", address: "", city: "x", country: "DE"}) { userErrors { code } } }`
	b.wantTop(t, nil, document, "UNAUTHENTICATED")
	b.wantTop(t, attendee, document, "FORBIDDEN")
}

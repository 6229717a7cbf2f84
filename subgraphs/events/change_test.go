package events_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"marquee/internal/bus"
	"marquee/internal/contract"
	"marquee/internal/id"
)

// update changes an event of the organiser's, based on its present version.
func (b *bench) update(t *testing.T, e *event, changes map[string]any) answer {
	t.Helper()
	return b.mutate(t, organizer, "updateEvent", with(map[string]any{"id": e.ID, "version": e.Version}, changes))
}

func TestUpdateChangesWhatIsGiven(t *testing.T) {
	b := start(t)
	e := b.draft(t, organizer, map[string]any{"coverUrl": "https://example.com/a.jpg"})
	a := b.update(t, e, map[string]any{"title": "New", "categoryId": b.talks, "startsAt": "2027-04-01T21:00:00+02:00"})
	a.want(t)
	if a.Event.Title != "New" || a.Event.Category.ID != b.talks || a.Event.Slug != e.Slug || a.Event.Version != 2 || a.Event.StartsAt.UTC().Hour() != 19 ||
		len(a.Event.TicketTypes) != 1 || a.Event.CoverURL == nil || a.Event.Venue.ID != b.hall {
		t.Errorf("%+v", a.Event)
	}
	a = b.update(t, a.Event, map[string]any{"format": "ONLINE", "coverUrl": ""})
	if a.Event.Venue != nil || a.Event.CoverURL != nil {
		t.Errorf("%+v", a.Event)
	}
	b.update(t, a.Event, map[string]any{"format": "HYBRID"}).want(t, "VENUE_NOT_FOUND input.venueId")
	a = b.update(t, a.Event, map[string]any{"format": "HYBRID", "venueId": b.hall})
	a.want(t)
	old := a.Event.TicketTypes[0]
	a = b.update(t, a.Event, map[string]any{"ticketTypes": []any{
		ticket(map[string]any{"name": "VIP", "priceAmount": 9000}), ticket(map[string]any{"id": old.ID, "name": "Basic", "priceAmount": 100, "currency": "EUR"}),
	}})
	if x := a.Event.TicketTypes; len(x) != 2 || x[0].ID != old.ID || x[0].Name != "Basic" || x[0].Price.Amount != 100 || x[1].Name != "VIP" {
		t.Errorf("ticket types %+v", x)
	}
	a = b.update(t, a.Event, map[string]any{"ticketTypes": []any{}})
	if len(a.Event.TicketTypes) != 0 || len(b.Published(t)) != 0 {
		t.Errorf("ticket types %+v, %d messages of a draft", a.Event.TicketTypes, len(b.Published(t)))
	}
}

func TestUpdateRefuses(t *testing.T) {
	b := start(t)
	e := b.draft(t, organizer, nil)
	other := b.draft(t, organizer, nil)
	for want, changes := range map[string]map[string]any{
		"INVALID_INPUT input.title":                    {"title": strings.Repeat("x", 201)},
		"INVALID_INPUT input.coverUrl":                 {"coverUrl": "x"},
		"INVALID_TIME input.endsAt":                    {"endsAt": "2027-04-01T18:00:00Z"},
		"INVALID_TIME input.startsAt":                  {"startsAt": "2027-02-01T18:00:00Z"},
		"INVALID_TIME_ZONE input.timeZone":             {"timeZone": "Mars/Olympus"},
		"VENUE_NOT_FOUND input.venueId":                {"venueId": id.New("ven")},
		"CATEGORY_NOT_FOUND input.categoryId":          {"categoryId": id.New("cat")},
		"INVALID_TICKET_TYPE input.ticketTypes.0.name": {"ticketTypes": []any{ticket(map[string]any{"name": ""})}},
		"INVALID_TICKET_TYPE input.ticketTypes.0.id":   {"ticketTypes": []any{ticket(map[string]any{"id": other.TicketTypes[0].ID})}},
		"INVALID_TICKET_TYPE input.ticketTypes.1.id":   {"ticketTypes": []any{ticket(map[string]any{"id": e.TicketTypes[0].ID}), ticket(map[string]any{"id": e.TicketTypes[0].ID})}},
		"EVENT_NOT_FOUND input.id":                     {"id": id.New("evt")},
		"VERSION_CONFLICT input.version":               {"version": 2},
	} {
		a := b.update(t, e, changes)
		a.want(t, want)
		if conflict := strings.HasPrefix(want, "VERSION"); conflict != (a.Event != nil) || conflict && a.Event.Version != 1 {
			t.Errorf("%s: event %+v", want, a.Event)
		}
	}
	b.update(t, e, map[string]any{"id": "evt_\x00"}).want(t, "EVENT_NOT_FOUND input.id")
	b.mutate(t, rival, "updateEvent", map[string]any{"id": e.ID, "version": 1, "title": "Mine"}).want(t, "EVENT_NOT_FOUND input.id")
	if a := b.mutate(t, admin, "updateEvent", map[string]any{"id": e.ID, "version": 1, "title": "Administered"}); a.Event == nil || a.Event.Organizer.ID != organizer.UserID {
		t.Errorf("administrator: %+v", a)
	}
	for _, name := range []string{"updateEvent(input: {version: 1,", "publishEvent(input: {", "cancelEvent(input: {"} {
		document := "mutation { " + name + ` id: "` + e.ID + `"}) { userErrors { code } } }`
		b.wantTop(t, nil, document, "UNAUTHENTICATED")
		b.wantTop(t, attendee, document, "FORBIDDEN")
	}
}

func TestOneOfManyUpdatesOfAVersionWins(t *testing.T) {
	b := start(t)
	e := b.draft(t, organizer, nil)
	var mu sync.Mutex
	var wg sync.WaitGroup
	won := 0
	for range 8 {
		wg.Go(func() {
			a := b.update(t, e, map[string]any{"summary": "mine"})
			mu.Lock()
			defer mu.Unlock()
			if len(a.UserErrors) == 0 {
				won++
			} else {
				a.want(t, "VERSION_CONFLICT input.version")
			}
		})
	}
	wg.Wait()
	if won != 1 {
		t.Errorf("%d updates won", won)
	}
}

func TestPublishTellsTheOthersAndAgainAfterEachChange(t *testing.T) {
	b := start(t)
	e := b.draft(t, organizer, map[string]any{"ticketTypes": []any{ticket(map[string]any{"salesStart": "2027-03-05T00:00:00Z", "maxPerOrder": 4})}})
	for range 2 { // publishing again changes nothing
		a := b.mutate(t, organizer, "publishEvent", map[string]any{"id": e.ID})
		a.want(t)
		if a.Event.Status != "PUBLISHED" || a.Event.Version != 2 {
			t.Fatalf("%+v", a.Event)
		}
		e = a.Event
	}
	e = b.update(t, e, map[string]any{"title": "Louder"}).Event
	messages := b.Published(t)
	if len(messages) != 2 || messages[0].Topic != "event.published" || messages[1].Key != e.ID {
		t.Fatalf("messages %+v", messages)
	}
	for i, title := range []string{"Evening of Songs", "Louder"} {
		m, err := bus.Decode[contract.EventPublished](messages[i])
		if err != nil || m.Version != i+2 || m.Title != title || m.Venue != "Old Hall" || m.City != "Kraków" || m.OrganizerID != organizer.UserID ||
			m.Slug != e.Slug || !m.StartsAt.Equal(e.StartsAt) || m.TimeZone != "Europe/Warsaw" || !m.At.Equal(b.clock.Now()) {
			t.Errorf("message %d: %+v, %v", i, m, err)
		}
		x := m.TicketTypes[0]
		if x.TicketTypeID != e.TicketTypes[0].ID || x.PriceAmount != 2500 || x.Currency != "EUR" || x.Capacity != 100 || x.MaxPerOrder != 4 ||
			x.MinPerOrder != 1 || x.SalesStart == nil || x.SalesEnd != nil {
			t.Errorf("ticket type %+v", x)
		}
	}
}

func TestPublishRefuses(t *testing.T) {
	b := start(t)
	publish := func(id string) answer { return b.mutate(t, organizer, "publishEvent", map[string]any{"id": id}) }
	bare := b.draft(t, organizer, map[string]any{"ticketTypes": []any{}})
	publish(bare.ID).want(t, "NO_TICKET_TYPES input.id")
	publish(id.New("evt")).want(t, "EVENT_NOT_FOUND input.id")
	foreign := b.draft(t, rival, nil)
	publish(foreign.ID).want(t, "EVENT_NOT_FOUND input.id")
	called := b.draft(t, organizer, nil)
	b.mutate(t, organizer, "cancelEvent", map[string]any{"id": called.ID}).want(t)
	publish(called.ID).want(t, "EVENT_CANCELLED input.id")
	late := b.draft(t, organizer, nil)
	b.clock.Forward(60 * 24 * time.Hour)
	publish(late.ID).want(t, "EVENT_IN_PAST input.id")
	publish(bare.ID).want(t, "NO_TICKET_TYPES input.id", "EVENT_IN_PAST input.id")
	b.update(t, late, map[string]any{"title": "Afterwards"}).want(t) // what was stays; only a new start must be to come
	if n := len(b.Published(t)); n != 0 {
		t.Errorf("%d messages", n)
	}
}

func TestPublishedTicketsKeepTheirPrice(t *testing.T) {
	b := start(t)
	e := b.published(t, organizer, nil)
	same := func(changes map[string]any) []any {
		return []any{ticket(with(map[string]any{"id": e.TicketTypes[0].ID}, changes))}
	}
	for want, types := range map[string][]any{
		"INVALID_TICKET_TYPE input.ticketTypes.0.priceAmount": same(map[string]any{"priceAmount": 2400}),
		"INVALID_TICKET_TYPE input.ticketTypes.0.currency":    same(map[string]any{"currency": "USD"}),
		"INVALID_TICKET_TYPE input.ticketTypes":               {ticket(nil)},
	} {
		b.update(t, e, map[string]any{"ticketTypes": types}).want(t, want)
	}
	a := b.update(t, e, map[string]any{"ticketTypes": append(same(map[string]any{"capacity": 50, "name": "Stalls"}), ticket(map[string]any{"name": "Extra"}))})
	a.want(t)
	if x := a.Event.TicketTypes; len(x) != 2 || x[0].Capacity != 50 || x[0].Name != "Stalls" {
		t.Errorf("%+v", x)
	}
}

func TestCancel(t *testing.T) {
	b := start(t)
	cancel := func(id, reason string) answer {
		return b.mutate(t, organizer, "cancelEvent", map[string]any{"id": id, "reason": reason})
	}
	e := b.published(t, organizer, nil)
	cancel(e.ID, strings.Repeat("x", 501)).want(t, "INVALID_INPUT input.reason")
	cancel(id.New("evt"), "").want(t, "EVENT_NOT_FOUND input.id")
	b.mutate(t, rival, "cancelEvent", map[string]any{"id": e.ID}).want(t, "EVENT_NOT_FOUND input.id")
	for range 2 {
		a := cancel(e.ID, "The hall burnt down.")
		a.want(t)
		if a.Event.Status != "CANCELLED" || a.Event.Version != 3 {
			t.Fatalf("%+v", a.Event)
		}
		e = a.Event
	}
	b.update(t, e, map[string]any{"title": "Phoenix"}).want(t, "EVENT_CANCELLED input.id")
	messages := b.PublishedTo(t, "event.cancelled")
	if len(messages) != 1 {
		t.Fatalf("%d messages", len(messages))
	}
	m, err := bus.Decode[contract.EventCancelled](messages[0])
	if err != nil || m.Version != 3 || m.Reason != "The hall burnt down." || m.EventID != e.ID || len(m.TicketTypes) != 1 {
		t.Errorf("%+v, %v", m, err)
	}
	cancel(b.draft(t, organizer, nil).ID, "").want(t)
	if n := len(b.PublishedTo(t, "event.cancelled")); n != 1 {
		t.Errorf("%d messages: others were told of a draft", n)
	}
}

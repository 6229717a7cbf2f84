package events_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"marquee/internal/bus"
	"marquee/internal/contract"
	"marquee/internal/id"
)

// section is a seating section of one row of ten seats, with changes.
func section(ticketTypeID string, row map[string]any) map[string]any {
	return map[string]any{"name": "Stalls", "ticketTypeId": ticketTypeID, "rows": []any{with(map[string]any{"name": "A", "count": 10}, row)}}
}

func (b *bench) seat(t *testing.T, e *event, sections ...any) answer {
	t.Helper()
	return b.mutate(t, organizer, "setEventSeating", map[string]any{"eventId": e.ID, "version": e.Version, "sections": append([]any{}, sections...)})
}

func TestSeating(t *testing.T) {
	b := start(t)
	e := b.draft(t, organizer, nil)
	typeID := e.TicketTypes[0].ID
	a := b.seat(t, e, section(typeID, map[string]any{"first": 2, "step": 2, "without": []any{6}, "accessible": []any{2}}))
	a.want(t)
	if a.Event.TicketTypes[0].Capacity != 9 || a.Event.Version != 2 {
		t.Errorf("%+v", a.Event)
	}
	var read struct {
		Event struct{ Seating json.RawMessage }
	}
	b.Do(t, organizer, `{ event(id: "`+e.ID+`") { seating { seatCount sections { name ticketType { id } rows { name first step count without accessible } } } } }`, nil).Into(t, &read)
	want := `{"seatCount":9,"sections":[{"name":"Stalls","ticketType":{"id":"` + typeID + `"},"rows":[{"name":"A","first":2,"step":2,"count":10,"without":[6],"accessible":[2]}]}]}`
	if string(read.Event.Seating) != want {
		t.Errorf("got %s, want %s", read.Event.Seating, want)
	}
	b.update(t, a.Event, map[string]any{"ticketTypes": []any{ticket(map[string]any{"id": typeID, "capacity": 10})}}).want(t, "INVALID_TICKET_TYPE input.ticketTypes.0.capacity")
	b.update(t, a.Event, map[string]any{"ticketTypes": []any{ticket(nil)}}).want(t, "INVALID_TICKET_TYPE input.ticketTypes")
	b.mutate(t, organizer, "publishEvent", map[string]any{"id": e.ID}).want(t)
	sent := b.Published(t)
	m, err := bus.Decode[contract.EventPublished](sent[len(sent)-1])
	if err != nil || m.Seating.Seats()[typeID] != 9 {
		t.Errorf("published with %+v, %v", m.Seating, err)
	}
	a.Event.Version = 3
	b.seat(t, a.Event, section(typeID, map[string]any{"first": 2, "step": 2, "without": []any{6, 8}})).want(t, "SEATING_FIXED input.sections")
	b.seat(t, a.Event).want(t, "SEATING_FIXED input.sections")
	a = b.seat(t, a.Event, section(typeID, map[string]any{"first": 2, "step": 2, "count": 12, "without": []any{6}}))
	a.want(t)
	if a.Event.TicketTypes[0].Capacity != 11 {
		t.Errorf("%+v", a.Event)
	}
}

func TestSeatingOfADraftGoes(t *testing.T) {
	b := start(t)
	e := b.draft(t, organizer, nil)
	a := b.seat(t, e, section(e.TicketTypes[0].ID, nil))
	a = b.seat(t, a.Event)
	a.want(t)
	b.update(t, a.Event, map[string]any{"ticketTypes": []any{}}).want(t)
}

func TestSeatingRefuses(t *testing.T) {
	b := start(t)
	e := b.draft(t, organizer, nil)
	typeID := e.TicketTypes[0].ID
	for want, sections := range map[string][]any{
		"INVALID_SEATING input.sections.0.name":               {with(section(typeID, nil), map[string]any{"name": ""})},
		"INVALID_SEATING input.sections.1.name":               {section(typeID, nil), section(typeID, nil)},
		"TICKET_TYPE_NOT_FOUND input.sections.0.ticketTypeId": {section(id.New("tkt"), nil)},
		"INVALID_SEATING input.sections.0.rows":               {with(section(typeID, nil), map[string]any{"rows": []any{}})},
		"INVALID_SEATING input.sections.0.rows.0.name":        {section(typeID, map[string]any{"name": "a\u0000"})},
		"INVALID_SEATING input.sections.0.rows.0.step":        {section(typeID, map[string]any{"step": 0})},
		"INVALID_SEATING input.sections.0.rows.0.count":       {section(typeID, map[string]any{"count": 501})},
		"INVALID_SEATING input.sections.0.rows.0.first":       {section(typeID, map[string]any{"first": 9999})},
		"INVALID_SEATING input.sections.0.rows.0.without":     {section(typeID, map[string]any{"without": []any{11}})},
		"INVALID_SEATING input.sections.0.rows.0.accessible":  {section(typeID, map[string]any{"accessible": []any{1, 1}})},
	} {
		b.seat(t, e, sections...).want(t, want)
	}
	rows := []any{}
	for range 101 {
		rows = append(rows, map[string]any{"name": fmt.Sprint(len(rows)), "count": 500})
	}
	b.seat(t, e, map[string]any{"name": "Too many", "ticketTypeId": typeID, "rows": rows}).want(t, "INVALID_SEATING input.sections")
	b.seat(t, &event{ID: id.New("evt"), Version: 1}).want(t, "EVENT_NOT_FOUND input.eventId")
	b.seat(t, &event{ID: e.ID, Version: 7}).want(t, "VERSION_CONFLICT input.version")
}

package events_test

import (
	"encoding/json"
	"strings"
	"testing"

	"marquee/internal/bus"
	"marquee/internal/contract"
	"marquee/internal/viewer"
)

// What is told of an event, what its organiser reads and what the public reads.
func TestRulesOfSale(t *testing.T) {
	b := start(t)
	e := b.draft(t, organizer, map[string]any{
		"capacity": 50, "perPersonLimit": 4,
		"ticketTypes": []any{
			ticket(map[string]any{"name": "Floor", "priceAmount": 900, "perPersonLimit": 2}),
			ticket(map[string]any{"name": "Crew", "priceAmount": 1000, "visibility": "HIDDEN"}),
			ticket(map[string]any{"name": "Shirt", "priceAmount": 2000, "kind": "ADD_ON", "maxPerAdmission": 3}),
		},
		"questions": []any{
			map[string]any{"label": "Diet", "kind": "CHOICE", "scope": "TICKET", "required": true, "options": []any{"All", "Vegan"}},
			map[string]any{"label": "Remarks"},
		},
	})
	floor, crew := e.TicketTypes[0].ID, e.TicketTypes[1].ID
	a := b.mutate(t, organizer, "publishEvent", map[string]any{"id": e.ID})
	a.want(t)
	sent := b.Published(t)
	m, err := bus.Decode[contract.EventPublished](sent[len(sent)-1])
	if err != nil || *m.Capacity != 50 || *m.PerPersonLimit != 4 || *m.TicketTypes[0].PerPersonLimit != 2 || m.TicketTypes[1].Visibility != "HIDDEN" ||
		m.TicketTypes[2].Kind != "ADD_ON" || *m.TicketTypes[2].MaxPerAdmission != 3 || len(m.Questions) != 2 || !m.Questions[0].Required || m.Questions[1].MaxLength != 200 {
		t.Errorf("published with %+v, %v", m, err)
	}
	read := func(who *viewer.Viewer) string {
		var out struct{ Event json.RawMessage }
		b.Do(t, who, `{ event(id: "`+e.ID+`") { ticketTypes { name kind visibility perPersonLimit maxPerAdmission } } }`, nil).Into(t, &out)
		return string(out.Event)
	}
	if got := read(organizer); !strings.Contains(got, "Crew") || !strings.Contains(got, `"ADD_ON"`) {
		t.Errorf("the organiser reads %s", got)
	}
	if got := read(nil); strings.Contains(got, "Crew") || !strings.Contains(got, "Shirt") {
		t.Errorf("the public reads %s", got)
	}
	var listed struct {
		Events struct {
			Nodes []struct{ TicketTypes []struct{ Name string } }
		}
		TicketType struct{ Name string }
	}
	b.Do(t, nil, `{ events { nodes { ticketTypes { name } } } ticketType(id: "`+crew+`") { name } }`, nil).Into(t, &listed)
	if len(listed.Events.Nodes[0].TicketTypes) != 2 || listed.TicketType.Name != "Crew" {
		t.Errorf("listed %+v", listed)
	}

	// What a change leaves out stays; 0 removes a limit.
	a = b.update(t, a.Event, map[string]any{"capacity": 0, "ticketTypes": []any{
		ticket(map[string]any{"id": floor, "priceAmount": 900, "perPersonLimit": 0}), ticket(map[string]any{"id": crew, "priceAmount": 1000}),
		ticket(map[string]any{"id": e.TicketTypes[2].ID, "priceAmount": 2000}),
	}})
	a.want(t)
	if got := read(organizer); !strings.Contains(got, `"HIDDEN","perPersonLimit":null`) || !strings.Contains(got, `"maxPerAdmission":3`) || strings.Contains(got, `"perPersonLimit":2`) {
		t.Errorf("after the change %s", got)
	}
	sent = b.Published(t)
	if m, err = bus.Decode[contract.EventPublished](sent[len(sent)-1]); err != nil || m.Capacity != nil || *m.PerPersonLimit != 4 || len(m.Questions) != 2 {
		t.Errorf("published with %+v, %v", m, err)
	}
}

func TestRulesOfSaleRefuse(t *testing.T) {
	b := start(t)
	of := func(changes map[string]any) map[string]any {
		return map[string]any{"ticketTypes": []any{ticket(changes)}}
	}
	ask := func(changes map[string]any) map[string]any {
		return map[string]any{"questions": []any{with(map[string]any{"label": "Diet"}, changes)}}
	}
	for name, c := range map[string]struct {
		changes map[string]any
		want    string
	}{
		"limit below none":        {of(map[string]any{"perPersonLimit": -1}), "INVALID_TICKET_TYPE input.ticketTypes.0.perPersonLimit"},
		"admission by admissions": {of(map[string]any{"maxPerAdmission": 1}), "INVALID_TICKET_TYPE input.ticketTypes.0.maxPerAdmission"},
		"too many add-ons":        {of(map[string]any{"kind": "ADD_ON", "maxPerAdmission": 101}), "INVALID_TICKET_TYPE input.ticketTypes.0.maxPerAdmission"},
		"capacity":                {map[string]any{"capacity": 1_000_001}, "INVALID_INPUT input.capacity"},
		"limit of the event":      {map[string]any{"perPersonLimit": -5}, "INVALID_INPUT input.perPersonLimit"},
		"no label":                {ask(map[string]any{"label": " "}), "INVALID_INPUT input.questions.0.label"},
		"unknown question":        {ask(map[string]any{"id": "qst_1"}), "INVALID_INPUT input.questions.0.id"},
		"one option":              {ask(map[string]any{"kind": "CHOICE", "options": []any{"a"}}), "INVALID_INPUT input.questions.0.options"},
		"an option twice":         {ask(map[string]any{"kind": "CHOICE", "options": []any{"a", "a"}}), "INVALID_INPUT input.questions.0.options"},
		"options of a text":       {ask(map[string]any{"options": []any{"a"}}), "INVALID_INPUT input.questions.0.options"},
		"length of a number":      {ask(map[string]any{"kind": "NUMBER", "maxLength": 3}), "INVALID_INPUT input.questions.0.maxLength"},
		"endless text":            {ask(map[string]any{"maxLength": 1001}), "INVALID_INPUT input.questions.0.maxLength"},
		"of other tickets":        {ask(map[string]any{"ticketTypeIds": []any{"tkt_1"}}), "INVALID_INPUT input.questions.0.ticketTypeIds"},
	} {
		a := b.mutate(t, organizer, "createEvent", b.input(c.changes))
		t.Run(name, func(t *testing.T) { a.want(t, c.want) })
	}
	e := b.draft(t, organizer, nil)
	b.mutate(t, organizer, "publishEvent", map[string]any{"id": e.ID}).want(t)
	e.Version = 2
	b.update(t, e, map[string]any{"ticketTypes": []any{ticket(map[string]any{"id": e.TicketTypes[0].ID, "kind": "ADD_ON"})}}).want(t, "INVALID_TICKET_TYPE input.ticketTypes.0.kind")
}

package events_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"marquee/internal/demo"
	"marquee/internal/id"
	"marquee/internal/viewer"
)

type connection struct {
	Nodes    []event
	PageInfo struct {
		HasNextPage, HasPreviousPage bool
		EndCursor                    *string
	}
	TotalCount int
}

const connectionFields = "{ nodes {" + eventFields + "} pageInfo { hasNextPage hasPreviousPage endCursor } totalCount }"

// list runs the list field, for example `events(first: 2)`, and returns it.
func (b *bench) list(t *testing.T, who *viewer.Viewer, field string) connection {
	t.Helper()
	var out struct{ List connection }
	b.Do(t, who, "{ list: "+field+connectionFields+"}", nil).Into(t, &out)
	return out.List
}

func titles(c connection) string {
	var out []string
	for _, e := range c.Nodes {
		out = append(out, e.Title)
	}
	return strings.Join(out, ", ")
}

// programme publishes a few different events: A to F, F soonest.
func (b *bench) programme(t *testing.T) {
	t.Helper()
	zurich := b.venue(t, "Tonhalle", "Zürich", "CH")
	day := func(n int) map[string]any {
		at := time.Date(2027, 4, n, 18, 0, 0, 0, time.UTC)
		return map[string]any{"startsAt": at, "endsAt": at.Add(time.Hour)}
	}
	free := []any{ticket(map[string]any{"priceAmount": 0}), ticket(nil)}
	for _, changes := range []map[string]any{
		with(day(20), map[string]any{"title": "A", "summary": "Chamber music festival", "venueId": zurich}),
		with(day(19), map[string]any{"title": "B", "summary": "A talk on Gödel", "categoryId": b.talks, "ticketTypes": free}),
		with(day(18), map[string]any{"title": "C", "format": "HYBRID"}),
		with(day(10), map[string]any{"title": "D", "summary": "festival"}),
		with(day(10), map[string]any{"title": "E"}),
		with(day(2), map[string]any{"title": "F", "format": "ONLINE", "venueId": nil, "ticketTypes": free}),
	} {
		b.clock.Forward(time.Second)
		if changes["format"] == "ONLINE" {
			in := b.input(changes)
			delete(in, "venueId")
			e := b.mutate(t, organizer, "createEvent", in)
			e.want(t)
			b.mutate(t, organizer, "publishEvent", map[string]any{"id": e.Event.ID}).want(t)
			continue
		}
		b.published(t, organizer, changes)
	}
	b.draft(t, organizer, map[string]any{"title": "Draft"})
	b.draft(t, rival, map[string]any{"title": "Draft of a rival"})
	gone := b.published(t, organizer, map[string]any{"title": "Gone"})
	b.mutate(t, organizer, "cancelEvent", map[string]any{"id": gone.ID}).want(t)
}

func TestListFilters(t *testing.T) {
	b := start(t)
	b.programme(t)
	for arguments, want := range map[string]string{
		``:                              "F, D, E, C, B, A",
		`(sort: CREATED_AT)`:            "F, E, D, C, B, A",
		`(filter: {category: "talks"})`: "B",
		`(filter: {category: "none"})`:  "",
		`(filter: {city: "zurich"})`:    "A",
		`(filter: {city: "ZÜRICH"})`:    "A",
		`(filter: {format: ONLINE})`:    "F",
		`(filter: {free: true})`:        "F, B",
		`(filter: {free: false})`:       "D, E, C, A",
		`(filter: {startsFrom: "2027-04-18T20:00:00+02:00"})`:  "C, B, A",
		`(filter: {startsBefore: "2027-04-10T18:00:00Z"})`:     "F",
		`(filter: {startsBefore: "2027-04-10T18:00:01Z"})`:     "F, D, E",
		`(filter: {search: ""})`:                               "F, D, E, C, B, A",
		`(filter: {search: "festival"})`:                       "D, A",
		`(filter: {search: "FESTI music"})`:                    "A",
		`(filter: {search: "festival godel"})`:                 "",
		`(filter: {search: "Gödel"})`:                          "B",
		`(filter: {search: "tonhalle zürich"})`:                "A",
		`(filter: {search: "krakow festival"})`:                "D",
		`(filter: {search: "festval"})`:                        "D, A",
		`(filter: {search: "tonhale"})`:                        "A",
		`(filter: {search: "xyzzyx"})`:                         "",
		`(filter: {search: "!?"})`:                             "",
		`(filter: {search: "' | ! & ( ) : * \\ \u0000"})`:      "",
		`(filter: {search: "festival", free: false, sort: 1})`: "-",
		`(filter: {search: "festival", city: "zurich"})`:       "A",
	} {
		if want == "-" {
			if r := b.Do(t, nil, "{ events"+arguments+"{ totalCount } }", nil); len(r.Errors) == 0 {
				t.Errorf("%s: no error", arguments)
			}
			continue
		}
		got := b.list(t, nil, "events"+arguments)
		names := titles(got)
		if names == strings.Replace(want, "D, E", "E, D", 1) {
			names = want // the same instant: ordered by id
		}
		if names != want || got.TotalCount != len(got.Nodes) {
			t.Errorf("%s: got %q of %d, want %q", arguments, names, got.TotalCount, want)
		}
	}
	b.clock.Forward(41 * 24 * time.Hour)
	if got := titles(b.list(t, nil, "events")); strings.Contains(got, "F") || !strings.Contains(got, "A") {
		t.Errorf("without a start, events of the past: %q", got)
	}
}

func TestListPages(t *testing.T) {
	b := start(t)
	b.programme(t)
	for _, sort := range []string{"STARTS_AT", "CREATED_AT"} {
		whole := titles(b.list(t, nil, fmt.Sprintf("events(sort: %s)", sort)))
		for size := 1; size <= 7; size++ {
			var got []string
			after := ""
			for {
				c := b.list(t, nil, fmt.Sprintf("events(sort: %s, first: %d%s)", sort, size, after))
				got = append(got, titles(c))
				if c.PageInfo.HasPreviousPage != (after != "") || c.TotalCount != 6 {
					t.Errorf("%s by %d: %+v, %d in all", sort, size, c.PageInfo, c.TotalCount)
				}
				if !c.PageInfo.HasNextPage {
					break
				}
				after = fmt.Sprintf(", after: %q", *c.PageInfo.EndCursor)
			}
			if strings.Join(got, ", ") != whole {
				t.Errorf("%s by %d: %q, want %q", sort, size, got, whole)
			}
		}
	}
	cursor := *b.list(t, nil, "events(first: 1)").PageInfo.EndCursor
	for _, bad := range []string{
		"first: 0", "first: 101", "first: -1", `after: ""`, `after: "%%"`, `after: "WzEsMiwzXQ"`, `sort: CREATED_AT, after: "` + cursor + `"`,
		`filter: {search: "` + strings.Repeat("x", 201) + `"}`, `filter: {search: "1 2 3 4 5 6 7 8 9 10 11"}`, `filter: {city: "\u0000"}`,
		`filter: {category: "\u0000"}`,
	} {
		b.wantTop(t, nil, "{ events("+bad+") { totalCount } }", "INVALID_INPUT")
	}
}

func TestMyEvents(t *testing.T) {
	b := start(t)
	b.programme(t)
	if got := titles(b.list(t, organizer, "myEvents")); got != "Gone, Draft, F, E, D, C, B, A" {
		t.Errorf("mine: %q", got)
	}
	if got := titles(b.list(t, rival, "myEvents")); got != "Draft of a rival" {
		t.Errorf("the rival's: %q", got)
	}
	for status, want := range map[string]string{"DRAFT": "Draft", "CANCELLED": "Gone", "PUBLISHED": "F, E, D, C, B, A"} {
		if got := b.list(t, organizer, "myEvents(status: "+status+")"); titles(got) != want || got.TotalCount != len(got.Nodes) {
			t.Errorf("%s: %q", status, titles(got))
		}
	}
	c := b.list(t, organizer, "myEvents(first: 3)")
	if got := titles(b.list(t, organizer, fmt.Sprintf("myEvents(first: 3, after: %q)", *c.PageInfo.EndCursor))); got != "E, D, C" {
		t.Errorf("second page: %q", got)
	}
	b.wantTop(t, nil, "{ myEvents { totalCount } }", "UNAUTHENTICATED")
	b.wantTop(t, attendee, "{ myEvents { totalCount } }", "FORBIDDEN")
}

func TestDraftsAreForTheirOrganizerOnly(t *testing.T) {
	b := start(t)
	draft, public := b.draft(t, organizer, nil), b.published(t, organizer, nil)
	calledOff := b.published(t, organizer, nil)
	b.mutate(t, organizer, "cancelEvent", map[string]any{"id": calledOff.ID}).want(t)
	dropped := b.draft(t, organizer, nil)
	b.mutate(t, organizer, "cancelEvent", map[string]any{"id": dropped.ID}).want(t)
	for _, c := range []struct {
		who  *viewer.Viewer
		sees bool
	}{{nil, false}, {attendee, false}, {rival, false}, {organizer, true}, {admin, true}} {
		for _, e := range []*event{draft, public, calledOff, dropped} {
			want := c.sees || e == public || e == calledOff
			var out struct {
				ByID, BySlug *struct{ ID string }
				Entities     []*struct{ ID string } `json:"_entities"`
			}
			b.Do(t, c.who, `query($id: ID!, $slug: String!, $r: [_Any!]!) { byId: event(id: $id) { id } bySlug: eventBySlug(slug: $slug) { id }
				_entities(representations: $r) { ... on Event { id } ... on TicketType { id price { amount } } } }`, map[string]any{
				"id": e.ID, "slug": e.Slug, "r": []any{
					map[string]any{"__typename": "Event", "id": id.New("evt")},
					map[string]any{"__typename": "TicketType", "id": e.TicketTypes[0].ID},
					map[string]any{"__typename": "Event", "id": e.ID},
					map[string]any{"__typename": "TicketType", "id": "x"},
				},
			}).Into(t, &out)
			x := out.Entities
			got := []bool{out.ByID != nil, out.BySlug != nil, x[1] != nil, x[2] != nil}
			if slices.Contains(got, !want) || x[0] != nil || x[3] != nil || want && (x[1].ID != e.TicketTypes[0].ID || x[2].ID != e.ID) {
				t.Errorf("%v, status %s: got %v %+v, want %v", c.who, e.Status, got, x, want)
			}
		}
	}
	var none struct{ A, B *struct{ ID string } }
	b.Do(t, nil, `{ a: event(id: "evt_\u0000") { id } b: eventBySlug(slug: "\u0000") { id } }`, nil).Into(t, &none)
	if none.A != nil || none.B != nil {
		t.Errorf("%+v", none)
	}
}

func TestPlacesAndCategories(t *testing.T) {
	b := start(t)
	b.programme(t)
	for _, name := range []string{"Éclair", "eclipse", "Zoo", "arena"} {
		b.venue(t, name, "Paris", "FR")
	}
	names := func(arguments string) (string, *string) {
		var out struct {
			Venues struct {
				Nodes    []struct{ Name string }
				PageInfo struct{ EndCursor *string }
			}
		}
		b.Do(t, nil, "{ venues"+arguments+" { nodes { name } pageInfo { endCursor } } }", nil).Into(t, &out)
		var list []string
		for _, n := range out.Venues.Nodes {
			list = append(list, n.Name)
		}
		return strings.Join(list, ", "), out.Venues.PageInfo.EndCursor
	}
	first, cursor := names("(first: 3)")
	second, _ := names(fmt.Sprintf("(first: 3, after: %q)", *cursor))
	if first != "arena, Éclair, eclipse" || second != "Old Hall, Tonhalle, Zoo" {
		t.Errorf("%q then %q", first, second)
	}
	for search, want := range map[string]string{"paris ecl": "Éclair, eclipse", "high street zoo": "Zoo", "!": "", "zurich": "Tonhalle"} {
		if got, _ := names(fmt.Sprintf("(search: %q)", search)); got != want {
			t.Errorf("%q finds %q, want %q", search, got, want)
		}
	}
	for _, bad := range []string{"first: 0", `after: "x"`, `after: "WyJhIiwiYiJd"`, `search: "` + strings.Repeat("x", 201) + `"`} {
		b.wantTop(t, nil, "{ venues("+bad+") { nodes { id } } }", "INVALID_INPUT")
	}
	var out struct {
		Categories []struct{ Slug string }
		Cities     []struct {
			Name, Country string
			EventCount    int
		}
		Entities []*struct{ Name string } `json:"_entities"`
	}
	b.Do(t, nil, `query($r: [_Any!]!) { categories { slug } cities { name country eventCount }
		_entities(representations: $r) { ... on Venue { name } ... on Category { name } } }`, map[string]any{"r": []any{
		map[string]any{"__typename": "Venue", "id": b.hall},
		map[string]any{"__typename": "Category", "id": b.talks},
		map[string]any{"__typename": "Venue", "id": id.New("ven")},
		map[string]any{"__typename": "Category", "id": ""},
	}}).Into(t, &out)
	if fmt.Sprint(out.Categories, out.Cities) != "[{concerts} {talks}] [{Kraków PL 4} {Zürich CH 1}]" {
		t.Errorf("%v %v", out.Categories, out.Cities)
	}
	if e := out.Entities; e[0].Name != "Old Hall" || e[1].Name != "Talks" || e[2] != nil || e[3] != nil {
		t.Errorf("entities %+v", e)
	}
}

func TestSeed(t *testing.T) {
	b := start(t)
	// A fresh installation: the bench's own venue and categories are not there.
	if _, err := b.Deps.DB.Exec(t.Context(), "delete from venue; delete from category"); err != nil {
		t.Fatal(err)
	}
	set := demo.Generate(b.clock.Now())
	for range 2 {
		if err := b.Instance.Seed(t.Context(), set); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(b.PublishedTo(t, "event.published")); n != len(set.Events) {
		t.Errorf("%d messages for %d events", n, len(set.Events))
	}
	c := b.list(t, nil, "events(first: 100)") // 300 events and a series
	if c.TotalCount != 301 || len(c.Nodes) != 100 {
		t.Errorf("%d to come, %d on the page", c.TotalCount, len(c.Nodes))
	}
	for _, e := range c.Nodes {
		if len(e.TicketTypes) == 0 || e.Category.Slug == "" || (e.Venue == nil) != (e.Format == "ONLINE") {
			t.Errorf("%+v", e)
		}
	}
}

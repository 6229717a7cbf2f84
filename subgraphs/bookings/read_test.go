package bookings_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"marquee/internal/contract"
	"marquee/internal/id"
	"marquee/internal/viewer"
	"marquee/subgraphs/bookings/internal/booking"
	"marquee/subgraphs/bookings/internal/store"
)

type connection struct {
	Nodes    []struct{ ID, Status string }
	PageInfo struct {
		HasNextPage, HasPreviousPage bool
		EndCursor                    *string
	}
}

func TestListsTurnPages(t *testing.T) {
	t.Parallel()
	b := start(t)
	e := b.published(0, 1000)
	var newest []string
	for i := range 25 {
		k := b.hold(ada, e, 0, 1)
		newest = append([]string{k.ID}, newest...)
		if i%5 > 0 { // several in the same moment
			b.clock.Forward(time.Second)
		}
	}
	b.hold(bob, e, 0, 1)
	if _, err := b.box.Confirm(t.Context(), ada, newest[24], id.New("key")); err != nil {
		t.Fatal(err)
	}
	const query = `query($first: Int!, $after: String, $status: BookingStatus) { list: myBookings(first: $first, after: $after, status: $status)
		{ nodes { id status } edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage endCursor } } }`
	read := func(variables map[string]any) connection {
		var out struct{ List connection }
		b.Do(t, ada, query, variables).Into(t, &out)
		return out.List
	}
	var got []string
	variables := map[string]any{"first": 8}
	pages := 0
	for {
		page := read(variables)
		for _, n := range page.Nodes {
			got = append(got, n.ID)
		}
		if page.PageInfo.HasPreviousPage != (pages > 0) {
			t.Errorf("page %d has a previous one: %v", pages, page.PageInfo.HasPreviousPage)
		}
		if pages++; !page.PageInfo.HasNextPage {
			break
		}
		variables["after"] = *page.PageInfo.EndCursor
	}
	if pages != 4 || len(got) != 25 {
		t.Fatalf("%d bookings on %d pages", len(got), pages)
	}
	byTime := b.sortedByTime(newest)
	if fmt.Sprint(got) != fmt.Sprint(byTime) {
		t.Errorf("order:\n%v, want\n%v", got, byTime)
	}
	if one := read(map[string]any{"first": 25}); one.PageInfo.HasNextPage || len(one.Nodes) != 25 {
		t.Errorf("exactly one page: %d, next %v", len(one.Nodes), one.PageInfo.HasNextPage)
	}
	if held := read(map[string]any{"first": 100, "status": "HELD"}); len(held.Nodes) != 24 {
		t.Errorf("%d held", len(held.Nodes))
	}
	for _, wrong := range []map[string]any{{"first": 0}, {"first": 101}, {"first": 1, "after": "nonsense"}, {"first": 1, "after": "WzEsMl0"}, {"first": 1, "after": "WyIyMDI3LTAzLTAxVDEyOjAwOjAwWiIsIlx1MDAwMCJd"}} {
		if r := b.Do(t, ada, query, wrong); len(r.Errors) != 1 || r.Errors[0].Code != "INVALID_INPUT" {
			t.Errorf("%v: %+v", wrong, r.Errors)
		}
	}
	if r := b.Do(t, nil, query, map[string]any{"first": 1}); len(r.Errors) != 1 || r.Errors[0].Code != "UNAUTHENTICATED" {
		t.Errorf("without a login: %+v", r.Errors)
	}
}

func (b *bench) sortedByTime(ids []string) []string {
	b.t.Helper()
	rows, err := b.Deps.DB.Query(b.t.Context(), "select id from booking where id = any($1) order by created_at desc, id desc", ids)
	if err != nil {
		b.t.Fatal(err)
	}
	out, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		b.t.Fatal(err)
	}
	return out
}

const entities = `query($r: [_Any!]!) { _entities(representations: $r) {
	... on Booking { id reference user { id } tickets { code } }
	... on Ticket { id code booking { id } }
	... on Event { id availability { capacity held sold available revision ticketTypes { ticketType { id } available } } }
	... on TicketType { id seats: availability { available ticketType { id } } }
	... on User { id } } }`

func (b *bench) entities(who *viewer.Viewer, representations ...map[string]any) []json.RawMessage {
	b.t.Helper()
	var out struct {
		Entities []json.RawMessage `json:"_entities"`
	}
	b.Do(b.t, who, entities, map[string]any{"r": representations}).Into(b.t, &out)
	return out.Entities
}

func entity(typename, id string) map[string]any {
	return map[string]any{"__typename": typename, "id": id}
}

// Whose is whose: absent and forbidden look alike, in every way in.
func TestWhoSeesWhat(t *testing.T) {
	t.Parallel()
	b := start(t)
	e := b.published(0, 10)
	k, err := b.box.Confirm(t.Context(), ada, b.hold(ada, e, 0, 1).ID, id.New("key"))
	if err != nil {
		t.Fatal(err)
	}
	ticket := k.Tickets[0]
	stranger := &viewer.Viewer{UserID: "usr_manager2", Roles: []string{viewer.EventManager}}
	for _, c := range []struct {
		name           string
		who            *viewer.Viewer
		booking, event bool
		user           string
		list           string
	}{
		{"holder", ada, true, false, "", "FORBIDDEN"},
		{"organiser", organizer, true, true, "FORBIDDEN", ""},
		{"administrator", admin, true, true, "", ""},
		{"another user", bob, false, false, "FORBIDDEN", "FORBIDDEN"},
		{"another manager", stranger, false, false, "FORBIDDEN", "FORBIDDEN"},
		{"nobody", nil, false, false, "UNAUTHENTICATED", "UNAUTHENTICATED"},
	} {
		r := b.Do(t, c.who, `query($id: ID!) { booking(id: $id) { id } }`, map[string]any{"id": k.ID})
		if seen := string(r.Data) != `{"booking":null}`; seen != c.booking || len(r.Errors) > 0 {
			t.Errorf("%s: booking %s %+v", c.name, r.Data, r.Errors)
		}
		got := b.entities(c.who, entity("Booking", "bkg_none"), entity("Ticket", ticket.ID), entity("Booking", k.ID), entity("Ticket", "\x00"))
		for i, want := range []bool{false, c.booking, c.booking, false} {
			if seen := string(got[i]) != "null"; seen != want {
				t.Errorf("%s: entity %d: %s", c.name, i, got[i])
			}
		}
		for what, query := range map[string]struct{ typename, id, want string }{
			"user's": {"User", ada.UserID, c.user}, "event's": {"Event", e.EventID, c.list},
		} {
			r := b.Do(t, c.who, `query($r: [_Any!]!) { _entities(representations: $r) { ... on User { bookings(first: 5) { nodes { id } } } ... on Event { bookings { nodes { id } } } } }`,
				map[string]any{"r": []any{entity(query.typename, query.id)}})
			code := ""
			if len(r.Errors) > 0 {
				code = r.Errors[0].Code
			}
			if code != query.want || (code == "") != strings.Contains(string(r.Data), k.ID) {
				t.Errorf("%s: %s bookings: %q %s", c.name, what, code, r.Data)
			}
		}
	}
	r := b.Do(t, stranger, `query($r: [_Any!]!) { _entities(representations: $r) { ... on Event { bookings { nodes { id } } } } }`,
		map[string]any{"r": []any{entity("Event", "evt_none")}})
	if len(r.Errors) != 1 || r.Errors[0].Code != "FORBIDDEN" {
		t.Errorf("an unknown event looks different: %+v", r.Errors)
	}
}

func TestAvailabilityOfEntities(t *testing.T) {
	t.Parallel()
	b := start(t)
	e := b.published(100, 10, 20)
	b.hold(ada, e, 1, 4)
	got := b.entities(nil, entity("Event", e.EventID), entity("Event", "evt_draft"), entity("TicketType", e.TicketTypes[1].TicketTypeID),
		entity("TicketType", "\x00"), entity("User", "usr_x"))
	if want := fmt.Sprintf(`{"id":%q,"availability":{"capacity":30,"held":4,"sold":0,"available":26,"revision":3,"ticketTypes":[{"ticketType":{"id":%q},"available":10},{"ticketType":{"id":%q},"available":16}]}}`,
		e.EventID, e.TicketTypes[0].TicketTypeID, e.TicketTypes[1].TicketTypeID); string(got[0]) != want {
		t.Errorf("event %s, want %s", got[0], want)
	}
	if string(got[1]) != `{"id":"evt_draft","availability":null}` {
		t.Errorf("a draft: %s", got[1])
	}
	if want := fmt.Sprintf(`{"id":%q,"seats":{"available":16,"ticketType":{"id":%[1]q}}}`, e.TicketTypes[1].TicketTypeID); string(got[2]) != want {
		t.Errorf("type %s, want %s", got[2], want)
	}
	if string(got[4]) != `{"id":"usr_x"}` {
		t.Errorf("user %s", got[4])
	}
}

// A page of many bookings with all that hangs on it costs as many statements as a page of one.
func TestStatementsDoNotGrowWithThePage(t *testing.T) {
	t.Parallel()
	b := start(t)
	for range 30 {
		e := b.published(0, 10, 10)
		k := b.hold(ada, e, 0, 2)
		if _, err := b.box.Confirm(t.Context(), ada, k.ID, id.New("key")); err != nil {
			t.Fatal(err)
		}
	}
	cfg := b.Deps.DB.Config()
	var statements counter
	cfg.ConnConfig.Tracer = &statements
	pool, err := pgxpool.NewWithConfig(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	d := b.Deps
	box := booking.New(store.New(pool, d.Jobs, d.Outbox, d.PubSub, d.Now), d.Now)
	walk := func(first int) int64 {
		before := statements.Load()
		list, err := box.Mine(t.Context(), ada, nil, first, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range list.Nodes() {
			if a, err := k.Event().Availability(t.Context()); err != nil || a.Sold != 2 {
				t.Fatalf("%+v, %v", a, err)
			}
			for _, i := range k.Items {
				if a, err := i.TicketType().Availability(t.Context()); err != nil || a.Sold != 2 {
					t.Fatalf("%+v, %v", a, err)
				}
			}
			for _, ticket := range k.Tickets {
				if a, err := ticket.TicketType().Availability(t.Context()); err != nil || a.Sold != 2 {
					t.Fatalf("%+v, %v", a, err)
				}
			}
		}
		return statements.Load() - before
	}
	one, many := walk(1), walk(30)
	if one != many || one == 0 {
		t.Errorf("%d statements for one booking, %d for 30", one, many)
	}
}

type counter struct{ atomic.Int64 }

func (c *counter) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	c.Add(1)
	return ctx
}

func (c *counter) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

const seatAvailability = `subscription($e: ID!) { seatAvailability(eventId: $e) { available held sold revision event { id } ticketTypes { available } } }`

type live struct {
	SeatAvailability struct{ Available, Held, Sold, Revision int }
}

func TestLiveSeats(t *testing.T) {
	t.Parallel()
	b := start(t)
	e := b.published(0, 100)
	results, cancel := b.Subscribe(t, nil, seatAvailability, map[string]any{"e": e.EventID})
	seen := 0
	until := func(what string, ok func(live) bool) {
		t.Helper()
		for r := range results {
			var got live
			r.Into(t, &got)
			if got.SeatAvailability.Revision <= seen {
				t.Fatalf("revision %d after %d", got.SeatAvailability.Revision, seen)
			}
			seen = got.SeatAvailability.Revision
			if ok(got) {
				return
			}
		}
		t.Fatalf("the stream ended before: %s", what)
	}
	until("at once", func(l live) bool { return l.SeatAvailability.Available == 100 })
	k := b.hold(ada, e, 0, 3)
	until("a hold", func(l live) bool { return l.SeatAvailability.Held == 3 })
	b.capture(k)
	until("a consumed capture", func(l live) bool { return l.SeatAvailability.Sold == 3 })
	more := e
	more.Version, more.TicketTypes = 2, []contract.TicketType{e.TicketTypes[0]}
	more.TicketTypes[0].Capacity = 200
	b.publish(more)
	until("a consumed change", func(l live) bool { return l.SeatAvailability.Available == 197 })
	b.hold(bob, more, 0, 7)
	until("another hold", func(l live) bool { return l.SeatAvailability.Held == 7 })
	b.clock.Forward(booking.HoldFor)
	until("a swept hold", func(l live) bool { return l.SeatAvailability.Held == 0 })
	cancel()
	for range results { // ends
	}
	unknown, _ := b.Subscribe(t, nil, seatAvailability, map[string]any{"e": "evt_none"})
	if r := <-unknown; len(r.Errors) != 1 || r.Errors[0].Code != "NOT_FOUND" {
		t.Errorf("an unknown event: %+v", r)
	}
}

package analytics_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"marquee/internal/contract"
	"marquee/internal/id"
	"marquee/internal/service/servicetest"
	"marquee/internal/viewer"
)

func TestNumbersOfAnEvent(t *testing.T) {
	t.Parallel()
	s, boss := start(t), manager()
	e := event(boss, "EUR")
	s.Deliver(t, published(e))
	before := eventSales(t, s, boss, e.EventID)[0]
	if before == nil || before.Bookings != 0 || before.GrossRevenue != (amount{0, "EUR"}) || len(before.ByTicketType) != 2 || len(before.Timeline) != 0 {
		t.Fatalf("before the first sale: %+v", before)
	}
	three, one := confirmed(e, 3), confirmed(e, 1)
	at := time.Date(2027, 3, 28, 23, 30, 0, 0, time.FixedZone("", 3600)) // 22:30 UTC
	for _, m := range []contract.Message{three, one} {
		x := servicetest.EventOf(t, m)
		x.At = at
		s.DeliverEvent(t, x)
		s.DeliverEvent(t, x) // again
		s.Deliver(t, m)      // and as a new event
	}
	s.Deliver(t, captured(three))
	s.Deliver(t, captured(one))
	s.Deliver(t, checkedIn(three, 0))
	s.Deliver(t, checkedIn(three, 2))
	s.Deliver(t, checkedIn(three, 0))
	// The other one was a mistake, and came in again later: the undoing is heard of first.
	first := checkedIn(three, 1)
	undone := contract.TicketCheckInUndone{
		TicketID: first.TicketID, TicketTypeID: first.TicketTypeID, BookingID: first.BookingID, EventID: first.EventID, Entry: 1,
	}
	s.Deliver(t, undone)
	s.Deliver(t, first)
	s.Deliver(t, undone)
	s.Deliver(t, refunded(three, 500))
	s.Deliver(t, cancelled(one))
	s.Deliver(t, refunded(one, 2000))
	// Money that came too late: captured, never confirmed, given back.
	late := confirmed(e, 2)
	s.Deliver(t, captured(late))
	tooLate := refunded(late, 4000)
	tooLate.Reason = contract.RefundPaidTooLate
	s.Deliver(t, tooLate)

	got := eventSales(t, s, boss, e.EventID)[0]
	if got.Event.ID != e.EventID || got.Bookings != 1 || got.TicketsSold != 3 || got.Cancellations != 1 || got.CheckIns != 2 {
		t.Errorf("counts: %+v", got)
	}
	if got.GrossRevenue != (amount{8000, "EUR"}) || got.Refunded != (amount{2500, "EUR"}) || got.NetRevenue != (amount{5500, "EUR"}) {
		t.Errorf("money: %+v", got)
	}
	if got.Revision <= before.Revision || got.UpdatedAt == nil {
		t.Errorf("revision %d after %d, updated %v", got.Revision, before.Revision, got.UpdatedAt)
	}
	balcony := typeNumbers{Name: "Balcony", TicketsSold: 3, CheckIns: 2, Revenue: amount{6000, "EUR"}}
	balcony.TicketType.ID = e.TicketTypes[0].TicketTypeID
	child := typeNumbers{Name: "Child", Revenue: amount{0, "EUR"}}
	child.TicketType.ID = e.TicketTypes[1].TicketTypeID
	if want := []typeNumbers{balcony, child}; !slices.Equal(got.ByTicketType, want) {
		t.Errorf("types: %+v, want %+v", got.ByTicketType, want)
	}
	if want := (point{time.Date(2027, 3, 28, 0, 0, 0, 0, time.UTC), 2, 4, amount{8000, "EUR"}}); len(got.Timeline) != 1 || got.Timeline[0] != want {
		t.Errorf("timeline: %+v, want %+v", got.Timeline, want)
	}
}

func TestTimeline(t *testing.T) {
	t.Parallel()
	s, boss := start(t), manager()
	e := event(boss, "JPY")
	s.Deliver(t, published(e))
	for hour := range 5 {
		x := servicetest.EventOf(t, confirmed(e, hour+1))
		x.At = time.Date(2027, 1, 1, 20+hour, 59, 59, 0, time.UTC)
		s.DeliverEvent(t, x)
	}
	ask := func(arguments string) servicetest.Result {
		return s.Do(t, boss, `query($e: ID!) { _entities(representations: [{__typename: "Event", id: $e}]) { ... on Event { sales { timeline(`+arguments+`) { start tickets } } } } }`,
			map[string]any{"e": e.EventID})
	}
	for arguments, want := range map[string][]string{
		"bucket: HOUR, last: 3":   {"01-01T22 3", "01-01T23 4", "01-02T00 5"},
		"bucket: DAY, last: 500":  {"01-01T00 10", "01-02T00 5"},
		"bucket: DAY, last: 1":    {"01-02T00 5"},
		"bucket: HOUR, last: 500": {"01-01T20 1", "01-01T21 2", "01-01T22 3", "01-01T23 4", "01-02T00 5"},
	} {
		var d struct {
			Entities []struct{ Sales numbers } `json:"_entities"`
		}
		ask(arguments).Into(t, &d)
		var got []string
		for _, p := range d.Entities[0].Sales.Timeline {
			got = append(got, fmt.Sprint(p.Start.Format("01-02T15"), " ", p.Tickets))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", arguments, got, want)
		}
	}
	wantCode(t, ask("last: 0"), "INVALID_INPUT")
	wantCode(t, ask("last: 501"), "INVALID_INPUT")
}

func TestWhoSeesTheNumbers(t *testing.T) {
	t.Parallel()
	s, boss, other := start(t), manager(), manager()
	mine, theirs := event(boss, "EUR"), event(other, "USD")
	unpublished := event(boss, "EUR") // known from a booking only
	s.Deliver(t, published(mine))
	s.Deliver(t, published(theirs))
	s.Deliver(t, confirmed(unpublished, 1))
	unheld := event(boss, "EUR") // known from a check-in only: no currency, no organiser
	s.Deliver(t, checkedIn(confirmed(unheld, 1), 0))
	for name, c := range map[string]struct {
		who  *viewer.Viewer
		want []bool
	}{
		"the organiser":     {boss, []bool{true, false, true, false, false}},
		"another organiser": {other, []bool{false, true, false, false, false}},
		"administrators":    {admin, []bool{true, true, true, false, false}},
		"somebody":          {somebody, []bool{false, false, false, false, false}},
		"nobody":            {nil, []bool{false, false, false, false, false}},
	} {
		got := eventSales(t, s, c.who, mine.EventID, theirs.EventID, unpublished.EventID, unheld.EventID, id.New("evt"))
		for i, n := range got {
			if (n != nil) != c.want[i] {
				t.Errorf("%s, event %d: %+v", name, i, n)
			}
		}
	}
	// The numbers of an event that changes hands go to the new organiser; an older version does not give them back.
	moved := mine
	moved.Version, moved.OrganizerID = 2, other.UserID
	s.Deliver(t, published(moved))
	s.Deliver(t, published(mine))
	if eventSales(t, s, boss, mine.EventID)[0] != nil || eventSales(t, s, other, mine.EventID)[0] == nil {
		t.Error("the old organiser still sees the numbers")
	}
}

func TestReport(t *testing.T) {
	t.Parallel()
	s, boss := start(t), manager()
	var best []string // event ids, best seller first
	for n := range 7 {
		e := event(boss, []string{"USD", "EUR"}[n%2])
		s.Deliver(t, published(e))
		m := confirmed(e, n+1)
		s.Deliver(t, m)
		s.Deliver(t, checkedIn(m, 0))
		if n == 1 {
			s.Deliver(t, refunded(m, 1000))
		}
		best = slices.Insert(best, 0, e.EventID)
	}
	s.Deliver(t, confirmed(event(manager(), "EUR"), 9))
	type totals struct{ Gross, Refunded, Net amount }
	var d struct {
		SalesReport struct {
			Events, Bookings, TicketsSold, CheckIns int
			Totals                                  []totals
			ByEvent                                 struct {
				Edges    []struct{ Node numbers }
				PageInfo struct {
					HasNextPage, HasPreviousPage bool
					EndCursor                    *string
				}
			}
		}
	}
	query := `query($a: String) { salesReport { events bookings ticketsSold checkIns
		totals { gross { amount currency } refunded { amount currency } net { amount currency } }
		byEvent(first: 3, after: $a) { edges { node { ` + fields + ` } } pageInfo { hasNextPage hasPreviousPage endCursor } } } }`
	var got []string
	for after := (*string)(nil); ; after = d.SalesReport.ByEvent.PageInfo.EndCursor {
		s.Do(t, boss, query, map[string]any{"a": after}).Into(t, &d)
		for _, e := range d.SalesReport.ByEvent.Edges {
			got = append(got, e.Node.Event.ID)
			if len(e.Node.ByTicketType) != 2 || e.Node.ByTicketType[0].TicketsSold != e.Node.TicketsSold || len(e.Node.Timeline) != 1 {
				t.Errorf("event %+v", e.Node)
			}
		}
		if d.SalesReport.ByEvent.PageInfo.HasPreviousPage != (after != nil) {
			t.Errorf("page info %+v", d.SalesReport.ByEvent.PageInfo)
		}
		if !d.SalesReport.ByEvent.PageInfo.HasNextPage {
			break
		}
	}
	if !slices.Equal(got, best) {
		t.Errorf("by event: %v, want %v", got, best)
	}
	r := d.SalesReport
	if r.Events != 7 || r.Bookings != 7 || r.TicketsSold != 28 || r.CheckIns != 7 {
		t.Errorf("report: %+v", r)
	}
	want := []totals{
		{amount{24000, "EUR"}, amount{1000, "EUR"}, amount{23000, "EUR"}}, // 2 + 4 + 6 tickets
		{amount{32000, "USD"}, amount{0, "USD"}, amount{32000, "USD"}},    // 1 + 3 + 5 + 7
	}
	if !slices.Equal(r.Totals, want) {
		t.Errorf("totals: %+v, want %+v", r.Totals, want)
	}
	var empty struct {
		SalesReport struct {
			Events  int
			Totals  []totals
			ByEvent struct{ Nodes []numbers }
		}
	}
	s.Do(t, manager(), `{ salesReport { events totals { gross { amount } } byEvent { nodes { revision } } } }`, nil).Into(t, &empty)
	if empty.SalesReport.Events != 0 || empty.SalesReport.Totals == nil || empty.SalesReport.ByEvent.Nodes == nil {
		t.Errorf("the report of somebody without events: %+v", empty)
	}
	wantCode(t, s.Do(t, somebody, `{ salesReport { events } }`, nil), "FORBIDDEN")
	wantCode(t, s.Do(t, nil, `{ salesReport { events } }`, nil), "UNAUTHENTICATED")
	for _, arguments := range []string{`first: 0`, `first: 101`, `after: "?"`, `after: "WyJhIiwiYiJd"`, `after: "WzFlOTksImEiXQ"`} {
		wantCode(t, s.Do(t, boss, `{ salesReport { byEvent(`+arguments+`) { nodes { revision } } } }`, nil), "INVALID_INPUT")
	}
}

package analytics_test

import (
	"encoding/json"
	"testing"
	"time"

	"marquee/internal/contract"
	"marquee/internal/id"
	"marquee/internal/service/servicetest"
	"marquee/internal/viewer"
	"marquee/subgraphs/analytics"
)

func start(t *testing.T) *servicetest.Subgraph {
	t.Helper()
	return servicetest.Start(t, analytics.Service())
}

func manager() *viewer.Viewer {
	return &viewer.Viewer{UserID: id.New("usr"), Roles: []string{viewer.User, viewer.EventManager}}
}

var (
	admin    = &viewer.Viewer{UserID: id.New("usr"), Roles: []string{viewer.User, viewer.Admin}}
	somebody = &viewer.Viewer{UserID: id.New("usr"), Roles: []string{viewer.User}}
)

func event(organizer *viewer.Viewer, currency string) contract.Event {
	return contract.Event{
		EventID: id.New("evt"), Version: 1, OrganizerID: organizer.UserID, Title: "Night of the Proms", TicketTypes: []contract.TicketType{
			{TicketTypeID: id.New("tkt"), Name: "Balcony", PriceAmount: 2000, Currency: currency, Capacity: 100},
			{TicketTypeID: id.New("tkt"), Name: "Child", PriceAmount: 1000, Currency: currency, Capacity: 100},
		},
	}
}

func published(e contract.Event) contract.EventPublished {
	return contract.EventPublished{Event: e, At: time.Now()}
}

// confirmed is a booking of n balcony tickets.
func confirmed(e contract.Event, n int) contract.BookingConfirmed {
	first := e.TicketTypes[0]
	m := contract.BookingConfirmed{
		Booking: contract.Booking{
			BookingID: id.New("bkg"), Revision: 2, UserID: id.New("usr"), EventID: e.EventID, OrganizerID: e.OrganizerID, Currency: first.Currency,
			TotalAmount: int64(n) * first.PriceAmount,
			Items:       []contract.BookingItem{{TicketTypeID: first.TicketTypeID, Name: first.Name, Quantity: n, UnitAmount: first.PriceAmount}},
		},
		PaymentID: id.New("pay"), At: time.Now(),
	}
	for range n {
		m.TicketIDs = append(m.TicketIDs, id.New("tik"))
	}
	return m
}

func captured(m contract.BookingConfirmed) contract.PaymentCaptured {
	return contract.PaymentCaptured{
		PaymentID: m.PaymentID, BookingID: m.BookingID, EventID: m.EventID, UserID: m.UserID, Amount: m.TotalAmount, Currency: m.Currency,
	}
}

func cancelled(m contract.BookingConfirmed) contract.BookingCancelled {
	return contract.BookingCancelled{Booking: m.Booking, Reason: contract.CancelledByHolder, At: time.Now()}
}

func refunded(m contract.BookingConfirmed, amount int64) contract.PaymentRefunded {
	return contract.PaymentRefunded{
		PaymentID: m.PaymentID, RefundID: id.New("rfd"), BookingID: m.BookingID, EventID: m.EventID, Amount: amount, Currency: m.Currency,
		Reason: contract.RefundBookingCancelled,
	}
}

func checkedIn(m contract.BookingConfirmed, i int) contract.TicketCheckedIn {
	return contract.TicketCheckedIn{
		TicketID: m.TicketIDs[i], TicketTypeID: m.Items[0].TicketTypeID, BookingID: m.BookingID, EventID: m.EventID, At: time.Now(),
	}
}

type amount struct {
	Amount   int64
	Currency string
}

type numbers struct {
	Event                                struct{ ID string }
	Bookings, TicketsSold, Cancellations int
	GrossRevenue, Refunded, NetRevenue   amount
	CheckIns, Revision                   int
	UpdatedAt                            *time.Time
	ByTicketType                         []typeNumbers
	Timeline                             []point
}

type typeNumbers struct {
	TicketType            struct{ ID string }
	Name                  string
	TicketsSold, CheckIns int
	Revenue               amount
}

type point struct {
	Start             time.Time
	Bookings, Tickets int
	Revenue           amount
}

const fields = `event { id } bookings ticketsSold cancellations grossRevenue { amount currency } refunded { amount currency }
	netRevenue { amount currency } checkIns revision updatedAt
	byTicketType { ticketType { id } name ticketsSold checkIns revenue { amount currency } }
	timeline { start bookings tickets revenue { amount currency } }`

// eventSales asks as the router does; nil where the viewer may not see them.
func eventSales(t *testing.T, s *servicetest.Subgraph, v *viewer.Viewer, eventIDs ...string) []*numbers {
	t.Helper()
	var r []any
	for _, e := range eventIDs {
		r = append(r, map[string]any{"__typename": "Event", "id": e})
	}
	var d struct {
		Entities []struct{ Sales *numbers } `json:"_entities"`
	}
	s.Do(t, v, `query($r: [_Any!]!) { _entities(representations: $r) { ... on Event { sales { `+fields+` } } } }`, map[string]any{"r": r}).Into(t, &d)
	out := make([]*numbers, len(d.Entities))
	for i, e := range d.Entities {
		out[i] = e.Sales
	}
	return out
}

func wantCode(t *testing.T, r servicetest.Result, code string) {
	t.Helper()
	if len(r.Errors) != 1 || r.Errors[0].Code != code {
		t.Errorf("got %+v with data %s, want one error %s", r.Errors, r.Data, code)
	}
}

func next(t *testing.T, ch <-chan servicetest.Result) (numbers, bool) {
	t.Helper()
	select {
	case r, open := <-ch:
		if !open {
			return numbers{}, false
		}
		var d struct{ EventSales numbers }
		if len(r.Errors) > 0 {
			t.Fatalf("errors: %+v", r.Errors)
		}
		if err := json.Unmarshal(r.Data, &d); err != nil {
			t.Fatal(err)
		}
		return d.EventSales, true
	case <-time.After(30 * time.Second):
		t.Fatal("nothing arrives")
		return numbers{}, false
	}
}

//go:build e2e

package e2e_test

import (
	"context"
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"marquee/internal/e2e"
	"marquee/internal/id"
)

// TestJourney walks the product's main road through the public address of one process.
func TestJourney(t *testing.T) {
	t.Parallel()
	p := up(t, built(t, binary), folder(t))
	t.Run("demo data", func(t *testing.T) { demoData(t, p.URL) })
	journey(t, p.URL)
}

// TestJourneyDistributed walks the same road with every subgraph as a process of its own.
func TestJourneyDistributed(t *testing.T) {
	t.Parallel()
	journey(t, distributed(t))
}

const live = `subscription($id: ID!) { seatAvailability(eventId: $id) { available held sold revision } }`

type seats struct {
	SeatAvailability struct{ Available, Held, Sold, Revision int }
}

// awaitSeats reads a subscription until as many seats are available.
func awaitSeats(t *testing.T, how string, answers <-chan e2e.Answer, available int) {
	t.Helper()
	timeout := time.After(30 * time.Second)
	last := seats{}
	for {
		select {
		case a, open := <-answers:
			if !open {
				t.Fatalf("%s: the subscription ended at %+v", how, last)
			}
			if len(a.Errors) > 0 {
				t.Fatalf("%s: %+v", how, a.Errors)
			}
			if err := json.Unmarshal(a.Data, &last); err != nil {
				t.Fatal(err)
			}
			if last.SeatAvailability.Available == available {
				return
			}
		case <-timeout:
			t.Fatalf("%s: waited for %d available seats, last seen %+v", how, available, last)
		}
	}
}

func journey(t *testing.T, base string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	url := base + "/graphql"
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}

	manager, err := e2e.NewOrganizer(ctx, url, "Morgan Manager")
	check(err)
	event, err := manager.PublishEvent(ctx, "The night of the test", 50, 2500)
	check(err)
	buyer, email, err := e2e.Register(ctx, url, "Billie Buyer")
	check(err)

	// Live over both transports, without a login.
	anybody := &e2e.Client{URL: url}
	overWS, err := anybody.WS(ctx, live, map[string]any{"id": event.ID})
	check(err)
	overSSE, err := anybody.SSE(ctx, live, map[string]any{"id": event.ID})
	check(err)
	awaitSeats(t, "WebSocket", overWS, 50)
	awaitSeats(t, "SSE", overSSE, 50)
	notified, err := buyer.WS(ctx, `subscription { notificationReceived { kind title } }`, nil)
	check(err)
	numbers, err := manager.SSE(ctx, `subscription($id: ID!) { eventSales(eventId: $id) { bookings ticketsSold grossRevenue { amount } } }`, map[string]any{"id": event.ID})
	check(err)

	booking, users, err := buyer.Hold(ctx, event, 3)
	check(err)
	if len(users) > 0 || booking.Status != "HELD" || booking.Total.Amount != 7500 {
		t.Fatalf("hold: %+v %+v", booking, users)
	}
	awaitSeats(t, "WebSocket", overWS, 47)
	awaitSeats(t, "SSE", overSSE, 47)

	// Somebody who comes later shares the upstream of the others and still sees the seats at once.
	late, err := anybody.WS(ctx, live, map[string]any{"id": event.ID})
	check(err)
	awaitSeats(t, "WebSocket, later", late, 47)

	users, err = buyer.Pay(ctx, booking.ID, e2e.DeclinedCard, id.New("key"))
	check(err)
	if len(users) != 1 || users[0].Code != "CARD_DECLINED" {
		t.Fatalf("declined card: %+v", users)
	}
	key := id.New("key")
	users, err = buyer.Pay(ctx, booking.ID, e2e.GoodCard, key)
	check(err)
	if len(users) > 0 {
		t.Fatalf("pay: %+v", users)
	}
	paid, err := buyer.AwaitStatus(ctx, booking.ID, "CONFIRMED")
	check(err)
	if len(paid.Tickets) != 3 || paid.Payment == nil || paid.Payment.Status != "CAPTURED" {
		t.Fatalf("confirmed: %+v", paid)
	}
	users, err = buyer.Pay(ctx, booking.ID, e2e.GoodCard, id.New("key"))
	check(err)
	if len(users) != 1 || users[0].Code != "ALREADY_PAID" {
		t.Errorf("paying twice: %+v", users)
	}

	select {
	case a := <-notified:
		var got struct {
			NotificationReceived struct{ Kind, Title string }
		}
		check(json.Unmarshal(a.Data, &got))
		if got.NotificationReceived.Kind != "BOOKING_CONFIRMED" {
			t.Errorf("notification: %s", a.Data)
		}
	case <-ctx.Done():
		t.Fatal("no live notification")
	}
	awaitNumbers(t, ctx, numbers, 1, 3, 7500)
	seenByAll(t, ctx, buyer, manager, event, booking.ID, email)
	refusals(t, ctx, manager, buyer, event, paid)

	// The holder cancels: seats are free, money goes back, the manager's numbers follow.
	users, err = buyer.Mutate(ctx, `mutation($input: CancelBookingInput!) { out: cancelBooking(input: $input) { userErrors { field message code } } }`,
		map[string]any{"bookingId": booking.ID, "idempotencyKey": id.New("key")}, nil)
	check(err)
	if len(users) > 0 {
		t.Fatalf("cancel: %+v", users)
	}
	awaitSeats(t, "WebSocket", overWS, 50)
	awaitSeats(t, "SSE", overSSE, 50)
	check(e2e.Eventually(ctx, "the money went back", func() (bool, error) {
		b, err := buyer.Booking(ctx, booking.ID)
		return err == nil && b.Status == "CANCELLED" && b.Payment.Status == "REFUNDED" && b.Payment.Refunded.Amount == 7500, err
	}))
	awaitNumbers(t, ctx, numbers, 0, 0, 7500)
}

// awaitNumbers reads the manager's live numbers until they are as given.
func awaitNumbers(t *testing.T, ctx context.Context, answers <-chan e2e.Answer, bookings, tickets int, gross int64) {
	t.Helper()
	var got struct {
		EventSales struct {
			Bookings, TicketsSold int
			GrossRevenue          struct{ Amount int64 }
		}
	}
	for {
		select {
		case a, open := <-answers:
			if !open || len(a.Errors) > 0 {
				t.Fatalf("live numbers ended: %+v", a.Errors)
			}
			if err := json.Unmarshal(a.Data, &got); err != nil {
				t.Fatal(err)
			}
			s := got.EventSales
			if s.Bookings == bookings && s.TicketsSold == tickets && s.GrossRevenue.Amount == gross {
				return
			}
		case <-ctx.Done():
			t.Fatalf("live numbers stayed at %+v, want %d bookings, %d tickets, %d", got.EventSales, bookings, tickets, gross)
		}
	}
}

// seenByAll looks at one confirmed booking from every subgraph's side, in one operation each.
func seenByAll(t *testing.T, ctx context.Context, buyer, manager *e2e.Client, event *e2e.Event, booking, email string) {
	t.Helper()
	var mine struct {
		Me struct {
			Name                    string
			UnreadNotificationCount int
			Bookings                struct {
				Nodes []struct {
					ID    string
					Event struct {
						Title        string
						Venue        struct{ City string }
						Availability struct{ Available int }
					}
					Payment struct{ Status string }
				}
			}
			Payments struct {
				Nodes []struct{ Booking struct{ Reference string } }
			}
		}
		MyNotifications struct {
			Nodes []struct {
				Kind    string
				Booking struct{ ID, Status string }
				Event   struct{ Title string }
			}
		}
	}
	err := buyer.Do(ctx, `{ me { name unreadNotificationCount
		bookings(first: 5) { nodes { id event { title venue { city } availability { available } } payment { status } } }
		payments(first: 5) { nodes { booking { reference } } } }
		myNotifications(first: 5) { nodes { kind booking { id status } event { title } } } }`, nil, &mine)
	if err != nil {
		t.Fatal(err)
	}
	if b := mine.Me.Bookings.Nodes; len(b) != 1 || b[0].ID != booking || b[0].Event.Venue.City != "Testford" || b[0].Event.Availability.Available != 47 || b[0].Payment.Status != "CAPTURED" {
		t.Errorf("my bookings: %+v", b)
	}
	if n := mine.MyNotifications.Nodes; len(n) != 1 || n[0].Booking.ID != booking || n[0].Event.Title != "The night of the test" || mine.Me.UnreadNotificationCount != 1 {
		t.Errorf("my notifications: %+v, %d unread", n, mine.Me.UnreadNotificationCount)
	}
	if p := mine.Me.Payments.Nodes; len(p) == 0 || p[0].Booking.Reference == "" {
		t.Errorf("my payments: %+v", p)
	}
	err = e2e.Eventually(ctx, "the mail is sent", func() (bool, error) {
		var mail struct {
			OutboxMessages struct {
				Nodes []struct{ Recipient, Status, Subject string }
			}
		}
		err := buyer.Do(ctx, `{ outboxMessages(first: 5) { nodes { recipient status subject } } }`, nil, &mail)
		n := mail.OutboxMessages.Nodes
		return len(n) == 1 && n[0].Recipient == email && n[0].Status == "SENT", err
	})
	if err != nil {
		t.Error(err)
	}
	var report struct {
		SalesReport struct{ Bookings, TicketsSold, Events int }
		Event       struct {
			Bookings struct {
				Nodes []struct {
					ID   string
					User struct{ Name string }
				}
			}
			Sales struct {
				ByTicketType []struct {
					TicketType  struct{ Name string }
					TicketsSold int
				}
			}
		}
	}
	err = manager.Do(ctx, `query($id: ID!) { salesReport { bookings ticketsSold events } event(id: $id) { bookings(first: 5) { nodes { id user { name } } }
		sales { byTicketType { ticketType { name } ticketsSold } } } }`, map[string]any{"id": event.ID}, &report)
	if err != nil {
		t.Fatal(err)
	}
	if r := report.SalesReport; r.Bookings != 1 || r.TicketsSold != 3 || r.Events != 1 {
		t.Errorf("sales report: %+v", r)
	}
	if b := report.Event.Bookings.Nodes; len(b) != 1 || b[0].User.Name != "Billie Buyer" {
		t.Errorf("the event's bookings: %+v", b)
	}
	if s := report.Event.Sales.ByTicketType; len(s) != 1 || s[0].TicketType.Name != "Standard" || s[0].TicketsSold != 3 {
		t.Errorf("by ticket type: %+v", s)
	}
}

// refusals provokes what must be refused, each with its own code.
func refusals(t *testing.T, ctx context.Context, manager, buyer *e2e.Client, event *e2e.Event, paid *e2e.Booking) {
	t.Helper()
	userCode := func(want string, users []e2e.UserError, err error) {
		t.Helper()
		if err != nil || len(users) != 1 || users[0].Code != want {
			t.Errorf("want user error %s, got %+v, %v", want, users, err)
		}
	}
	_, users, err := buyer.Hold(ctx, event, 48)
	userCode("SOLD_OUT", users, err)
	_, users, err = buyer.Hold(ctx, event, 0)
	userCode("INVALID_QUANTITY", users, err)
	_, users, err = buyer.Hold(ctx, &e2e.Event{ID: id.New("evt"), TicketType: event.TicketType}, 1)
	userCode("EVENT_NOT_FOUND", users, err)

	stranger, _, err := e2e.Register(ctx, buyer.URL, "Sam Stranger")
	if err != nil {
		t.Fatal(err)
	}
	if b, err := stranger.Booking(ctx, paid.ID); b != nil || err != nil {
		t.Errorf("a stranger reads the booking: %+v, %v", b, err)
	}
	users, err = stranger.Mutate(ctx, `mutation($input: CancelBookingInput!) { out: cancelBooking(input: $input) { userErrors { field message code } } }`,
		map[string]any{"bookingId": paid.ID, "idempotencyKey": id.New("key")}, nil)
	userCode("BOOKING_NOT_FOUND", users, err)
	for _, c := range []struct {
		who         *e2e.Client
		query, code string
	}{
		{stranger, `{ myEvents { nodes { id } } }`, "FORBIDDEN"},
		{stranger, `{ salesReport { events } }`, "FORBIDDEN"},
		{stranger, `{ users { nodes { id } } }`, "FORBIDDEN"},
		{&e2e.Client{URL: buyer.URL}, `{ myBookings { nodes { id } } }`, "UNAUTHENTICATED"},
		{&e2e.Client{URL: buyer.URL, Token: "x.y.z"}, `{ me { id } }`, "UNAUTHENTICATED"},
		{stranger, `{ nothing }`, "GRAPHQL_VALIDATION_FAILED"},
		{stranger, `{ me { `, "GRAPHQL_PARSE_FAILED"},
		{stranger, `{ _service { sdl } }`, "GRAPHQL_VALIDATION_FAILED"},
	} {
		a, err := c.who.Ask(ctx, c.query, nil)
		if err != nil || len(a.Errors) == 0 || a.Errors[0].Extensions.Code != c.code {
			t.Errorf("%s: want %s, got %+v, %v", c.query, c.code, a, err)
		}
	}
}

func demoData(t *testing.T, base string) {
	ctx := t.Context()
	for email, role := range map[string]string{"attendee@example.com": "USER", "manager@example.com": "EVENT_MANAGER", "admin@example.com": "ADMIN"} {
		c, err := e2e.LogIn(ctx, base+"/graphql", email, "marquee-demo")
		if err != nil {
			t.Errorf("%s: %v", email, err)
			continue
		}
		var me struct{ Me struct{ Roles []string } }
		if err := c.Do(ctx, `{ me { roles } }`, nil, &me); err != nil {
			t.Error(err)
		}
		if has := func() bool {
			for _, r := range me.Me.Roles {
				if r == role {
					return true
				}
			}
			return false
		}(); !has {
			t.Errorf("%s has %v, not %s", email, me.Me.Roles, role)
		}
	}
	var events struct {
		Events struct{ TotalCount int }
		Cities []struct{ Name string }
	}
	if err := (&e2e.Client{URL: base + "/graphql"}).Do(ctx, `{ events(first: 1) { totalCount } cities { name } }`, nil, &events); err != nil {
		t.Fatal(err)
	}
	if events.Events.TotalCount != 301 || len(events.Cities) != 12 {
		t.Errorf("%d events in %d cities", events.Events.TotalCount, len(events.Cities))
	}
	for path, want := range map[string]int{"/healthz": 200, "/readyz": 200, "/.well-known/jwks.json": 200, "/config.json": 200, "/nothing.js": 404} {
		r, err := http.Get(base + path)
		if err != nil {
			t.Fatal(err)
		}
		r.Body.Close()
		if r.StatusCode != want {
			t.Errorf("%s answers %s", path, r.Status)
		}
	}
}

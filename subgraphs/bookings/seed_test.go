package bookings_test

import (
	"testing"

	"marquee/internal/contract"
	"marquee/internal/demo"
)

// The demo data agrees with itself, whether the events' own messages come before or after it.
func TestSeed(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"messages after", "messages before"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := start(t)
			set := demo.Generate(b.clock.Now())
			e := set.Events[0]
			message := contract.Event{EventID: e.ID, Version: 1, OrganizerID: e.OrganizerID, Title: "From its own subgraph", StartsAt: e.StartsAt, EndsAt: e.EndsAt, TimeZone: e.TimeZone}
			for _, tt := range e.TicketTypes {
				message.TicketTypes = append(message.TicketTypes, contract.TicketType{
					TicketTypeID: tt.ID, Name: tt.Name, PriceAmount: tt.PriceAmount,
					Currency: tt.Currency, Capacity: tt.Capacity, MinPerOrder: 1, MaxPerOrder: tt.MaxPerOrder,
				})
			}
			if name == "messages before" {
				b.publish(message)
			}
			for range 2 { // the second does nothing
				if err := b.Instance.Seed(t.Context(), set); err != nil {
					t.Fatal(err)
				}
			}
			if name == "messages after" {
				b.publish(message)
			}
			b.conserved()
			var title string
			if err := b.Deps.DB.QueryRow(t.Context(), "select title from event where id = $1", e.ID).Scan(&title); err != nil || title != "From its own subgraph" {
				t.Errorf("title %q, %v", title, err)
			}
			if n := len(b.PublishedTo(t, "booking.confirmed")); n != len(set.Bookings) {
				t.Errorf("%d confirmations told of %d bookings", n, len(set.Bookings))
			}
			in := 0
			for _, k := range set.Bookings {
				for _, ticket := range k.Tickets {
					if !ticket.CheckedInAt.IsZero() {
						in++
					}
				}
			}
			told := b.PublishedTo(t, "ticket.checked_in")
			if in == 0 || len(told) != in {
				t.Errorf("%d check-ins told of %d", len(told), in)
			}
			if m := decode[contract.TicketCheckedIn](t, told[0].Payload); !m.At.Equal(told[0].At) {
				t.Errorf("a check-in of %s was told at %s", m.At, told[0].At)
			}
			if n := len(b.PublishedTo(t, "booking.held")); n != 0 {
				t.Errorf("%d holds told", n)
			}
			b.seated()
			var seats, tickets int
			if err := b.Deps.DB.QueryRow(t.Context(), "select (select count(*) from seat_taken), (select count(*) from ticket where seat_id is not null)").Scan(&seats, &tickets); err != nil || seats == 0 || seats != tickets {
				t.Errorf("%d numbered seats are taken, %d tickets have one: %v", seats, tickets, err)
			}
			if labelled := seatsTold(t, b); labelled != seats {
				t.Errorf("%d seats told of %d", labelled, seats)
			}
			named := 0
			for _, k := range set.Bookings {
				if k.Tickets[0].Guest == "" {
					continue
				}
				named++
				if got := b.now(k.ID); len(got.Guests) != len(k.Tickets) || got.Tickets[0].Guest.Name != k.Tickets[0].Guest || got.AnswersMissing || len(got.Guests[0].Answers) < 1 || len(got.Answers) != len(k.Answers) {
					t.Errorf("guests %+v of %+v", got.Guests, k)
				}
			}
			if named == 0 {
				t.Error("no booking names its guests")
			}
			first := set.Bookings[0]
			got := b.now(first.ID)
			if got.Reference != first.Reference || len(got.Tickets) != len(first.Tickets) || !got.CreatedAt.Equal(first.CreatedAt) {
				t.Errorf("%+v", got)
			}
		})
	}
}

// seatsTold counts the numbered seats that confirmations name.
func seatsTold(t *testing.T, b *bench) int {
	t.Helper()
	n := 0
	for _, m := range b.PublishedTo(t, "booking.confirmed") {
		for _, i := range decode[contract.BookingConfirmed](t, m.Payload).Items {
			n += len(i.Seats)
		}
	}
	return n
}

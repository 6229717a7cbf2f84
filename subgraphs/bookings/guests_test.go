package bookings_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"marquee/internal/contract"
	"marquee/internal/errs"
	"marquee/internal/id"
	"marquee/internal/viewer"
	"marquee/subgraphs/bookings/internal/booking"
	"marquee/subgraphs/bookings/internal/store"
)

const (
	setGuests = `mutation($i: SetGuestsInput!) { answer: setGuests(input: $i) { object: booking { status answersMissing ...who } userErrors { field message code } } }` + who
	who       = ` fragment who on Booking { guests { ticketType { id } position name email answers { question { label } value } } answers { question { label kind } value } }`
)

// asking is an event that asks for the size of each ticket of its first type, and for everybody's consent.
func (b *bench) asking(price int64) contract.Event {
	b.t.Helper()
	e := b.event(price, 20, 20)
	e.Questions = []contract.Question{
		{ID: "qst_size", Label: "Size", Kind: contract.ChoiceQuestion, Scope: contract.PerTicket, Required: true, Options: []string{"S", "L"}, TicketTypeIDs: []string{e.TicketTypes[0].TicketTypeID}},
		{ID: "qst_terms", Label: "Agreed", Kind: contract.CheckboxQuestion, Scope: contract.PerOrder, Required: true},
	}
	b.publish(e)
	return e
}

// guests is who tickets of an event's first type are for, one name a ticket, and all that the event asks.
func guests(k *booking.Booking, names ...string) map[string]any {
	var list []any
	for n, name := range names {
		list = append(list, map[string]any{
			"ticketTypeId": k.Items[0].TypeID, "position": n + 1, "name": name,
			"answers": []any{map[string]any{"questionId": "qst_size", "value": "L"}},
		})
	}
	return map[string]any{
		"bookingId": k.ID, "idempotencyKey": id.New("key"), "guests": list,
		"answers": []any{map[string]any{"questionId": "qst_terms", "value": "true"}},
	}
}

func TestGuestsAndAnswers(t *testing.T) {
	t.Parallel()
	b := start(t)
	e := b.asking(1000)
	k := b.hold(ada, e, 0, 2)
	first := decode[contract.BookingHeld](t, b.PublishedTo(t, "booking.held")[0].Payload)
	if !k.AnswersMissing || !first.AnswersMissing {
		t.Fatalf("nothing is missing: %+v, told %+v", k, first)
	}

	// What is wrong is refused as a whole.
	in := guests(k, "Ada", "Grace")
	for _, test := range []struct {
		name string
		who  *viewer.Viewer
		in   map[string]any
		want string
	}{
		{"somebody else's", bob, in, "BOOKING_NOT_FOUND input.bookingId"},
		{"the organiser's", organizer, in, "BOOKING_NOT_FOUND input.bookingId"},
		{"one guest missing", ada, guests(k, "Ada"), "ANSWERS_REQUIRED input.guests"},
		{"one too many", ada, guests(k, "Ada", "Grace", "Edsger"), "GUEST_NOT_FOUND input.guests.2.position"},
		{"no key", ada, map[string]any{"bookingId": k.ID, "idempotencyKey": "short"}, "INVALID_IDEMPOTENCY_KEY input.idempotencyKey"},
		{"no booking", ada, map[string]any{"bookingId": id.New("bkg"), "idempotencyKey": id.New("key")}, "BOOKING_NOT_FOUND input.bookingId"},
	} {
		if got := b.mutate(test.who, setGuests, test.in).codes(); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}

	// What is right is kept; the same key says it again, and another request under it is refused.
	const want = `"guests":[{"ticketType":{"id":"%s"},"position":1,"name":"Ada","email":"","answers":[{"question":{"label":"Size"},"value":"L"}]},` +
		`{"ticketType":{"id":"%[1]s"},"position":2,"name":"Grace","email":"","answers":[{"question":{"label":"Size"},"value":"L"}]}],` +
		`"answers":[{"question":{"label":"Agreed","kind":"CHECKBOX"},"value":"true"}]`
	given := fmt.Sprintf(want, k.Items[0].TypeID)
	done := b.mutate(ada, setGuests, in)
	if got := string(done.Object); got != `{"status":"HELD","answersMissing":false,`+given+`}` || done.codes() != "" {
		t.Fatalf("%s %s", got, done.codes())
	}
	if again := b.mutate(ada, setGuests, in); string(again.Object) != string(done.Object) {
		t.Errorf("again %s", again.Object)
	}
	other := guests(k, "Eve", "Mallory")
	other["idempotencyKey"] = in["idempotencyKey"]
	if got := b.mutate(ada, setGuests, other).codes(); got != "IDEMPOTENCY_KEY_REUSED input.idempotencyKey" {
		t.Errorf("another request: %s", got)
	}
	told := b.PublishedTo(t, "booking.held")
	if m := decode[contract.BookingHeld](t, told[len(told)-1].Payload); len(told) != 2 || m.AnswersMissing || m.Revision != 2 {
		t.Errorf("told %d times, last %+v", len(told), m)
	}
	if b.mutate(ada, setGuests, guests(k, "Ada", "Grace")).codes() != "" || len(b.PublishedTo(t, "booking.held")) != 2 {
		t.Error("nothing was missing any more, and yet others were told")
	}

	// The questions are those of the hold, whatever the event asks later.
	e.Version, e.Questions = 2, []contract.Question{{ID: "qst_new", Label: "New", Kind: contract.TextQuestion, Scope: contract.PerOrder, Required: true, MaxLength: 10}}
	b.publish(e)
	b.capture(k)
	got := b.wantStatus(k.ID, booking.Confirmed, "")
	if len(got.Tickets) != 2 || got.Tickets[0].Guest.Name != "Ada" || got.Tickets[1].Guest.Name != "Grace" || len(got.Questions()) != 2 {
		t.Fatalf("%+v", got.Tickets)
	}
	if asks := b.hold(bob, e, 0, 1).Questions(); len(asks) != 1 || asks[0].ID != "qst_new" {
		t.Errorf("a new hold is asked %+v", asks)
	}

	// On the PDF, in the calendar and at the door.
	if status, body := b.fetch(*b.links(k).Booking.Tickets[1].PdfURL); status != http.StatusOK || !strings.HasPrefix(string(body), "%PDF-") {
		t.Errorf("the PDF: %d", status)
	}
	if _, body := b.fetch(*b.links(k).Booking.CalendarURL); !strings.Contains(strings.ReplaceAll(string(body), "\r\n ", ""), "2 × ticket for Ada\\, Grace.") {
		t.Errorf("the calendar: %s", body)
	}
	const scan = `mutation($i: CheckInTicketInput!) { answer: checkInTicket(input: $i) { object: ticket { guest { name } } userErrors { field message code } } }`
	if in := b.mutate(organizer, scan, map[string]any{"eventId": e.EventID, "code": got.Tickets[0].Code}); string(in.Object) != `{"guest":{"name":"Ada"}}` {
		t.Errorf("the door sees %s %s", in.Object, in.codes())
	}

	// A name can be put right until the event begins, but not of who is in.
	if got := b.mutate(ada, setGuests, guests(k, "Ada", "Grace Hopper")).codes(); got != "" {
		t.Errorf("the name of the second: %s", got)
	}
	if got := b.mutate(ada, setGuests, guests(k, "Ada Lovelace", "Grace Hopper")).codes(); got != "TOO_LATE input.guests" {
		t.Errorf("the name of who is in: %s", got)
	}

	// Guests with an address are told of their ticket, once an address.
	mailed := func() map[string]any {
		in := guests(k, "Ada", "Grace Hopper")
		in["guests"].([]any)[1].(map[string]any)["email"] = "Grace@Example.com"
		return in
	}
	b.mutate(ada, setGuests, mailed())
	b.mutate(ada, setGuests, mailed())
	assigned := b.PublishedTo(t, "ticket.assigned")
	if len(assigned) != 1 {
		t.Fatalf("%d tickets assigned", len(assigned))
	}
	if m := decode[contract.TicketAssigned](t, assigned[0].Payload); m.TicketID != got.Tickets[1].ID || m.Code != got.Tickets[1].Code || m.GuestName != "Grace Hopper" || m.GuestEmail != "grace@example.com" || m.Reference != k.Reference {
		t.Errorf("told %+v", m)
	}
	if got := b.now(k.ID); got.Tickets[1].Guest.Name != "Grace Hopper" || got.Tickets[0].Guest.Name != "Ada" || got.Revision != 3 {
		t.Errorf("%+v", got)
	}
	b.clock.Forward(e.StartsAt.Sub(b.clock.Now()))
	if got := b.mutate(ada, setGuests, guests(k, "Ada", "Grace")).codes(); got != "TOO_LATE input.bookingId" {
		t.Errorf("after the start: %s", got)
	}
	b.conserved()
}

func TestAFreeBookingWaitsForItsAnswers(t *testing.T) {
	t.Parallel()
	b := start(t)
	e := b.asking(0)
	in := wish(e, 0, 1)
	in.ConfirmIfFree = true
	k := b.try(ada, in, "")
	if k.Status != booking.Held {
		t.Fatalf("confirmed without answers: %+v", k)
	}
	confirm := func() string {
		return b.mutate(ada, confirmBooking, map[string]any{"bookingId": k.ID, "idempotencyKey": id.New("key")}).codes()
	}
	if got := confirm(); got != "ANSWERS_REQUIRED input.bookingId" {
		t.Errorf("confirmed: %s", got)
	}
	if got := b.mutate(ada, setGuests, guests(k, "Ada")).codes(); got != "" {
		t.Error(got)
	}
	if got := confirm(); got != "" {
		t.Errorf("not confirmed: %s", got)
	}
	// Tickets that no question concerns need no answers, and a hold that has ended takes none.
	e.Questions, e.Version = e.Questions[:1], 2
	b.publish(e)
	in = wish(e, 1, 1)
	in.ConfirmIfFree = true
	if k := b.try(ada, in, ""); k.Status != booking.Confirmed || len(k.Questions()) != 0 {
		t.Errorf("%+v", k)
	}
	late := b.hold(ada, e, 0, 1)
	b.clock.Forward(booking.HoldFor)
	if got := b.mutate(ada, setGuests, map[string]any{"bookingId": late.ID, "idempotencyKey": id.New("key")}).codes(); got != "HOLD_EXPIRED input.bookingId" {
		t.Errorf("too late: %s", got)
	}
	gone := b.hold(ada, e, 0, 1)
	if _, err := b.box.Cancel(t.Context(), ada, gone.ID, id.New("key"), nil); err != nil {
		t.Fatal(err)
	}
	if got := b.mutate(ada, setGuests, map[string]any{"bookingId": gone.ID, "idempotencyKey": id.New("key")}).codes(); got != "ALREADY_ENDED input.bookingId" {
		t.Errorf("given up: %s", got)
	}
	b.conserved()
}

func TestAttendees(t *testing.T) {
	t.Parallel()
	b := start(t)
	e := b.asking(1000)
	for i := range 3 {
		k := b.hold(ada, e, 0, 2)
		if got := b.mutate(ada, setGuests, guests(k, fmt.Sprint("A", i), fmt.Sprint("B", i))).codes(); got != "" {
			t.Fatal(got)
		}
		b.capture(k)
		b.clock.Forward(time.Second)
	}
	b.hold(ada, e, 0, 1) // not yet of those who come
	e.Version, e.Questions = 2, []contract.Question{
		{ID: "qst_size", Label: "Shirt", Kind: contract.ChoiceQuestion, Scope: contract.PerTicket, Options: []string{"S", "M", "L"}},
	}
	b.publish(e)
	b.capture(b.hold(bob, e, 1, 1))
	const query = `query($e: ID!, $after: String) { _entities(representations: [{__typename: "Event", id: $e}]) { ... on Event {
		attendeeQuestions { id label }
		attendees(first: 2, after: $after) { nodes { ticket { guest { name } booking { reference } } answers { question { id } value } } pageInfo { hasNextPage endCursor } } } } }`
	type page struct {
		Entities []struct {
			AttendeeQuestions json.RawMessage
			Attendees         struct {
				Nodes []struct {
					Ticket  struct{ Guest *struct{ Name string } }
					Answers []struct{ Value string }
				}
				PageInfo struct {
					HasNextPage bool
					EndCursor   string
				}
			}
		} `json:"_entities"`
	}
	var names []string
	after := map[string]any{"e": e.EventID}
	for {
		var p page
		b.Do(t, organizer, query, after).Into(t, &p)
		of := p.Entities[0]
		if got := string(of.AttendeeQuestions); got != `[{"id":"qst_size","label":"Shirt"},{"id":"qst_terms","label":"Agreed"}]` {
			t.Fatalf("columns %s", got)
		}
		for _, n := range of.Attendees.Nodes {
			name := "nobody"
			if n.Ticket.Guest != nil {
				name = n.Ticket.Guest.Name
				if len(n.Answers) != 2 || n.Answers[0].Value != "L" || n.Answers[1].Value != "true" {
					t.Errorf("%s: %+v", name, n.Answers)
				}
			}
			names = append(names, name)
		}
		if !of.Attendees.PageInfo.HasNextPage {
			break
		}
		after["after"] = of.Attendees.PageInfo.EndCursor
	}
	if want := []string{"nobody", "A2", "B2", "A1", "B1", "A0", "B0"}; !slices.Equal(names, want) {
		t.Errorf("%v, want %v", names, want)
	}
	if r := b.Do(t, ada, query, map[string]any{"e": e.EventID}); len(r.Errors) != 2 || r.Errors[0].Code != "FORBIDDEN" {
		t.Errorf("a holder: %+v", r.Errors)
	}
	for _, bad := range []string{"x", "WyJhIiwiYiIsMV0", "WyIyMDI3LTAxLTAxVDAwOjAwOjAwWiIsImEiLC0xXQ"} {
		if r := b.Do(t, organizer, query, map[string]any{"e": e.EventID, "after": bad}); len(r.Errors) != 1 || r.Errors[0].Code != "INVALID_INPUT" {
			t.Errorf("%s: %+v", bad, r.Errors)
		}
	}
}

// Guests are set while holds are confirmed, paid, given up and run out, from two processes: what is kept is one of the lists that were
// given, whole; nothing is confirmed without answers; and what was acknowledged last before the end is there.
func TestGuestsInACrowd(t *testing.T) {
	t.Parallel()
	b := start(t)
	d := b.Deps
	other := booking.New(store.New(d.DB, d.Jobs, d.Outbox, d.PubSub, d.Now), d.Now)
	free, paid := b.asking(0), b.asking(1000)
	var all []*booking.Booking
	for i := range 16 {
		e := free
		if i%2 == 0 {
			e = paid
		}
		all = append(all, b.hold(ada, e, 0, 1+i%3/2))
	}
	input := func(k *booking.Booking, name string) booking.SetGuestsInput {
		in := booking.SetGuestsInput{BookingID: k.ID, IdempotencyKey: id.New("key"), Answers: []*booking.AnswerInput{{QuestionID: "qst_terms", Value: "true"}}}
		for p := range k.Items[0].Quantity {
			in.Guests = append(in.Guests, &booking.GuestInput{
				TicketTypeID: k.Items[0].TypeID, Position: p + 1, Name: &name, Answers: []*booking.AnswerInput{{QuestionID: "qst_size", Value: "S"}},
			})
		}
		return in
	}
	crowd(16, 16*12, func(i int) {
		k := all[i%16]
		box := b.box
		if i/16%2 == 0 {
			box = other
		}
		var err error
		switch step := i / 16; step {
		case 5:
			if k.Total.Amount > 0 {
				b.capture(k)
			} else if _, err = box.Confirm(t.Context(), ada, k.ID, id.New("key")); errs.CodeOf(err) == booking.AnswersRequired {
				err = nil
			}
		case 8:
			if i%3 == 0 {
				_, err = box.Cancel(t.Context(), ada, k.ID, id.New("key"), nil)
			}
		default:
			_, err = box.SetGuests(t.Context(), ada, input(k, fmt.Sprint("Guest ", step)))
			if errs.CodeOf(err) == booking.AlreadyEnded {
				err = nil
			}
		}
		if err != nil {
			t.Errorf("step %d: %v", i/16, err)
		}
	})
	for _, k := range all {
		got := b.now(k.ID)
		if len(got.Guests) != got.Quantity() || got.AnswersMissing || len(got.Answers) != 1 {
			t.Errorf("%s: %d guests of %d, %+v", got.Status, len(got.Guests), got.Quantity(), got.Answers)
		}
		for _, g := range got.Guests {
			if g.Name != got.Guests[0].Name || len(g.Answers) != 1 {
				t.Errorf("two lists in one: %+v and %+v", got.Guests[0], g)
			}
		}
		for _, ticket := range got.Tickets {
			if ticket.Guest == nil {
				t.Errorf("a ticket of %s has no guest", got.Status)
			}
		}
		name := "The last"
		_, err := b.box.SetGuests(t.Context(), ada, input(k, name))
		if now := b.now(k.ID); err == nil && now.Guests[0].Name != name || err != nil && now.Guests[0].Name == name {
			t.Errorf("%v, but %+v", err, now.Guests[0])
		}
	}
	b.conserved()
}

package bookings_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"marquee/internal/contract"
	"marquee/internal/id"
	"marquee/internal/viewer"
	"marquee/subgraphs/bookings/internal/booking"
)

const (
	holdSeats = `mutation($i: HoldSeatsInput!) { answer: holdSeats(input: $i) { object: booking { id reference status quantity
		total { amount currency } holdExpiresAt user { id } event { id availability { available } }
		items { ticketType { id } name quantity unitPrice { amount } total { amount } } tickets { id } } userErrors { field message code } } }`
	confirmBooking = `mutation($i: ConfirmBookingInput!) { answer: confirmBooking(input: $i) { object: booking { id status holdExpiresAt tickets { id code status } } userErrors { field message code } } }`
	cancelBooking  = `mutation($i: CancelBookingInput!) { answer: cancelBooking(input: $i) { object: booking { id status endReason } userErrors { field message code } } }`
	checkInTicket  = `mutation($i: CheckInTicketInput!) { answer: checkInTicket(input: $i) { object: ticket { id status checkedInAt gate booking { id } } userErrors { field message code } } }`
)

type answer struct {
	Object     json.RawMessage
	UserErrors []struct {
		Field   []string
		Message string
		Code    string
	}
}

// mutate sends a mutation, under a new key where the input has none.
func (b *bench) mutate(who *viewer.Viewer, mutation string, input map[string]any) answer {
	b.t.Helper()
	if _, ok := input["idempotencyKey"]; !ok && mutation != rotateKey {
		input = maps.Clone(input)
		input["idempotencyKey"] = id.New("key")
	}
	var out struct{ Answer answer }
	b.Do(b.t, who, mutation, map[string]any{"i": input}).Into(b.t, &out)
	return out.Answer
}

// codes are the codes and fields of user errors: "CODE input.field".
func (a answer) codes() string {
	var out []string
	for _, e := range a.UserErrors {
		out = append(out, strings.TrimSpace(e.Code+" "+strings.Join(e.Field, ".")))
	}
	return strings.Join(out, ", ")
}

func holdInput(e contract.Event, quantity int) map[string]any {
	return map[string]any{
		"eventId": e.EventID, "idempotencyKey": id.New("key"),
		"items": []any{map[string]any{"ticketTypeId": e.TicketTypes[0].TicketTypeID, "quantity": quantity}},
	}
}

func TestFromTheHoldToTheDoor(t *testing.T) {
	t.Parallel()
	b := start(t)
	e := b.published(0, 10)
	held := b.mutate(ada, holdSeats, holdInput(e, 2))
	got := decode[struct {
		ID, Reference, Status string
		Quantity              int
		Total                 struct {
			Amount   int
			Currency string
		}
		HoldExpiresAt time.Time
		User          struct{ ID string }
		Event         struct {
			ID           string
			Availability struct{ Available int }
		}
		Items   []struct{ Name string }
		Tickets []any
	}](t, held.Object)
	if got.Status != "HELD" || got.Quantity != 2 || got.User.ID != ada.UserID || got.Event.Availability.Available != 8 || got.Items[0].Name != "Row 1" ||
		len(got.Reference) != 9 || len(got.Tickets) != 0 || got.Total.Currency != "EUR" || !got.HoldExpiresAt.Equal(b.clock.Now().Add(booking.HoldFor)) {
		t.Fatalf("held %s", held.Object)
	}
	in := map[string]any{"bookingId": got.ID, "idempotencyKey": "confirm-1"}
	confirmed := b.mutate(ada, confirmBooking, in)
	if again := b.mutate(ada, confirmBooking, in); string(again.Object) != string(confirmed.Object) || len(again.UserErrors) > 0 {
		t.Errorf("the same key again: %s, then %s", confirmed.Object, again.Object)
	}
	tickets := decode[struct {
		Status  string
		Tickets []struct{ ID, Code, Status string }
	}](t, confirmed.Object)
	if tickets.Status != "CONFIRMED" || len(tickets.Tickets) != 2 || tickets.Tickets[0].Status != "VALID" || tickets.Tickets[0].Code == tickets.Tickets[1].Code {
		t.Fatalf("confirmed %s", confirmed.Object)
	}
	typed := strings.ToLower(strings.ReplaceAll(tickets.Tickets[0].Code, "-", " "))
	typed = strings.NewReplacer("0", "o", "1", "l").Replace(typed)
	scan := map[string]any{"eventId": e.EventID, "code": typed, "gate": "North"}
	first := b.mutate(organizer, checkInTicket, scan)
	if first.codes() != "" {
		t.Fatalf("first scan: %s", first.codes())
	}
	b.clock.Forward(time.Minute)
	scan["gate"] = "South"
	second := b.mutate(admin, checkInTicket, scan)
	if second.codes() != "ALREADY_CHECKED_IN input.code" || string(second.Object) != string(first.Object) {
		t.Errorf("second scan: %s %s, the first was %s", second.codes(), second.Object, first.Object)
	}
	in2 := decode[struct {
		ID, Status, Gate string
		CheckedInAt      time.Time
		Booking          struct{ ID string }
	}](t, first.Object)
	if in2.Status != "CHECKED_IN" || in2.Gate != "North" || in2.Booking.ID != got.ID || !in2.CheckedInAt.Equal(b.clock.Now().Add(-time.Minute)) {
		t.Errorf("checked in %s", first.Object)
	}
	b.wantTold(got.ID, "booking.held", "booking.confirmed", "ticket.checked_in")
	b.conserved()
}

// A free booking may be confirmed by the request that takes the seats; what costs something is held all the same.
func TestFreeTicketsInOneStep(t *testing.T) {
	t.Parallel()
	b := start(t)
	type seen struct {
		ID, Status    string
		HoldExpiresAt *time.Time
		Tickets       []struct{ ID string }
		Event         struct{ Availability struct{ Available int } }
	}
	in := holdInput(b.published(0, 3), 2)
	in["confirmIfFree"] = true
	free := b.mutate(ada, holdSeats, in)
	got := decode[seen](t, free.Object)
	if got.Status != "CONFIRMED" || len(got.Tickets) != 2 || got.HoldExpiresAt != nil || got.Event.Availability.Available != 1 {
		t.Fatalf("free: %s %s", free.Object, free.codes())
	}
	if again := b.mutate(ada, holdSeats, in); string(again.Object) != string(free.Object) {
		t.Errorf("the same key again: %s, first %s", again.Object, free.Object)
	}
	in["confirmIfFree"] = false
	if other := b.mutate(ada, holdSeats, in); other.codes() != "IDEMPOTENCY_KEY_REUSED input.idempotencyKey" {
		t.Errorf("the key for another wish: %s %s", other.Object, other.codes())
	}
	in["confirmIfFree"], in["idempotencyKey"] = true, id.New("key")
	if over := b.mutate(bob, holdSeats, in); over.codes() != "SOLD_OUT input.items.0.quantity" {
		t.Errorf("more than there is: %s %s", over.Object, over.codes())
	}
	b.wantTold(got.ID, "booking.confirmed")
	b.clock.Forward(booking.HoldFor)
	if more, err := b.store.ExpireDue(t.Context()); err != nil || more || b.now(got.ID).Status != booking.Confirmed {
		t.Errorf("after the time of a hold: %s, %v", b.now(got.ID).Status, err)
	}
	dear := holdInput(b.published(100, 3), 1)
	dear["confirmIfFree"] = true
	paid := b.mutate(ada, holdSeats, dear)
	if held := decode[seen](t, paid.Object); held.Status != "HELD" || len(held.Tickets) != 0 || held.HoldExpiresAt == nil {
		t.Errorf("not free: %s %s", paid.Object, paid.codes())
	}
	b.conserved()
}

func TestOneOfManyScansLetsIn(t *testing.T) {
	t.Parallel()
	b := start(t)
	e := b.published(0, 10)
	k := b.hold(ada, e, 0, 1)
	k, err := b.box.Confirm(t.Context(), ada, k.ID, id.New("key"))
	if err != nil {
		t.Fatal(err)
	}
	in := make(chan string, 40)
	crowd(20, 40, func(i int) {
		ticket, err := b.door.CheckIn(t.Context(), organizer, e.EventID, k.Tickets[0].Code, fmt.Sprint("Gate ", i), id.New("key"))
		if err == nil {
			in <- *ticket.Gate
		}
	})
	if len(in) != 1 || len(b.PublishedTo(t, "ticket.checked_in")) != 1 {
		t.Fatalf("%d let in, %d told", len(in), len(b.PublishedTo(t, "ticket.checked_in")))
	}
	if gate := *b.now(k.ID).Tickets[0].Gate; gate != <-in {
		t.Errorf("gate %s", gate)
	}
}

func TestRefusalsOfHolds(t *testing.T) {
	t.Parallel()
	b := start(t)
	e := b.event(100, 5, 0)
	soon, before := b.clock.Now().Add(time.Hour), b.clock.Now().Add(-time.Hour)
	e.TicketTypes[0].MinPerOrder, e.TicketTypes[0].MaxPerOrder = 2, 3
	for i, c := range []contract.TicketType{{Name: "Later", SalesStart: &soon}, {Name: "Over", SalesEnd: &before}} {
		c.TicketTypeID, c.Capacity, c.Currency, c.MinPerOrder, c.MaxPerOrder = id.New("tkt"), 10, "EUR", 1, 10
		e.TicketTypes = append(e.TicketTypes, c)
		_ = i
	}
	e.TicketTypes = append(e.TicketTypes,
		contract.TicketType{TicketTypeID: id.New("tkt"), Name: "Yen", Capacity: 10, Currency: "JPY", PriceAmount: 5, MinPerOrder: 1, MaxPerOrder: 10},
		contract.TicketType{TicketTypeID: id.New("tkt"), Name: "Dear", Capacity: 10, Currency: "EUR", PriceAmount: 1 << 52, MinPerOrder: 1, MaxPerOrder: 10})
	b.publish(e)
	past := b.event(100, 5)
	past.StartsAt = before
	b.publish(past)
	item := func(i, n int) map[string]any {
		return map[string]any{"ticketTypeId": e.TicketTypes[i].TicketTypeID, "quantity": n}
	}
	foreign := b.published(1, 5)
	for name, c := range map[string]struct {
		input map[string]any
		want  string
	}{
		"event":       {map[string]any{"eventId": "evt_none", "items": []any{item(0, 2)}}, "EVENT_NOT_FOUND input.eventId"},
		"event nul":   {map[string]any{"eventId": "\x00", "items": []any{item(0, 2)}}, "EVENT_NOT_FOUND input.eventId"},
		"type":        {map[string]any{"items": []any{map[string]any{"ticketTypeId": "tkt_none", "quantity": 1}}}, "TICKET_TYPE_NOT_FOUND input.items.0.ticketTypeId"},
		"type nul":    {map[string]any{"items": []any{map[string]any{"ticketTypeId": "\x00", "quantity": 1}}}, "TICKET_TYPE_NOT_FOUND input.items.0.ticketTypeId"},
		"type of":     {map[string]any{"items": []any{map[string]any{"ticketTypeId": foreign.TicketTypes[0].TicketTypeID, "quantity": 1}}}, "TICKET_TYPE_NOT_FOUND input.items.0.ticketTypeId"},
		"sold out":    {map[string]any{"items": []any{item(1, 1)}}, "SOLD_OUT input.items.0.quantity"},
		"not yet":     {map[string]any{"items": []any{item(2, 1)}}, "SALES_CLOSED input.items.0.ticketTypeId"},
		"over":        {map[string]any{"items": []any{item(3, 1)}}, "SALES_CLOSED input.items.0.ticketTypeId"},
		"begun":       {map[string]any{"eventId": past.EventID, "items": []any{map[string]any{"ticketTypeId": past.TicketTypes[0].TicketTypeID, "quantity": 1}}}, "SALES_CLOSED input.items.0.ticketTypeId"},
		"too few":     {map[string]any{"items": []any{item(0, 1)}}, "INVALID_QUANTITY input.items.0.quantity"},
		"too many":    {map[string]any{"items": []any{item(0, 4)}}, "INVALID_QUANTITY input.items.0.quantity"},
		"none":        {map[string]any{"items": []any{}}, "INVALID_QUANTITY input.items"},
		"zero":        {map[string]any{"items": []any{item(0, 0)}}, "INVALID_QUANTITY input.items.0.quantity"},
		"negative":    {map[string]any{"items": []any{item(0, -2147483648)}}, "INVALID_QUANTITY input.items.0.quantity"},
		"twice":       {map[string]any{"items": []any{item(0, 2), item(0, 2)}}, "INVALID_QUANTITY input.items.1.ticketTypeId"},
		"currencies":  {map[string]any{"items": []any{item(0, 2), item(4, 1)}}, "INVALID_QUANTITY input.items.1"},
		"overflow":    {map[string]any{"items": []any{item(5, 10)}}, "INVALID_QUANTITY input.items.0"},
		"several":     {map[string]any{"items": []any{item(0, 9), item(1, 1)}}, "INVALID_QUANTITY input.items.0.quantity, SOLD_OUT input.items.1.quantity"},
		"short key":   {map[string]any{"items": []any{item(0, 2)}, "idempotencyKey": "1234567"}, "INVALID_IDEMPOTENCY_KEY input.idempotencyKey"},
		"long key":    {map[string]any{"items": []any{item(0, 2)}, "idempotencyKey": strings.Repeat("é", 201)}, "INVALID_IDEMPOTENCY_KEY input.idempotencyKey"},
		"strange key": {map[string]any{"items": []any{item(0, 2)}, "idempotencyKey": "12345678\x00"}, "INVALID_IDEMPOTENCY_KEY input.idempotencyKey"},
	} {
		in := map[string]any{"eventId": e.EventID, "idempotencyKey": id.New("key")}
		for k, v := range c.input {
			in[k] = v
		}
		if got := b.mutate(ada, holdSeats, in); got.codes() != c.want || string(got.Object) != "null" {
			t.Errorf("%s: %s, want %s (%s)", name, got.codes(), c.want, got.Object)
		}
	}
	if r := b.Do(t, nil, holdSeats, map[string]any{"i": holdInput(e, 2)}); len(r.Errors) != 1 || r.Errors[0].Code != "UNAUTHENTICATED" {
		t.Errorf("without a login: %+v", r)
	}
	in := holdInput(e, 2)
	b.mutate(ada, holdSeats, in)
	in["items"] = []any{item(0, 3)}
	if got := b.mutate(ada, holdSeats, in); got.codes() != "IDEMPOTENCY_KEY_REUSED input.idempotencyKey" {
		t.Errorf("another request under a key: %s", got.codes())
	}
	b.conserved()
}

func TestRefusalsOfConfirmations(t *testing.T) {
	t.Parallel()
	b := start(t)
	free, dear := b.published(0, 50), b.published(100, 50)
	confirm := func(who *viewer.Viewer, bookingID, key string) string {
		return b.mutate(who, confirmBooking, map[string]any{"bookingId": bookingID, "idempotencyKey": key}).codes()
	}
	want := func(what, got, code string) {
		t.Helper()
		if got != code {
			t.Errorf("%s: %s, want %s", what, got, code)
		}
	}
	k := b.hold(ada, free, 0, 1)
	want("unknown", confirm(ada, "bkg_none", id.New("key")), "BOOKING_NOT_FOUND input.bookingId")
	want("nul", confirm(ada, "\x00", id.New("key")), "BOOKING_NOT_FOUND input.bookingId")
	want("somebody else's", confirm(bob, k.ID, id.New("key")), "BOOKING_NOT_FOUND input.bookingId")
	want("the organiser's", confirm(organizer, k.ID, id.New("key")), "BOOKING_NOT_FOUND input.bookingId")
	want("key", confirm(ada, k.ID, "short"), "INVALID_IDEMPOTENCY_KEY input.idempotencyKey")
	want("not free", confirm(ada, b.hold(ada, dear, 0, 1).ID, id.New("key")), "PAYMENT_REQUIRED input.bookingId")
	want("free", confirm(ada, k.ID, "first-key"), "")
	want("again", confirm(ada, k.ID, id.New("key")), "NOT_HELD input.bookingId")
	want("key of another", confirm(ada, b.hold(ada, free, 0, 1).ID, "first-key"), "IDEMPOTENCY_KEY_REUSED input.idempotencyKey")
	late := b.hold(ada, free, 0, 1)
	b.clock.Forward(booking.HoldFor)
	want("late", confirm(ada, late.ID, id.New("key")), "HOLD_EXPIRED input.bookingId")
	b.expired(late)
	want("expired", confirm(ada, late.ID, id.New("key")), "HOLD_EXPIRED input.bookingId")
	if r := b.Do(t, nil, confirmBooking, map[string]any{"i": map[string]any{"bookingId": k.ID, "idempotencyKey": "12345678"}}); len(r.Errors) != 1 || r.Errors[0].Code != "UNAUTHENTICATED" {
		t.Errorf("without a login: %+v", r)
	}
	b.conserved()
}

func TestRefusalsOfCancellations(t *testing.T) {
	t.Parallel()
	b := start(t)
	e := b.published(0, 50)
	cancel := func(who *viewer.Viewer, bookingID, key string) string {
		return b.mutate(who, cancelBooking, map[string]any{"bookingId": bookingID, "idempotencyKey": key}).codes()
	}
	confirmed := func() *booking.Booking {
		k, err := b.box.Confirm(t.Context(), ada, b.hold(ada, e, 0, 2).ID, id.New("key"))
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	want := func(what, got, code string) {
		t.Helper()
		if got != code {
			t.Errorf("%s: %s, want %s", what, got, code)
		}
	}
	k := confirmed()
	want("unknown", cancel(ada, "bkg_none", id.New("key")), "BOOKING_NOT_FOUND input.bookingId")
	want("somebody else's", cancel(bob, k.ID, id.New("key")), "BOOKING_NOT_FOUND input.bookingId")
	want("key", cancel(ada, k.ID, ""), "INVALID_IDEMPOTENCY_KEY input.idempotencyKey")
	want("own", cancel(ada, k.ID, "first-key"), "")
	b.wantStatus(k.ID, booking.Cancelled, "CANCELLED_BY_HOLDER")
	b.wantTold(k.ID, "booking.held", "booking.confirmed", "booking.cancelled")
	want("twice", cancel(ada, k.ID, id.New("key")), "ALREADY_ENDED input.bookingId")
	want("the same again", cancel(ada, k.ID, "first-key"), "")
	want("key of another", cancel(ada, confirmed().ID, "first-key"), "IDEMPOTENCY_KEY_REUSED input.idempotencyKey")
	want("for somebody, by an administrator", cancel(admin, confirmed().ID, id.New("key")), "")
	used := confirmed()
	if _, err := b.door.CheckIn(t.Context(), organizer, e.EventID, used.Tickets[1].Code, "", id.New("key")); err != nil {
		t.Fatal(err)
	}
	want("used", cancel(ada, used.ID, id.New("key")), "TOO_LATE input.bookingId")
	begun := confirmed()
	b.clock.Forward(40 * 24 * time.Hour)
	want("begun", cancel(ada, begun.ID, id.New("key")), "TOO_LATE input.bookingId")
	b.conserved()
}

func TestRefusalsAtTheDoor(t *testing.T) {
	t.Parallel()
	b := start(t)
	e, other := b.published(0, 50), b.published(0, 50)
	k, err := b.box.Confirm(t.Context(), ada, b.hold(ada, e, 0, 1).ID, id.New("key"))
	if err != nil {
		t.Fatal(err)
	}
	code := k.Tickets[0].Code
	for _, c := range []struct {
		what, event, code, gate string
		who                     *viewer.Viewer
		want                    string
	}{
		{"holder", e.EventID, code, "", ada, "EVENT_NOT_FOUND input.eventId"},
		{"another manager", e.EventID, code, "", &viewer.Viewer{UserID: "usr_m", Roles: []string{viewer.EventManager}}, "EVENT_NOT_FOUND input.eventId"},
		{"unknown event", "evt_none", code, "", admin, "EVENT_NOT_FOUND input.eventId"},
		{"nul event", "\x00", code, "", admin, "EVENT_NOT_FOUND input.eventId"},
		{"another event", other.EventID, code, "", organizer, "WRONG_EVENT input.code"},
		{"no code", e.EventID, "", "", organizer, "TICKET_NOT_FOUND input.code"},
		{"no such code", e.EventID, "0000-0000-0000", "", organizer, "TICKET_NOT_FOUND input.code"},
		{"long code", e.EventID, strings.Repeat("0", 5000), "", organizer, "TICKET_NOT_FOUND input.code"},
		{"strange code", e.EventID, "x'; drop table ticket; --\x00", "", organizer, "TICKET_NOT_FOUND input.code"},
		{"gate", e.EventID, code, strings.Repeat("g", 101), organizer, "INVALID_INPUT input.gate"},
		{"nul gate", e.EventID, code, "\x00", organizer, "INVALID_INPUT input.gate"},
	} {
		got := b.mutate(c.who, checkInTicket, map[string]any{"eventId": c.event, "code": c.code, "gate": c.gate})
		if got.codes() != c.want || string(got.Object) != "null" {
			t.Errorf("%s: %s %s, want %s", c.what, got.codes(), got.Object, c.want)
		}
	}
	if _, err := b.box.Cancel(t.Context(), ada, k.ID, id.New("key"), nil); err != nil {
		t.Fatal(err)
	}
	got := b.mutate(organizer, checkInTicket, map[string]any{"eventId": e.EventID, "code": code})
	if got.codes() != "TICKET_VOID input.code" || !strings.Contains(string(got.Object), `"VOID"`) {
		t.Errorf("a cancelled ticket: %s %s", got.codes(), got.Object)
	}
	if r := b.Do(t, nil, checkInTicket, map[string]any{"i": map[string]any{"eventId": e.EventID, "code": code, "idempotencyKey": id.New("key")}}); len(r.Errors) != 1 || r.Errors[0].Code != "UNAUTHENTICATED" {
		t.Errorf("without a login: %+v", r)
	}
}

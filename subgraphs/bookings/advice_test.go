package bookings_test

import (
	"encoding/json"
	"testing"
	"time"

	"marquee/internal/contract"
)

// Every refusal says what to do next, and what of the event can be had instead.
func TestARefusalSaysWhatToDoNext(t *testing.T) {
	t.Parallel()
	b := start(t)
	e := b.event(1000, 3, 5, 5, 5)
	soon := b.clock.Now().Add(time.Hour)
	e.TicketTypes[2].SalesStart = &soon
	e.TicketTypes[3].Visibility = contract.AccessCode
	b.publish(e)
	b.hold(bob, e, 0, 2)
	ids := func(i int) string { return e.TicketTypes[i].TicketTypeID }
	ask := func(i, n int) string {
		var out struct {
			HoldSeats struct{ UserErrors json.RawMessage }
		}
		b.Do(t, ada, `mutation($i: HoldSeatsInput!) { holdSeats(input: $i) { userErrors { code nextAction alternatives { id } } } }`, map[string]any{"i": map[string]any{
			"eventId": e.EventID, "idempotencyKey": "once-upon-a-time", "items": []any{map[string]any{"ticketTypeId": ids(i), "quantity": n}},
		}}).Into(t, &out)
		return string(out.HoldSeats.UserErrors)
	}
	other := `[{"id":"` + ids(1) + `"}]`
	for _, c := range []struct {
		i, n int
		want string
	}{
		{0, 2, `[{"code":"SOLD_OUT","nextAction":"TRY_FEWER","alternatives":` + other + `}]`},
		{1, 6, `[{"code":"SOLD_OUT","nextAction":"TRY_FEWER","alternatives":[]}]`},
		{0, 11, `[{"code":"INVALID_QUANTITY","nextAction":"CHANGE_QUANTITY","alternatives":[]}]`},
		{2, 1, `[{"code":"SALES_CLOSED","nextAction":"WAIT_FOR_SALES","alternatives":[{"id":"` + ids(0) + `"},{"id":"` + ids(1) + `"}]}]`},
		{3, 1, `[{"code":"CODE_REQUIRED","nextAction":"ENTER_CODE","alternatives":[]}]`},
	} {
		if got := ask(c.i, c.n); got != c.want {
			t.Errorf("%d of type %d: %s, want %s", c.n, c.i, got, c.want)
		}
	}
	b.hold(bob, e, 0, 1)
	if got, want := ask(0, 2), `[{"code":"SOLD_OUT","nextAction":"OTHER_TICKET_TYPES","alternatives":`+other+`}]`; got != want {
		t.Errorf("sold out: %s, want %s", got, want)
	}
	b.hold(bob, e, 1, 5)
	if got, want := ask(0, 2), `[{"code":"SOLD_OUT","nextAction":"OTHER_DATES","alternatives":[]}]`; got != want {
		t.Errorf("all sold out: %s, want %s", got, want)
	}
}

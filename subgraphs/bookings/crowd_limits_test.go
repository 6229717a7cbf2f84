package bookings_test

import (
	"bytes"
	"fmt"
	"sync/atomic"
	"testing"

	"marquee/internal/contract"
	"marquee/internal/errs"
	"marquee/internal/id"
	"marquee/internal/viewer"
	"marquee/subgraphs/bookings/internal/booking"
)

// Five hundred buyers at one time, at two processes, with a code for a hundred of them: a hundred get it, at every sampled instant no more
// than that have it, and what is given back is had by somebody else.
func TestACodeInARush(t *testing.T) {
	t.Parallel()
	b := start(t)
	const n, buyers = 100, 500
	e := b.published(1000, 2*buyers)
	b.promo(e, "RUSH", booking.AmountOff, 1000, func(in *booking.CreatePromoCodeInput) { in.MaxUses, in.PerPerson = some(n), some(1) })
	desks := b.desks()
	stop := b.watched()
	var got atomic.Int64
	var back [buyers]string
	rush := func() {
		crowd(buyers, buyers, func(i int) {
			who := &viewer.Viewer{UserID: fmt.Sprint("usr_", i)}
			k, refused := desks[i%2].hold(who, with(wish(e, 0, 1), "rush"))
			switch code := first(refused); {
			case code == "" && k.Total == 0:
				got.Add(1)
				if i%3 == 0 {
					back[i-1] = k.ID
				}
			case code != booking.CodeUsedUp && code != booking.CodeAlreadyUsed:
				t.Errorf("%+v, %+v", k, refused)
			}
		})
	}
	rush()
	if got.Load() != n {
		t.Errorf("%d bookings with a code for %d", got.Load(), n)
	}
	b.wantUses(e, "RUSH", n)
	returned := 0
	for i, bookingID := range back {
		if bookingID == "" {
			continue
		}
		returned++
		if refused := desks[0].cancel(&viewer.Viewer{UserID: fmt.Sprint("usr_", i+1)}, bookingID); refused != nil {
			t.Errorf("%+v", refused)
		}
	}
	b.wantUses(e, "RUSH", n-returned)
	rush()
	t.Logf("%d samples, %d given back", stop(), returned)
	b.wantUses(e, "RUSH", n)
	if int(got.Load()) != n+returned {
		t.Errorf("%d bookings in all, %d given back", got.Load(), returned)
	}
	b.conserved()
}

// Forty people, each from many places at once, of two types with limits of their own and one together: nobody ever has more.
func TestManyPeoplesLimitsInACrowd(t *testing.T) {
	t.Parallel()
	b := start(t)
	const people = 40
	e := b.event(0, 1000, 1000)
	e.TicketTypes[0].PerPersonLimit, e.PerPersonLimit = some(3), some(5)
	b.publish(e)
	desks := b.desks()
	most := func() (over int) {
		err := b.Deps.DB.QueryRow(t.Context(), `
			select count(*) from (
				select sum(i.quantity) as tickets, coalesce(sum(i.quantity) filter (where i.ticket_type_id = $2), 0) as first
				from booking k join booking_item i on i.booking_id = k.id where k.event_id = $1 and k.status in ('HELD', 'CONFIRMED') group by k.user_id
			) each where tickets > 5 or first > 3`, e.EventID, e.TicketTypes[0].TicketTypeID).Scan(&over)
		if err != nil {
			t.Error(err)
		}
		return over
	}
	crowd(120, 2000, func(i int) {
		who := &viewer.Viewer{UserID: fmt.Sprint("usr_", i%people)}
		n := i / people % 2
		k, refused := desks[i%2].hold(who, want(e, map[int]int{n: 1 + i%2}))
		if code := first(refused); code != "" && code != booking.PerPersonLimit {
			t.Errorf("%+v", refused)
		}
		if k != nil && i%7 == 0 {
			if refused := desks[(i+1)%2].cancel(who, k.ID); refused != nil {
				t.Errorf("%+v", refused)
			}
		}
		if i%100 == 0 && most() > 0 {
			t.Errorf("after %d orders somebody has too many", i)
		}
	})
	if n := most(); n > 0 {
		t.Errorf("%d people have too many", n)
	}
	for n := range people { // what was given back can be had again, up to the limit and no further
		who := &viewer.Viewer{UserID: fmt.Sprint("usr_", n)}
		for {
			if _, err := b.box.Hold(t.Context(), who, want(e, map[int]int{1: 1})); err != nil {
				if errs.CodeOf(err) != booking.PerPersonLimit {
					t.Error(err)
				}
				break
			}
		}
	}
	b.wantSeats(e, [3]int{2000, people * 5, 0})
	b.conserved()
}

// One key a hundred times at once over GraphQL, of every mutation of a booking: one effect, answers that are equal to the byte, and another
// request under the key is refused.
func TestOneKeyManyTimesAtOnceOverHTTP(t *testing.T) {
	t.Parallel()
	b := start(t)
	e := b.published(0, 50)
	same := func(what, mutation string, input map[string]any) answer {
		answers := make([]answer, 100)
		crowd(100, len(answers), func(i int) { answers[i-1] = b.mutate(ada, mutation, input) })
		for _, a := range answers {
			if a.codes() != "" || !bytes.Equal(a.Object, answers[0].Object) {
				t.Fatalf("%s: two answers: %s %s and %s", what, a.codes(), a.Object, answers[0].Object)
			}
		}
		return answers[0]
	}
	hold := holdInput(e, 2)
	held := decode[struct{ ID string }](t, same("hold", `mutation($i: HoldSeatsInput!) { answer: holdSeats(input: $i) { object: booking { id reference status holdExpiresAt items { quantity } } userErrors { field message code } } }`, hold).Object)
	of := func(bookingID string) map[string]any {
		return map[string]any{"bookingId": bookingID, "idempotencyKey": id.New("key")}
	}
	other := b.hold(ada, e, 0, 1)
	for _, step := range []struct{ name, mutation string }{
		{"extend", `mutation($i: ExtendHoldInput!) { answer: extendHold(input: $i) { object: booking { id status holdExpiresAt } userErrors { field message code } } }`},
		{"confirm", confirmBooking},
		{"cancel", cancelBooking},
	} {
		input := of(held.ID)
		same(step.name, step.mutation, input)
		input["bookingId"] = other.ID
		if got := b.mutate(ada, step.mutation, input).codes(); got != "IDEMPOTENCY_KEY_REUSED input.idempotencyKey" {
			t.Errorf("%s: another booking under the key: %q", step.name, got)
		}
	}
	hold["items"] = []any{map[string]any{"ticketTypeId": e.TicketTypes[0].TicketTypeID, "quantity": 3}}
	if got := b.mutate(ada, holdSeats, hold).codes(); got != "IDEMPOTENCY_KEY_REUSED input.idempotencyKey" {
		t.Errorf("another order under the key: %q", got)
	}
	b.wantTold(held.ID, "booking.held", "booking.held", "booking.confirmed", contract.BookingCancelled{}.Topic())
	b.wantSeats(e, [3]int{50, 1, 0})
	b.conserved()
}

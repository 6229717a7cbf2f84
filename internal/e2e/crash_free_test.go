//go:build e2e

package e2e_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"marquee/internal/e2e"
	"marquee/internal/id"
)

// freeCrashPoints lie around the one transaction of a booking that a code makes free, of a numbered seat, and around that of its
// cancellation: before the commit, after it and before the answer, and where its message leaves.
var freeCrashPoints = []struct {
	name   string
	cancel bool
}{
	{name: "hold/written"},
	{name: "hold/committed"},
	{name: "relay/before/booking.confirmed"},
	{name: "inbox/facts/booking.confirmed"},
	{name: "change/written", cancel: true},
	{name: "change/committed", cancel: true},
}

// TestKilledAroundAFreeBooking kills everything around bookings that are made in one step and around their cancellations. The client asks
// again with the same key: each is booked once, with one seat and one use of the code, or cancelled once and gives both back.
func TestKilledAroundAFreeBooking(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	data := folder(t)
	bin := built(t, crashBinary)
	p := up(t, bin, data)
	w := &world{t: t, ctx: ctx}
	w.populate(p.URL)
	var err error
	w.event, err = w.manager.PublishSeatedEvent(ctx, "The free night it crashed", 20, 1000)
	w.must(err)
	users, err := w.manager.Mutate(ctx, `mutation($input: CreatePromoCodeInput!) { out: createPromoCode(input: $input) { userErrors { field message code } } }`, map[string]any{
		"eventId": w.event.ID, "code": "GRATIS", "kind": "PERCENTAGE", "value": 10_000, "maxUses": len(freeCrashPoints), "idempotencyKey": id.New("key"),
	}, nil)
	if err != nil || len(users) > 0 {
		t.Fatalf("code: %v %+v", err, users)
	}
	alive := 0
	for _, point := range freeCrashPoints {
		w.quiet(p)
		if err := p.Stop(); err != nil {
			t.Fatal(err)
		}
		p = up(t, bin, data, "MARQUEE_CRASH_AT="+point.name)
		w.at(p.URL)
		f := &freeBooking{world: w, hold: id.New("key"), cancel: id.New("key")}
		dying, stop := context.WithCancel(ctx)
		go func() {
			select {
			case <-p.Ended():
				stop()
			case <-dying.Done():
			}
		}()
		if f.book(dying) == nil && point.cancel {
			_ = f.giveUp(dying)
		}
		select {
		case <-p.Ended():
		case <-time.After(30 * time.Second):
			t.Fatalf("%s: the process did not die there", point.name)
		}
		stop()
		p = up(t, bin, data)
		w.at(p.URL)
		before := f.booking
		w.must(f.book(ctx))
		if before != "" && f.booking != before {
			t.Errorf("%s: the same key made %s and %s", point.name, before, f.booking)
		}
		alive++
		want := "CONFIRMED"
		if point.cancel {
			w.must(f.giveUp(ctx))
			alive, want = alive-1, "CANCELLED"
		}
		b, err := w.buyer.AwaitStatus(ctx, f.booking, want)
		if err != nil || len(b.Tickets) != 1 || b.Total.Amount != 0 {
			t.Fatalf("%s: %v, last seen %+v", point.name, err, b)
		}
		w.counted(point.name, alive)
	}
	w.quiet(p)
	w.noticed(len(freeCrashPoints), len(freeCrashPoints)-alive)
}

// freeBooking is one booking with the keys that its buyer uses again after the crash.
type freeBooking struct {
	*world
	hold, cancel string
	booking      string
}

// book books at once with the code; any call may fail because the process dies under it.
func (f *freeBooking) book(ctx context.Context) error {
	var out struct{ Booking *e2e.Booking }
	users, err := f.buyer.Mutate(ctx, `mutation($input: HoldSeatsInput!) { out: holdSeats(input: $input) { booking { id status } userErrors { field message code } } }`, map[string]any{
		"eventId": f.event.ID, "items": []any{map[string]any{"ticketTypeId": f.event.TicketType, "quantity": 1}}, "codes": []any{"gratis"},
		"confirmIfFree": true, "idempotencyKey": f.hold,
	}, &out)
	if err == nil && len(users) > 0 {
		err = fmt.Errorf("refused: %+v", users)
	}
	if err == nil {
		f.booking = out.Booking.ID
	}
	return err
}

func (f *freeBooking) giveUp(ctx context.Context) error {
	users, err := f.buyer.Mutate(ctx, `mutation($input: CancelBookingInput!) { out: cancelBooking(input: $input) { userErrors { field message code } } }`,
		map[string]any{"bookingId": f.booking, "idempotencyKey": f.cancel}, nil)
	if err == nil && len(users) > 0 {
		err = fmt.Errorf("refused: %+v", users)
	}
	return err
}

// counted compares the seats sold, those of the map and the uses of the code with how many bookings are alive.
func (w *world) counted(point string, alive int) {
	w.t.Helper()
	var out struct {
		Event struct {
			Availability struct{ Held, Sold int }
			SeatMap      struct {
				Sections []struct {
					Rows []struct{ Seats []struct{ Status string } }
				}
			}
			PromoCodes struct{ Nodes []struct{ Used int } }
		}
	}
	w.must(w.manager.Do(w.ctx, `query($id: ID!) { event(id: $id) { availability { held sold } seatMap { sections { rows { seats { status } } } } promoCodes { nodes { used } } } }`,
		map[string]any{"id": w.event.ID}, &out))
	seats := map[string]int{}
	for _, s := range out.Event.SeatMap.Sections {
		for _, r := range s.Rows {
			for _, seat := range r.Seats {
				seats[seat.Status]++
			}
		}
	}
	a := out.Event.Availability
	if a.Held != 0 || a.Sold != alive || seats["SOLD"] != alive || seats["FREE"] != 20-alive || out.Event.PromoCodes.Nodes[0].Used != alive {
		w.t.Errorf("%s: %d bookings alive, but %+v, seats %v, codes %+v", point, alive, a, seats, out.Event.PromoCodes.Nodes)
	}
}

// noticed compares what the buyer was told: once of each booking and once of each cancellation.
func (w *world) noticed(confirmed, cancelled int) {
	w.t.Helper()
	var mine struct {
		MyNotifications struct {
			Nodes []struct {
				Kind    string
				Booking struct{ ID string }
			}
		}
	}
	w.must(e2e.Eventually(w.ctx, "the buyer is told", func() (bool, error) {
		if err := w.buyer.Do(w.ctx, `{ myNotifications(first: 100) { nodes { kind booking { id } } } }`, nil, &mine); err != nil {
			return false, err
		}
		return len(mine.MyNotifications.Nodes) >= confirmed+cancelled, nil
	}))
	seen, kinds := map[string]int{}, map[string]int{}
	for _, n := range mine.MyNotifications.Nodes {
		seen[n.Kind+n.Booking.ID]++
		kinds[n.Kind]++
	}
	for what, n := range seen {
		if n != 1 {
			w.t.Errorf("%d notifications %s", n, what)
		}
	}
	if kinds["BOOKING_CONFIRMED"] != confirmed || kinds["BOOKING_CANCELLED"] != cancelled {
		w.t.Errorf("notifications: %v, want %d confirmed and %d cancelled", kinds, confirmed, cancelled)
	}
}

package bookings_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"marquee/internal/contract"
	"marquee/internal/errs"
	"marquee/internal/id"
	"marquee/subgraphs/bookings/internal/booking"
)

// numbered publishes an event whose only ticket type has rows of ten seats, seat 1 of each accessible.
func (b *bench) numbered(price int64, rows int) contract.Event {
	b.t.Helper()
	e := b.event(price, rows*10)
	section := contract.SeatSection{Name: "Stalls", TicketTypeID: e.TicketTypes[0].TicketTypeID}
	for r := range rows {
		section.Rows = append(section.Rows, contract.SeatRow{Name: fmt.Sprint(r + 1), First: 1, Step: 1, Count: 10, Accessible: []int{1}})
	}
	e.Seating = &contract.Seating{Sections: []contract.SeatSection{section}}
	b.publish(e)
	return e
}

// statuses counts the seats of the event's map by status.
func (b *bench) statuses(e contract.Event) map[booking.SeatStatus]int {
	b.t.Helper()
	m, err := b.box.SeatMap(b.t.Context(), e.EventID)
	if err != nil || m == nil {
		b.t.Fatal(m, err)
	}
	n := map[booking.SeatStatus]int{}
	for _, s := range m.Sections {
		for _, r := range s.Rows {
			for _, seat := range r.Seats {
				n[seat.Status]++
			}
		}
	}
	return n
}

// seated checks that every seat on a living booking is taken by it, and no other seat by anybody.
func (b *bench) seated() {
	b.t.Helper()
	var wrong int
	err := b.Deps.DB.QueryRow(b.t.Context(), `
		select count(*) from (
			(select s.seat_id, s.booking_id from booking_seat s join booking k on k.id = s.booking_id where k.status in ('HELD', 'CONFIRMED')
			 except select seat_id, booking_id from seat_taken)
			union all
			(select seat_id, booking_id from seat_taken
			 except select s.seat_id, s.booking_id from booking_seat s join booking k on k.id = s.booking_id where k.status in ('HELD', 'CONFIRMED'))
			union all
			(select s.seat_id, s.booking_id from booking_seat s join booking k on k.id = s.booking_id where k.status = 'CONFIRMED'
			 except select seat_id, booking_id from ticket where status <> 'VOID')
		) wrong`).Scan(&wrong)
	if err != nil || wrong != 0 {
		b.t.Fatalf("%d seats are not whose they should be, %v", wrong, err)
	}
}

func TestNumberedSeats(t *testing.T) {
	t.Parallel()
	b := start(t)
	e := b.numbered(0, 2)
	first := b.hold(ada, e, 0, 3)
	if got := first.Items[0].Seats; len(got) != 3 || got[0].Label() != "Stalls, row 1, seat 4" || got[2].Number != 6 {
		t.Fatalf("best seats: %+v", got)
	}
	want := wish(e, 0, 2)
	want.Items[0].SeatIDs = []string{first.Items[0].Seats[0].ID, first.Items[0].Seats[1].ID}
	if _, err := b.box.Hold(t.Context(), bob, want); errs.CodeOf(err) != booking.SeatTaken {
		t.Errorf("seats of others: %v", err)
	}
	want = wish(e, 0, 1)
	want.Items[0].SeatIDs = []string{"sea_none"}
	if _, err := b.box.Hold(t.Context(), bob, want); errs.CodeOf(err) != booking.SeatNotFound {
		t.Errorf("no such seat: %v", err)
	}
	want.Items[0].SeatIDs, want.Items[0].Accessible = nil, true
	accessible, err := b.box.Hold(t.Context(), bob, want)
	if err != nil || accessible.Items[0].Seats[0].Number != 1 {
		t.Errorf("accessible: %+v, %v", accessible, err)
	}
	if got := b.statuses(e); got[booking.SeatFree] != 16 || got[booking.SeatHeld] != 4 {
		t.Errorf("map: %v", got)
	}
	confirmed, err := b.box.Confirm(t.Context(), ada, first.ID, id.New("key"))
	if err != nil || len(confirmed.Tickets) != 3 || confirmed.Tickets[1].Seat.Number != 5 {
		t.Fatalf("tickets: %+v, %v", confirmed, err)
	}
	b.seated()
	if read := b.now(first.ID); read.Items[0].Seats[2].Number != 6 || read.Tickets[2].Seat.Number != 6 {
		t.Errorf("read again: %+v", read.Tickets[2])
	}
	if got := b.statuses(e); got[booking.SeatSold] != 3 {
		t.Errorf("map: %v", got)
	}
	if _, err := b.box.Cancel(t.Context(), ada, first.ID, id.New("key"), nil); err != nil {
		t.Fatal(err)
	}
	again := wish(e, 0, 1)
	again.Items[0].SeatIDs = []string{first.Items[0].Seats[0].ID}
	if _, err := b.box.Hold(t.Context(), bob, again); err != nil {
		t.Errorf("a seat that came back: %v", err)
	}
	plain := b.published(0, 5)
	odd := wish(plain, 0, 1)
	odd.Items[0].SeatIDs = []string{first.Items[0].Seats[0].ID}
	if _, err := b.box.Hold(t.Context(), bob, odd); errs.CodeOf(err) != booking.SeatNotFound {
		t.Errorf("seats where there are none: %v", err)
	}
	b.seated()
	b.conserved()
}

// Late money gets its own seats if they are free, else others, and goes back only when there are not enough.
func TestLateMoneyIsSeatedElsewhere(t *testing.T) {
	t.Parallel()
	b := start(t)
	e := b.numbered(1000, 1)
	late := b.hold(ada, e, 0, 3)
	b.clock.Forward(booking.HoldFor + time.Second)
	if _, err := b.store.Expire(t.Context(), late.ID); err != nil {
		t.Fatal(err)
	}
	b.hold(bob, e, 0, 3) // the same seats
	b.capture(late)
	got := b.wantStatus(late.ID, booking.Confirmed, "")
	if got.Items[0].Seats[0].ID == late.Items[0].Seats[0].ID || len(got.Tickets) != 3 || got.Tickets[0].Seat.ID != got.Items[0].Seats[0].ID {
		t.Errorf("seats: %+v", got.Items[0].Seats[0])
	}
	b.seated()
	b.conserved()
}

// Whoever wants seats at the same time, by name or the best, no seat goes to two.
func TestCrowdOnSeats(t *testing.T) {
	t.Parallel()
	b := start(t)
	e := b.numbered(0, 10)
	seats := booking.Plan(e.EventID, e.Seating)
	var wg sync.WaitGroup
	for n := range 300 {
		wg.Go(func() {
			w := wish(e, 0, 1+n%3)
			if n%2 == 0 {
				for j := range w.Items[0].Quantity {
					w.Items[0].SeatIDs = append(w.Items[0].SeatIDs, seats[(n*7+j)%len(seats)].ID)
				}
			}
			w.ConfirmIfFree = n%4 == 1
			_, err := b.box.Hold(context.WithoutCancel(t.Context()), ada, w)
			if c := errs.CodeOf(err); c != "" && c != booking.SeatTaken && c != booking.SoldOut {
				t.Errorf("%v", err)
			}
		})
	}
	wg.Wait()
	b.seated()
	b.conserved()
	if got := b.statuses(e); got[booking.SeatHeld]+got[booking.SeatSold] < 50 {
		t.Errorf("hardly anything was sold: %v", got)
	}
}

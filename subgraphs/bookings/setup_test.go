package bookings_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"marquee/internal/contract"
	"marquee/internal/id"
	"marquee/internal/service/servicetest"
	"marquee/internal/viewer"
	"marquee/subgraphs/bookings"
	"marquee/subgraphs/bookings/internal/booking"
	"marquee/subgraphs/bookings/internal/keyring"
	"marquee/subgraphs/bookings/internal/store"
)

// bench is a running subgraph with a clock of its own.
type bench struct {
	*servicetest.Subgraph
	t     testing.TB
	clock *servicetest.Clock
	store *store.Store
	box   *booking.Office
	door  *booking.Door
	keys  *keyring.Ring
}

func start(t testing.TB) *bench {
	t.Helper()
	c := servicetest.NewClock()
	sg := servicetest.Start(t, bookings.Service(), servicetest.At(c.Now))
	d := sg.Deps
	s := store.New(d.DB, d.Jobs, d.Outbox, d.PubSub, d.Now)
	keys, err := keyring.Open(t.Context(), s, d.Now)
	if err != nil {
		t.Fatal(err)
	}
	box := booking.New(s, d.Now)
	return &bench{Subgraph: sg, t: t, clock: c, store: s, box: box, door: booking.NewDoor(box, s, keys, d.Now), keys: keys}
}

var (
	organizer = &viewer.Viewer{UserID: "usr_organizer", Roles: []string{viewer.EventManager}}
	admin     = &viewer.Viewer{UserID: "usr_admin", Roles: []string{viewer.Admin}}
	ada       = &viewer.Viewer{UserID: "usr_ada", Roles: []string{viewer.User}}
	bob       = &viewer.Viewer{UserID: "usr_bob", Roles: []string{viewer.User}}
)

// event returns a published event with one ticket type a capacity; prices in EUR cents.
func (b *bench) event(price int64, capacities ...int) contract.Event {
	e := contract.Event{
		EventID: id.New("evt"), Version: 1, OrganizerID: organizer.UserID, Slug: "a-night", Title: "A Night", Venue: "The Hall",
		City: "Berlin", TimeZone: "Europe/Berlin", StartsAt: b.clock.Now().AddDate(0, 1, 0), EndsAt: b.clock.Now().AddDate(0, 1, 0).Add(3 * time.Hour),
	}
	for i, c := range capacities {
		e.TicketTypes = append(e.TicketTypes, contract.TicketType{
			TicketTypeID: id.New("tkt"), Name: fmt.Sprintf("Row %d", i+1), PriceAmount: price,
			Currency: "EUR", Capacity: c, MinPerOrder: 1, MaxPerOrder: 10,
		})
	}
	return e
}

// published delivers it.
func (b *bench) published(price int64, capacities ...int) contract.Event {
	b.t.Helper()
	e := b.event(price, capacities...)
	b.publish(e)
	return e
}

func (b *bench) publish(e contract.Event) {
	b.t.Helper()
	b.Deliver(b.t, contract.EventPublished{Event: e, At: b.clock.Now()})
}

// wish is a hold of n seats of an event's i-th type under a new key.
func wish(e contract.Event, i, n int) booking.HoldSeatsInput {
	return booking.HoldSeatsInput{
		EventID: e.EventID, IdempotencyKey: id.New("key"),
		Items: []*booking.HoldItemInput{{TicketTypeID: e.TicketTypes[i].TicketTypeID, Quantity: n}},
	}
}

// hold holds seats or fails the test.
func (b *bench) hold(who *viewer.Viewer, e contract.Event, i, n int) *booking.Booking {
	b.t.Helper()
	held, err := b.box.Hold(b.t.Context(), who, wish(e, i, n))
	if err != nil {
		b.t.Fatal(err)
	}
	return held
}

// capture delivers a capture of the booking's total and returns the payment's id.
func (b *bench) capture(k *booking.Booking) contract.PaymentCaptured {
	b.t.Helper()
	m := contract.PaymentCaptured{
		PaymentID: id.New("pay"), BookingID: k.ID, EventID: k.EventID, UserID: k.UserID, Amount: k.Total.Amount,
		Currency: k.Total.Currency, At: b.clock.Now(),
	}
	b.Deliver(b.t, m)
	return m
}

func refundOf(m contract.PaymentCaptured) contract.PaymentRefunded {
	return contract.PaymentRefunded{
		PaymentID: m.PaymentID, RefundID: id.New("ref"), BookingID: m.BookingID, EventID: m.EventID,
		UserID: m.UserID, Amount: m.Amount, Currency: m.Currency, Reason: contract.RefundOrganizer, At: m.At,
	}
}

// now reads a booking as it stands.
func (b *bench) now(id string) *booking.Booking {
	b.t.Helper()
	found, err := b.box.Booking(b.t.Context(), admin, id)
	if err != nil {
		b.t.Fatal(err)
	}
	if found == nil {
		b.t.Fatalf("no booking %s", id)
	}
	return found
}

// seats reads an event's counters: capacity, held, sold.
func (b *bench) seats(e contract.Event) [3]int {
	b.t.Helper()
	a, err := b.box.Availability(b.t.Context(), e.EventID)
	if err != nil {
		b.t.Fatal(err)
	}
	return [3]int{a.Capacity, a.Held, a.Sold}
}

func (b *bench) wantSeats(e contract.Event, want [3]int) {
	b.t.Helper()
	if got := b.seats(e); got != want {
		b.t.Fatalf("capacity, held, sold: %v, want %v", got, want)
	}
}

func (b *bench) wantStatus(id string, want booking.Status, reason string) *booking.Booking {
	b.t.Helper()
	got := b.now(id)
	gotReason := ""
	if got.EndReason != nil {
		gotReason = string(*got.EndReason)
	}
	if got.Status != want || gotReason != reason {
		b.t.Fatalf("booking is %s %s, want %s %s", got.Status, gotReason, want, reason)
	}
	return got
}

// wantTold compares the topics published about a key, in order.
func (b *bench) wantTold(key string, want ...string) {
	b.t.Helper()
	got := []string{}
	for _, e := range b.Published(b.t) {
		if e.Key == key {
			got = append(got, e.Topic)
		}
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		b.t.Fatalf("told about %s: %v, want %v", key, got, want)
	}
}

// conserved recounts every seat of the database from bookings and tickets and compares with the counters, in one moment.
func (b *bench) conserved() {
	b.t.Helper()
	if err := recount(b.t, b); err != "" {
		b.t.Fatal("seats are not conserved: " + err)
	}
}

func recount(t testing.TB, b *bench) string {
	t.Helper()
	rows, err := b.Deps.DB.Query(t.Context(), `
		select t.id, t.target, t.capacity, t.held, t.sold,
			(select coalesce(sum(i.quantity), 0) from booking_item i join booking k on k.id = i.booking_id where i.ticket_type_id = t.id and k.status = 'HELD') as holds,
			(select coalesce(sum(i.quantity), 0) from booking_item i join booking k on k.id = i.booking_id where i.ticket_type_id = t.id and k.status = 'CONFIRMED') as bought,
			(select count(*) from ticket x where x.ticket_type_id = t.id and x.status <> 'VOID') as tickets
		from ticket_type t where t.kind <> 'EVENT' order by t.id`)
	if err != nil {
		return err.Error()
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		var target, capacity, held, sold, holds, bought, tickets int
		if err := rows.Scan(&id, &target, &capacity, &held, &sold, &holds, &bought, &tickets); err != nil {
			return err.Error()
		}
		if held+sold > capacity || capacity != max(target, held+sold) || held != holds || sold != bought || sold != tickets {
			return fmt.Sprintf("%s: target %d capacity %d held %d sold %d, but holds %d bought %d tickets %d", id, target, capacity, held, sold, holds, bought, tickets)
		}
	}
	if err := rows.Err(); err != nil {
		return err.Error()
	}
	var off int
	if err := b.Deps.DB.QueryRow(t.Context(), `
		select count(*) from ticket_type h where h.kind = 'EVENT' and (h.held + h.sold > h.capacity
			or h.held <> (select sum(held) from ticket_type t where t.event_id = h.event_id and t.kind = 'ADMISSION')
			or h.sold <> (select sum(sold) from ticket_type t where t.event_id = h.event_id and t.kind = 'ADMISSION'))`).Scan(&off); err != nil {
		return err.Error()
	}
	if off > 0 {
		return fmt.Sprintf("%d events do not count their admissions together", off)
	}
	// Bookings that were cancelled when their event had begun keep their use of a code.
	if err := b.Deps.DB.QueryRow(t.Context(), `
		select count(*) from promo_code p cross join lateral
			(select count(*) as n from booking k where k.event_id = p.event_id and p.code = any(k.codes) and k.status in ('HELD', 'CONFIRMED')) alive
		where p.used < alive.n or p.used > coalesce(p.max_uses, p.used)`).Scan(&off); err != nil {
		return err.Error()
	}
	if off > 0 {
		return fmt.Sprintf("%d codes were used more often than they count or may be", off)
	}
	return ""
}

// eventually waits until ok, asking again whenever the database may have moved on; the test's deadline is the only limit that matters.
func (b *bench) eventually(what string, ok func() bool) {
	b.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	limit := time.After(30 * time.Second)
	for !ok() {
		select {
		case <-tick.C:
		case <-limit:
			b.t.Fatalf("never: %s", what)
		}
	}
}

func decode[T any](t testing.TB, raw json.RawMessage) T {
	t.Helper()
	var v T
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatalf("%v in %s", err, raw)
	}
	return v
}

package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"marquee/internal/pg"
	"marquee/internal/pg/pgtest"
	"marquee/subgraphs/analytics/internal/sales"
	"marquee/subgraphs/analytics/internal/store"
)

var now = time.Date(2027, 5, 1, 10, 0, 0, 0, time.UTC)

type bench struct {
	*store.Store
	pool *pgxpool.Pool
}

func start(t *testing.T) bench {
	t.Helper()
	pool := pgtest.Pool(t, os.DirFS("../../migrations"))
	return bench{store.New(pool), pool}
}

// record is what the bus does: a transaction a fact.
func (b bench) record(t *testing.T, f sales.Fact) {
	t.Helper()
	err := pg.InTx(t.Context(), b.pool, func(tx pgx.Tx) error { return b.Record(t.Context(), tx, f, now) })
	if err != nil {
		t.Errorf("record %s %s: %v", f.Kind, f.Subject, err)
	}
}

// story is facts of one event that need each other: two versions of it, a booking that is cancelled and refunded, one that stays.
func story(event string) []sales.Fact {
	id := func(s string) string { return event + "-" + s }
	at := time.Date(2027, 3, 28, 23, 59, 0, 0, time.UTC)
	return []sales.Fact{
		{Kind: sales.EventPublished, Subject: id("1"), EventID: event, OrganizerID: "usr_old", Currency: "EUR", Version: 1, At: at, Items: []sales.Item{
			{TicketTypeID: id("a"), Name: "Seat"}, {TicketTypeID: id("gone"), Name: "Gone"},
		}},
		{Kind: sales.EventPublished, Subject: id("2"), EventID: event, OrganizerID: "usr_1", Currency: "EUR", Version: 2, At: at, Items: []sales.Item{
			{TicketTypeID: id("b"), Name: "Child"}, {TicketTypeID: id("a"), Name: "Seat, new name"},
		}},
		{
			Kind: sales.BookingConfirmed, Subject: id("x"), EventID: event, BookingID: id("x"), PaymentID: id("px"), OrganizerID: "usr_1", Amount: 5000,
			Currency: "EUR", Tickets: 3, At: at, Items: []sales.Item{{TicketTypeID: id("a"), Name: "Seat", Quantity: 2, Amount: 4000}, {TicketTypeID: id("b"), Name: "Child", Quantity: 1, Amount: 1000}},
		},
		{Kind: sales.BookingCancelled, Subject: id("x"), EventID: event, BookingID: id("x"), OrganizerID: "usr_1", Amount: 5000, Currency: "EUR", At: at.Add(time.Minute)},
		{Kind: sales.PaymentCaptured, Subject: id("px"), EventID: event, BookingID: id("x"), PaymentID: id("px"), Amount: 5000, Currency: "EUR", At: at},
		{Kind: sales.PaymentRefunded, Subject: id("rx"), EventID: event, BookingID: id("x"), PaymentID: id("px"), Amount: 5000, Currency: "EUR", At: at},
		{
			Kind: sales.BookingConfirmed, Subject: id("y"), EventID: event, BookingID: id("y"), PaymentID: id("py"), OrganizerID: "usr_1", Amount: 2000,
			Currency: "EUR", Tickets: 1, At: at.Add(2 * time.Minute), Items: []sales.Item{{TicketTypeID: id("a"), Name: "Seat, new name", Quantity: 1, Amount: 2000}},
		},
		{Kind: sales.PaymentRefunded, Subject: id("rz"), EventID: event, BookingID: id("y"), PaymentID: id("pz"), Amount: 2000, Currency: "EUR", At: at}, // paid twice
		{Kind: sales.TicketCheckedIn, Subject: id("t"), EventID: event, BookingID: id("y"), TicketTypeID: id("a"), At: at.Add(24 * time.Hour)},
		{Kind: sales.TicketCheckedIn, Subject: id("u"), EventID: event, BookingID: id("y"), TicketTypeID: id("a"), At: at.Add(24 * time.Hour)},
		{Kind: sales.CheckInUndone, Subject: id("u"), EventID: event, BookingID: id("y"), TicketTypeID: id("a"), At: at.Add(24 * time.Hour)},
	}
}

// check compares all that can be read of an event of story with what it must be.
func (b bench) check(t *testing.T, event string) {
	t.Helper()
	ctx := t.Context()
	found, err := b.Sales(ctx, []string{event})
	if err != nil || found[event] == nil {
		t.Fatalf("%s: %v %v", event, found, err)
	}
	s := *found[event]
	types := s.ByTicketType
	s.ByTicketType = nil
	want := sales.EventSales{
		EventID: event, OrganizerID: "usr_1", Currency: "EUR", Bookings: 1, TicketsSold: 1, Cancellations: 1, Gross: 7000, Back: 5000, CheckIns: 1,
		Revision: 11, UpdatedAt: s.UpdatedAt,
	}
	if !reflect.DeepEqual(s, want) || !s.UpdatedAt.Equal(now) {
		t.Errorf("%s: got %+v, want %+v", event, s, want)
	}
	var got []string
	for _, x := range types {
		got = append(got, fmt.Sprintf("%s %q %d %d %d", x.TicketTypeID, x.Name, x.TicketsSold, x.Revenue.Amount, x.CheckIns))
	}
	if want := []string{event + `-b "Child" 0 0 0`, event + `-a "Seat, new name" 1 2000 1`}; !slices.Equal(got, want) {
		t.Errorf("%s: types %q, want %q", event, got, want)
	}
	for bucket, want := range map[sales.SalesBucket][]string{
		sales.Hour: {"2027-03-28T23:00:00Z 1 3 5000", "2027-03-29T00:00:00Z 1 1 2000"},
		sales.Day:  {"2027-03-28T00:00:00Z 1 3 5000", "2027-03-29T00:00:00Z 1 1 2000"},
	} {
		lines, err := b.Timelines(ctx, []string{event}, bucket, 10)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, p := range lines[event] {
			got = append(got, fmt.Sprintf("%s %d %d %d", p.Start.Format(time.RFC3339), p.Bookings, p.Tickets, p.Revenue.Amount))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %s %q, want %q", event, bucket, got, want)
		}
	}
	same, err := b.RebuildEvent(ctx, event)
	if err != nil || !same {
		t.Errorf("%s: a recount from the facts differs (%v)", event, err)
	}
}

// Every order of the facts that need each other, the last three of story in turn before, between and after them, each fact twice.
func TestEveryOrderEndsInTheSameNumbers(t *testing.T) {
	t.Parallel()
	b := start(t)
	orders := 0
	permute([]int{1, 2, 3, 5, 6}, func(order []int) {
		orders++
		event := fmt.Sprintf("evt_%03d", orders)
		facts := story(event)
		rest := []int{0, 4, 7, 8, 10, 9}
		at := orders % (len(order) + 1)
		for _, i := range slices.Concat(order[:at], rest, order[at:]) {
			b.record(t, facts[i])
			b.record(t, facts[order[0]]) // again
		}
		b.check(t, event)
	})
	if orders != 120 {
		t.Fatalf("%d orders", orders)
	}
}

// Facts of one event that are recorded at the same time, each twice.
func TestFactsAtTheSameTime(t *testing.T) {
	t.Parallel()
	b := start(t)
	for round := range 30 {
		event := fmt.Sprintf("evt_%03d", round)
		facts := slices.Concat(story(event), story(event))
		random := rand.New(rand.NewPCG(uint64(round), 1))
		random.Shuffle(len(facts), func(i, j int) { facts[i], facts[j] = facts[j], facts[i] })
		var all sync.WaitGroup
		for _, f := range facts {
			all.Go(func() { b.record(t, f) })
		}
		all.Wait()
		b.check(t, event)
		if t.Failed() {
			t.Fatalf("seed %d", round)
		}
	}
}

// randomDay is the facts of many bookings of three events, in any order.
func randomDay(random *rand.Rand) (facts []sales.Fact) {
	for i := range 150 {
		event, booking, payment := fmt.Sprintf("evt_%d", i%3), fmt.Sprintf("bkg_%d", i), fmt.Sprintf("pay_%d", i)
		at := now.Add(time.Duration(random.IntN(100_000)) * time.Second)
		n := 1 + random.IntN(4)
		amount := int64(n) * 1000
		booked := sales.Fact{
			Kind: sales.BookingConfirmed, Subject: booking, EventID: event, BookingID: booking, PaymentID: payment, OrganizerID: "usr_1", Currency: "EUR",
			Amount: amount, Tickets: n, At: at, Items: []sales.Item{{TicketTypeID: fmt.Sprintf("tkt_%d", random.IntN(3)), Name: fmt.Sprint(random.IntN(2)), Quantity: n, Amount: amount}},
		}
		facts = append(facts, booked)
		for k := range n {
			if random.IntN(3) == 0 {
				facts = append(facts, sales.Fact{Kind: sales.TicketCheckedIn, Subject: fmt.Sprintf("%s-%d", booking, k), EventID: event, BookingID: booking, TicketTypeID: booked.Items[0].TicketTypeID, At: at})
			}
		}
		if n > 1 && random.IntN(3) == 0 { // one of them was given back
			facts = append(facts, sales.Fact{
				Kind: sales.TicketsReturned, Subject: "ret_" + booking, EventID: event, BookingID: booking, OrganizerID: "usr_1", Currency: "EUR", Amount: 900,
				Tickets: 1, At: at, Items: []sales.Item{{TicketTypeID: booked.Items[0].TicketTypeID, Quantity: 1, Amount: 1000}},
			})
		}
		if random.IntN(4) == 0 {
			facts = append(facts, sales.Fact{Kind: sales.BookingCancelled, Subject: booking, EventID: event, BookingID: booking, OrganizerID: "usr_1", Currency: "EUR", Amount: amount, At: at})
			facts = append(facts, sales.Fact{Kind: sales.PaymentRefunded, Subject: "rfd_" + booking, EventID: event, BookingID: booking, PaymentID: payment, Currency: "EUR", Amount: amount, At: at})
		}
		if random.IntN(5) == 0 { // paid twice, or too late
			facts = append(facts, sales.Fact{Kind: sales.PaymentRefunded, Subject: "late_" + booking, EventID: event, BookingID: booking, PaymentID: "other", Currency: "EUR", Amount: amount, At: at})
		}
	}
	random.Shuffle(len(facts), func(i, j int) { facts[i], facts[j] = facts[j], facts[i] })
	return facts
}

// Facts recorded together, in groups of any size and some of them again, end in the numbers of facts recorded one by one.
func TestTogetherAsOneByOne(t *testing.T) {
	t.Parallel()
	one, many := start(t), start(t)
	for seed := range uint64(5) {
		random := rand.New(rand.NewPCG(seed, 3))
		facts := randomDay(random)
		for i := range facts {
			f := &facts[i]
			f.Subject, f.BookingID, f.PaymentID = fmt.Sprint(seed, f.Subject), fmt.Sprint(seed, f.BookingID), fmt.Sprint(seed, f.PaymentID)
			one.record(t, facts[i])
		}
		for from := 0; from < len(facts); {
			to := min(len(facts), from+1+random.IntN(60))
			again := max(0, from-random.IntN(10))
			group := slices.Concat(facts[again:to], facts[from:min(to, from+2)])
			if err := pg.InTx(t.Context(), many.pool, func(tx pgx.Tx) error { return many.RecordAll(t.Context(), tx, group, now) }); err != nil {
				t.Fatal(err)
			}
			from = to
		}
	}
	ids := []string{"evt_0", "evt_1", "evt_2"}
	read := func(b bench) (map[string]*sales.EventSales, map[string][]*sales.SalesPoint) {
		totals, err := b.Sales(t.Context(), ids)
		points, err2 := b.Timelines(t.Context(), ids, sales.Hour, 100)
		if err != nil || err2 != nil || len(totals) != 3 {
			t.Fatal(totals, err, err2)
		}
		return totals, points
	}
	wantTotals, wantPoints := read(one)
	gotTotals, gotPoints := read(many)
	if !reflect.DeepEqual(gotTotals, wantTotals) || !reflect.DeepEqual(gotPoints, wantPoints) {
		t.Errorf("together %+v, one by one %+v", gotTotals["evt_0"], wantTotals["evt_0"])
	}
	if different, err := many.Rebuild(t.Context(), time.Time{}); err != nil || len(different) != 0 {
		t.Errorf("different from a recount: %v (%v)", different, err)
	}
}

// A random day of many bookings: the totals are those of a recount.
func TestRandomDayEqualsARecount(t *testing.T) {
	t.Parallel()
	b := start(t)
	for _, f := range randomDay(rand.New(rand.NewPCG(7, 7))) {
		b.record(t, f)
	}
	different, err := b.Rebuild(t.Context(), time.Time{})
	if err != nil || len(different) != 0 {
		t.Errorf("different from a recount: %v (%v)", different, err)
	}
}

// The comparison sees what somebody changed by hand, and Rebuild puts it right.
func TestRebuildRepairs(t *testing.T) {
	t.Parallel()
	for _, damage := range []string{
		"update event_sales set gross = gross + 1", "update event_sales set bookings = 0", "update event_sales set revision = 0",
		"update event_sales set organizer_id = null, currency = null, published_version = null",
		"update ticket_type_sales set tickets_sold = tickets_sold + 1", "delete from ticket_type_sales", "update ticket_type_sales set position = 0",
		"delete from sales_bucket", "update sales_bucket set revenue = 0", "truncate event_sales, ticket_type_sales, sales_bucket",
	} {
		t.Run(damage, func(t *testing.T) {
			t.Parallel()
			b := start(t)
			for _, f := range story("evt_1") {
				b.record(t, f)
			}
			if different, err := b.Rebuild(t.Context(), time.Time{}); err != nil || len(different) != 0 {
				t.Fatalf("before: %v %v", different, err)
			}
			if _, err := b.pool.Exec(t.Context(), damage); err != nil {
				t.Fatal(err)
			}
			different, err := b.Rebuild(t.Context(), time.Time{})
			if err != nil || !slices.Equal(different, []string{"evt_1"}) {
				t.Errorf("after: %v %v", different, err)
			}
			b.check(t, "evt_1")
		})
	}
}

// A rolled-back transaction leaves neither the fact nor its count.
func TestRecordIsOneTransaction(t *testing.T) {
	t.Parallel()
	b := start(t)
	for _, f := range story("evt_1") {
		err := pg.InTx(t.Context(), b.pool, func(tx pgx.Tx) error {
			if err := b.Record(t.Context(), tx, f, now); err != nil {
				return err
			}
			return context.Canceled
		})
		if err == nil {
			t.Fatal("committed")
		}
		b.record(t, f)
	}
	b.check(t, "evt_1")
}

func permute(all []int, visit func([]int)) {
	order := slices.Clone(all)
	var place func(k int)
	place = func(k int) {
		if k == len(order) {
			visit(slices.Clone(order))
			return
		}
		for i := k; i < len(order); i++ {
			order[k], order[i] = order[i], order[k]
			place(k + 1)
			order[k], order[i] = order[i], order[k]
		}
	}
	place(0)
}

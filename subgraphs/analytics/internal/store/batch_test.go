package store_test

import (
	"context"
	"fmt"
	"os"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	"marquee/internal/pg"
	"marquee/internal/pg/pgtest"
	"marquee/internal/viewer"
	"marquee/subgraphs/analytics/internal/sales"
	"marquee/subgraphs/analytics/internal/store"
)

// counting counts the queries that go through it.
type counting struct {
	sales.Store
	queries atomic.Int32
}

func (c *counting) Sales(ctx context.Context, ids []string) (map[string]*sales.EventSales, error) {
	c.queries.Add(1)
	return c.Store.Sales(ctx, ids)
}

func (c *counting) Timelines(
	ctx context.Context, ids []string, bucket sales.SalesBucket, last int,
) (map[string][]*sales.SalesPoint, error) {
	c.queries.Add(1)
	return c.Store.Timelines(ctx, ids, bucket, last)
}

// The fields of many events cost one query each, not one an event.
func TestListsDoNotAskPerEvent(t *testing.T) {
	t.Parallel()
	b := start(t)
	var ids []string
	for i := range 20 {
		event := fmt.Sprintf("evt_%02d", i)
		ids = append(ids, event)
		for _, f := range story(event) {
			b.record(t, f)
		}
	}
	counted := &counting{Store: b.Store}
	reader := &sales.Reader{Store: counted}
	v := &viewer.Viewer{UserID: "usr_1", Roles: []string{viewer.EventManager}}
	read := func(events []*sales.EventSales) {
		t.Helper()
		for _, s := range events {
			if len(s.ByTicketType) != 2 {
				t.Fatalf("%v", s.ByTicketType)
			}
			points, err := reader.Timeline(t.Context(), s, sales.Day, 1)
			if err != nil || len(points) != 1 || points[0].Tickets != 1 { // the latest
				t.Fatalf("%v %v", points, err)
			}
		}
	}
	var all []*sales.EventSales
	for _, e := range reader.Events(ids) {
		s, err := reader.SalesOf(t.Context(), v, e)
		if err != nil || s == nil {
			t.Fatal(s, err)
		}
		all = append(all, s)
	}
	read(all)
	if n := counted.queries.Swap(0); n != 2 {
		t.Errorf("20 events cost %d queries, want 2", n)
	}
	report, err := reader.Report(t.Context(), v)
	if err != nil {
		t.Fatal(err)
	}
	page, err := reader.ByEvent(t.Context(), report, 20, nil)
	if err != nil || len(page.Edges) != 20 {
		t.Fatal(page, err)
	}
	read(page.Nodes())
	for _, s := range page.Nodes() {
		if _, err := reader.SalesOf(t.Context(), v, s.Event()); err != nil {
			t.Fatal(err)
		}
	}
	if n := counted.queries.Load(); n != 2 {
		t.Errorf("a report of 20 events costs %d queries, want 2", n)
	}
}

// BenchmarkRecord records confirmed bookings of one event, a transaction each, as the bus does.
func BenchmarkRecord(b *testing.B) {
	pool := pgtest.Pool(b, os.DirFS("../../migrations"))
	s := store.New(pool)
	facts := make([]sales.Fact, b.N)
	for i := range facts {
		facts[i] = story("evt_1")[6]
		facts[i].Subject = fmt.Sprint("bkg_", i)
		facts[i].BookingID = facts[i].Subject
	}
	b.ResetTimer()
	for _, f := range facts {
		if err := pg.InTx(b.Context(), pool, func(tx pgx.Tx) error { return s.Record(b.Context(), tx, f, now) }); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "facts/s")
}

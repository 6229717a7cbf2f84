package store_test

import (
	"context"
	"fmt"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"marquee/internal/demo"
	"marquee/internal/outbox"
	"marquee/internal/pg"
	"marquee/internal/pg/pgtest"
	"marquee/internal/viewer"
	"marquee/subgraphs/events/internal/event"
	"marquee/subgraphs/events/internal/seed"
	"marquee/subgraphs/events/internal/store"
)

// counter counts statements, and batches of them as one.
type counter struct{ n atomic.Int64 }

func (c *counter) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	c.n.Add(1)
	return ctx
}

func (c *counter) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

func (c *counter) TraceBatchStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchStartData) context.Context {
	c.n.Add(1)
	return ctx
}

func (c *counter) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}

func (c *counter) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData) {}

// seeded returns a store over the demo's events and a counter of its statements.
func seeded(t *testing.T) (*store.Store, *counter, *demo.Set) {
	t.Helper()
	cfg, err := pgxpool.ParseConfig(pgtest.URL(t, os.DirFS("../../migrations")))
	if err != nil {
		t.Fatal(err)
	}
	c := &counter{}
	cfg.ConnConfig.Tracer = c
	pool, err := pgxpool.NewWithConfig(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	s, err := store.New(t.Context(), pool, outbox.New("events"))
	if err != nil {
		t.Fatal(err)
	}
	set := demo.Generate(time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC))
	if err := pg.InTx(t.Context(), pool, func(tx pgx.Tx) error { return seed.Plant(t.Context(), tx, s, set) }); err != nil {
		t.Fatal(err)
	}
	return s, c, set
}

func TestListsTakeAsManyStatementsForOneAsForAHundred(t *testing.T) {
	t.Parallel()
	s, c, set := seeded(t)
	published := event.Published
	for _, n := range []int{1, 100} {
		for search, most := range map[string]int64{"": 3, "music": 4} {
			q := event.Query{Status: &published, Sort: event.ByStart, Limit: n}
			if search != "" {
				q.Words = []string{search}
			}
			before := c.n.Load()
			events, err := s.List(t.Context(), q)
			if err != nil || search == "" && len(events) != n {
				t.Fatalf("%d events, %v", len(events), err)
			}
			if took := c.n.Load() - before; took > most {
				t.Errorf("%d events, search %q: %d statements, want at most %d", n, search, took, most)
			}
		}
	}
	ids := make([]string, 100)
	for i := range ids {
		ids[i] = set.Events[i].ID
	}
	before := c.n.Load()
	if events, err := s.ByIDs(t.Context(), ids); err != nil || len(events) != 100 || c.n.Load()-before != 2 {
		t.Errorf("%d events with %d statements, %v", len(events), c.n.Load()-before, err)
	}
}

// A series of 500 dates is made, published and called off in as many round trips as one of three.
func TestSeriesAreWrittenInBatches(t *testing.T) {
	t.Parallel()
	s, c, set := seeded(t)
	events := event.New(s, func() time.Time { return set.Now })
	took := func(first *demo.Event, dates int) (trips [3]int64) {
		v := &viewer.Viewer{UserID: first.OrganizerID, Roles: []string{viewer.EventManager}}
		begin := c.n.Load()
		mark := func(i int) { trips[i], begin = c.n.Load()-begin, c.n.Load() }
		made, err := events.CreateSeries(t.Context(), v, event.CreateSeriesInput{EventID: first.ID, Version: 1, Rule: fmt.Sprintf("FREQ=DAILY;COUNT=%d", dates)})
		if err != nil || made.DateCount != dates {
			t.Fatalf("%+v, %v", made, err)
		}
		mark(0)
		if _, n, err := events.PublishSeries(t.Context(), v, made.ID); err != nil || n != dates-1 {
			t.Fatalf("%d published, %v", n, err)
		}
		mark(1)
		if _, n, err := events.CancelSeries(t.Context(), v, event.CancelSeriesInput{ID: made.ID}); err != nil || n != dates {
			t.Fatalf("%d called off, %v", n, err)
		}
		mark(2)
		return trips
	}
	if few, many := took(&set.Events[0], 3), took(&set.Events[1], 500); few != many {
		t.Errorf("round trips of 3 dates %v, of 500 %v", few, many)
	}
}

func TestCountStopsAtItsLimit(t *testing.T) {
	t.Parallel()
	s, _, set := seeded(t)
	published := event.Published
	for most, want := range map[int]int{10: 10, 10_000: len(set.Events)} {
		if n, err := s.Count(t.Context(), event.Query{Status: &published, EachDate: true}, most); err != nil || n != want {
			t.Errorf("up to %d: %d, %v", most, n, err)
		}
	}
}

// What the domain lets through, the tables' own checks let through as well, and nothing wider.
func TestTablesHoldTheInvariants(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t, os.DirFS("../../migrations"))
	const base = `insert into category values ('cat_1', 'c', 'C') on conflict do nothing;
		insert into event (id, slug, title, summary, description, status, format, starts_at, ends_at, time_zone, category_id, organizer_id, version,
			created_at, updated_at, published_at, words)
		select 'evt_%d', 'slug-%[1]d', 't', '', '', status, format, now(), now() + width, 'UTC', 'cat_1', 'usr_1', version, now(), now(), published, '{}'
		from (values (%s)) v (status, format, width, version, published)`
	for i, c := range []struct {
		values string
		ok     bool
	}{
		{"'DRAFT', 'ONLINE', interval '1 hour', 1, null::timestamptz", true},
		{"'PUBLISHED', 'ONLINE', interval '1 hour', 2, now()", true},
		{"'PUBLISHED', 'ONLINE', interval '1 hour', 2, null::timestamptz", false},
		{"'DRAFT', 'ONLINE', interval '1 hour', 1, now()", false},
		{"'DRAFT', 'IN_PERSON', interval '1 hour', 1, null::timestamptz", false},
		{"'DRAFT', 'ONLINE', interval '0 hours', 1, null::timestamptz", false},
		{"'DRAFT', 'ONLINE', interval '1 hour', 0, null::timestamptz", false},
		{"'CANCELLED', 'ONLINE', interval '1 hour', 1, null::timestamptz", false},
	} {
		if _, err := pool.Exec(t.Context(), fmt.Sprintf(base, i, c.values)); (err == nil) != c.ok {
			t.Errorf("%s: %v", c.values, err)
		}
	}
}

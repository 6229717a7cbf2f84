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
	"marquee/subgraphs/events/internal/event"
	"marquee/subgraphs/events/internal/seed"
	"marquee/subgraphs/events/internal/store"
)

// counter counts statements.
type counter struct{ n atomic.Int64 }

func (c *counter) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	c.n.Add(1)
	return ctx
}

func (c *counter) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

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

func TestCountStopsAtItsLimit(t *testing.T) {
	t.Parallel()
	s, _, set := seeded(t)
	published := event.Published
	for most, want := range map[int]int{10: 10, 10_000: len(set.Events)} {
		if n, err := s.Count(t.Context(), event.Query{Status: &published}, most); err != nil || n != want {
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

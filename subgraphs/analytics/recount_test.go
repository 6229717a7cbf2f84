package analytics_test

import (
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"marquee/internal/service/servicetest"
	"marquee/subgraphs/analytics"
)

// The night's job puts right what was changed by hand, and there is a job for the next night.
func TestNightlyRecount(t *testing.T) {
	t.Parallel()
	var late atomic.Int64
	s := servicetest.Start(t, analytics.Service(), servicetest.At(func() time.Time { return time.Now().Add(time.Duration(late.Load())) }))
	boss := manager()
	e := event(boss, "EUR")
	s.Deliver(t, published(e))
	s.Deliver(t, confirmed(e, 3))
	late.Store(int64(24 * time.Hour))
	for _, sql := range []string{
		"update event_sales set tickets_sold = 99",
		"update river_job set scheduled_at = now() - interval '1 minute' where kind = 'recount'", // the night comes
	} {
		if tag, err := s.Deps.DB.Exec(t.Context(), sql); err != nil || tag.RowsAffected() != 1 {
			t.Fatalf("%s: %v %v", sql, tag, err)
		}
	}
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(30 * time.Second)
	for {
		rows, err := s.Deps.DB.Query(t.Context(), "select state::text from river_job where kind = 'recount' order by id")
		if err != nil {
			t.Fatal(err)
		}
		states, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			t.Fatal(err)
		}
		if slices.Equal(states, []string{"completed", "scheduled"}) {
			break
		}
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("still %v", states)
		}
	}
	if got := eventSales(t, s, boss, e.EventID)[0]; got.TicketsSold != 3 {
		t.Errorf("after the recount: %+v", got)
	}
}

package servicetest

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"

	"marquee/internal/bus"
)

// holdBus delivers nothing, so that published messages stay in the outbox for the test to read: the relay waits at the first.
type holdBus struct{}

func (*holdBus) Deliver(ctx context.Context, events []bus.Event) []error {
	<-ctx.Done()
	out := make([]error, len(events))
	for i := range out {
		out[i] = ctx.Err()
	}
	return out
}

// Published returns all messages the subgraph has published so far, in order.
func (s *Subgraph) Published(t testing.TB) []bus.Event {
	t.Helper()
	rows, err := s.Deps.DB.Query(t.Context(), "select id, topic, key, at, trace_parent, payload from outbox order by seq")
	if err != nil {
		t.Fatal(err)
	}
	events, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (bus.Event, error) {
		e := bus.Event{Source: s.Instance.Name}
		return e, r.Scan(&e.ID, &e.Topic, &e.Key, &e.At, &e.TraceParent, &e.Payload)
	})
	if err != nil {
		t.Fatal(err)
	}
	return events
}

// PublishedTo returns the messages of one topic.
func (s *Subgraph) PublishedTo(t testing.TB, topic string) []bus.Event {
	t.Helper()
	var out []bus.Event
	for _, e := range s.Published(t) {
		if e.Topic == topic {
			out = append(out, e)
		}
	}
	return out
}

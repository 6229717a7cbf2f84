package outbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"

	"github.com/jackc/pgx/v5"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"
	"golang.org/x/sync/errgroup"

	"marquee/internal/bus"
	"marquee/internal/crash"
	"marquee/internal/pg"
)

// sideBySide is how many events of different keys are handled at once; more would take the database connections from requests.
const sideBySide = 6

// errBehind is the answer for an event whose predecessor of the same key was refused.
var errBehind = errors.New("an earlier message of the same key was not taken")

// Deliver implements bus.Bus for the consumers of this one subgraph: each event takes effect in each consumer that wants it, in one
// transaction with its inbox row, now or before.
func (in *Inbox) Deliver(ctx context.Context, events []bus.Event) []error {
	out := make([]error, len(events))
	for _, c := range in.consumers {
		var wanted []bus.Event
		var at []int
		for i, e := range events {
			if slices.Contains(c.Topics, e.Topic) {
				wanted, at = append(wanted, e), append(at, i)
			}
		}
		if len(wanted) == 0 {
			continue
		}
		answers := in.consume(ctx, c, wanted)
		for n, err := range answers {
			out[at[n]] = errors.Join(out[at[n]], err)
		}
		in.after()
		if c.Committed != nil {
			hints(ctx, c, wanted, answers)
		}
	}
	return out
}

// hints calls Committed with what the events are about that have no error. A panic costs the hints only: the effects are committed, and a
// delivery again would end in the same panic.
func hints(ctx context.Context, c bus.Consumer, events []bus.Event, answers []error) {
	defer func() {
		if v := recover(); v != nil {
			slog.ErrorContext(ctx, "consumer panicked after the commit", "consumer", c.Name, "topic", events[0].Topic, "panic", v, "stack", string(debug.Stack()))
		}
	}()
	var about []string
	seen := map[string]bool{}
	for n, e := range events {
		if answers[n] != nil {
			continue
		}
		what := e.Key
		if c.Concerns != nil {
			what = c.Concerns(e)
		}
		if what != "" && !seen[what] {
			seen[what] = true
			about = append(about, what)
		}
	}
	if len(about) > 0 {
		c.Committed(ctx, about)
	}
}

// handle calls Handle for each event, or HandleAll. A panic is a refusal: one bad message must not end the process, again at every start.
func handle(ctx context.Context, c bus.Consumer, tx pgx.Tx, events []bus.Event) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("consumer %s panicked: %v\n%s", c.Name, v, debug.Stack())
		}
	}()
	if c.HandleAll != nil && len(events) > 1 {
		err := c.HandleAll(ctx, tx, events)
		for _, e := range events {
			crash.At("inbox/" + c.Name + "/" + e.Topic)
		}
		return err
	}
	for _, e := range events {
		if err := c.Handle(ctx, tx, e); err != nil {
			return err
		}
		crash.At("inbox/" + c.Name + "/" + e.Topic)
	}
	return nil
}

func (in *Inbox) consume(ctx context.Context, c bus.Consumer, events []bus.Event) []error {
	if c.Together && len(events) > 1 {
		in.together.Lock()
		err := in.take(ctx, c, events)
		in.together.Unlock()
		if err == nil {
			return make([]error, len(events))
		}
		// One of them failed: find out which.
	}
	return in.consumeApart(ctx, c, events)
}

// consumeApart gives each event a transaction of its own; those of one key go one after the other until one is refused.
func (in *Inbox) consumeApart(ctx context.Context, c bus.Consumer, events []bus.Event) []error {
	out := make([]error, len(events))
	var g errgroup.Group
	g.SetLimit(sideBySide)
	for _, group := range byKey(events) {
		g.Go(func() error {
			for n, i := range group {
				if out[i] = in.take(ctx, c, events[i:i+1]); out[i] != nil {
					for _, later := range group[n+1:] {
						out[later] = errBehind
					}
					break
				}
			}
			return nil
		})
	}
	_ = g.Wait()
	return out
}

// byKey returns the positions of the events of each key, in order.
func byKey(events []bus.Event) [][]int {
	var groups [][]int
	at := map[string]int{}
	for i, e := range events {
		n, known := at[e.Key]
		if !known {
			n = len(groups)
			at[e.Key] = n
			groups = append(groups, nil)
		}
		groups[n] = append(groups[n], i)
	}
	return groups
}

// take lets those of the events that did not take effect before do so, all or none.
func (in *Inbox) take(ctx context.Context, c bus.Consumer, events []bus.Event) error {
	if len(events) == 1 && events[0].TraceParent != "" {
		ctx = otel.GetTextMapPropagator().Extract(ctx, propagation.MapCarrier{"traceparent": events[0].TraceParent})
	}
	// A consumer that waits, for a lock or a stuck neighbour, must not hold back the messages of all other keys.
	ctx, cancel := context.WithTimeout(ctx, in.patience)
	defer cancel()
	ids := make([]string, len(events))
	for i, e := range events {
		ids[i] = e.ID
	}
	return pg.InTx(ctx, in.db, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `insert into inbox (consumer, event_id) select $1, id from unnest($2::text[]) with ordinality u(id, n) order by n
			on conflict do nothing returning event_id`, c.Name, ids)
		if err != nil {
			return err
		}
		first := map[string]bool{}
		var id string
		if _, err := pgx.ForEachRow(rows, []any{&id}, func() error { first[id] = true; return nil }); err != nil {
			return err
		}
		fresh := make([]bus.Event, 0, len(first))
		for _, e := range events {
			if first[e.ID] { // else it was handled before
				fresh = append(fresh, e)
				delete(first, e.ID) // or comes twice here
			}
		}
		return handle(ctx, c, tx, fresh)
	})
}

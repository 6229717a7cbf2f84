package outbox

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"

	"marquee/internal/bus"
	"marquee/internal/crash"
	"marquee/internal/pg"
)

// Inbox hands events to the consumers of one subgraph, each exactly once.
type Inbox struct {
	db        *pgxpool.Pool
	consumers []bus.Consumer
	after     func()
}

// NewInbox returns the inbox of a subgraph. after runs after each commit: effects may have put rows into the subgraph's own outbox.
func NewInbox(db *pgxpool.Pool, consumers []bus.Consumer, after func()) *Inbox {
	return &Inbox{db: db, consumers: consumers, after: after}
}

// Wants reports whether some consumer takes the topic.
func (in *Inbox) Wants(topic string) bool {
	return slices.ContainsFunc(in.consumers, func(c bus.Consumer) bool { return slices.Contains(c.Topics, topic) })
}

// Deliver runs every consumer that takes the event's topic, each in a transaction of its own together with its inbox row, and returns
// nil when all have committed now or before. It implements bus.Bus for the consumers of this one subgraph.
func (in *Inbox) Deliver(ctx context.Context, e bus.Event) error {
	if e.TraceParent != "" {
		ctx = otel.GetTextMapPropagator().Extract(ctx, propagation.MapCarrier{"traceparent": e.TraceParent})
	}
	for _, c := range in.consumers {
		if !slices.Contains(c.Topics, e.Topic) {
			continue
		}
		err := pg.InTx(ctx, in.db, func(tx pgx.Tx) error {
			tag, err := tx.Exec(ctx, "insert into inbox (consumer, event_id) values ($1, $2) on conflict do nothing", c.Name, e.ID)
			if err != nil || tag.RowsAffected() == 0 {
				return err // handled before
			}
			if err := c.Handle(ctx, tx, e); err != nil {
				return err
			}
			crash.At("inbox/" + c.Name + "/" + e.Topic)
			return nil
		})
		if err != nil {
			return err
		}
		in.after()
		if c.Committed != nil {
			c.Committed(ctx, e)
		}
	}
	return nil
}

// Forget deletes inbox rows older than keep: no bus delivers again after that long.
func (in *Inbox) Forget(ctx context.Context, keep time.Duration) error {
	_, err := in.db.Exec(ctx, "delete from inbox where handled_at < now() - make_interval(secs => $1)", keep.Seconds())
	return pg.Translate(err)
}

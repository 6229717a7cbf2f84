// Package outbox makes a subgraph's messages as durable as its data: a message is a row written in the transaction of the change it
// tells of, a relay carries the rows to the bus, and an inbox row in the consumer's transaction makes each message take effect once.
package outbox

import (
	"context"
	"embed"
	"encoding/json"
	"time"

	"github.com/jackc/pgx/v5"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"

	"marquee/internal/contract"
	"marquee/internal/id"
)

// Migrations creates the tables outbox and inbox.
//
//go:embed migrations/*.sql
var Migrations embed.FS

// Outbox writes messages of one subgraph.
type Outbox struct {
	source string
	wake   chan struct{}
}

// New returns the outbox of the subgraph with this name.
func New(source string) *Outbox { return &Outbox{source: source, wake: make(chan struct{}, 1)} }

// Publish writes messages into the transaction. They leave after its commit; the caller need not do anything more, but Wake afterwards
// saves the relay's polling interval. Messages of one key go in the order in which they were written; writers of one key exclude each
// other, usually by the lock on the aggregate's row, which they take before.
func (o *Outbox) Publish(ctx context.Context, tx pgx.Tx, messages ...contract.Message) error {
	return o.PublishAt(ctx, tx, time.Now(), messages...)
}

// PublishAt is Publish for facts of another time: seeded history.
func (o *Outbox) PublishAt(ctx context.Context, tx pgx.Tx, at time.Time, messages ...contract.Message) error {
	if len(messages) == 0 {
		return nil
	}
	carrier := propagation.MapCarrier{}
	otel.GetTextMapPropagator().Inject(ctx, carrier)
	var ids, topics, keys []string
	var payloads [][]byte
	for _, m := range messages {
		payload, err := json.Marshal(m)
		if err != nil {
			return err
		}
		ids, topics, keys, payloads = append(ids, id.New("evn")), append(topics, m.Topic()), append(keys, m.Key()), append(payloads, payload)
	}
	_, err := tx.Exec(ctx, `insert into outbox (id, topic, key, at, trace_parent, payload)
		select i, t, k, $4, $5, p from unnest($1::text[], $2::text[], $3::text[], $6::json[]) with ordinality u(i, t, k, p, n) order by n`,
		ids, topics, keys, at, carrier["traceparent"], payloads)
	return err
}

// Wake tells the relay of this process that rows may be waiting. It never blocks.
func (o *Outbox) Wake() {
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

// Package bus carries messages of package contract from one subgraph's outbox to the others' consumers. Delivery is at least once, in
// order per key; a consumer's inbox row makes every message take effect exactly once.
package bus

import (
	"context"
	"encoding/json"
	"time"

	"github.com/jackc/pgx/v5"
)

// Event is a message on its way.
type Event struct {
	ID          string          `json:"id"`     // evn_…, given by the outbox; the same at every delivery
	Source      string          `json:"source"` // the publishing subgraph
	Topic       string          `json:"topic"`
	Key         string          `json:"key"`
	At          time.Time       `json:"at"`
	TraceParent string          `json:"traceParent,omitempty"` // W3C trace context of the write
	Payload     json.RawMessage `json:"payload"`
}

// Consumer handles the messages of some topics. Handle runs in a transaction that also holds the inbox row, so its writes and the fact
// that the message was handled stand or fall together. A returned error rolls back and the message comes again later.
type Consumer struct {
	Name   string   // unique within its subgraph, stable over releases
	Topics []string // for example "booking.confirmed"
	Handle func(ctx context.Context, tx pgx.Tx, e Event) error
	// Committed, if set, runs after the commit of each successful Handle, and again at a repeated delivery: for live hints, which may be
	// lost. It must be quick.
	Committed func(ctx context.Context, e Event)
}

// Bus delivers an event to every consumer that wants it, and returns nil only when all of them have committed (or, for a broker, when
// the broker has it durably).
type Bus interface {
	Deliver(ctx context.Context, e Event) error
}

// Decode reads the payload of an event.
func Decode[M any](e Event) (M, error) {
	var m M
	err := json.Unmarshal(e.Payload, &m)
	return m, err
}

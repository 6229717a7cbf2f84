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
	// HandleAll, if set, is Handle for several events, in their order, that came together; it goes with Together.
	HandleAll func(ctx context.Context, tx pgx.Tx, events []Event) error
	// Concerns, if set, says what an event is about for Committed, "" for nothing; else that is its key.
	Concerns func(e Event) string
	// Committed, if set, runs after the commit of events that came together, and again at a repeated delivery, with each thing they are
	// about once: for live hints, which may be lost. It must be quick.
	Committed func(ctx context.Context, about []string)
	// Together says that many events may share one transaction, which is many times faster. It suits handlers whose writes nobody else
	// makes in another order of locks. If one event fails, each is tried in a transaction of its own.
	Together bool
}

// Bus delivers events. The answer has an entry for each event, in their order: nil when every consumer has committed it (or, for a
// broker, when the broker has it durably), else why not. Events of one key take effect in order: when one fails, so do the later ones of
// its key.
type Bus interface {
	Deliver(ctx context.Context, events []Event) []error
}

// One delivers one event.
func One(ctx context.Context, b Bus, e Event) error { return b.Deliver(ctx, []Event{e})[0] }

// Decode reads the payload of an event.
func Decode[M any](e Event) (M, error) {
	var m M
	err := json.Unmarshal(e.Payload, &m)
	return m, err
}

package bus

import (
	"context"
	"errors"
)

// Target takes events for the consumers of one subgraph: its inbox, or a client of it in another process.
type Target interface {
	Wants(topic string) bool
	Deliver(ctx context.Context, e Event) error
}

// Direct hands each event to every target that wants it. It is the default bus: an event leaves the outbox only when all consumers have
// committed. A target that fails does not keep the others from getting the event; at the next try those that have it pass it over.
type Direct []Target

// Deliver implements Bus.
func (d Direct) Deliver(ctx context.Context, e Event) error {
	var failed error
	for _, t := range d {
		if t.Wants(e.Topic) {
			failed = errors.Join(failed, t.Deliver(ctx, e))
		}
	}
	return failed
}

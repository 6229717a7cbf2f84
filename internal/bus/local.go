package bus

import (
	"context"
	"errors"
	"sync"
)

// Target takes events for the consumers of one subgraph: its inbox, or a client of it in another process.
type Target interface {
	Bus
	Wants(topic string) bool
}

// Direct hands each event to every target that wants it. It is the default bus: an event leaves the outbox only when all consumers have
// committed. A target that fails does not keep the others from getting the event; at the next try those that have it pass it over.
type Direct []Target

// Deliver implements Bus.
func (d Direct) Deliver(ctx context.Context, events []Event) []error {
	out := make([]error, len(events))
	var mu sync.Mutex
	var wg sync.WaitGroup
	for _, t := range d {
		var wanted []Event
		var at []int
		for i, e := range events {
			if t.Wants(e.Topic) {
				wanted, at = append(wanted, e), append(at, i)
			}
		}
		if len(wanted) == 0 {
			continue
		}
		wg.Go(func() {
			answers := t.Deliver(ctx, wanted)
			mu.Lock()
			defer mu.Unlock()
			for n, err := range answers {
				out[at[n]] = errors.Join(out[at[n]], err)
			}
		})
	}
	wg.Wait()
	return out
}

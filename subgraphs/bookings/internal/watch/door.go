package watch

import (
	"context"
	"log/slog"
	"reflect"

	"marquee/internal/pubsub"
	"marquee/internal/viewer"
	"marquee/subgraphs/bookings/internal/booking"
	"marquee/subgraphs/bookings/internal/store"
)

// Progress streams how far the entry to an event has come: at once, then whenever it has changed. The channel is closed when the context
// ends. Errors: UNAUTHENTICATED, FORBIDDEN unless the viewer runs the event.
func Progress(
	ctx context.Context, door *booking.Door, p *pubsub.PubSub, log *slog.Logger, v *viewer.Viewer, eventID string,
) (<-chan *booking.CheckInStats, error) {
	if _, err := door.Stats(ctx, v, eventID); err != nil {
		return nil, err
	}
	out := make(chan *booking.CheckInStats)
	go func() {
		defer close(out)
		var seen *booking.CheckInStats
		err := p.Watch(ctx, store.DoorChannel(eventID), pace, func(ctx context.Context) error {
			s, err := door.Stats(ctx, v, eventID)
			if err != nil || reflect.DeepEqual(s, seen) {
				return err
			}
			select {
			case out <- s:
				seen = s
			case <-ctx.Done():
			}
			return nil
		})
		if err != nil {
			log.WarnContext(ctx, "live check-ins ended", "event", eventID, "error", err)
		}
	}()
	return out, nil
}

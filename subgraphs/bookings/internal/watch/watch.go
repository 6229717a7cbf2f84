// Package watch turns announcements of changed seats into a stream of availabilities.
package watch

import (
	"context"
	"log/slog"
	"time"

	"marquee/internal/pubsub"
	"marquee/subgraphs/bookings/internal/booking"
	"marquee/subgraphs/bookings/internal/store"
)

// pace: at most twenty values a second; a lost announcement is made up for after some seconds.
var pace = pubsub.Pace{Gap: 50 * time.Millisecond, Idle: 10 * time.Second}

// Availability streams how many seats of an event are left: at once, then whenever it has changed, each with a higher revision than the
// one before. The channel is closed when the context ends. Error: NOT_FOUND for an event not published.
func Availability(ctx context.Context, office *booking.Office, p *pubsub.PubSub, log *slog.Logger, eventID string) (<-chan *booking.EventAvailability, error) {
	if _, err := office.Availability(ctx, eventID); err != nil {
		return nil, err
	}
	out := make(chan *booking.EventAvailability)
	go func() {
		defer close(out)
		seen := -1
		err := p.Watch(ctx, store.Channel(eventID), pace, func(ctx context.Context) error {
			a, err := office.Availability(ctx, eventID)
			if err != nil || a.Revision <= seen {
				return err
			}
			select {
			case out <- a:
				seen = a.Revision
			case <-ctx.Done():
			}
			return nil
		})
		if err != nil {
			log.WarnContext(ctx, "live seats ended", "event", eventID, "error", err)
		}
	}()
	return out, nil
}

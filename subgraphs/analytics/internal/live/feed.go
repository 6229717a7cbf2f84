// Package live carries an event's numbers to those who watch them. Redis only says that they may have changed; the numbers are read
// from the database each time.
package live

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"marquee/internal/errs"
	"marquee/internal/pubsub"
	"marquee/internal/viewer"
	"marquee/subgraphs/analytics/internal/sales"
)

// pace: at most 20 values a second for one subscription; hints may be lost, so look each minute without one.
var pace = pubsub.Pace{Gap: 50 * time.Millisecond, Idle: time.Minute}

// patience is how long a manager's subscription waits for an event that was published a moment ago.
const patience = 3 * time.Second

// Feed makes subscriptions.
type Feed struct {
	Reader *sales.Reader
	PubSub *pubsub.PubSub
	Log    *slog.Logger
}

func channel(eventID string) string { return "sales:" + eventID }

// Hint tells events' subscriptions to look again.
func (f *Feed) Hint(ctx context.Context, eventIDs []string) {
	channels := make([]string, len(eventIDs))
	for i, id := range eventIDs {
		channels[i] = channel(id)
	}
	f.PubSub.Hint(ctx, channels)
}

// EventSales sends an event's numbers at once and after every change, until the context ends or the viewer may not see them any more.
// Errors are those of sales.Reader.One.
func (f *Feed) EventSales(ctx context.Context, v *viewer.Viewer, eventID string) (<-chan *sales.EventSales, error) {
	if err := f.await(ctx, v, eventID); err != nil {
		return nil, err
	}
	out := make(chan *sales.EventSales)
	go func() { // ends with ctx
		defer close(out)
		last := -1
		err := f.PubSub.Watch(ctx, channel(eventID), pace, func(ctx context.Context) error {
			s, err := f.Reader.One(ctx, v, eventID)
			if err != nil || s.Revision == last {
				return err
			}
			select {
			case out <- s:
				last = s.Revision
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
		if err != nil && ctx.Err() == nil {
			f.Log.WarnContext(ctx, "live sales ended", "event", eventID, "error", err)
		}
	}()
	return out, nil
}

// await returns nil when the viewer may see the numbers. A manager who comes right after publishing may be ahead of the message that
// tells of it, so theirs is not refused before some time has passed.
func (f *Feed) await(ctx context.Context, v *viewer.Viewer, eventID string) error {
	_, err := f.Reader.One(ctx, v, eventID)
	if err == nil || !v.Has(viewer.EventManager) {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	there := errors.New("there")
	watched := f.PubSub.Watch(ctx, channel(eventID), pace, func(ctx context.Context) error {
		_, again := f.Reader.One(ctx, v, eventID)
		switch errs.CodeOf(again) {
		case "":
			return there
		case errs.Forbidden, errs.NotFound:
			return nil // not yet
		default:
			return again
		}
	})
	if errors.Is(watched, there) {
		return nil
	}
	if watched != nil {
		return watched
	}
	return err
}

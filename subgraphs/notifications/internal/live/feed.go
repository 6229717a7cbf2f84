// Package live carries new notifications to connected people. Redis only says that there is something new; what is new is read from the
// database, by number, so that each notification arrives once and in order, whatever becomes of the hints.
package live

import (
	"context"
	"log/slog"
	"time"

	"marquee/internal/errs"
	"marquee/internal/pubsub"
	"marquee/internal/viewer"
	"marquee/subgraphs/notifications/internal/notification"
)

// pace: at most 20 looks a second for one person; hints may be lost, so look each minute without one.
var pace = pubsub.Pace{Gap: 50 * time.Millisecond, Idle: time.Minute}

const batch = 100

// Feed makes subscriptions.
type Feed struct {
	Store  notification.Store
	PubSub *pubsub.PubSub
	Log    *slog.Logger
}

func channel(userID string) string { return "user:" + userID }

// Hint tells people's subscriptions to look again.
func (f *Feed) Hint(ctx context.Context, userIDs []string) {
	channels := make([]string, len(userIDs))
	for i, id := range userIDs {
		channels[i] = channel(id)
	}
	f.PubSub.Hint(ctx, channels)
}

// Received sends every notification that the viewer gets from now until the context ends: UNAUTHENTICATED. "Now" is when it returns.
func (f *Feed) Received(ctx context.Context, v *viewer.Viewer) (<-chan *notification.Notification, error) {
	if v == nil {
		return nil, errs.New(errs.Unauthenticated, "Log in first.")
	}
	seq, err := f.Store.LastSeq(ctx, v.ID())
	if err != nil {
		return nil, err
	}
	out := make(chan *notification.Notification)
	go func() { // ends with ctx
		defer close(out)
		err := f.PubSub.Watch(ctx, channel(v.ID()), pace, func(ctx context.Context) error {
			var err error
			seq, err = f.catchUp(ctx, v.ID(), seq, out)
			return err
		})
		if err != nil && ctx.Err() == nil {
			f.Log.WarnContext(ctx, "live notifications ended", "error", err)
		}
	}()
	return out, nil
}

// catchUp sends everything above seq and returns the number it got to.
func (f *Feed) catchUp(ctx context.Context, userID string, seq int64, out chan<- *notification.Notification) (int64, error) {
	for {
		rows, err := f.Store.After(ctx, userID, seq, batch)
		if err != nil {
			return seq, err
		}
		for _, n := range rows {
			select {
			case out <- n:
				seq = n.Seq
			case <-ctx.Done():
				return seq, ctx.Err()
			}
		}
		if len(rows) < batch {
			return seq, nil
		}
	}
}

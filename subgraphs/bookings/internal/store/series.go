package store

import (
	"context"
	"time"

	"marquee/internal/pg"
	"marquee/subgraphs/bookings/internal/store/db"
)

// OtherDates implements booking.Store.
func (s *Store) OtherDates(ctx context.Context, eventID string, n int, now time.Time, most int) ([]string, error) {
	ids, err := s.read().OtherDates(ctx, db.OtherDatesParams{EventID: eventID, Quantity: n, Now: now, Most: int32(most)}) // #nosec G115 -- few
	return ids, pg.Translate(err)
}

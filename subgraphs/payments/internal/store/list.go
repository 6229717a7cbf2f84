package store

import (
	"context"
	"time"

	"marquee/internal/page"
	"marquee/internal/pg"
	"marquee/subgraphs/payments/internal/payment"
	"marquee/subgraphs/payments/internal/store/db"
)

// Seen implements payment.Store.
func (s *Store) Seen(ctx context.Context, v payment.Sight, ids []string) ([]*payment.Payment, error) {
	rows, err := db.New(s.pool).PaymentsSeenBy(ctx, db.PaymentsSeenByParams{Ids: ids, Everything: v.Everything, Viewer: v.UserID})
	if err != nil {
		return nil, pg.Translate(err)
	}
	return allWithRefunds(ctx, s.pool, rows)
}

// SeenOfBookings implements payment.Store.
func (s *Store) SeenOfBookings(ctx context.Context, v payment.Sight, bookingIDs []string) ([]*payment.Payment, error) {
	rows, err := db.New(s.pool).PaymentsOfBookingsSeenBy(ctx, db.PaymentsOfBookingsSeenByParams{
		BookingIds: bookingIDs, Everything: v.Everything, Viewer: v.UserID,
	})
	if err != nil {
		return nil, pg.Translate(err)
	}
	return allWithRefunds(ctx, s.pool, rows)
}

// SeenRefunds implements payment.Store.
func (s *Store) SeenRefunds(ctx context.Context, v payment.Sight, ids []string) ([]*payment.Refund, error) {
	rows, err := db.New(s.pool).RefundsSeenBy(ctx, db.RefundsSeenByParams{Ids: ids, Everything: v.Everything, Viewer: v.UserID})
	if err != nil {
		return nil, pg.Translate(err)
	}
	out := make([]*payment.Refund, len(rows))
	for i, r := range rows {
		out[i] = refundOf(r)
	}
	return out, nil
}

// OfUsers implements payment.Store. The position in the arguments is (createdAt, id), checked by the domain.
func (s *Store) OfUsers(ctx context.Context, userIDs []string, a page.Args) (map[string][]*payment.Payment, error) {
	before, beforeID := time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), "" // later than any payment
	if a.After != nil {
		text, _ := a.String(0)
		at, err := time.Parse(time.RFC3339Nano, text)
		if err != nil {
			return nil, err
		}
		before = at
		beforeID, _ = a.String(1)
	}
	rows, err := db.New(s.pool).PaymentsOfUsers(ctx, db.PaymentsOfUsersParams{
		UserIds: userIDs, BeforeAt: before, BeforeID: beforeID, AtMost: int32(a.Limit()), //nolint:gosec // at most 101
	})
	if err != nil {
		return nil, pg.Translate(err)
	}
	all, err := allWithRefunds(ctx, s.pool, rows)
	if err != nil {
		return nil, err
	}
	out := map[string][]*payment.Payment{}
	for _, p := range all {
		out[p.UserID] = append(out[p.UserID], p)
	}
	return out, nil
}

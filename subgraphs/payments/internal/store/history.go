package store

import (
	"context"
	"time"

	"marquee/internal/money"
	"marquee/internal/pg"
	"marquee/subgraphs/payments/internal/payment"
	"marquee/subgraphs/payments/internal/store/db"
)

var _ payment.History = (*Store)(nil)

// Movements implements payment.History.
func (s *Store) Movements(ctx context.Context, m payment.MovementQuery) ([]*payment.Movement, error) {
	kinds := make([]string, len(m.Kinds))
	for i, k := range m.Kinds {
		kinds[i] = string(k)
	}
	q := db.MovementsOfUserParams{
		UserID: &m.UserID, BeforeAt: m.BeforeAt, BeforeID: m.BeforeID, Since: m.From, Until: m.Before, Kinds: kinds,
		EventID: m.EventID, BookingID: m.BookingID, AtMost: int32(m.Limit), //nolint:gosec // at most 101
	}
	var rows []db.Movement
	var err error
	if m.OrganizerID != "" {
		rows, err = db.New(s.pool).MovementsOfOrganizer(ctx, db.MovementsOfOrganizerParams{
			OrganizerID: m.OrganizerID, BeforeAt: q.BeforeAt, BeforeID: q.BeforeID, Since: q.Since, Until: q.Until, Kinds: kinds,
			EventID: q.EventID, BookingID: q.BookingID, AtMost: q.AtMost,
		})
	} else {
		rows, err = db.New(s.pool).MovementsOfUser(ctx, q)
	}
	if err != nil {
		return nil, pg.Translate(err)
	}
	out := make([]*payment.Movement, len(rows))
	for i, r := range rows {
		fee := money.Of(r.Fee, r.Currency)
		out[i] = &payment.Movement{
			ID: r.ID, Kind: payment.MovementKind(r.Kind), At: r.At.UTC(), PaymentID: r.PaymentID, BookingID: r.BookingID, EventID: r.EventID,
			UserID: r.UserID, OrganizerID: r.OrganizerID, Amount: money.Of(r.Amount, r.Currency), Fee: &fee, Tax: money.Of(r.Tax, r.Currency),
		}
	}
	return out, nil
}

// Takings implements payment.History.
func (s *Store) Takings(ctx context.Context, organizerID string, from, before time.Time) ([]payment.Taken, error) {
	rows, err := db.New(s.pool).TakingsOfOrganizer(ctx, db.TakingsOfOrganizerParams{OrganizerID: organizerID, Since: from, Until: before})
	out := make([]payment.Taken, len(rows))
	for i, r := range rows {
		out[i] = payment.Taken(r)
	}
	return out, pg.Translate(err)
}

// Owed implements payment.History.
func (s *Store) Owed(ctx context.Context, organizerID string) ([]money.Money, error) {
	rows, err := db.New(s.pool).OwedToOrganizer(ctx, organizerID)
	out := make([]money.Money, len(rows))
	for i, r := range rows {
		out[i] = money.Of(r.Amount, r.Currency)
	}
	return out, pg.Translate(err)
}

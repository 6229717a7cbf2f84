package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"marquee/internal/pg"
	"marquee/subgraphs/bookings/internal/booking"
	"marquee/subgraphs/bookings/internal/store/db"
)

const inOneGo = 100 // most bookings ended in one transaction

// Expire ends the hold of a booking if its time is up, and returns the booking; nil when there is none.
func (s *Store) Expire(ctx context.Context, bookingID string) (*booking.Booking, error) {
	works, err := s.changeAll(ctx, []string{bookingID}, (*booking.Work).Expire)
	if err != nil {
		return nil, err
	}
	return works[0].Booking, nil
}

// ExpireDue ends up to inOneGo holds whose time is up and reports whether there may be more.
func (s *Store) ExpireDue(ctx context.Context) (more bool, err error) {
	ids, err := s.read().DueHolds(ctx, db.DueHoldsParams{Now: s.now(), AtMost: inOneGo})
	if err != nil || len(ids) == 0 {
		return false, pg.Translate(err)
	}
	_, err = s.changeAll(ctx, ids, (*booking.Work).Expire)
	return len(ids) == inOneGo, err
}

// CallOff ends up to inOneGo bookings of an event that was called off and reports whether there may be more.
func (s *Store) CallOff(ctx context.Context, eventID string) (more bool, err error) {
	ids, err := s.read().AliveOfEvent(ctx, db.AliveOfEventParams{EventID: eventID, AtMost: inOneGo})
	if err != nil || len(ids) == 0 {
		return false, pg.Translate(err)
	}
	_, err = s.changeAll(ctx, ids, (*booking.Work).CallOff)
	return len(ids) == inOneGo, err
}

// changeAll is ChangeIn in a transaction of its own, for rules that refuse nothing.
func (s *Store) changeAll(ctx context.Context, ids []string, rule func(*booking.Work)) ([]*booking.Work, error) {
	var works []*booking.Work
	err := s.inTx(ctx, func(tx pgx.Tx) error {
		var err error
		works, err = s.ChangeIn(ctx, tx, ids, func(w *booking.Work) error { rule(w); return nil })
		return err
	})
	if err != nil {
		return nil, err
	}
	var events []string
	for _, w := range works {
		if w.Changed {
			events = append(events, w.Booking.EventID)
		}
	}
	if len(events) > 0 {
		s.committed(ctx, events...)
	}
	return works, nil
}

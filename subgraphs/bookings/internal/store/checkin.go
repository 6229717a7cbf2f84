package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"marquee/internal/contract"
	"marquee/internal/pg"
	"marquee/subgraphs/bookings/internal/booking"
	"marquee/subgraphs/bookings/internal/store/db"
)

// CheckIn implements booking.Store. Two scans at once: the second waits for the row of the first and then finds it used.
func (s *Store) CheckIn(ctx context.Context, c booking.CheckIn) (t *booking.Ticket, now bool, err error) {
	at := c.At.UTC().Truncate(time.Microsecond)
	err = pg.InTx(ctx, s.pool, func(tx pgx.Tx) error {
		t, now = nil, false
		q := in(tx)
		row, err := q.CheckIn(ctx, db.CheckInParams{Code: c.Code, EventID: c.EventID, Gate: &c.Gate, By: &c.By, At: &at})
		id, of := row.ID, row.BookingID
		switch {
		case err == nil:
			now = true
			if err := s.outbox.Publish(ctx, tx, contract.TicketCheckedIn{
				TicketID: id, TicketTypeID: row.TicketTypeID, BookingID: of,
				EventID: c.EventID, Gate: c.Gate, At: at,
			}); err != nil {
				return err
			}
		case errors.Is(err, pgx.ErrNoRows):
			used, err := q.TicketByCode(ctx, db.TicketByCodeParams{Code: c.Code, EventID: c.EventID})
			if errors.Is(err, pgx.ErrNoRows) {
				return nil
			}
			if err != nil {
				return err
			}
			id, of = used.ID, used.BookingID
		default:
			return err
		}
		found, err := s.load(ctx, q, []string{of})
		if err != nil {
			return err
		}
		t = ticketOf(found[of], id)
		return nil
	})
	if err != nil {
		return nil, false, err
	}
	if now {
		s.outbox.Wake()
	}
	return t, now, nil
}

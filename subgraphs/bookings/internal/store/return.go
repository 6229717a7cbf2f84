package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"marquee/subgraphs/bookings/internal/booking"
	"marquee/subgraphs/bookings/internal/store/db"
)

// giveUp writes tickets that were given back singly; what they free is written with the stock and the seats.
func giveUp(ctx context.Context, tx pgx.Tx, works []*booking.Work) error {
	var ids []string
	var items []db.ShrinkItemParams
	var notes []db.NoteReturnedParams
	for _, w := range works {
		b := w.Booking
		for _, t := range w.GivenUp {
			ids = append(ids, t.ID)
		}
		for _, i := range b.Items {
			if i.Returned > 0 {
				items = append(items, db.ShrinkItemParams{BookingID: b.ID, TicketTypeID: i.TypeID, Quantity: i.Quantity, Returned: i.Returned})
			}
		}
		notes = append(notes, db.NoteReturnedParams{ID: b.ID, Revision: b.Revision, ReturnedAmount: b.Returned, ReturnedWithFee: b.ReturnedWithFee})
	}
	if len(ids) == 0 {
		return nil
	}
	if err := in(tx).DropSeatsOfTickets(ctx, ids); err != nil {
		return err
	}
	if err := in(tx).VoidTicketsByID(ctx, ids); err != nil {
		return err
	}
	if err := each(in(tx).ShrinkItem(ctx, items)); err != nil {
		return err
	}
	return each(in(tx).NoteReturned(ctx, notes))
}

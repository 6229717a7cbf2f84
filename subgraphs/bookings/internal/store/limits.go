package store

import (
	"context"
	"errors"
	"slices"

	"github.com/jackc/pgx/v5"

	"marquee/internal/errs"
	"marquee/subgraphs/bookings/internal/booking"
	"marquee/subgraphs/bookings/internal/store/db"
)

// errUncounted: the admissions of an event are counted together since after the stock was locked, so that their row is not among what
// is locked. The transaction is to be tried again.
var errUncounted = errors.New("the admissions are not counted yet")

// counted returns errUncounted unless every event that counts its admissions together has its row among the stock.
func counted(shows map[string]*booking.Show, stock booking.Stocks) error {
	for id, s := range shows {
		if s.Shared && stock[id] == nil {
			return errs.New(errs.Conflict, "The event was changed just now; try again.").Because(errUncounted)
		}
	}
	return nil
}

// takenBy returns what those who order have already; nil, without a question to the database, where no limit asks for it.
func takenBy(ctx context.Context, tx pgx.Tx, stock booking.Stocks, orders []*booking.Order) (booking.Taken, error) {
	if !stock.Limited() {
		return nil, nil
	}
	var p db.TakenByParams
	for _, o := range orders {
		p.UserIds, p.EventIds = append(p.UserIds, o.UserID), append(p.EventIds, o.Input.EventID)
	}
	return taken(ctx, tx, p)
}

// takenByEnded does the same for the holders of bookings whose hold has ended: their seats may be wanted again.
func takenByEnded(ctx context.Context, tx pgx.Tx, stock booking.Stocks, list []*booking.Booking) (booking.Taken, error) {
	if !stock.Limited() {
		return nil, nil
	}
	var p db.TakenByParams
	for _, b := range list {
		if b.Status == booking.Expired {
			p.UserIds, p.EventIds = append(p.UserIds, b.UserID), append(p.EventIds, b.EventID)
		}
	}
	if len(p.UserIds) == 0 {
		return nil, nil
	}
	return taken(ctx, tx, p)
}

func taken(ctx context.Context, tx pgx.Tx, p db.TakenByParams) (booking.Taken, error) {
	slices.Sort(p.UserIds)
	slices.Sort(p.EventIds)
	p.UserIds, p.EventIds = slices.Compact(p.UserIds), slices.Compact(p.EventIds)
	rows, err := in(tx).TakenBy(ctx, p)
	if err != nil {
		return nil, err
	}
	out := booking.Taken{}
	for _, r := range rows {
		out.Add(r.UserID, r.EventID, r.TicketTypeID, r.Kind, r.Taken)
	}
	return out, nil
}

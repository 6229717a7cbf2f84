package store

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"marquee/internal/contract"
	"marquee/subgraphs/bookings/internal/booking"
	"marquee/subgraphs/bookings/internal/store/db"
)

// ChangeIn locks bookings, runs the rule on each in the order of the ids given and writes what it decided. A booking that is not there
// is a work without booking. The caller announces the events after the commit.
func (s *Store) ChangeIn(ctx context.Context, tx pgx.Tx, ids []string, rule func(*booking.Work) error) ([]*booking.Work, error) {
	works, stock, err := s.lock(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	for _, w := range works {
		if err := rule(w); err != nil {
			return nil, err
		}
	}
	return works, s.write(ctx, tx, ids, works, stock)
}

func (s *Store) lock(ctx context.Context, tx pgx.Tx, ids []string) ([]*booking.Work, booking.Stocks, error) {
	q := in(tx)
	rows, err := q.LockBookings(ctx, ids)
	if err != nil {
		return nil, nil, err
	}
	list := make([]*booking.Booking, len(rows))
	for i, r := range rows {
		list[i] = toBooking(r, "")
	}
	byID, found, events := index(list)
	if err := fillItems(ctx, q, byID, found); err != nil {
		return nil, nil, err
	}
	if err := lockTickets(ctx, q, byID, found); err != nil {
		return nil, nil, err
	}
	if err := s.fillGuests(ctx, q, list); err != nil {
		return nil, nil, err
	}
	payments, err := q.Payments(ctx, ids)
	if err != nil {
		return nil, nil, err
	}
	types := slices.Clone(events)
	for _, b := range list {
		types = append(types, b.TypeIDs()...)
	}
	slices.Sort(types)
	stock, err := lockStock(ctx, tx, slices.Compact(types))
	if err != nil {
		return nil, nil, err
	}
	if err := s.hallsOf(ctx, tx, list, stock); err != nil {
		return nil, nil, err
	}
	of, err := shows(ctx, q, events) // after the stock is locked, as in lockForSale
	if err != nil {
		return nil, nil, err
	}
	if err := counted(of, stock); err != nil {
		return nil, nil, err
	}
	taken, err := takenByEnded(ctx, tx, stock, list)
	if err != nil {
		return nil, nil, err
	}
	var uses []codeUse
	for _, b := range list {
		for _, code := range b.Codes {
			uses = append(uses, codeUse{b.EventID, b.UserID, code})
		}
	}
	promo, err := lockPromo(ctx, tx, uses)
	if err != nil {
		return nil, nil, err
	}
	works := make([]*booking.Work, len(ids))
	for i, id := range ids {
		w := &booking.Work{Now: s.now(), Booking: byID[id], Stock: stock, Taken: taken, Promo: promo}
		if w.Booking != nil {
			w.Show = of[w.Booking.EventID]
			w.Booking.OrganizerID = w.Show.OrganizerID
		}
		for _, p := range payments {
			if p.BookingID == id {
				w.Payments = append(w.Payments, booking.Payment{ID: p.ID, Outcome: booking.Outcome(p.Outcome)})
			}
		}
		works[i] = w
	}
	return works, stock, nil
}

// numbered reports whether the item has numbered seats.
func numbered(i *booking.Item) bool { return len(i.Seats) > 0 }

func lockTickets(ctx context.Context, q *db.Queries, byID map[string]*booking.Booking, ids []string) error {
	ids = slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !ticketed(byID[id]) })
	if len(ids) == 0 {
		return nil
	}
	rows, err := q.LockTickets(ctx, ids)
	if err != nil {
		return err
	}
	slices.SortStableFunc(rows, func(a, b db.Ticket) int { return a.Position - b.Position })
	for _, r := range rows {
		b := byID[r.BookingID]
		b.Tickets = append(b.Tickets, toTicket(r, b))
	}
	return nil
}

func (s *Store) write(ctx context.Context, tx pgx.Tx, ids []string, works []*booking.Work, stock booking.Stocks) error {
	var updates []db.UpdateBookingParams
	var payments []db.PutPaymentParams
	var returned []db.NoteRefundedParams
	var extended []db.ExtendHoldParams
	var issued []*booking.Ticket
	var void []string
	var messages []contract.Message
	var reseated, named []*booking.Booking
	var givenUp []*booking.Work
	for i, w := range works {
		messages = append(messages, w.Messages...)
		for _, p := range w.Decided {
			payments = append(payments, db.PutPaymentParams{ID: p.ID, BookingID: ids[i], Outcome: string(p.Outcome), At: w.Now})
		}
		if w.Extended {
			extended = append(extended, db.ExtendHoldParams{ID: w.Booking.ID, HoldExpiresAt: w.Booking.ExpiresAt})
		}
		if w.Returned {
			returned = append(returned, db.NoteRefundedParams{ID: w.Booking.ID, RefundedAmount: w.Booking.Refunded, RefundedForTickets: w.Booking.RefundedForTickets})
		}
		if w.Named {
			named = append(named, w.Booking)
		}
		if len(w.GivenUp) > 0 {
			givenUp = append(givenUp, w)
		}
		if w.Reseated {
			reseated = append(reseated, w.Booking)
		}
		if b := w.Booking; w.Changed {
			updates = append(updates, db.UpdateBookingParams{
				ID: b.ID, Status: string(b.Status), Revision: b.Revision, PaymentID: b.PaymentID,
				EndReason: (*string)(b.EndReason), ConfirmedAt: b.ConfirmedAt, EndedAt: b.EndedAt,
			})
			switch b.Status {
			case booking.Confirmed:
				issued = append(issued, b.Tickets...)
			case booking.Cancelled:
				void = append(void, b.ID)
			}
		}
	}
	if err := each(in(tx).UpdateBooking(ctx, updates)); err != nil {
		return err
	}
	if err := each(in(tx).ExtendHold(ctx, extended)); err != nil {
		return err
	}
	if err := each(in(tx).NoteRefunded(ctx, returned)); err != nil {
		return err
	}
	if err := each(in(tx).PutPayment(ctx, payments)); err != nil {
		return err
	}
	// Before tickets are issued: a seat given back may have a new holder already.
	if len(void) > 0 {
		if err := in(tx).VoidTickets(ctx, void); err != nil {
			return err
		}
	}
	if err := nameGuests(ctx, tx, named); err != nil {
		return err
	}
	if err := giveUp(ctx, tx, givenUp); err != nil {
		return err
	}
	if err := reseat(ctx, tx, reseated); err != nil {
		return err
	}
	if err := insertTickets(ctx, tx, issued); err != nil {
		return err
	}
	if err := moveSeats(ctx, tx, stock); err != nil {
		return err
	}
	if err := s.outbox.Publish(ctx, tx, messages...); err != nil {
		return err
	}
	if len(works) > 0 {
		if err := usePromo(ctx, tx, works[0].Promo); err != nil {
			return err
		}
	}
	return moveStock(ctx, tx, stock)
}

// each waits for a batch of statements and returns the first error.
func each(results interface{ Exec(func(int, error)) }) error {
	var first error
	results.Exec(func(_ int, err error) {
		if first == nil {
			first = err
		}
	})
	return first
}

package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"marquee/internal/id"
	"marquee/internal/pg"
	"marquee/subgraphs/bookings/internal/booking"
	"marquee/subgraphs/bookings/internal/store/db"
)

var _ booking.DoorStore = (*Store)(nil)

// DoorChannel is where scans at an event's doors are announced.
func DoorChannel(eventID string) string { return "door:" + eventID }

// Scan implements booking.DoorStore. Every scan is kept and counted at its gate, in the transaction of what it changes.
func (s *Store) Scan(ctx context.Context, scan booking.Scan) (booking.Scanned, error) {
	scan.At = scan.At.UTC().Truncate(time.Microsecond)
	var out booking.Scanned
	told := false
	err := pg.InTx(ctx, s.pool, func(tx pgx.Tx) error {
		out, told = booking.Scanned{}, false
		q := in(tx)
		ticket, replaced, err := s.scanned(ctx, q, scan)
		if err != nil {
			return err
		}
		out.Outcome = scan.Judge(ticket, replaced)
		if m := scan.Tell(ticket, out.Outcome); m != nil {
			if err := s.outbox.Publish(ctx, tx, m); err != nil {
				return err
			}
			told = true
		}
		if err := admit(ctx, q, scan, ticket, out.Outcome); err != nil {
			return err
		}
		switch {
		case out.Outcome == booking.ScanWrongEvent:
			other, err := shows(ctx, q, []string{ticket.EventID})
			out.Other = other[ticket.EventID]
			return err
		case ticket == nil:
			return nil
		}
		found, err := s.load(ctx, q, []string{ticket.BookingID})
		out.Ticket = ticketOf(found[ticket.BookingID], ticket.ID)
		return err
	})
	if err != nil {
		return booking.Scanned{}, err
	}
	if told {
		s.outbox.Wake()
	}
	s.pubsub.Publish(ctx, DoorChannel(scan.EventID), nil)
	return out, nil
}

// scanned finds the ticket that a scan names and locks it; nil when there is none.
func (s *Store) scanned(ctx context.Context, q *db.Queries, scan booking.Scan) (t *booking.ScannedTicket, replaced bool, err error) {
	var ticketID string
	switch {
	case scan.Refused != "":
		return nil, false, nil
	case scan.Pass != nil:
		ticketID = scan.Pass.TicketID
	default:
		row, err := q.TicketIDByCode(ctx, scan.Code)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil, false, nil
		}
		if err != nil {
			return nil, false, err
		}
		ticketID, replaced = row.ID, row.Replaced
	}
	row, err := q.LockTicket(ctx, ticketID)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	if scan.Code != "" && row.Code != scan.Code {
		replaced = true // while this waited for the row
	}
	t = &booking.ScannedTicket{
		ID: row.ID, EventID: row.EventID, TypeID: row.TicketTypeID, BookingID: row.BookingID, Status: booking.TicketStatus(row.Status),
		Revision: row.Revision, Undone: row.Undone,
	}
	if row.Gate != nil {
		t.Gate = *row.Gate
	}
	return t, replaced, nil
}

// admit writes what the outcome of a scan changes, and the scan itself. A check-in that was not to be taken back is not a scan.
func admit(ctx context.Context, q *db.Queries, scan booking.Scan, t *booking.ScannedTicket, outcome booking.ScanOutcome) error {
	row := db.InsertScanParams{
		ID: id.New("scn"), EventID: scan.EventID, At: scan.At, Gate: scan.Gate, By: scan.By, Outcome: string(outcome), Reason: scan.Reason,
	}
	if t != nil && outcome != booking.ScanWrongEvent {
		row.TicketID = &t.ID
	}
	switch {
	case outcome == booking.ScanLetIn:
		if err := q.CheckIn(ctx, db.CheckInParams{ID: t.ID, At: &scan.At, By: &scan.By, Gate: &scan.Gate}); err != nil {
			return err
		}
	case outcome == booking.ScanUndone:
		row.Gate = t.Gate // where it is to be counted off
		if err := q.UndoCheckIn(ctx, t.ID); err != nil {
			return err
		}
	case scan.Undo:
		return nil
	}
	return q.InsertScan(ctx, row)
}

// Reissue implements booking.DoorStore.
func (s *Store) Reissue(ctx context.Context, ticketID, code, by string, at time.Time) (done bool, err error) {
	err = pg.InTx(ctx, s.pool, func(tx pgx.Tx) error {
		q := in(tx)
		row, err := q.LockTicket(ctx, ticketID)
		if done = err == nil && row.Status == string(booking.Valid); !done {
			return err
		}
		keep := db.KeepReplacedCodeParams{Code: row.Code, TicketID: ticketID, At: at.UTC().Truncate(time.Microsecond), By: by}
		if err := q.KeepReplacedCode(ctx, keep); err != nil {
			return err
		}
		return q.ReplaceTicket(ctx, db.ReplaceTicketParams{ID: ticketID, Code: code})
	})
	return done && err == nil, err
}

// Gates implements booking.DoorStore.
func (s *Store) Gates(ctx context.Context, eventID string) (*booking.CheckInStats, error) {
	sold, err := s.read().SoldOfEvent(ctx, eventID)
	if err != nil {
		return nil, pg.Translate(err)
	}
	rows, err := s.read().Gates(ctx, eventID)
	if err != nil {
		return nil, pg.Translate(err)
	}
	out := &booking.CheckInStats{EventID: eventID, Tickets: sold, Gates: make([]*booking.GateStats, len(rows))}
	for i, r := range rows {
		out.Gates[i] = &booking.GateStats{Gate: r.Name, CheckedIn: r.LetIn - r.Undone, Refused: r.Refused, LastAt: r.LastAt.UTC()}
		out.CheckedIn += r.LetIn - r.Undone
		out.Undone += r.Undone
		out.Refused += r.Refused
	}
	return out, nil
}

// LatestScans implements booking.DoorStore.
func (s *Store) LatestScans(ctx context.Context, eventID string, limit int) ([]*booking.TicketScan, error) {
	rows, err := s.read().LatestScans(ctx, db.LatestScansParams{EventID: eventID, AtMost: int32(limit)}) // at most 100
	return toScans(rows), pg.Translate(err)
}

// Scans implements booking.Store.
func (s *Store) Scans(ctx context.Context, ticketIDs []string) (map[string][]*booking.TicketScan, error) {
	rows, err := s.read().ScansOfTickets(ctx, ticketIDs)
	out := map[string][]*booking.TicketScan{}
	for _, scan := range toScans(rows) {
		out[scan.TicketID] = append(out[scan.TicketID], scan)
	}
	return out, pg.Translate(err)
}

func toScans(rows []db.Scan) []*booking.TicketScan {
	out := make([]*booking.TicketScan, len(rows))
	for i, r := range rows {
		out[i] = &booking.TicketScan{ID: r.ID, At: r.At.UTC(), Gate: r.Gate, Outcome: booking.ScanOutcome(r.Outcome), Reason: r.Reason, ByID: r.By}
		if r.TicketID != nil {
			out[i].TicketID = *r.TicketID
		}
	}
	return out
}

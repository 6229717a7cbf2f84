package store

import (
	"context"
	"encoding/json"
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

// answered is the outcome of a scan as its key remembers it.
type answered struct {
	Outcome   booking.ScanOutcome `json:"outcome"`
	TicketID  string              `json:"ticketId,omitempty"` // of any event
	BookingID string              `json:"bookingId,omitempty"`
	EventID   string              `json:"eventId,omitempty"` // the ticket's
}

// Scan implements booking.DoorStore. Every scan is kept and counted at its gate, in the transaction of what it changes.
func (s *Store) Scan(ctx context.Context, claim booking.Claim, scan booking.Scan) (booking.Scanned, error) {
	scan.At = scan.At.UTC().Truncate(time.Microsecond)
	told := false
	raw, again, err := s.once(ctx, claim, func(tx pgx.Tx) ([]byte, error) {
		told = false
		q := in(tx)
		ticket, replaced, err := s.scanned(ctx, q, scan)
		if err != nil {
			return nil, err
		}
		a := answered{Outcome: scan.Judge(ticket, replaced)}
		if ticket != nil {
			a.TicketID, a.BookingID, a.EventID = ticket.ID, ticket.BookingID, ticket.EventID
		}
		if m := scan.Tell(ticket, a.Outcome); m != nil {
			if err := s.outbox.Publish(ctx, tx, m); err != nil {
				return nil, err
			}
			told = true
		}
		if err := admit(ctx, q, scan, ticket, a.Outcome); err != nil {
			return nil, err
		}
		return json.Marshal(a)
	})
	if err != nil {
		return booking.Scanned{}, err
	}
	if told {
		s.outbox.Wake()
	}
	if !again {
		s.pubsub.Publish(ctx, DoorChannel(scan.EventID), nil)
	}
	return s.whatWasScanned(ctx, raw)
}

// whatWasScanned reads an answer together with the ticket, or the other event, as it is now.
func (s *Store) whatWasScanned(ctx context.Context, raw []byte) (booking.Scanned, error) {
	var a answered
	if err := json.Unmarshal(raw, &a); err != nil {
		return booking.Scanned{}, err
	}
	out := booking.Scanned{Outcome: a.Outcome}
	if a.Outcome == booking.ScanWrongEvent {
		other, err := shows(ctx, s.read(), []string{a.EventID})
		out.Other = other[a.EventID]
		return out, pg.Translate(err)
	}
	if a.TicketID == "" {
		return out, nil
	}
	found, err := s.load(ctx, s.read(), []string{a.BookingID})
	if err != nil {
		return out, pg.Translate(err)
	}
	out.Ticket = ticketOf(found[a.BookingID], a.TicketID)
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

// errNotValid leaves the key of a reissue free that the ticket's status does not allow.
var errNotValid = errors.New("the ticket is not valid")

// Reissue implements booking.DoorStore.
func (s *Store) Reissue(ctx context.Context, claim booking.Claim, ticketID, code, by string, at time.Time) (bool, error) {
	_, _, err := s.once(ctx, claim, func(tx pgx.Tx) ([]byte, error) {
		q := in(tx)
		row, err := q.LockTicket(ctx, ticketID)
		if err != nil {
			return nil, err
		}
		if row.Status != string(booking.Valid) {
			return nil, errNotValid
		}
		keep := db.KeepReplacedCodeParams{Code: row.Code, TicketID: ticketID, At: at.UTC().Truncate(time.Microsecond), By: by}
		if err := q.KeepReplacedCode(ctx, keep); err != nil {
			return nil, err
		}
		return nil, q.ReplaceTicket(ctx, db.ReplaceTicketParams{ID: ticketID, Code: code})
	})
	if errors.Is(err, errNotValid) {
		return false, nil
	}
	return err == nil, err
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

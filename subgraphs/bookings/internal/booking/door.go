package booking

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"marquee/internal/errs"
	"marquee/internal/viewer"
	"marquee/subgraphs/bookings/internal/pass"
)

// DoorStore keeps what happens at doors.
type DoorStore interface {
	// Scan judges a scan over the ticket it names, under lock, and writes and tells what follows. Two scans of one ticket at once: the
	// second waits for the first and then finds it used. A repeated claim has the outcome of the first, good or bad, with the ticket as
	// it is now. Error: IDEMPOTENCY_KEY_REUSED.
	Scan(ctx context.Context, claim Claim, s Scan) (Scanned, error)
	// Reissue gives a VALID ticket another code and the next revision; false when it is not VALID. A repeated claim does nothing and is
	// true. Error: IDEMPOTENCY_KEY_REUSED.
	Reissue(ctx context.Context, claim Claim, ticketID, code, by string, at time.Time) (bool, error)
	// Gates returns what happened at an event's gates, by name; and how many of its tickets are sold.
	Gates(ctx context.Context, eventID string) (*CheckInStats, error)
	// LatestScans returns an event's scans, newest first.
	LatestScans(ctx context.Context, eventID string, limit int) ([]*TicketScan, error)
}

// Passes signs and verifies what the QR codes of tickets say.
type Passes interface {
	Sign(ctx context.Context, p pass.Pass) (string, error)
	// Verify returns the errors of pass.Verify.
	Verify(ctx context.Context, payload string) (pass.Pass, error)
}

// Door is the use cases of tickets that were issued: showing them, letting their holders in, taking that back.
type Door struct {
	office *Office
	store  DoorStore
	passes Passes
	now    func() time.Time
}

// NewDoor returns the use cases over a box office, a store, keys and a clock.
func NewDoor(office *Office, store DoorStore, passes Passes, now func() time.Time) *Door {
	return &Door{office: office, store: store, passes: passes, now: now}
}

const (
	maxGate   = 100
	maxReason = 500
	maxTyped  = 1000 // bytes of what a scanner may send
)

// CheckIn lets the holder of a ticket in, once. What was read is a ticket's code or the payload of its QR code. The ticket comes back
// also with ALREADY_CHECKED_IN, TICKET_VOID and TICKET_REPLACED.
// Errors: UNAUTHENTICATED, EVENT_NOT_FOUND unless the viewer runs the event, INVALID_INPUT, TICKET_NOT_FOUND, ALREADY_CHECKED_IN,
// TICKET_VOID, TICKET_REPLACED, TICKET_FORGED, WRONG_EVENT, INVALID_IDEMPOTENCY_KEY, IDEMPOTENCY_KEY_REUSED.
func (d *Door) CheckIn(ctx context.Context, v *viewer.Viewer, eventID, read, gate, key string) (*Ticket, error) {
	s, err := d.scan(ctx, v, eventID, read, key)
	if err != nil {
		return nil, err
	}
	s.Gate = strings.TrimSpace(gate)
	if utf8.RuneCountInString(s.Gate) > maxGate || !plain(s.Gate) {
		return nil, errs.New(errs.InvalidInput, fmt.Sprintf("The name of a gate has at most %d printable characters.", maxGate)).At("input", "gate")
	}
	out, err := d.store.Scan(ctx, Claim{Scope: "checkInTicket " + v.ID(), Key: key, Request: []string{eventID, read, s.Gate}}, s)
	if err != nil {
		return nil, err
	}
	if out.Ticket != nil {
		d.office.attach([]*Booking{out.Ticket.Booking})
	}
	return out.Ticket, out.refusal()
}

// UndoCheckIn takes a check-in back: the holder may come in again. The same is read as by CheckIn.
// Errors: UNAUTHENTICATED, EVENT_NOT_FOUND, INVALID_INPUT, NOT_CHECKED_IN, TICKET_NOT_FOUND, TICKET_VOID, TICKET_REPLACED, TICKET_FORGED,
// WRONG_EVENT, INVALID_IDEMPOTENCY_KEY, IDEMPOTENCY_KEY_REUSED.
func (d *Door) UndoCheckIn(ctx context.Context, v *viewer.Viewer, eventID, read, reason, key string) (*Ticket, error) {
	s, err := d.scan(ctx, v, eventID, read, key)
	if err != nil {
		return nil, err
	}
	s.Undo, s.Reason = true, strings.TrimSpace(reason)
	if utf8.RuneCountInString(s.Reason) > maxReason || !plain(s.Reason) {
		return nil, errs.New(errs.InvalidInput, fmt.Sprintf("A reason has at most %d printable characters.", maxReason)).At("input", "reason")
	}
	out, err := d.store.Scan(ctx, Claim{Scope: "undoCheckIn " + v.ID(), Key: key, Request: []string{eventID, read, s.Reason}}, s)
	if err != nil {
		return nil, err
	}
	if out.Ticket == nil {
		return nil, out.refusal()
	}
	d.office.attach([]*Booking{out.Ticket.Booking})
	if out.Outcome == ScanNotFound {
		return out.Ticket, errs.New(NotCheckedIn, "The holder of this ticket is not in.").At("input", "code")
	}
	return out.Ticket, out.refusal()
}

// scan reads what was held in front of the door of an event that the viewer runs.
func (d *Door) scan(ctx context.Context, v *viewer.Viewer, eventID, read, key string) (Scan, error) {
	show, err := d.office.run(ctx, v, eventID)
	if err != nil {
		return Scan{}, err
	}
	if err := checkKey(key); err != nil {
		return Scan{}, err
	}
	if show == nil {
		return Scan{}, errEventNotFound
	}
	s := Scan{EventID: eventID, By: v.ID(), At: d.now()}
	switch code, ok := ReadCode(read); {
	case len(read) > maxTyped:
		s.Refused = ScanNotFound
	case pass.Looks(read):
		p, err := d.passes.Verify(ctx, read)
		if s.Pass = &p; err != nil {
			s.Pass, s.Refused = nil, ScanForged
		}
	case ok:
		s.Code = code
	default:
		s.Refused = ScanNotFound
	}
	return s, nil
}

// refusal is the error for an outcome, nil for one that is as wished.
func (o Scanned) refusal() error {
	at := func(code errs.Code, message string) error { return errs.New(code, message).At("input", "code") }
	switch o.Outcome {
	case ScanLetIn, ScanUndone:
		return nil
	case ScanAlreadyIn:
		return at(AlreadyCheckedIn, "This ticket was used already.")
	case ScanVoid:
		return at(TicketVoid, "This ticket was cancelled.")
	case ScanReplaced:
		return at(TicketReplaced, "This ticket was issued again later: only the newest one lets its holder in.")
	case ScanForged:
		return at(TicketForged, "This code was not made by us: the ticket is forged.")
	case ScanWrongEvent:
		return at(WrongEvent, fmt.Sprintf("This ticket is for another event: “%s”.", o.Other.Title))
	case ScanNotFound:
	}
	return at(TicketNotFound, "There is no such ticket for this event.")
}

// Stats returns how far the entry of an event's guests has come. Errors: UNAUTHENTICATED, FORBIDDEN unless the viewer runs the event.
func (d *Door) Stats(ctx context.Context, v *viewer.Viewer, eventID string) (*CheckInStats, error) {
	show, err := d.office.run(ctx, v, eventID)
	if err != nil {
		return nil, err
	}
	if show == nil {
		return nil, errs.New(errs.Forbidden, "Only its organiser sees who comes in to an event.")
	}
	s, err := d.store.Gates(ctx, eventID)
	if err != nil {
		return nil, err
	}
	s.door = d
	return s, nil
}

func (d *Door) recent(ctx context.Context, eventID string, first int) ([]*TicketScan, error) {
	if first < 1 || first > 100 {
		return nil, errs.New(errs.InvalidInput, "first is 1 to 100").At("first")
	}
	scans, err := d.store.LatestScans(ctx, eventID, first)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, s := range scans {
		if s.TicketID != "" {
			ids = append(ids, s.TicketID)
		}
	}
	tickets, err := d.office.store.Tickets(ctx, ids)
	if err != nil {
		return nil, err
	}
	var of []*Booking
	for _, s := range scans {
		s.staff = true
		if s.Ticket = tickets[s.TicketID]; s.Ticket != nil {
			of = append(of, s.Ticket.Booking)
		}
	}
	d.office.attach(of)
	return scans, nil
}

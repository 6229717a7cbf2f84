package booking

import (
	"context"
	"time"

	"marquee/internal/contract"
	"marquee/subgraphs/bookings/internal/pass"
)

// ScanOutcome is what came of a scan; the GraphQL enum of that name.
type ScanOutcome string

// The outcomes of scans.
const (
	ScanLetIn      ScanOutcome = "LET_IN"
	ScanAlreadyIn  ScanOutcome = "ALREADY_IN"
	ScanVoid       ScanOutcome = "VOID"
	ScanReplaced   ScanOutcome = "REPLACED"
	ScanForged     ScanOutcome = "FORGED"
	ScanWrongEvent ScanOutcome = "WRONG_EVENT"
	ScanNotFound   ScanOutcome = "NOT_FOUND"
	ScanUndone     ScanOutcome = "UNDONE"
)

// Scan is something held in front of a door: a QR code (Pass), a code that was typed (Code), or neither, when what was read is refused
// without a look at the tickets (Refused).
type Scan struct {
	EventID string
	Gate    string
	By      string // user id of who scanned
	At      time.Time
	Pass    *pass.Pass
	Code    string // as ReadCode returns it
	Refused ScanOutcome
	Undo    bool   // take the check-in back instead
	Reason  string // of Undo
}

// Judge decides over the ticket that the scan names, read under lock; nil when there is none. replaced says that the code is one of an
// earlier edition. UNDONE and LET_IN are to be written.
func (s Scan) Judge(t *ScannedTicket, replaced bool) ScanOutcome {
	switch {
	case s.Refused != "":
		return s.Refused
	case t == nil:
		return ScanNotFound
	case t.EventID != s.EventID || s.Pass != nil && s.Pass.EventID != t.EventID:
		return ScanWrongEvent
	case t.Status == Void:
		return ScanVoid
	case replaced || s.Pass != nil && s.Pass.Revision != t.Revision:
		return ScanReplaced
	case t.Status == CheckedIn && s.Undo:
		return ScanUndone
	case t.Status == CheckedIn:
		return ScanAlreadyIn
	case s.Undo:
		return ScanNotFound // of a check-in
	}
	return ScanLetIn
}

// ScannedTicket is what a scan is judged by.
type ScannedTicket struct {
	ID, EventID, TypeID, BookingID, Gate string
	Status                               TicketStatus
	Revision                             int
	Undone                               int // how many check-ins were taken back
}

// Tell is the message that an outcome is to be told by, nil for one that changes nothing.
func (s Scan) Tell(t *ScannedTicket, outcome ScanOutcome) contract.Message {
	switch outcome {
	case ScanLetIn:
		return contract.TicketCheckedIn{
			TicketID: t.ID, TicketTypeID: t.TypeID, BookingID: t.BookingID, EventID: t.EventID, Gate: s.Gate, Entry: t.Undone + 1, At: s.At,
		}
	case ScanUndone:
		return contract.TicketCheckInUndone{
			TicketID: t.ID, TicketTypeID: t.TypeID, BookingID: t.BookingID, EventID: t.EventID, Gate: t.Gate, Entry: t.Undone + 1,
			By: s.By, Reason: s.Reason, At: s.At,
		}
	}
	return nil
}

// Scanned is what came of a scan.
type Scanned struct {
	Outcome ScanOutcome
	Ticket  *Ticket // of this event, as it is now; else nil
	Other   *Show   // the event the ticket is of, with WRONG_EVENT
}

// TicketScan is a scan that was kept; the GraphQL type.
type TicketScan struct {
	ID       string
	At       time.Time
	Gate     string
	Outcome  ScanOutcome
	Reason   string // of UNDONE
	TicketID string // "" when it named none of this event
	ByID     string
	Ticket   *Ticket

	staff bool // the viewer may see who scanned
}

// By is who scanned: for those who run the event.
func (s *TicketScan) By() *User {
	if !s.staff || s.ByID == "" {
		return nil
	}
	return &User{ID: s.ByID}
}

// GateStats is what happened at one gate.
type GateStats struct {
	Gate      string
	CheckedIn int // and not taken back
	Refused   int
	LastAt    time.Time
}

// CheckInStats is how far the entry of an event's guests has come.
type CheckInStats struct {
	EventID   string
	Tickets   int // sold and not void
	CheckedIn int // and not taken back
	Undone    int
	Refused   int
	Gates     []*GateStats // by name

	door *Door
}

// Event is the event they are of.
func (s *CheckInStats) Event() *Event { return s.door.office.Events([]string{s.EventID})[0] }

// Recent returns the latest scans of the event, newest first. Error: INVALID_INPUT unless first is 1 to 100.
func (s *CheckInStats) Recent(ctx context.Context, first int) ([]*TicketScan, error) {
	return s.door.recent(ctx, s.EventID, first)
}

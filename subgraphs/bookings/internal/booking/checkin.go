package booking

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"marquee/internal/errs"
	"marquee/internal/viewer"
)

// CheckIn is one scan of a ticket at a door.
type CheckIn struct {
	EventID string
	Code    string // as ReadCode returns it
	Gate    string
	By      string // user id of who scanned
	At      time.Time
}

const maxGate = 100

// CheckIn lets the holder of a ticket in, once. The ticket comes back also with ALREADY_CHECKED_IN and TICKET_VOID.
// Errors: UNAUTHENTICATED, EVENT_NOT_FOUND unless the viewer runs the event, TICKET_NOT_FOUND, ALREADY_CHECKED_IN, TICKET_VOID, INVALID_INPUT.
func (s *Office) CheckIn(ctx context.Context, v *viewer.Viewer, eventID, typed, gate string) (*Ticket, error) {
	show, err := s.run(ctx, v, eventID)
	if err != nil {
		return nil, err
	}
	if show == nil {
		return nil, errEventNotFound
	}
	gate = strings.TrimSpace(gate)
	if utf8.RuneCountInString(gate) > maxGate || !plain(gate) {
		return nil, errs.New(errs.InvalidInput, fmt.Sprintf("The name of a gate has at most %d printable characters.", maxGate)).At("input", "gate")
	}
	unknown := errs.New(TicketNotFound, "There is no such ticket for this event.").At("input", "code")
	code, ok := ReadCode(typed)
	if !ok {
		return nil, unknown
	}
	t, now, err := s.store.CheckIn(ctx, CheckIn{EventID: eventID, Code: code, Gate: gate, By: v.ID(), At: s.now()})
	if err != nil {
		return nil, err
	}
	if t == nil {
		return nil, unknown
	}
	s.attach([]*Booking{t.Booking})
	switch {
	case now:
		return t, nil
	case t.Status == CheckedIn:
		return t, errs.New(AlreadyCheckedIn, "This ticket was used already.").At("input", "code")
	}
	return t, errs.New(TicketVoid, "This ticket was cancelled.").At("input", "code")
}

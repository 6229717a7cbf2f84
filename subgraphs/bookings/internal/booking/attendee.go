package booking

import (
	"context"
	"time"

	"marquee/internal/contract"
	"marquee/internal/errs"
	"marquee/internal/page"
	"marquee/internal/viewer"
)

// Attendee is one ticket of an event as its organiser lists them.
type Attendee struct {
	Ticket  *Ticket
	Answers []Answer // for the ticket, then those given once for its booking
	at      AttendeePosition
}

// AttendeeConnection is one page of attendees.
type AttendeeConnection = page.Connection[*Attendee]

// AttendeeEdge is an attendee in a connection.
type AttendeeEdge = page.Edge[*Attendee]

// AttendeePosition is where a ticket stands in the list of an event's attendees.
type AttendeePosition struct {
	Position // of its booking
	Ticket   int
}

// EventTicket is a ticket's place in that list.
type EventTicket struct {
	TicketID, BookingID string
	At                  AttendeePosition
}

// GuestList is what is known of who comes to an event.
type GuestList interface {
	// TicketsOfEvent returns up to limit tickets that are not void after a position (nil: from the start): the newest booking first, those of
	// one booking in their order.
	TicketsOfEvent(ctx context.Context, eventID string, after *AttendeePosition, limit int) ([]EventTicket, error)
	// QuestionsOfEvent returns the sets of questions that the event's confirmed bookings were asked, the newest first.
	QuestionsOfEvent(ctx context.Context, eventID string) ([][]contract.Question, error)
}

// Attendees lists who comes to an event. Errors: UNAUTHENTICATED, FORBIDDEN unless the viewer runs the event, INVALID_INPUT.
func (s *Office) Attendees(ctx context.Context, v *viewer.Viewer, eventID string, first int, after *string) (*AttendeeConnection, error) {
	if err := s.mayList(ctx, v, eventID); err != nil {
		return nil, err
	}
	args, err := page.Parse(first, after, 3)
	if err != nil {
		return nil, err
	}
	var from *AttendeePosition
	if args.After != nil {
		at, ok1 := args.String(0)
		id, ok2 := args.String(1)
		n, ok3 := args.After[2].(float64)
		t, err := time.Parse(time.RFC3339Nano, at)
		if !ok1 || !ok2 || !ok3 || err != nil || !isID(id) || n < 0 || n > maxPosition {
			return nil, errs.New(errs.InvalidInput, "this is not a cursor of this list").At("after")
		}
		from = &AttendeePosition{Position: Position{CreatedAt: t, ID: id}, Ticket: int(n)}
	}
	rows, err := s.attendees(ctx, eventID, from, args.Limit())
	if err != nil {
		return nil, err
	}
	return page.New(args, rows, func(a *Attendee) string {
		return page.Cursor(a.at.CreatedAt.UTC().Format(time.RFC3339Nano), a.at.ID, a.at.Ticket)
	}), nil
}

const maxPosition = 1_000_000 // more tickets than a booking can have

func (s *Office) attendees(ctx context.Context, eventID string, from *AttendeePosition, limit int) ([]*Attendee, error) {
	listed, err := s.store.TicketsOfEvent(ctx, eventID, from, limit)
	if err != nil {
		return nil, err
	}
	var ids []string
	for n, t := range listed {
		if n == 0 || t.BookingID != listed[n-1].BookingID {
			ids = append(ids, t.BookingID)
		}
	}
	bookings, err := s.store.Bookings(ctx, ids)
	if err != nil {
		return nil, err
	}
	tickets := map[string]*Ticket{}
	var all []*Booking
	for _, id := range ids {
		if b := bookings[id]; b != nil {
			all = append(all, b)
			for _, t := range b.Tickets {
				tickets[t.ID] = t
			}
		}
	}
	s.attach(all)
	out := make([]*Attendee, 0, len(listed))
	for _, l := range listed {
		if t := tickets[l.TicketID]; t != nil {
			out = append(out, &Attendee{Ticket: t, Answers: t.answers(), at: l.At})
		}
	}
	return out, nil
}

// answers returns what was answered for the ticket, then what was answered once for its booking.
func (t *Ticket) answers() []Answer {
	var out []Answer
	if t.Guest != nil {
		out = append(out, t.Guest.Answers...)
	}
	return append(out, t.Booking.Answers...)
}

// AttendeeQuestions returns every question that the event's bookings were asked: the columns of its list of attendees. A question that was
// changed is the newest of its kind.
// Errors: UNAUTHENTICATED, FORBIDDEN unless the viewer runs the event.
func (s *Office) AttendeeQuestions(ctx context.Context, v *viewer.Viewer, eventID string) ([]*contract.Question, error) {
	if err := s.mayList(ctx, v, eventID); err != nil {
		return nil, err
	}
	sets, err := s.store.QuestionsOfEvent(ctx, eventID)
	if err != nil {
		return nil, err
	}
	out := []*contract.Question{}
	seen := map[string]bool{}
	for _, set := range sets {
		for i := range set {
			if q := &set[i]; !seen[q.ID] {
				seen[q.ID] = true
				out = append(out, q)
			}
		}
	}
	return out, nil
}

// mayList returns UNAUTHENTICATED or FORBIDDEN unless the viewer runs the event.
func (s *Office) mayList(ctx context.Context, v *viewer.Viewer, eventID string) error {
	show, err := s.run(ctx, v, eventID)
	if err == nil && show == nil {
		err = errs.New(errs.Forbidden, "Only its organiser sees who comes to an event.")
	}
	return err
}

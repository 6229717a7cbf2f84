package event

import (
	"context"

	"marquee/internal/contract"
	"marquee/internal/errs"
	"marquee/internal/viewer"
)

// Publish makes a draft public. An event that is public already stays as it is. EVENT_NOT_FOUND, EVENT_CANCELLED, NO_TICKET_TYPES,
// EVENT_IN_PAST.
func (s *Events) Publish(ctx context.Context, v *viewer.Viewer, eventID string) (*Event, error) {
	now := s.now()
	e, err := s.change(ctx, v, eventID, func(e *Event) ([]contract.Message, error) {
		var wrong errs.List
		switch {
		case e.Status == Published:
			return nil, ErrUnchanged
		case e.Status == Cancelled:
			return nil, errs.New(EventCancelled, "A cancelled event cannot be published again.").At("input", "id")
		case len(e.TicketTypes) == 0:
			wrong.Add(NoTicketTypes, "Add a kind of ticket first.", "input", "id")
		}
		if !e.StartsAt.After(now) {
			wrong.Add(EventInPast, "The event starts in the past.", "input", "id")
		}
		if err := wrong.Err(); err != nil {
			return nil, err
		}
		e.Status, e.PublishedAt = Published, &now
		return s.changed(e, now), nil
	})
	if err != nil {
		return nil, err
	}
	return e, nil
}

// CancelEventInput is which event is called off, and why.
type CancelEventInput struct{ ID, Reason string }

// Cancel calls an event off. One that is called off already stays as it is. EVENT_NOT_FOUND, INVALID_INPUT.
func (s *Events) Cancel(ctx context.Context, v *viewer.Viewer, in CancelEventInput) (*Event, error) {
	now := s.now()
	e, err := s.change(ctx, v, in.ID, func(e *Event) ([]contract.Message, error) {
		if err := checkReason(in.Reason); err != nil {
			return nil, err
		}
		if e.Status == Cancelled {
			return nil, ErrUnchanged
		}
		return s.callOff(e, in.Reason, now), nil
	})
	if err != nil {
		return nil, err
	}
	return e, nil
}

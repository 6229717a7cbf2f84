package event

import (
	"context"
	"time"

	"marquee/internal/contract"
	"marquee/internal/errs"
	"marquee/internal/id"
	"marquee/internal/viewer"
)

// UpdateEventInput is a change of an event; what is nil stays.
type UpdateEventInput struct {
	ID                          string
	Version                     int
	Title, Summary, Description *string
	Format                      *Format
	StartsAt, EndsAt            *time.Time
	TimeZone                    *string
	VenueID, CategoryID         *string
	CoverURL                    *string // empty removes it
	TicketTypes                 []*TicketTypeInput
	RefundPolicy                *RefundPolicyInput
	Capacity, PerPersonLimit    *int // 0 removes it
	Questions                   []*QuestionInput
}

var errEventNotFound = errs.New(EventNotFound, "There is no such event of yours.").At("input", "id")

// Update changes an event of the viewer's. EVENT_NOT_FOUND, EVENT_CANCELLED and VERSION_CONFLICT (which comes with the event as it is
// now), else the codes of Create.
func (s *Events) Update(ctx context.Context, v *viewer.Viewer, in UpdateEventInput) (*Event, error) {
	if err := v.Require(viewer.EventManager); err != nil {
		return nil, err
	}
	now := s.now()
	// Venues and categories never go away, so they can be looked up before the event is locked.
	places, err := s.places(ctx, in.VenueID, in.CategoryID)
	if err != nil {
		return nil, err
	}
	e, err := s.change(ctx, v, in.ID, func(e *Event) ([]contract.Message, error) {
		switch {
		case e.Status == Cancelled:
			return nil, errs.New(EventCancelled, "A cancelled event cannot be changed.").At("input", "id")
		case e.Version != in.Version:
			return nil, errs.New(VersionConflict, "Somebody changed the event in the meantime. Look at it again.").At("input", "version")
		}
		if err := in.apply(e, places, now).Err(); err != nil {
			return nil, err
		}
		e.byHand()
		return s.changed(e, now), nil
	})
	if err != nil && !is(err, VersionConflict) {
		return nil, err
	}
	return e, err
}

// apply sets what the input says and returns what is wrong with it.
func (in *UpdateEventInput) apply(e *Event, places places, now time.Time) errs.List {
	var wrong errs.List
	set(&e.Format, in.Format)
	places.setVenue(&wrong, e, in.VenueID)
	if in.CategoryID != nil {
		places.setCategory(&wrong, e)
	}
	in.assign(&wrong, e, now)
	return wrong
}

// assign sets everything but format, venue and category, and adds what is wrong with it.
func (in *UpdateEventInput) assign(wrong *errs.List, e *Event, now time.Time) {
	set(&e.Title, in.Title)
	set(&e.Summary, in.Summary)
	set(&e.Description, in.Description)
	checkTexts(wrong, e)
	before := e.StartsAt
	set(&e.StartsAt, instantOrNil(in.StartsAt))
	set(&e.EndsAt, instantOrNil(in.EndsAt))
	if in.StartsAt != nil || in.EndsAt != nil {
		checkTimes(wrong, e, before, now)
	}
	if in.TimeZone != nil {
		e.TimeZone = *in.TimeZone
		checkTimeZone(wrong, e.TimeZone)
	}
	if in.CoverURL != nil {
		e.CoverURL = coverURL(wrong, *in.CoverURL)
	}
	if in.TicketTypes != nil {
		setTicketTypes(wrong, e, in.TicketTypes, now)
	}
	setRefundPolicy(wrong, e, in.RefundPolicy)
	setLimits(wrong, e, in.Capacity, in.PerPersonLimit)
	if in.Questions != nil {
		setQuestions(wrong, e, in.Questions)
	}
}

func set[T any](field *T, value *T) {
	if value != nil {
		*field = *value
	}
}

// change is Store.Change for an event of the viewer's.
func (s *Events) change(ctx context.Context, v *viewer.Viewer, eventID string, change func(e *Event) ([]contract.Message, error)) (*Event, error) {
	if err := v.Require(viewer.EventManager); err != nil {
		return nil, err
	}
	if !id.Is("evt", eventID) {
		return nil, errEventNotFound
	}
	e, err := s.store.Change(ctx, eventID, func(e *Event) ([]contract.Message, error) {
		if !v.Owns(e.OrganizerID) {
			return nil, errEventNotFound
		}
		return change(e)
	})
	if is(err, errs.NotFound) {
		return nil, errEventNotFound
	}
	return e, err
}

// changed counts the version up and returns what others have to be told: of a public event, its new state.
func (s *Events) changed(e *Event, now time.Time) []contract.Message {
	e.Version++
	e.UpdatedAt = now
	if e.Status == Published {
		return []contract.Message{e.PublishedFact(now)}
	}
	return nil
}

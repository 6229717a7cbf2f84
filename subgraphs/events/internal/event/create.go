package event

import (
	"context"
	"errors"
	"time"

	"marquee/internal/errs"
	"marquee/internal/id"
	"marquee/internal/viewer"
)

// CreateEventInput is an event to create.
type CreateEventInput struct {
	Title, Summary, Description string
	Format                      Format
	StartsAt, EndsAt            time.Time
	TimeZone                    string
	VenueID                     *string
	CategoryID                  string
	CoverURL                    *string
	TicketTypes                 []*TicketTypeInput
	RefundPolicy                *RefundPolicyInput
	Capacity, PerPersonLimit    *int
	Questions                   []*QuestionInput
}

// Create makes a draft. Needs EVENT_MANAGER. All that is wrong with the input comes at once: INVALID_INPUT, INVALID_TIME,
// INVALID_TIME_ZONE, VENUE_NOT_FOUND, CATEGORY_NOT_FOUND, INVALID_TICKET_TYPE,
// INVALID_REFUND_POLICY.
func (s *Events) Create(ctx context.Context, v *viewer.Viewer, in CreateEventInput) (*Event, error) {
	if err := v.Require(viewer.EventManager); err != nil {
		return nil, err
	}
	places, err := s.places(ctx, in.VenueID, &in.CategoryID)
	if err != nil {
		return nil, err
	}
	now := s.now()
	e := &Event{
		ID: id.New("evt"), Title: in.Title, Summary: in.Summary, Description: in.Description, Status: Draft, Format: in.Format,
		StartsAt: instant(in.StartsAt), EndsAt: instant(in.EndsAt), TimeZone: in.TimeZone, OrganizerID: v.ID(), Version: 1,
		CreatedAt: now, UpdatedAt: now,
	}
	var wrong errs.List
	checkTexts(&wrong, e)
	checkTimes(&wrong, e, time.Time{}, now)
	checkTimeZone(&wrong, e.TimeZone)
	places.setVenue(&wrong, e, in.VenueID)
	places.setCategory(&wrong, e)
	if in.CoverURL != nil {
		e.CoverURL = coverURL(&wrong, *in.CoverURL)
	}
	setTicketTypes(&wrong, e, in.TicketTypes, now)
	setRefundPolicy(&wrong, e, in.RefundPolicy)
	setLimits(&wrong, e, in.Capacity, in.PerPersonLimit)
	setQuestions(&wrong, e, in.Questions)
	if err := wrong.Err(); err != nil {
		return nil, err
	}
	if err := s.insert(ctx, e); err != nil {
		return nil, err
	}
	return e, nil
}

// insert stores an event under the slug of its title, or that with a suffix where it is taken.
func (s *Events) insert(ctx context.Context, e *Event) error {
	e.Slug = slugOf(e.Title)
	for range 5 {
		err := s.store.Create(ctx, e)
		if !errors.Is(err, ErrSlugTaken) {
			return err
		}
		e.Slug = withSuffix(slugOf(e.Title))
	}
	return errs.New(errs.Conflict, "No free address was found for this title. Try again.")
}

// places is the venue and the category that an input names; nil where it names none or one that does not exist.
type places struct {
	venue    *Venue
	category *Category
}

func (s *Events) places(ctx context.Context, venueID, categoryID *string) (places, error) {
	var p places
	if venueID != nil {
		venues, err := s.VenuesByIDs(ctx, []string{*venueID})
		if err != nil {
			return p, err
		}
		p.venue = venues[0]
	}
	if categoryID != nil {
		categories, err := s.CategoriesByIDs(ctx, []string{*categoryID})
		if err != nil {
			return p, err
		}
		p.category = categories[0]
	}
	return p, nil
}

// setVenue gives the event its venue. Events that are only online have none; the others need one. With a nil id the present one stays.
func (p places) setVenue(wrong *errs.List, e *Event, venueID *string) {
	switch {
	case e.Format == Online:
		if venueID != nil {
			wrong.Add(errs.InvalidInput, "An event that is only online has no venue.", "input", "venueId")
		}
		e.Venue = nil
	case venueID != nil:
		if p.venue == nil {
			wrong.Add(VenueNotFound, "There is no such venue.", "input", "venueId")
		}
		e.Venue = p.venue
	case e.Venue == nil:
		wrong.Add(VenueNotFound, "Say where the event takes place.", "input", "venueId")
	}
}

func (p places) setCategory(wrong *errs.List, e *Event) {
	if p.category == nil {
		wrong.Add(CategoryNotFound, "There is no such category.", "input", "categoryId")
	}
	e.Category = p.category
}

package event

import (
	"context"
	"slices"
	"time"

	"marquee/internal/contract"
	"marquee/internal/errs"
	"marquee/internal/viewer"
	"marquee/subgraphs/events/internal/recurrence"
)

// SeriesScope says which dates of a series a change is for.
type SeriesScope string

// The scopes.
const (
	AllDates       SeriesScope = "ALL"
	FollowingDates SeriesScope = "FOLLOWING" // the date named and those after it
	SelectedDates  SeriesScope = "SELECTED"  // the date named and those listed, which count as changed by themselves
)

// UpdateSeriesInput is a change of many dates of a series. It is written for the date EventID: its version, its ticket types' and
// questions' ids, its times; on the other dates their like are changed.
type UpdateSeriesInput struct {
	EventID                     string
	Version                     int
	Scope                       SeriesScope
	EventIDs                    []string // of SelectedDates
	IncludeEdited               bool     // dates changed by themselves too
	Title, Summary, Description *string
	Format                      *Format
	StartsAt, EndsAt            *time.Time // on the same day: the other dates move to the same time of day
	VenueID, CategoryID         *string
	CoverURL                    *string
	TicketTypes                 []*TicketTypeInput
	RefundPolicy                *RefundPolicyInput
	Capacity, PerPersonLimit    *int
	Questions                   []*QuestionInput
}

// SeriesUpdate is what a change of a series did.
type SeriesUpdate struct {
	Series           *Series
	Event            *Event // the date named
	Changed, Skipped int    // dates changed, and left alone because they were changed by themselves
}

// UpdateSeries changes dates to come of a series of the viewer's, all or none of them. EVENT_NOT_FOUND, NOT_IN_SERIES, EVENT_CANCELLED,
// VERSION_CONFLICT (with the date as it is now), DATE_TAKEN, else the codes of Update.
func (s *Events) UpdateSeries(ctx context.Context, v *viewer.Viewer, in UpdateSeriesInput) (*SeriesUpdate, error) {
	if err := v.Require(viewer.EventManager); err != nil {
		return nil, err
	}
	now := s.now()
	places, err := s.places(ctx, in.VenueID, in.CategoryID)
	if err != nil {
		return nil, err
	}
	var out SeriesUpdate
	w, err := s.changeFrom(ctx, v, in.EventID, func(w *SeriesWork, e *Event) ([]contract.Message, error) {
		switch {
		case e.Status == Cancelled:
			return nil, errs.New(EventCancelled, "A cancelled event cannot be changed.").At("input", "eventId")
		case e.Version != in.Version:
			return nil, errs.New(VersionConflict, "Somebody changed the event in the meantime. Look at it again.").At("input", "version")
		}
		chosen, err := in.choose(w, e, now)
		if err != nil {
			return nil, err
		}
		out.Skipped = chosen.skipped
		return s.applyAll(w, &in, e, chosen.dates, places, now)
	})
	if err != nil && !is(err, VersionConflict) {
		return nil, err
	}
	out.Changed = len(w.Changed)
	var readErr error
	if out.Series, out.Event, readErr = s.withDate(ctx, v, w, in.EventID); readErr != nil {
		return nil, readErr
	}
	return &out, err
}

type chosen struct {
	dates   []*Event
	skipped int
}

// choose returns the dates that the change is for: the one named, and those of the scope that are to come and not called off.
func (in *UpdateSeriesInput) choose(w *SeriesWork, named *Event, now time.Time) (chosen, error) {
	var out chosen
	listed := map[string]bool{}
	for _, i := range in.EventIDs {
		listed[i] = true
	}
	if in.Scope != SelectedDates && len(listed) > 0 {
		return out, errs.New(errs.InvalidInput, "Only the scope SELECTED takes a list of dates.").At("input", "eventIds")
	}
	for _, e := range w.Dates {
		asked := listed[e.ID]
		delete(listed, e.ID)
		switch {
		case e == named:
			out.dates = append(out.dates, e)
		case in.Scope == SelectedDates && !asked, in.Scope == FollowingDates && e.InSeries.Date.Before(named.InSeries.Date):
		case e.Status == Cancelled || !e.StartsAt.After(now):
		case e.InSeries.Edited && !in.IncludeEdited && !asked:
			out.skipped++
		default:
			out.dates = append(out.dates, e)
		}
	}
	if len(listed) > 0 {
		return out, errs.New(EventNotFound, "Not all of these are dates of the series.").At("input", "eventIds")
	}
	return out, nil
}

// applyAll changes the dates and returns what others have to be told.
func (s *Events) applyAll(w *SeriesWork, in *UpdateSeriesInput, named *Event, dates []*Event, places places, now time.Time) ([]contract.Message, error) {
	before := *named // every date's change is worked out from what the one named was
	if err := in.checkMove(w.Series, &before); err != nil {
		return nil, err
	}
	roots := rootsOf(in.TicketTypes, &before)
	var messages []contract.Message
	// The one named goes first: what is new on it is copied to the others.
	dates = append([]*Event{named}, slices.DeleteFunc(dates, func(e *Event) bool { return e == named })...)
	for _, e := range dates {
		one := in.forDate(w.Series, &before, e, roots)
		if wrong := one.apply(e, places, now); len(wrong) > 0 {
			if e != named {
				wrong[0].Message = e.StartsAt.In(w.Series.zone()).Format("2 January 2006") + ": " + wrong[0].Message
			}
			return nil, wrong
		}
		if e == named {
			for _, t := range e.TicketTypes {
				if in.TicketTypes != nil && roots[t.Position] == "" {
					roots[t.Position] = t.ID
				}
			}
		}
		if in.Scope == SelectedDates {
			e.byHand()
		}
		messages = append(messages, s.changed(e, now)...)
	}
	w.Changed = dates
	w.Series.touch(now)
	if in.StartsAt != nil && in.Scope != SelectedDates {
		return messages, w.moveClock(in.Scope, before.InSeries.Date, *in.StartsAt)
	}
	return messages, nil
}

// checkMove refuses a change of the day: which days there are is for the rule to say.
func (in *UpdateSeriesInput) checkMove(r *Series, named *Event) error {
	if in.StartsAt != nil && !recurrence.SameDay(*in.StartsAt, named.StartsAt, r.zone()) {
		return errs.New(InvalidTime, "Dates move to another time of the same day. For other days change the rule.").At("input", "startsAt")
	}
	return nil
}

// rootsOf returns, for each ticket type of the input, what its like on all dates have in common; "" for new ones and such as the date
// named does not have.
func rootsOf(inputs []*TicketTypeInput, named *Event) []string {
	roots := make([]string, len(inputs))
	for i, in := range inputs {
		for _, t := range named.TicketTypes {
			if in.ID != nil && t.ID == *in.ID {
				roots[i] = t.root()
			}
		}
	}
	return roots
}

// forDate writes the change for another date than the one named.
func (in *UpdateSeriesInput) forDate(r *Series, named, e *Event, roots []string) *UpdateEventInput {
	zone := r.zone()
	one := &UpdateEventInput{
		Title: in.Title, Summary: in.Summary, Description: in.Description, Format: in.Format, VenueID: in.VenueID, CategoryID: in.CategoryID,
		CoverURL: in.CoverURL, RefundPolicy: in.RefundPolicy, Capacity: in.Capacity, PerPersonLimit: in.PerPersonLimit,
	}
	if (in.StartsAt != nil || in.EndsAt != nil) && recurrence.SameClock(e.StartsAt, named.StartsAt, zone) {
		from, to := named.StartsAt, named.EndsAt
		set(&from, instantOrNil(in.StartsAt))
		set(&to, instantOrNil(in.EndsAt))
		starts := recurrence.AtTimeOf(e.StartsAt, from, zone)
		ends := starts.Add(to.Sub(from))
		one.StartsAt, one.EndsAt = &starts, &ends
	}
	move := func(t *time.Time) *time.Time {
		if t == nil || e == named || e.StartsAt.Equal(named.StartsAt) {
			return t
		}
		moved := recurrence.Shift(instant(*t), named.StartsAt, e.StartsAt, zone)
		return &moved
	}
	like := map[string]*TicketType{}
	for _, t := range e.TicketTypes {
		like[t.root()] = t
	}
	for i, t := range in.TicketTypes {
		c := *t
		c.SalesStart, c.SalesEnd = move(t.SalesStart), move(t.SalesEnd)
		if k := like[roots[i]]; k != nil && t.ID != nil {
			c.ID = &k.ID
		} else if roots[i] != "" {
			c.ID, c.copyOf = nil, roots[i] // this date had it taken away
		}
		one.TicketTypes = append(one.TicketTypes, &c)
	}
	if in.TicketTypes != nil && one.TicketTypes == nil {
		one.TicketTypes = []*TicketTypeInput{}
	}
	one.Questions = in.questionsFor(named, e)
	return one
}

// questionsFor writes the questions for another date: those with the label of one that the date named has are its like.
func (in *UpdateSeriesInput) questionsFor(named, e *Event) []*QuestionInput {
	if in.Questions == nil || e.ID == named.ID {
		return in.Questions
	}
	out := make([]*QuestionInput, len(in.Questions))
	for i, q := range in.Questions {
		c := *q
		c.ID, c.TicketTypeIDs = nil, nil
		for _, k := range named.Questions {
			if q.ID == nil || k.ID != *q.ID {
				continue
			}
			if n := slices.IndexFunc(e.Questions, func(o contract.Question) bool { return o.Label == k.Label }); n >= 0 {
				c.ID = &e.Questions[n].ID
			}
		}
		for _, typeID := range q.TicketTypeIDs {
			c.TicketTypeIDs = append(c.TicketTypeIDs, likeOf(named, e, typeID))
		}
		out[i] = &c
	}
	return out
}

// likeOf returns the id of a date's ticket type that is like one of another's; the id itself if there is none.
func likeOf(named, e *Event, typeID string) string {
	for _, t := range named.TicketTypes {
		if t.ID != typeID {
			continue
		}
		for _, k := range e.TicketTypes {
			if k.root() == t.root() {
				return k.ID
			}
		}
	}
	return typeID
}

// moveClock moves what the rule says, from one of its dates on or everywhere, to another time of day: dates that stood at the old one and
// the rule itself. DATE_TAKEN.
func (w *SeriesWork) moveClock(scope SeriesScope, from, to time.Time) error {
	zone := w.Series.zone()
	move := func(d time.Time) time.Time {
		if scope == FollowingDates && d.Before(from) || !recurrence.SameClock(d, from, zone) {
			return d
		}
		return recurrence.AtTimeOf(d, to, zone)
	}
	changed := map[string]bool{}
	for _, e := range w.Changed {
		changed[e.ID] = true
	}
	taken := map[time.Time]bool{}
	for _, e := range w.Dates {
		d := move(e.InSeries.Date)
		if taken[d] {
			return errs.New(DateTaken, "The series has a date at this time already.").At("input", "startsAt")
		}
		taken[d] = true
		if d.Equal(e.InSeries.Date) {
			continue
		}
		o := *e.InSeries
		o.Date, e.InSeries = d, &o
		if !changed[e.ID] {
			w.Changed = append(w.Changed, e)
		}
	}
	r := w.Series
	if scope == AllDates || !r.StartsAt.Before(from) {
		r.StartsAt = move(r.StartsAt)
	}
	r.Exceptions, r.ExtraDates = instants(each(r.Exceptions, move)), instants(each(r.ExtraDates, move))
	return nil
}

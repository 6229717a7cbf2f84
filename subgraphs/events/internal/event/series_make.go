package event

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"marquee/internal/contract"
	"marquee/internal/errs"
	"marquee/internal/id"
	"marquee/internal/viewer"
)

// CreateSeriesInput makes an event the first date of a series.
type CreateSeriesInput struct {
	EventID                string
	Version                int
	Rule                   string
	Exceptions, ExtraDates []time.Time
}

// CreateSeries makes an event of the viewer's the first date of a series; the other dates are drafts. EVENT_NOT_FOUND, EVENT_CANCELLED,
// VERSION_CONFLICT, ALREADY_IN_SERIES, INVALID_RULE, TOO_MANY_DATES, INVALID_TIME, SERIES_TOO_LARGE.
func (s *Events) CreateSeries(ctx context.Context, v *viewer.Viewer, in CreateSeriesInput) (*Series, error) {
	notFound := errEventNotFound.At("input", "eventId")
	if err := v.Require(viewer.EventManager); err != nil {
		return nil, err
	}
	if !id.Is("evt", in.EventID) {
		return nil, notFound
	}
	now := s.now()
	w, err := retried(func() (*SeriesWork, error) {
		return s.store.MakeSeries(ctx, in.EventID, func(w *SeriesWork) ([]contract.Message, error) {
			first := w.Dates[0]
			if !v.Owns(first.OrganizerID) {
				return nil, notFound
			}
			if err := in.into(w, first, now); err != nil {
				return nil, err
			}
			return s.changed(first, now), s.nameAll(ctx, w)
		})
	})
	if is(err, errs.NotFound) {
		return nil, notFound
	}
	if err != nil {
		return nil, err
	}
	return s.counted(ctx, w)
}

// into makes the series of an event.
func (in *CreateSeriesInput) into(w *SeriesWork, first *Event, now time.Time) error {
	switch {
	case first.InSeries != nil:
		return errs.New(AlreadyInSeries, "The event is a date of a series already.").At("input", "eventId")
	case first.Status == Cancelled:
		return errs.New(EventCancelled, "A cancelled event cannot be repeated.").At("input", "eventId")
	case first.Version != in.Version:
		return errs.New(VersionConflict, "Somebody changed the event in the meantime. Look at it again.").At("input", "version")
	}
	w.Series = &Series{
		ID: id.New("ser"), OrganizerID: first.OrganizerID, StartsAt: first.StartsAt, TimeZone: first.TimeZone, Rule: in.Rule,
		Exceptions: instants(in.Exceptions), ExtraDates: instants(in.ExtraDates), Version: 1, CreatedAt: now, UpdatedAt: now,
	}
	dates, rule, err := w.Series.work(now)
	if err != nil {
		return err
	}
	w.Series.Rule = rule.Text
	dates = slices.DeleteFunc(dates, func(d time.Time) bool { return d.Equal(first.StartsAt) || !d.After(now) })
	first.InSeries = &Occurrence{SeriesID: w.Series.ID, Date: first.StartsAt}
	w.Changed = []*Event{first}
	return at(w.add(now, dates...), "input", "rule")
}

// DroppedDates says what becomes of dates that a new rule leaves out though they are published or were changed by themselves.
type DroppedDates string

// What becomes of them.
const (
	RefuseDropped DroppedDates = "REFUSE" // nothing: the rule is refused with DATES_IN_USE
	KeepDropped   DroppedDates = "KEEP"   // they stay
	CancelDropped DroppedDates = "CANCEL" // published ones are called off, drafts are removed
)

// SetSeriesRuleInput is another rule from a date of the series on. Nil exceptions and extra dates stay.
type SetSeriesRuleInput struct {
	EventID                string
	Version                int // of the series
	Rule                   string
	Exceptions, ExtraDates []time.Time
	Dropped                DroppedDates
	Reason                 string
}

// SetSeriesRule gives a series another rule from one of its dates on. Dates that both rules have stay as they are, drafts that the new rule
// leaves out go, new dates are drafts. What is over stays. EVENT_NOT_FOUND, NOT_IN_SERIES, VERSION_CONFLICT (with the series as it is
// now), INVALID_RULE, TOO_MANY_DATES, INVALID_TIME, INVALID_INPUT, DATES_IN_USE, SERIES_TOO_LARGE.
func (s *Events) SetSeriesRule(ctx context.Context, v *viewer.Viewer, in SetSeriesRuleInput) (*Series, error) {
	now := s.now()
	w, err := retried(func() (*SeriesWork, error) {
		return s.changeFrom(ctx, v, in.EventID, func(w *SeriesWork, from *Event) ([]contract.Message, error) {
			if w.Series.Version != in.Version {
				return nil, errs.New(VersionConflict, "Somebody changed the series in the meantime. Look at it again.").At("input", "version")
			}
			if err := checkReason(in.Reason); err != nil {
				return nil, err
			}
			messages, err := s.reckon(w, &in, from, now)
			if err != nil {
				return nil, err
			}
			return messages, s.nameAll(ctx, w)
		})
	})
	if err != nil && !is(err, VersionConflict) {
		return nil, err
	}
	series, countErr := s.counted(ctx, w)
	if countErr != nil {
		return nil, countErr
	}
	return series, err
}

// reckon compares the dates of the new rule with those there are.
func (s *Events) reckon(w *SeriesWork, in *SetSeriesRuleInput, from *Event, now time.Time) ([]contract.Message, error) {
	r := w.Series
	start := from.InSeries.Date
	if in.Exceptions != nil {
		r.Exceptions = instants(in.Exceptions)
	}
	if in.ExtraDates != nil {
		r.ExtraDates = instants(in.ExtraDates)
	}
	plan := *r
	plan.Rule, plan.StartsAt = in.Rule, start
	plan.ExtraDates = slices.DeleteFunc(slices.Clone(r.ExtraDates), start.After) // earlier ones are as they are
	wanted, rule, err := plan.work(now)
	if err != nil {
		return nil, err
	}
	r.Rule, r.StartsAt = rule.Text, start
	var messages []contract.Message
	var inUse []string
	for _, e := range w.Dates {
		d := e.InSeries.Date
		n, found := slices.BinarySearchFunc(wanted, d, time.Time.Compare)
		if found {
			wanted = slices.Delete(wanted, n, n+1)
			continue
		}
		if d.Before(start) || !e.StartsAt.After(now) || e.Status == Cancelled {
			continue
		}
		used := e.Status == Published || e.InSeries.Edited
		switch {
		case used && in.Dropped == RefuseDropped:
			inUse = append(inUse, e.StartsAt.In(r.zone()).Format("2 January 2006"))
		case used && in.Dropped == KeepDropped:
			r.ExtraDates = instants(append(r.ExtraDates, d))
		case e.Status == Published:
			messages = append(messages, s.callOff(e, in.Reason, now)...)
			w.Changed = append(w.Changed, e)
		default:
			w.Removed = append(w.Removed, e)
		}
	}
	if len(inUse) > 0 {
		return nil, errs.New(DatesInUse, fmt.Sprintf("The rule leaves out %d dates that are published or were changed by themselves: %s.",
			len(inUse), strings.Join(inUse[:min(len(inUse), 5)], ", "))).At("input", "rule")
	}
	r.touch(now)
	wanted = slices.DeleteFunc(wanted, func(d time.Time) bool { return !d.After(now) })
	return messages, at(w.add(now, wanted...), "input", "rule")
}

// checkReason checks why something is called off. INVALID_INPUT.
func checkReason(reason string) error {
	if len([]rune(reason)) > longestReason || !lines(reason) {
		return errs.New(errs.InvalidInput, "The reason has at most 500 characters.").At("input", "reason")
	}
	return nil
}

// callOff calls an event off and returns what others have to be told.
func (s *Events) callOff(e *Event, reason string, now time.Time) []contract.Message {
	e.Status, e.CancelledAt, e.CancelReason = Cancelled, &now, reason
	s.changed(e, now)
	if e.PublishedAt == nil {
		return nil // nobody knows of it
	}
	return []contract.Message{contract.EventCancelled{Event: e.fact(), Reason: reason, At: now}}
}

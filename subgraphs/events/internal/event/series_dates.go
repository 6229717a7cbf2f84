package event

import (
	"context"
	"slices"
	"time"

	"marquee/internal/contract"
	"marquee/internal/errs"
	"marquee/internal/viewer"
)

// AddSeriesDateInput is a date to add to a series.
type AddSeriesDateInput struct {
	ID       string
	StartsAt time.Time
}

// AddSeriesDate adds a draft date to a series of the viewer's. SERIES_NOT_FOUND, INVALID_TIME, DATE_TAKEN, TOO_MANY_DATES,
// SERIES_TOO_LARGE.
func (s *Events) AddSeriesDate(ctx context.Context, v *viewer.Viewer, in AddSeriesDateInput) (*Series, *Event, error) {
	now, date := s.now(), instant(in.StartsAt)
	w, err := retried(func() (*SeriesWork, error) {
		return s.changeSeries(ctx, v, in.ID, func(w *SeriesWork) ([]contract.Message, error) {
			r := w.Series
			switch {
			case !date.After(now):
				return nil, errs.New(InvalidTime, "The date is in the future.").At("input", "startsAt")
			case date.Sub(now) > farthest:
				return nil, errs.New(InvalidTime, "That is too far in the future.").At("input", "startsAt")
			case slices.ContainsFunc(w.Dates, func(e *Event) bool { return e.InSeries.Date.Equal(date) }):
				return nil, errs.New(DateTaken, "The series has this date already.").At("input", "startsAt")
			}
			if n := slices.IndexFunc(r.Exceptions, date.Equal); n >= 0 {
				r.Exceptions = slices.Delete(slices.Clone(r.Exceptions), n, n+1)
			} else {
				r.ExtraDates = instants(append(r.ExtraDates, date))
			}
			if err := at(w.add(now, date), "input", "startsAt"); err != nil {
				return nil, err
			}
			r.touch(now)
			return nil, s.nameAll(ctx, w)
		})
	})
	if err != nil {
		return nil, nil, err
	}
	return s.withDate(ctx, v, w, w.Added[0].ID)
}

// CancelSeriesDateInput is a date that does not take place, and why.
type CancelSeriesDateInput struct{ EventID, Reason string }

// CancelSeriesDate takes a date out of its series: a draft goes, unless it is the last date there is; a public one is called off.
// EVENT_NOT_FOUND, NOT_IN_SERIES, INVALID_INPUT. The event is nil where it went.
func (s *Events) CancelSeriesDate(ctx context.Context, v *viewer.Viewer, in CancelSeriesDateInput) (*Series, *Event, error) {
	now := s.now()
	w, err := s.changeFrom(ctx, v, in.EventID, func(w *SeriesWork, e *Event) ([]contract.Message, error) {
		if err := checkReason(in.Reason); err != nil {
			return nil, err
		}
		if e.Status == Cancelled {
			return nil, ErrUnchanged
		}
		r := w.Series
		date := e.InSeries.Date
		r.Exceptions = instants(append(r.Exceptions, date))
		r.ExtraDates = slices.DeleteFunc(slices.Clone(r.ExtraDates), date.Equal)
		r.touch(now)
		if e.PublishedAt == nil && len(w.Dates) > 1 {
			w.Removed = []*Event{e}
			return nil, nil
		}
		w.Changed = []*Event{e}
		return s.callOff(e, in.Reason, now), nil
	})
	if err != nil {
		return nil, nil, err
	}
	return s.withDate(ctx, v, w, in.EventID)
}

// withDate reads a series and one of its dates after a change.
func (s *Events) withDate(ctx context.Context, v *viewer.Viewer, w *SeriesWork, eventID string) (*Series, *Event, error) {
	series, err := s.counted(ctx, w)
	if err != nil {
		return nil, nil, err
	}
	e, err := s.ByID(ctx, v, eventID)
	return series, e, err
}

// PublishSeries makes all drafts to come of a series of the viewer's public, in one step, and tells how many it were. SERIES_NOT_FOUND,
// NO_TICKET_TYPES, EVENT_IN_PAST where every draft is over.
func (s *Events) PublishSeries(ctx context.Context, v *viewer.Viewer, seriesID string) (*Series, int, error) {
	now := s.now()
	w, err := s.changeSeries(ctx, v, seriesID, func(w *SeriesWork) ([]contract.Message, error) {
		var messages []contract.Message
		drafts := 0
		for _, e := range w.Dates {
			if e.Status != Draft {
				continue
			}
			if drafts++; !e.StartsAt.After(now) {
				continue
			}
			if len(e.TicketTypes) == 0 {
				return nil, errs.New(NoTicketTypes, "Add a kind of ticket first: "+e.Slug+" has none.").At("input", "id")
			}
			e.Status, e.PublishedAt = Published, &now
			messages = append(messages, s.changed(e, now)...)
			w.Changed = append(w.Changed, e)
		}
		if len(w.Changed) == 0 {
			if drafts > 0 {
				return nil, errs.New(EventInPast, "All dates not published yet are over.").At("input", "id")
			}
			return nil, ErrUnchanged
		}
		w.Series.touch(now)
		return messages, nil
	})
	if err != nil {
		return nil, 0, err
	}
	series, err := s.counted(ctx, w)
	return series, len(w.Changed), err
}

// CancelSeriesInput is a series to call off, and why.
type CancelSeriesInput struct{ ID, Reason string }

// CancelSeries calls all dates to come of a series of the viewer's off and tells how many it were. SERIES_NOT_FOUND, INVALID_INPUT.
func (s *Events) CancelSeries(ctx context.Context, v *viewer.Viewer, in CancelSeriesInput) (*Series, int, error) {
	now := s.now()
	w, err := s.changeSeries(ctx, v, in.ID, func(w *SeriesWork) ([]contract.Message, error) {
		if err := checkReason(in.Reason); err != nil {
			return nil, err
		}
		var messages []contract.Message
		for _, e := range w.Dates {
			if e.Status != Cancelled && e.StartsAt.After(now) {
				messages = append(messages, s.callOff(e, in.Reason, now)...)
				w.Changed = append(w.Changed, e)
			}
		}
		if len(w.Changed) == 0 {
			return nil, ErrUnchanged
		}
		w.Series.touch(now)
		return messages, nil
	})
	if err != nil {
		return nil, 0, err
	}
	series, err := s.counted(ctx, w)
	return series, len(w.Changed), err
}

package event

import (
	"context"
	"errors"
	"slices"
	"time"

	"marquee/internal/contract"
	"marquee/internal/errs"
	"marquee/internal/id"
	"marquee/internal/viewer"
	"marquee/subgraphs/events/internal/recurrence"
)

// mostSeriesSeats is how many numbered seats all dates of a series may have together.
const mostSeriesSeats = 200_000

// root is what alike ticket types of a series' dates have in common.
func (t *TicketType) root() string {
	if t.CopyOf != "" {
		return t.CopyOf
	}
	return t.ID
}

// again returns the event once more as a draft on another date of the series: same texts, tickets, rules, questions and seats, sales
// windows as far from the start by the clock on the wall.
func (e *Event) again(r *Series, at, now time.Time) *Event {
	c := *e
	zone := r.zone()
	move := func(t *time.Time) *time.Time {
		if t == nil {
			return nil
		}
		moved := recurrence.Shift(*t, e.StartsAt, at, zone)
		return &moved
	}
	c.ID, c.Status, c.Version = id.New("evt"), Draft, 1
	c.StartsAt, c.EndsAt = at, at.Add(e.EndsAt.Sub(e.StartsAt))
	c.CreatedAt, c.UpdatedAt, c.PublishedAt, c.CancelledAt, c.CancelReason = now, now, nil, nil, ""
	c.InSeries = &Occurrence{SeriesID: r.ID, Date: at}
	ids := map[string]string{}
	c.TicketTypes = make([]*TicketType, len(e.TicketTypes))
	for i, t := range e.TicketTypes {
		k := *t
		k.ID, k.CopyOf, k.SalesStart, k.SalesEnd = id.New("tkt"), t.root(), move(t.SalesStart), move(t.SalesEnd)
		ids[t.ID], c.TicketTypes[i] = k.ID, &k
	}
	c.Questions = make([]contract.Question, len(e.Questions))
	for i, q := range e.Questions {
		q.ID = id.New("qst")
		q.TicketTypeIDs = each(q.TicketTypeIDs, func(t string) string { return ids[t] })
		c.Questions[i] = q
	}
	if e.Seating != nil {
		c.Seating = &contract.Seating{Sections: each(e.Seating.Sections, func(s contract.SeatSection) contract.SeatSection {
			s.TicketTypeID = ids[s.TicketTypeID]
			return s
		})}
	}
	return &c
}

func each[T any](list []T, f func(T) T) []T {
	out := slices.Clone(list)
	for i, v := range out {
		out[i] = f(v)
	}
	return out
}

// template returns the date that a new one at an instant begins as a copy of: the nearest before it that nobody changed by itself and
// that is not called off, else the first such after it, else the nearest before it of any.
func (w *SeriesWork) template(at time.Time) *Event {
	var before, after, any *Event
	for _, e := range w.Dates {
		earlier := e.InSeries == nil || !e.InSeries.Date.After(at)
		switch good := e.Status != Cancelled && !e.SeriesEdited(); {
		case good && earlier:
			before = e
		case good && after == nil:
			after = e
		}
		if any == nil || earlier {
			any = e
		}
	}
	for _, e := range []*Event{before, after} {
		if e != nil {
			return e
		}
	}
	return any
}

// add puts new dates into the series. TOO_MANY_DATES, SERIES_TOO_LARGE.
func (w *SeriesWork) add(now time.Time, dates ...time.Time) error {
	if len(w.Dates)-len(w.Removed)+len(w.Added)+len(dates) > recurrence.Most {
		return errs.New(recurrence.TooManyDates, "A series has at most 1,000 dates.")
	}
	for _, d := range dates {
		w.Added = append(w.Added, w.template(d).again(w.Series, d, now))
	}
	seats := 0
	for _, e := range append(slices.Clone(w.Dates), w.Added...) {
		for _, n := range e.Seating.Seats() {
			seats += n
		}
	}
	if seats > mostSeriesSeats {
		return errs.New(SeriesTooLarge, "The dates of a series have at most 200,000 numbered seats together.")
	}
	return nil
}

// nameAll gives added dates slugs: their title's with the day, and where another event has that, letters of chance.
func (s *Events) nameAll(ctx context.Context, w *SeriesWork) error {
	if len(w.Added) == 0 {
		return nil
	}
	zone := w.Series.zone()
	slugs, seen := make([]string, len(w.Added)), map[string]bool{}
	for i, e := range w.Added {
		slugs[i] = slugOf(e.Title) + e.StartsAt.In(zone).Format("-2006-01-02")
	}
	taken, err := s.store.TakenSlugs(ctx, slugs)
	if err != nil {
		return err
	}
	for _, t := range taken {
		seen[t] = true
	}
	for i, e := range w.Added {
		if e.Slug = slugs[i]; seen[e.Slug] {
			e.Slug = withSuffix(e.Slug)
		}
		seen[e.Slug] = true
	}
	return nil
}

// retried runs a change of a series again where somebody took a slug in the meantime.
func retried(change func() (*SeriesWork, error)) (*SeriesWork, error) {
	for range 5 {
		if w, err := change(); !errors.Is(err, ErrSlugTaken) {
			return w, err
		}
	}
	return nil, errs.New(errs.Conflict, "No free addresses were found for the dates. Try again.")
}

// Preview is the dates that a rule would make.
type Preview struct {
	Dates   []time.Time
	Endless bool // the rule has no end: it goes on for two years
}

// PreviewSeriesInput is a rule to work out.
type PreviewSeriesInput struct {
	StartsAt               time.Time
	TimeZone, Rule         string
	Exceptions, ExtraDates []time.Time
}

// PreviewSeries works a rule out without storing anything. Needs EVENT_MANAGER. INVALID_TIME_ZONE, INVALID_TIME and the codes of package
// recurrence.
func (s *Events) PreviewSeries(v *viewer.Viewer, in PreviewSeriesInput) (Preview, error) {
	if err := v.Require(viewer.EventManager); err != nil {
		return Preview{}, err
	}
	var wrong errs.List
	if checkTimeZone(&wrong, in.TimeZone); len(wrong) > 0 {
		return Preview{}, wrong
	}
	plan := &Series{Rule: in.Rule, StartsAt: instant(in.StartsAt), TimeZone: in.TimeZone, Exceptions: instants(in.Exceptions), ExtraDates: instants(in.ExtraDates)}
	dates, rule, err := plan.work(s.now())
	if err != nil {
		return Preview{}, err
	}
	return Preview{Dates: dates, Endless: rule.Endless}, nil
}

func instants(list []time.Time) []time.Time {
	out := each(list, instant)
	slices.SortFunc(out, time.Time.Compare)
	return slices.CompactFunc(out, time.Time.Equal)
}

// work returns the dates that the series' rule, exceptions and extra dates make together, rising. Errors name the fields of the inputs.
// INVALID_RULE, TOO_MANY_DATES, INVALID_TIME.
func (s *Series) work(now time.Time) ([]time.Time, *recurrence.Rule, error) {
	switch {
	case s.StartsAt.Sub(now) > farthest || now.Sub(s.StartsAt) > farthest:
		return nil, nil, errs.New(InvalidTime, "That is too far away.").At("input", "startsAt")
	case len(s.Exceptions) > recurrence.Most:
		return nil, nil, errs.New(recurrence.TooManyDates, "There are at most 1,000 exceptions.").At("input", "exceptions")
	}
	rule, err := recurrence.Parse(s.Rule, s.zone())
	if err != nil {
		return nil, nil, at(err, "input", "rule")
	}
	dates, err := rule.Dates(s.StartsAt)
	if err != nil {
		return nil, nil, at(err, "input", "rule")
	}
	for _, d := range s.ExtraDates {
		if d.Before(s.StartsAt) || d.Sub(s.StartsAt) > recurrence.Farthest*366*24*time.Hour {
			return nil, nil, errs.New(InvalidTime, "Extra dates come after the first one, within ten years.").At("input", "extraDates")
		}
	}
	dates = instants(append(dates, s.ExtraDates...))
	dates = slices.DeleteFunc(dates, func(d time.Time) bool { return slices.ContainsFunc(s.Exceptions, d.Equal) })
	if len(dates) > recurrence.Most {
		return nil, nil, errs.New(recurrence.TooManyDates, "A series has at most 1,000 dates.").At("input", "extraDates")
	}
	return dates, rule, nil
}

// at names the input field that a coded error is about.
func at(err error, field ...string) error {
	var coded *errs.Error
	if errors.As(err, &coded) {
		return coded.At(field...)
	}
	return err
}

package event

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"marquee/internal/contract"
	"marquee/internal/errs"
	"marquee/internal/id"
	"marquee/internal/viewer"
)

// Series is one thing that happens on many dates. Each date is an event of its own, with its own tickets, prices and stock; a series says
// which dates there are. A new date begins as a copy of the nearest date before it that nobody changed by itself.
type Series struct {
	ID, OrganizerID        string
	Rule                   string    // RRULE of RFC 5545
	StartsAt               time.Time // the rule's first date
	TimeZone               string    // IANA: the rule keeps its wall clock
	Exceptions, ExtraDates []time.Time
	Version                int
	CreatedAt, UpdatedAt   time.Time

	DateCount     int  // dates that are not called off
	UpcomingCount int  // published dates to come
	Public        bool // the public has seen a date of it
}

// IsEntity marks Series as an entity of the supergraph.
func (*Series) IsEntity() {}

// Organizer returns a reference to who runs it.
func (s *Series) Organizer() *User { return &User{ID: s.OrganizerID} }

// Occurrence is an event's place in a series.
type Occurrence struct {
	SeriesID string
	Date     time.Time // what the rule says, wherever the event was moved to
	Edited   bool      // changed by itself

	batch *seriesBatch
}

// SeriesWork is a series under change, locked: its dates by their place in the series, and what becomes of them.
type SeriesWork struct {
	Series                  *Series // nil: to be made
	Dates                   []*Event
	Added, Changed, Removed []*Event
}

// Codes of series beside those of events and of package recurrence.
const (
	SeriesNotFound  errs.Code = "SERIES_NOT_FOUND"
	AlreadyInSeries errs.Code = "ALREADY_IN_SERIES"
	NotInSeries     errs.Code = "NOT_IN_SERIES"
	DateTaken       errs.Code = "DATE_TAKEN"
	DatesInUse      errs.Code = "DATES_IN_USE"
	SeriesTooLarge  errs.Code = "SERIES_TOO_LARGE"
)

var errSeriesNotFound = errs.New(SeriesNotFound, "There is no such series of yours.").At("input", "id")

// byHand remembers that a date of a series was changed by itself: changes of the series leave it alone from now on.
func (e *Event) byHand() {
	if e.InSeries != nil {
		o := *e.InSeries
		o.Edited = true
		e.InSeries = &o
	}
}

// seriesBatch loads the series of events that came together, once, when the first asks.
type seriesBatch struct {
	ids  []string
	load func(ctx context.Context, ids []string) (map[string]*Series, error)

	once  sync.Once
	found map[string]*Series
	err   error
}

// together lets events that came together load their series together.
func (s *Events) together(events []*Event) {
	b := &seriesBatch{load: func(ctx context.Context, ids []string) (map[string]*Series, error) {
		return s.store.SeriesByIDs(ctx, ids, s.now())
	}}
	for _, e := range events {
		if e == nil || e.InSeries == nil {
			continue
		}
		o := *e.InSeries
		o.batch, e.InSeries = b, &o
		if !slices.Contains(b.ids, o.SeriesID) {
			b.ids = append(b.ids, o.SeriesID)
		}
	}
}

// Series returns the series that the event is a date of; nil for none.
func (e *Event) Series(ctx context.Context) (*Series, error) {
	if e.InSeries == nil {
		return nil, nil
	}
	b := e.InSeries.batch
	if b == nil {
		return nil, errors.New("event: series asked of an event that did not come from a use case")
	}
	b.once.Do(func() { b.found, b.err = b.load(ctx, b.ids) })
	return b.found[e.InSeries.SeriesID], b.err
}

// SeriesDate returns the date that the event stands for in its series; nil for none.
func (e *Event) SeriesDate() *time.Time {
	if e.InSeries == nil {
		return nil
	}
	return &e.InSeries.Date
}

// SeriesEdited reports whether the event is a date of a series that was changed by itself.
func (e *Event) SeriesEdited() bool { return e.InSeries != nil && e.InSeries.Edited }

// SeriesByIDs returns series in the order of the ids, nil where there is none that the viewer may see.
func (s *Events) SeriesByIDs(ctx context.Context, v *viewer.Viewer, ids []string) ([]*Series, error) {
	return byIDs(ctx, "ser", ids, func(ctx context.Context, ids []string) (map[string]*Series, error) {
		found, err := s.store.SeriesByIDs(ctx, ids, s.now())
		for i, r := range found {
			if !r.Public && !v.Owns(r.OrganizerID) {
				delete(found, i)
			}
		}
		return found, err
	})
}

// SeriesByID returns a series that the viewer may see; nil if there is none.
func (s *Events) SeriesByID(ctx context.Context, v *viewer.Viewer, seriesID string) (*Series, error) {
	found, err := s.SeriesByIDs(ctx, v, []string{seriesID})
	if err != nil {
		return nil, err
	}
	return found[0], nil
}

// DatesFilter is which dates of a series to list.
type DatesFilter struct {
	Status                   *Status
	StartsFrom, StartsBefore *time.Time
}

// Dates returns a page of a series' dates, soonest first: those to come unless the filter says otherwise, the organiser's drafts only for
// them. INVALID_INPUT.
func (s *Events) Dates(ctx context.Context, v *viewer.Viewer, r *Series, f DatesFilter, first int, after *string) (*EventConnection, error) {
	from := s.now()
	q := Query{SeriesID: r.ID, Sort: ByStart, StartsFrom: &from, EachDate: true, Seen: !v.Owns(r.OrganizerID)}
	q.Status, q.StartsBefore = f.Status, instantOrNil(f.StartsBefore)
	if f.StartsFrom != nil {
		q.StartsFrom = instantOrNil(f.StartsFrom)
	}
	found, err := s.page(ctx, q, first, after)
	if err != nil {
		return nil, err
	}
	for _, e := range found.Edges {
		e.Node.list(v)
	}
	return found, nil
}

// changeSeries is Store.ChangeSeries for a series of the viewer's.
func (s *Events) changeSeries(ctx context.Context, v *viewer.Viewer, seriesID string, change func(w *SeriesWork) ([]contract.Message, error)) (*SeriesWork, error) {
	if err := v.Require(viewer.EventManager); err != nil {
		return nil, err
	}
	if !id.Is("ser", seriesID) {
		return nil, errSeriesNotFound
	}
	w, err := s.store.ChangeSeries(ctx, seriesID, func(w *SeriesWork) ([]contract.Message, error) {
		if !v.Owns(w.Series.OrganizerID) {
			return nil, errSeriesNotFound
		}
		return change(w)
	})
	if is(err, errs.NotFound) {
		return nil, errSeriesNotFound
	}
	return w, err
}

// changeFrom is changeSeries for the series that an event of the viewer's is a date of; change gets that date too. EVENT_NOT_FOUND,
// NOT_IN_SERIES.
func (s *Events) changeFrom(ctx context.Context, v *viewer.Viewer, eventID string, change func(w *SeriesWork, e *Event) ([]contract.Message, error)) (*SeriesWork, error) {
	if err := v.Require(viewer.EventManager); err != nil {
		return nil, err
	}
	notFound := errEventNotFound.At("input", "eventId")
	found, err := s.visible(ctx, v, []string{eventID})
	switch e := found[0]; {
	case err != nil:
		return nil, err
	case e == nil || !v.Owns(e.OrganizerID):
		return nil, notFound
	case e.InSeries == nil:
		return nil, errs.New(NotInSeries, "The event is no date of a series.").At("input", "eventId")
	}
	return s.changeSeries(ctx, v, found[0].InSeries.SeriesID, func(w *SeriesWork) ([]contract.Message, error) {
		for _, e := range w.Dates {
			if e.ID == eventID {
				return change(w, e)
			}
		}
		return nil, notFound // a draft that went meanwhile
	})
}

// counted is the series as it is after a change, with its counts.
func (s *Events) counted(ctx context.Context, w *SeriesWork) (*Series, error) {
	found, err := s.store.SeriesByIDs(ctx, []string{w.Series.ID}, s.now())
	return found[w.Series.ID], err
}

// zone returns the series' zone, which was checked when it was made.
func (s *Series) zone() *time.Location {
	z, err := time.LoadLocation(s.TimeZone)
	if err != nil {
		return time.UTC
	}
	return z
}

// touch counts the version of the series up.
func (s *Series) touch(now time.Time) { s.Version, s.UpdatedAt = s.Version+1, now }

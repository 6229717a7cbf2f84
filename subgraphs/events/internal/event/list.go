package event

import (
	"context"
	"time"
	"unicode/utf8"

	"marquee/internal/errs"
	"marquee/internal/id"
	"marquee/internal/page"
	"marquee/internal/viewer"
)

// Sort is an order of events.
type Sort string

// The orders.
const (
	ByStart    Sort = "STARTS_AT"  // soonest first
	ByCreation Sort = "CREATED_AT" // newest first
)

// Filter is which events to list; all conditions hold together.
type Filter struct {
	Search, Category, City   *string
	StartsFrom, StartsBefore *time.Time
	Format                   *Format
	Free                     *bool
	EachDate                 bool
}

// Query is a checked request for events. Nil and empty conditions hold for every event.
type Query struct {
	Status                   *Status
	OrganizerID              string
	SeriesID                 string
	Seen                     bool // only what the public has seen
	EachDate                 bool // every date of a series; else one stands for all that match
	Now                      time.Time
	Category                 string   // slug
	City                     string   // folded
	Words                    []string // folded; a search without any word matches nothing, so nil means no search
	StartsFrom, StartsBefore *time.Time
	Format                   *Format
	Free                     *bool
	Sort                     Sort
	After                    *Position
	Limit                    int
}

// Position is the place of an event in an order.
type Position struct {
	At time.Time // StartsAt or CreatedAt
	ID string
}

// EventEdge is an event in a connection.
type EventEdge = page.Edge[*Event]

// EventConnection is one page of events.
type EventConnection struct {
	*page.Connection[*Event]
	count func(ctx context.Context) (int, error)
}

// mostCounted is where counting stops.
const mostCounted = 10_000

// TotalCount counts the events that match, up to 10,000. It asks the database, so it is called only when somebody wants it.
func (c *EventConnection) TotalCount(ctx context.Context) (int, error) { return c.count(ctx) }

const (
	longestSearch = 200
	mostWords     = 10
)

// List returns a page of published events. INVALID_INPUT.
func (s *Events) List(ctx context.Context, f *Filter, sort Sort, first int, after *string) (*EventConnection, error) {
	published := Published
	from := s.now()
	q := Query{Status: &published, Sort: sort, StartsFrom: &from, Now: from}
	if f != nil {
		if err := f.into(&q); err != nil {
			return nil, err
		}
	}
	found, err := s.page(ctx, q, first, after)
	if err != nil {
		return nil, err
	}
	for _, e := range found.Edges {
		e.Node.list(nil)
	}
	return found, nil
}

// Mine returns a page of the viewer's own events, newest first, of a series only the next date unless each is wanted. Needs EVENT_MANAGER. INVALID_INPUT.
func (s *Events) Mine(ctx context.Context, v *viewer.Viewer, status *Status, eachDate bool, first int, after *string) (*EventConnection, error) {
	if err := v.Require(viewer.EventManager); err != nil {
		return nil, err
	}
	return s.page(ctx, Query{OrganizerID: v.ID(), Status: status, Sort: ByCreation, EachDate: eachDate, Now: s.now()}, first, after)
}

// into adds the conditions to a query.
func (f *Filter) into(q *Query) error {
	invalid := func(message, field string) error {
		return errs.New(errs.InvalidInput, message).At("filter", field)
	}
	if f.Search != nil {
		var err error
		if q.Words, err = searchWords(*f.Search, "filter", "search"); err != nil {
			return err
		}
	}
	if f.Category != nil {
		if len(*f.Category) > 100 || !plain(*f.Category) {
			return invalid("This is not the short name of a category.", "category")
		}
		q.Category = *f.Category
	}
	if f.City != nil {
		if utf8.RuneCountInString(*f.City) > 100 || !plain(*f.City) {
			return invalid("This is not the name of a city.", "city")
		}
		q.City = Fold(*f.City)
	}
	if f.StartsFrom != nil {
		q.StartsFrom = instantOrNil(f.StartsFrom)
	}
	q.StartsBefore, q.Format, q.Free, q.EachDate = instantOrNil(f.StartsBefore), f.Format, f.Free, f.EachDate
	return nil
}

// searchWords splits what somebody searches for. nil for an empty text; not nil but empty when there are only signs.
func searchWords(text string, field ...string) ([]string, error) {
	if utf8.RuneCountInString(text) > longestSearch || !utf8.ValidString(text) {
		return nil, errs.New(errs.InvalidInput, "The search text has at most 200 characters.").At(field...)
	}
	if text == "" {
		return nil, nil
	}
	w := index(text)
	if len(w) > mostWords {
		return nil, errs.New(errs.InvalidInput, "Search for at most 10 words.").At(field...)
	}
	return w, nil
}

// page reads a page of a list. A cursor says which order it belongs to.
func (s *Events) page(ctx context.Context, q Query, first int, after *string) (*EventConnection, error) {
	args, err := page.Parse(first, after, 3)
	if err != nil {
		return nil, err
	}
	if args.After != nil {
		if q.After, err = position(args, q.Sort); err != nil {
			return nil, err
		}
	}
	q.Limit = args.Limit()
	events, err := s.store.List(ctx, q)
	if err != nil {
		return nil, err
	}
	s.together(events)
	c := page.New(args, events, func(e *Event) string {
		at := e.StartsAt
		if q.Sort == ByCreation {
			at = e.CreatedAt
		}
		return page.Cursor(string(q.Sort), at.Format(time.RFC3339Nano), e.ID)
	})
	return &EventConnection{Connection: c, count: func(ctx context.Context) (int, error) { return s.store.Count(ctx, q, mostCounted) }}, nil
}

func position(a page.Args, sort Sort) (*Position, error) {
	order, ok0 := a.String(0)
	text, ok1 := a.String(1)
	eventID, ok2 := a.String(2)
	at, err := time.Parse(time.RFC3339Nano, text)
	if !ok0 || !ok1 || !ok2 || err != nil || order != string(sort) || !id.Is("evt", eventID) {
		return nil, errs.New(errs.InvalidInput, "this is not a cursor of this list").At("after")
	}
	return &Position{At: at, ID: eventID}, nil
}

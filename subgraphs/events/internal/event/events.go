package event

import (
	"context"
	"errors"
	"time"

	"marquee/internal/contract"
	"marquee/internal/errs"
)

// Store keeps events, venues and categories. Each method is one transaction.
type Store interface {
	// Create writes an event; ErrSlugTaken if another one has its slug.
	Create(ctx context.Context, e *Event) error
	// Change locks an event, lets change alter it, and stores the outcome together with the messages that change returns. ErrUnchanged
	// from change stores nothing and is no failure. The event comes back as it is now, whether or not it was changed. NOT_FOUND.
	Change(ctx context.Context, id string, change func(e *Event) ([]contract.Message, error)) (*Event, error)

	// MakeSeries is ChangeSeries for a series to come: change gets the locked event alone, and sets the series. NOT_FOUND.
	MakeSeries(ctx context.Context, eventID string, change func(w *SeriesWork) ([]contract.Message, error)) (*SeriesWork, error)
	// ChangeSeries locks a series with all its dates, lets change alter them, and stores the outcome together with the messages. ErrUnchanged
	// as in Change; ErrSlugTaken if another event has the slug of an added one. NOT_FOUND.
	ChangeSeries(ctx context.Context, id string, change func(w *SeriesWork) ([]contract.Message, error)) (*SeriesWork, error)
	// SeriesByIDs returns the series that exist, by id, counted at an instant.
	SeriesByIDs(ctx context.Context, ids []string, now time.Time) (map[string]*Series, error)
	// TakenSlugs returns which of the slugs events have.
	TakenSlugs(ctx context.Context, slugs []string) ([]string, error)

	// ByIDs returns the events that exist, complete, by id.
	ByIDs(ctx context.Context, ids []string) (map[string]*Event, error)
	// IDBySlug returns the id of an event; NOT_FOUND.
	IDBySlug(ctx context.Context, slug string) (string, error)
	// List returns complete events that match, in order, at most q.Limit.
	List(ctx context.Context, q Query) ([]*Event, error)
	// Count counts events that match (q.Sort, q.After and q.Limit aside), up to most.
	Count(ctx context.Context, q Query, most int) (int, error)
	// Seatings returns the plans of those events that have one, by id.
	Seatings(ctx context.Context, eventIDs []string) (map[string]*contract.Seating, error)
	// EventsOfTicketTypes returns, by id of a ticket type, the id of its event.
	EventsOfTicketTypes(ctx context.Context, ids []string) (map[string]string, error)

	CreateVenue(ctx context.Context, v *Venue, createdBy string, at time.Time) error
	VenuesByIDs(ctx context.Context, ids []string) (map[string]*Venue, error)
	ListVenues(ctx context.Context, q VenueQuery) ([]*Venue, error)

	Categories(ctx context.Context) ([]*Category, error)
	CategoriesByIDs(ctx context.Context, ids []string) (map[string]*Category, error)
	// Cities returns the cities of published events that start at the instant or later.
	Cities(ctx context.Context, from time.Time) ([]*City, error)
}

// What a store and a change say to each other.
var (
	ErrSlugTaken = errors.New("event: the slug is taken")
	ErrUnchanged = errors.New("event: nothing to change")
)

// Codes of the mutations. errs.InvalidInput is one of them too.
const (
	InvalidTime       errs.Code = "INVALID_TIME"
	InvalidTimeZone   errs.Code = "INVALID_TIME_ZONE"
	VenueNotFound     errs.Code = "VENUE_NOT_FOUND"
	CategoryNotFound  errs.Code = "CATEGORY_NOT_FOUND"
	InvalidTicketType errs.Code = "INVALID_TICKET_TYPE"
	InvalidRefund     errs.Code = "INVALID_REFUND_POLICY"
	EventNotFound     errs.Code = "EVENT_NOT_FOUND"
	VersionConflict   errs.Code = "VERSION_CONFLICT"
	EventCancelled    errs.Code = "EVENT_CANCELLED"
	NoTicketTypes     errs.Code = "NO_TICKET_TYPES"
	EventInPast       errs.Code = "EVENT_IN_PAST"
)

// Events is the use cases of events.
type Events struct {
	store Store
	clock func() time.Time
}

// New returns the use cases over a store.
func New(store Store, clock func() time.Time) *Events { return &Events{store: store, clock: clock} }

// now is the present instant as the database can keep it.
func (s *Events) now() time.Time { return instant(s.clock()) }

// instant is a time as the database keeps it: UTC, whole microseconds.
func instant(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

func instantOrNil(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	i := instant(*t)
	return &i
}

func is(err error, code errs.Code) bool { return errs.CodeOf(err) == code }

// Package event is the domain of what people can go to: events with their kinds of ticket, the venues they happen at and the categories
// they are browsed by.
//
// An event begins as a draft, which only its organiser (and administrators) see, is published once, and may be called off. Its version
// grows with every change; a change names the version that it is based on. What the public has once seen, it goes on seeing.
package event

import (
	"time"

	"marquee/internal/contract"
	"marquee/internal/money"
	"marquee/internal/viewer"
)

// Status is where an event stands in its life.
type Status string

// The statuses.
const (
	Draft     Status = "DRAFT"
	Published Status = "PUBLISHED"
	Cancelled Status = "CANCELLED"
)

// Format is how people take part.
type Format string

// The formats.
const (
	InPerson Format = "IN_PERSON"
	Online   Format = "ONLINE"
	Hybrid   Format = "HYBRID"
)

// Event is something people can book and go to. Texts are as entered; times are UTC.
type Event struct {
	ID, Slug, Title, Summary, Description string
	Status                                Status
	Format                                Format
	StartsAt, EndsAt                      time.Time
	TimeZone                              string // IANA
	Venue                                 *Venue // nil for online events, and only for those
	Category                              *Category
	CoverURL                              *string
	TicketTypes                           []*TicketType     // cheapest first
	Seating                               *contract.Seating // loaded only where the event is changed; see Events.SeatingOf
	Capacity                              *int              // of all admission tickets together; nil: what their types have
	PerPersonLimit                        *int              // of all admission tickets together; nil: none
	Questions                             []contract.Question
	OrganizerID                           string
	Version                               int
	CreatedAt, UpdatedAt                  time.Time
	PublishedAt                           *time.Time // nil if the public never saw it
	CancelledAt                           *time.Time
	CancelReason                          string
	RefundPolicy                          *contract.RefundPolicy // nil: everything until the start
	InSeries                              *Occurrence            // nil: the event is no date of a series
}

// IsEntity marks Event as an entity of the supergraph.
func (*Event) IsEntity() {}

// Organizer returns a reference to who runs it.
func (e *Event) Organizer() *User { return &User{ID: e.OrganizerID} }

// VisibleTo reports whether the viewer may know of the event.
func (e *Event) VisibleTo(v *viewer.Viewer) bool {
	return e.PublishedAt != nil || v.Owns(e.OrganizerID)
}

// TicketType is one kind of ticket of an event.
type TicketType struct {
	ID, Name, Description    string
	Price                    money.Money
	Capacity                 int
	SalesStart, SalesEnd     *time.Time
	MinPerOrder, MaxPerOrder int
	TaxRate                  int // of the tax that the price contains, in basis points
	TaxName                  string
	Kind                     TicketKind
	Visibility               TicketVisibility
	PerPersonLimit           *int   // over all orders of one account; nil: none
	MaxPerAdmission          *int   // of an add-on, for each admission ticket of the order; nil: any number
	Position                 int    // as entered
	CopyOf                   string // the type of another date of the series that it began as; "" for none
}

// IsEntity marks TicketType as an entity of the supergraph.
func (*TicketType) IsEntity() {}

// Venue is a place.
type Venue struct {
	ID, Name, Address, City string
	Country                 string // ISO 3166-1 alpha-2
	Latitude, Longitude     *float64
}

// IsEntity marks Venue as an entity of the supergraph.
func (*Venue) IsEntity() {}

// Category is a kind of event, for browsing.
type Category struct{ ID, Slug, Name string }

// IsEntity marks Category as an entity of the supergraph.
func (*Category) IsEntity() {}

// City is a city with published events to come.
type City struct {
	Name, Country string
	EventCount    int
}

// User is a reference to a person of the users subgraph.
type User struct{ ID string }

// IsEntity marks User as an entity of the supergraph.
func (*User) IsEntity() {}

// fact is the event as other subgraphs need to know it.
func (e *Event) fact() contract.Event {
	f := contract.Event{
		EventID: e.ID, Version: e.Version, OrganizerID: e.OrganizerID, Slug: e.Slug, Title: e.Title,
		StartsAt: e.StartsAt, EndsAt: e.EndsAt, TimeZone: e.TimeZone, TicketTypes: []contract.TicketType{}, RefundPolicy: e.RefundPolicy, Seating: e.Seating,
		Capacity: e.Capacity, PerPersonLimit: e.PerPersonLimit, Questions: e.Questions,
	}
	if e.InSeries != nil {
		f.SeriesID = e.InSeries.SeriesID
	}
	if e.Venue != nil {
		f.Venue, f.City, f.Address = e.Venue.Name, e.Venue.City, e.Venue.Address
	}
	for _, t := range e.TicketTypes {
		f.TicketTypes = append(f.TicketTypes, contract.TicketType{
			TicketTypeID: t.ID, Name: t.Name, PriceAmount: t.Price.Amount, Currency: t.Price.Currency, Capacity: t.Capacity,
			SalesStart: t.SalesStart, SalesEnd: t.SalesEnd, MinPerOrder: t.MinPerOrder, MaxPerOrder: t.MaxPerOrder,
			TaxRate: t.TaxRate, TaxName: t.TaxName,
			Kind: string(t.Kind), Visibility: string(t.Visibility), PerPersonLimit: t.PerPersonLimit, MaxPerAdmission: t.MaxPerAdmission,
		})
	}
	return f
}

// PublishedFact is the message that tells of a public event as it is at an instant.
func (e *Event) PublishedFact(at time.Time) contract.Message {
	return contract.EventPublished{Event: e.fact(), At: at}
}

// Package demo holds the demo data: who and what is in a fresh Marquee so that one can look around. It is generated, the same for the
// same start day, and plain data: each subgraph writes its own part of it (service.Spec.Seed) and tells the others through its outbox,
// as it does with real data.
package demo

import (
	"time"

	"marquee/internal/contract"
)

// Password is the password of the three demo logins.
const Password = "marquee-demo"

// Set is everything there is to seed.
type Set struct {
	Now        time.Time
	Users      []User // the three demo logins first: attendee, manager, admin
	Categories []Category
	Venues     []Venue
	Events     []Event
	Series     []Series
	Bookings   []Booking // oldest first
	PromoCodes []PromoCode
}

// User is an account. Password is empty for people who only fill the charts: nobody can log in as them.
type User struct {
	ID, Name, Email, Password string
	Roles                     []string
	CreatedAt                 time.Time
}

// Category is a kind of event.
type Category struct{ ID, Slug, Name string }

// Venue is a place.
type Venue struct {
	ID, Name, Address, City, Country string
	Latitude, Longitude              float64
	TimeZone                         string // IANA
}

// Event is a published event.
type Event struct {
	ID, Slug, Title, Summary, Description string
	Format                                string // IN_PERSON, ONLINE, HYBRID
	OrganizerID, VenueID, CategoryID      string // VenueID is empty for online events
	TimeZone                              string
	StartsAt, EndsAt, CreatedAt           time.Time
	TicketTypes                           []TicketType
	Capacity, PerPersonLimit              *int // nil: none
	Questions                             []contract.Question
	RefundPolicy                          *contract.RefundPolicy // nil: everything until the start
	Seating                               *contract.Seating      // nil: people sit or stand as they like
	SeriesID                              string                 // "" for none
	SeriesDate                            time.Time              // what its rule says
	SeriesEdited                          bool
}

// TicketType is a kind of ticket. PriceAmount is in minor units.
type TicketType struct {
	ID, Name, Description, Currency string
	PriceAmount                     int64
	Capacity, MaxPerOrder           int
	Kind, Visibility                string // values of package contract
	PerPersonLimit, MaxPerAdmission *int   // nil: none
	TaxRate                         int    // of the tax in the price, in basis points
	TaxName                         string
	CopyOf                          string // the type of another date of the series
}

// Booking is a confirmed booking of the past; of an event that has begun some tickets are checked in.
type Booking struct {
	ID, Reference, UserID, EventID string
	Items                          []BookingItem
	CreatedAt, ConfirmedAt         time.Time
	PaymentID                      string // empty when it was free
	Tickets                        []Ticket
	Answers                        []Answer // given once for the booking
}

// BookingItem is the tickets of one type.
type BookingItem struct {
	TicketTypeID string
	Quantity     int
}

// Ticket is one ticket. CheckedInAt is zero for a ticket not used yet.
type Ticket struct {
	ID, TicketTypeID, Code string
	CheckedInAt            time.Time
	Gate                   string
	Guest                  string // who it is for; "" where nobody said
	Answers                []Answer
}

// Answer is an answer to a question of the event.
type Answer struct{ QuestionID, Value string }

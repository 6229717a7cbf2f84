// Package contract holds the messages by which subgraphs tell each other what happened. A message is a fact in the past tense, carries
// the state a consumer needs (so that nobody asks back), and only ever gains optional fields. Its Go type is its schema; its Topic is
// the name consumers subscribe to; its Key is the id of the aggregate, whose messages arrive in order.
package contract

import (
	"time"
)

// Message is a fact that one subgraph publishes through its outbox.
type Message interface {
	Topic() string // for example "booking.confirmed"
	Key() string   // id of the aggregate, for example the booking's
}

// UserRegistered tells of a new account. Users publishes it.
type UserRegistered struct {
	UserID string    `json:"userId"`
	Email  string    `json:"email"`
	Name   string    `json:"name"`
	At     time.Time `json:"at"`
}

func (UserRegistered) Topic() string { return "user.registered" }
func (m UserRegistered) Key() string { return m.UserID }

// Event is a published event as others need to know it. Version grows with every change: an older version than the one known is ignored.
type Event struct {
	EventID     string       `json:"eventId"`
	Version     int          `json:"version"`
	OrganizerID string       `json:"organizerId"`
	Slug        string       `json:"slug"`
	Title       string       `json:"title"`
	StartsAt    time.Time    `json:"startsAt"`
	EndsAt      time.Time    `json:"endsAt"`
	TimeZone    string       `json:"timeZone"` // IANA
	Venue       string       `json:"venue"`    // name; "" for online events
	City        string       `json:"city"`
	Address     string       `json:"address,omitempty"` // of the venue: street and number
	TicketTypes []TicketType `json:"ticketTypes"`
	// RefundPolicy is what holders who cancel get back; nil is everything until the start. Once public it changes only in their favour.
	RefundPolicy *RefundPolicy `json:"refundPolicy,omitempty"`
	Seating      *Seating      `json:"seating,omitempty"` // nil: no numbered seats
	// Capacity is how many admission tickets of all types together may be held and sold; nil: as many as the types have.
	Capacity *int `json:"capacity,omitempty"`
	// PerPersonLimit is how many admission tickets of all types together one account may hold and have bought; nil: any number.
	PerPersonLimit *int       `json:"perPersonLimit,omitempty"`
	Questions      []Question `json:"questions,omitempty"`
	SeriesID       string     `json:"seriesId,omitempty"` // of the series that the event is a date of; "" for none
}

// TicketType is one kind of ticket of an event.
type TicketType struct {
	TicketTypeID string     `json:"ticketTypeId"`
	Name         string     `json:"name"`
	PriceAmount  int64      `json:"priceAmount"` // minor units of one ticket
	Currency     string     `json:"currency"`
	Capacity     int        `json:"capacity"`
	SalesStart   *time.Time `json:"salesStart,omitempty"` // nil: at publication
	SalesEnd     *time.Time `json:"salesEnd,omitempty"`   // nil: at the start of the event
	MinPerOrder  int        `json:"minPerOrder"`
	MaxPerOrder  int        `json:"maxPerOrder"`
	TaxRate      int        `json:"taxRate,omitempty"` // basis points; the tax is part of the price
	TaxName      string     `json:"taxName,omitempty"` // for example "VAT"
	Kind         string     `json:"kind,omitempty"`
	Visibility   string     `json:"visibility,omitempty"`
	// PerPersonLimit is how many one account may hold and have bought in all its orders; nil: any number.
	PerPersonLimit *int `json:"perPersonLimit,omitempty"`
	// MaxPerAdmission is how many of an add-on may be taken for each admission ticket of the order; nil: any number.
	MaxPerAdmission *int `json:"maxPerAdmission,omitempty"`
}

// EventPublished tells that an event became public, and again after every change of a public event. Events publishes it.
type EventPublished struct {
	Event
	At time.Time `json:"at"`
}

func (EventPublished) Topic() string { return "event.published" }
func (m EventPublished) Key() string { return m.EventID }

// EventCancelled tells that an event is called off. Events publishes it.
type EventCancelled struct {
	Event
	Reason string    `json:"reason"` // for the holders; may be empty
	At     time.Time `json:"at"`
}

func (EventCancelled) Topic() string { return "event.cancelled" }
func (m EventCancelled) Key() string { return m.EventID }

// Package notification is the domain of telling people what happened to their bookings.
//
// A notification is a message to one person inside the app; there is one per recipient, kind and subject (the booking or the payment it
// is about). A message is the same thing leaving by a channel such as e-mail; its row is the delivery log. A recipient is a person as
// this subgraph knows them: an address and a name, once their registration has arrived. Facts are what a notification is written from;
// they are kept, so that a message can still be written when the address arrives last.
package notification

import (
	"time"

	"marquee/internal/page"
)

// NotificationKind says what a notification is about. It is the GraphQL enum.
type NotificationKind string

// The kinds.
const (
	BookingConfirmed NotificationKind = "BOOKING_CONFIRMED"
	BookingCancelled NotificationKind = "BOOKING_CANCELLED"
	PaymentRefunded  NotificationKind = "PAYMENT_REFUNDED"
	TicketSent       NotificationKind = "TICKET_SENT" // its e-mail goes to the guest
)

// Notification is a message to one person inside the app. It is the GraphQL type.
type Notification struct {
	ID        string // ntf_…
	UserID    string
	Seq       int64 // grows by the order of commits within one person's notifications
	Kind      NotificationKind
	Subject   string // the booking's id, the payment's for PaymentRefunded, the ticket's with an address for TicketSent
	Title     string // one line
	Body      string // a sentence or two
	BookingID string // "" if none
	EventID   string // "" if none
	Facts     Facts  // read for writing messages only; empty in lists
	MailWaits bool   // an e-mail is owed as soon as the address is known
	CreatedAt time.Time
	ReadAt    *time.Time
}

// IsEntity marks a federation entity.
func (*Notification) IsEntity() {}

// Booking is the booking it is about, nil if none.
func (n *Notification) Booking() *Booking {
	if n.BookingID == "" {
		return nil
	}
	return &Booking{ID: n.BookingID}
}

// Event is the event it is about, nil if none.
func (n *Notification) Event() *Event {
	if n.EventID == "" {
		return nil
	}
	return &Event{ID: n.EventID}
}

// Booking is a reference to the bookings subgraph's entity.
type Booking struct{ ID string }

// IsEntity marks a federation entity.
func (*Booking) IsEntity() {}

// Event is a reference to the events subgraph's entity.
type Event struct{ ID string }

// IsEntity marks a federation entity.
func (*Event) IsEntity() {}

// The GraphQL types of lists.
type (
	NotificationConnection  = page.Connection[*Notification]
	NotificationEdge        = page.Edge[*Notification]
	OutboxMessageConnection = page.Connection[*OutboxMessage]
	OutboxMessageEdge       = page.Edge[*OutboxMessage]
)

// Package booking is the domain of seats and tickets: what can be booked, who holds what until when, and who has been let in.
//
//	event      a published event as this subgraph knows it: a snapshot from the events subgraph (Show)
//	stock      the counters of one ticket type: capacity, held, sold
//	hold       a booking in status HELD: seats set aside until it expires
//	confirm    turn held seats into sold ones and issue their tickets
//	re-seat    confirm a booking whose hold had ended, because its money arrived late and seats are still free
//	call off   end every booking of an event that is cancelled
//	check in   let the holder of a ticket in, once
//
// Rules are methods of Order (a new hold) and Work (everything that happens to a booking later). They are pure: they decide over what
// was read under lock and note what is to be written and told; the store writes all of it in one transaction.
package booking

import (
	"time"

	"marquee/internal/contract"
	"marquee/internal/money"
)

// Status is where a booking stands; the GraphQL enum BookingStatus.
type Status string

// The statuses of a booking.
const (
	Held      Status = "HELD"
	Confirmed Status = "CONFIRMED"
	Expired   Status = "EXPIRED"
	Cancelled Status = "CANCELLED"
)

// EndReason is why a booking ended; the GraphQL enum BookingEndReason. The values are those of package contract.
type EndReason string

// HoldFor is how long a hold lasts.
const HoldFor = 10 * time.Minute

// Booking is seats of one event, held or bought by one person. It always comes with its items and tickets.
type Booking struct {
	ID                 string
	Reference          string // for example K7QX-2MWP
	UserID             string
	EventID            string
	OrganizerID        string // of the event, as known now
	Status             Status
	Revision           int // grows with every change
	Items              []*Item
	Total              money.Money
	Refunded           int64     // minor units of the total that went back, as far as payments has told
	Returned           int64     // minor units of the total that tickets given back singly had cost
	RefundedForTickets int64     // minor units of Refunded that went back for those
	ReturnedWithFee    bool      // the policy's fixed fee was taken with them
	ExpiresAt          time.Time // when the hold ends or ended
	Extended           bool      // the hold was extended
	Codes              []string  // that it was made with, in capitals
	PaymentID          string    // that confirmed it; "" when free or not confirmed
	Tickets            []*Ticket // in the order of the items
	EndReason          *EndReason
	CreatedAt          time.Time
	ConfirmedAt        *time.Time
	EndedAt            *time.Time

	Asked          string              // the set of questions it was asked when its seats were held; "" for none
	AskedSet       []contract.Question // that set
	AnswersMissing bool                // it cannot be confirmed without further answers
	Named          bool                // somebody said who its tickets are for, or answered
	Guests         []*Guest            // in the order of the tickets
	Answers        []Answer            // given once for all of it

	seats *seats
}

// Item is the tickets of one type within a booking; the GraphQL type BookingItem.
type Item struct {
	TypeID    string
	Name      string
	Quantity  int // that it still has
	Returned  int // how many more it had, that were given back singly
	UnitPrice money.Money
	FullPrice *money.Money // what one would have cost without a code; nil: as much
	TaxRate   int          // of the tax that the price contains, in basis points
	TaxName   string
	Seats     []*Seat // numbered seats, in the order of its tickets; none where people stand or sit as they like

	seats *seats
}

// IsEntity marks a federation entity.
func (*Booking) IsEntity() {}

// User is whose booking it is.
func (b *Booking) User() *User { return &User{ID: b.UserID} }

// Event is what it is for.
func (b *Booking) Event() *Event { return &Event{ID: b.EventID, seats: b.seats} }

// Quantity is how many tickets it has in all.
func (b *Booking) Quantity() int {
	n := 0
	for _, i := range b.Items {
		n += i.Quantity
	}
	return n
}

// HoldExpiresAt is when the hold ends; nil once it is no longer held.
func (b *Booking) HoldExpiresAt() *time.Time {
	if b.Status != Held {
		return nil
	}
	return &b.ExpiresAt
}

// TicketType is the item's type.
func (i *Item) TicketType() *TicketType { return &TicketType{ID: i.TypeID, seats: i.seats} }

// Total is the price of all tickets of the item. It was checked for overflow when the seats were held.
func (i *Item) Total() money.Money {
	return money.Of(i.UnitPrice.Amount*int64(i.Quantity), i.UnitPrice.Currency)
}

// TypeIDs returns the ids of the booking's ticket types in the order of its items.
func (b *Booking) TypeIDs() []string {
	ids := make([]string, len(b.Items))
	for i, item := range b.Items {
		ids[i] = item.TypeID
	}
	return ids
}

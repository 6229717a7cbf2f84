package booking

import (
	"time"

	"marquee/internal/id"
)

// TicketStatus is where a ticket stands.
type TicketStatus string

// The statuses of a ticket.
const (
	Valid     TicketStatus = "VALID"
	CheckedIn TicketStatus = "CHECKED_IN"
	Void      TicketStatus = "VOID"
)

// Ticket is the right of one person to enter one event. Only who may see its booking may see it.
type Ticket struct {
	ID          string
	Code        string // for example 7K3M-Q2XW-9TCH
	Status      TicketStatus
	TypeID      string
	Name        string // of the type, at the moment of the hold
	Seat        *Seat  // nil where people stand or sit as they like
	Booking     *Booking
	CheckedInAt *time.Time
	Gate        *string
	Revision    int // its edition: grows when it is issued again

	Guest *Guest // who it is for, nil where nobody said

	scans *batch[[]*TicketScan]
}

// IsEntity marks a federation entity.
func (*Ticket) IsEntity() {}

// TicketType is the ticket's type.
func (t *Ticket) TicketType() *TicketType { return &TicketType{ID: t.TypeID, seats: t.Booking.seats} }

// issue makes the tickets of a booking that is being confirmed.
func (b *Booking) issue() {
	for _, item := range b.Items {
		for n := range item.Quantity {
			t := &Ticket{ID: id.New("tik"), Code: NewTicketCode(), Status: Valid, TypeID: item.TypeID, Name: item.Name, Booking: b, Revision: 1}
			if n < len(item.Seats) {
				t.Seat = item.Seats[n]
			}
			b.Tickets = append(b.Tickets, t)
		}
	}
}

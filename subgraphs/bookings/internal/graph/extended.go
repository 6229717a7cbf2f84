package graph

import "marquee/subgraphs/bookings/internal/graph/generated"

// Booking and Ticket resolve the fields that another schema file than their own adds to them: for those the generator writes methods, not
// these.

// Booking resolves the fields added to bookings.
func (r *Resolver) Booking() generated.BookingResolver { return &bookingResolver{r} }

// Ticket resolves the fields added to tickets.
func (r *Resolver) Ticket() generated.TicketResolver { return &ticketResolver{r} }

type (
	bookingResolver struct{ *Resolver }
	ticketResolver  struct{ *Resolver }
)

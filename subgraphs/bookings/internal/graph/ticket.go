package graph

import "marquee/subgraphs/bookings/internal/graph/generated"

// Ticket resolves the fields that another schema file than its own adds to the type: for those the generator writes methods, not this.
func (r *Resolver) Ticket() generated.TicketResolver { return &ticketResolver{r} }

type ticketResolver struct{ *Resolver }

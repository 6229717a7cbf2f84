// Package graph resolves the GraphQL schema of bookings: it reads arguments and the viewer, calls a use case and shapes the payload.
package graph

import (
	"context"

	"marquee/subgraphs/bookings/internal/booking"
	"marquee/subgraphs/bookings/internal/keyring"
	"marquee/subgraphs/bookings/internal/ticketfile"
)

// Resolver is the root of all resolvers.
type Resolver struct {
	Office *booking.Office
	Door   *booking.Door
	Keys   *keyring.Ring
	Files  *ticketfile.Files
	// Progress streams how far the entry to an event has come.
	Progress func(ctx context.Context, eventID string) (<-chan *booking.CheckInStats, error)
	// Watch streams the seats left of an event.
	Watch func(ctx context.Context, eventID string) (<-chan *booking.EventAvailability, error)
}

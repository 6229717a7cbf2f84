// Package graph answers GraphQL requests: resolvers hand over to the domain and say who asks.
package graph

import (
	"marquee/subgraphs/notifications/internal/live"
	"marquee/subgraphs/notifications/internal/notification"
)

// Resolver is the root of all resolvers.
type Resolver struct {
	Reader *notification.Reader
	Feed   *live.Feed
}

// deref returns the value, or the zero value for an argument that was left out.
func deref[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}

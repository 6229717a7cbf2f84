// Package graph answers GraphQL requests: resolvers hand over to the domain and say who asks.
package graph

import (
	"marquee/subgraphs/analytics/internal/live"
	"marquee/subgraphs/analytics/internal/sales"
)

// Resolver is the root of all resolvers.
type Resolver struct {
	Reader *sales.Reader
	Feed   *live.Feed
}

// Package graph is the GraphQL face of events: resolvers that hand over to the domain. Its folders generated and model are gqlgen's.
package graph

import "marquee/subgraphs/events/internal/event"

// Resolver holds what resolvers call.
type Resolver struct {
	Domain *event.Events
}

// ids takes the ids out of representations.
func ids[R any](representations []R, id func(R) string) []string {
	out := make([]string, len(representations))
	for i, rep := range representations {
		out[i] = id(rep)
	}
	return out
}

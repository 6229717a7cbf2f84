// Package graph is the GraphQL face of users: resolvers that hand over to the domain. Its folders generated and model are gqlgen's.
package graph

import "marquee/subgraphs/users/internal/user"

// Resolver holds what resolvers call.
type Resolver struct {
	Accounts *user.Accounts
}

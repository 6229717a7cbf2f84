// Package graph answers the payments subgraph's GraphQL: every resolver hands over to the domain.
package graph

import (
	"marquee/subgraphs/payments/internal/invoice"
	"marquee/subgraphs/payments/internal/payment"
)

// Resolver is the root of all resolvers.
type Resolver struct {
	Domain *payment.Payments
	Files  *invoice.Files
}

// ids reads the keys of a batch of entity representations.
func ids[R any](reps []R, key func(R) string) []string {
	out := make([]string, len(reps))
	for i, r := range reps {
		out[i] = key(r)
	}
	return out
}

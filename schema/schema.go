// Package schema embeds the composed supergraph, which `make schema` writes from the subgraphs' SDL.
package schema

import _ "embed"

// Supergraph is the Federation 2 supergraph of the platform.
//
//go:embed supergraph.graphql
var Supergraph string

// API is the schema that clients see.
//
//go:embed api.graphql
var API string

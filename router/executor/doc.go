// Package executor runs query plans: it sends a plan's fetches to subgraphs in
// dependency order, stores what they answer, and writes the client's answer.
//
// Vocabulary (see also package plan): the store holds the objects of one
// request as fixed rows of slots, one row layout per site; a value is the
// content of a slot; a raw value is a span of a subgraph's body that is copied
// through and never decoded; a handle is the index of an object's header in the
// store; a target is an object an answer is written into; a representation is
// what a target sends to `_entities`, equal ones being sent once; a program is
// a plan with everything precomputed that does not depend on the request.
//
// Bodies of subgraphs are parsed in one pass directed by the plan's shapes,
// with the grammar of RFC 8259 and nothing else. Whatever a subgraph answers,
// the result is a GraphQL answer that obeys the specification: values that
// could be had are returned, nulls propagate, and every error has a code.
package executor

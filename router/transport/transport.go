// Package transport carries GraphQL requests from the router to subgraphs.
//
// Vocabulary: a request is one GraphQL operation already printed as a JSON body;
// a response is the subgraph's raw HTTP answer; a stream is a running
// subscription, yielding one GraphQL execution result per event; a wire is a
// Transport that reaches a subgraph itself (in memory, over HTTP); a layer wraps
// another Transport (retry, breaker, metrics); a table picks the wire by
// subgraph name; a subject is who the request is made for.
//
// The package knows nothing of plans: it moves bytes. Transports are safe for
// concurrent use.
package transport

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"marquee/router/buffer"
)

// OperationKind says whether a request may be repeated: only queries are.
type OperationKind uint8

// The three kinds of GraphQL operation. The zero value is Query.
const (
	Query OperationKind = iota
	Mutation
	Subscription
)

// String returns "query", "mutation" or "subscription".
func (k OperationKind) String() string {
	switch k {
	case Mutation:
		return "mutation"
	case Subscription:
		return "subscription"
	default:
		return "query"
	}
}

// Request is one GraphQL operation for one subgraph.
type Request struct {
	// Subgraph is the subgraph's name as the plan says it (join__graph name).
	Subgraph string
	// Body is the JSON request: {"query":…,"operationName":…,"variables":{…}}.
	// Transports only read it, and not after Do has returned (for Subscribe: not
	// after the stream is closed).
	Body []byte
	// Header holds the headers to forward. Transports do not modify it; they
	// add Content-Type, Accept and the internal token on a copy. May be nil.
	Header http.Header
	// Kind decides about retries and cancellation.
	Kind OperationKind
	// Subject is the caller the internal token is signed for; nil if anonymous.
	Subject *Subject
	// Files go with the body as a multipart request; for mutations only, which
	// are neither shared nor retried.
	Files []File
}

// Response is a subgraph's answer as it came, whatever its status.
type Response struct {
	Status int
	// Body is never to be modified: equal requests may share it. It is valid until
	// Release.
	Body []byte
	// Header has what the wire was told to keep, by canonical names; nil if that is
	// nothing. Never to be modified.
	Header http.Header

	memory *buffer.Buffer // holds Body; nil leaves it to the garbage collector
}

// Release gives Body's memory back for reuse. Calling it is optional, and allowed
// once for each caller of Do.
func (r *Response) Release() {
	if r != nil {
		r.memory.Release()
	}
}

// Transport sends operations to subgraphs.
type Transport interface {
	// Do sends a query or mutation and returns the answer, also for HTTP
	// statuses of 400 and above. A non-nil error is always an *Error: no usable
	// answer came. It returns as soon as ctx ends.
	Do(ctx context.Context, r *Request) (*Response, error)
	// Subscribe starts a subscription. ctx bounds the whole stream, not only
	// its start. A non-nil error is always an *Error.
	Subscribe(ctx context.Context, r *Request) (Stream, error)
}

// Stream is one running subscription. Next and Close may be called from
// different goroutines; Next itself only from one at a time.
type Stream interface {
	// Next waits for one GraphQL execution result ({"data":…,"errors":…}) and
	// returns its bytes, which belong to the caller. It returns io.EOF after the
	// subgraph completed the subscription, ctx's error when ctx ends, and an
	// *Error when the connection broke (the subscription may be started again).
	Next(ctx context.Context) ([]byte, error)
	// Close ends the subscription and frees its connection. Idempotent.
	Close() error
}

// Layer wraps a Transport with one concern.
type Layer func(Transport) Transport

// Stack wraps wire with layers; the first layer is the outermost.
func Stack(wire Transport, layers ...Layer) Transport {
	for i := len(layers) - 1; i >= 0; i-- {
		wire = layers[i](wire)
	}
	return wire
}

// The codes an *Error carries; they are what clients see in extensions.code.
const (
	CodeUnreachable  = "SUBGRAPH_UNREACHABLE"    // no connection, connection broke, circuit open
	CodeTimeout      = "SUBGRAPH_TIMEOUT"        // no answer within the subgraph's timeout
	CodeCancelled    = "REQUEST_CANCELLED"       // the caller's context ended
	CodeTooLarge     = "SUBGRAPH_BODY_TOO_LARGE" // the answer is longer than allowed
	CodeBadResponse  = "SUBGRAPH_BAD_RESPONSE"   // a redirect, not a stream, broken framing
	CodeUnknown      = "SUBGRAPH_UNKNOWN"        // no transport is configured under this name
	CodeUnauthorized = "SUBGRAPH_UNAUTHORIZED"   // the internal token could not be made
	CodePanic        = "SUBGRAPH_PANIC"          // an in-memory handler panicked
)

// Error says why no usable answer came from a subgraph. Its text may hold
// internal addresses: it is for logs. Clients get Code only.
type Error struct {
	Code     string
	Subgraph string
	// Unsent is true if the subgraph certainly did not begin to process the
	// request, or sent nothing back on a reused connection that was already
	// closed: a query may then be sent again.
	Unsent bool
	Err    error
}

// Error implements error.
func (e *Error) Error() string {
	return fmt.Sprintf("subgraph %s: %s: %v", e.Subgraph, e.Code, e.Err)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// CodeOf returns the code of the *Error in err's chain, or CodeUnreachable if
// there is none.
func CodeOf(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return CodeUnreachable
}

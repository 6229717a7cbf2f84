package front

import (
	"context"
	"encoding/json"
	"net/http"
	"net/netip"
	"time"

	"marquee/router/buffer"
	"marquee/router/hub"
	"marquee/router/transport"
)

// Kind is the kind of a GraphQL operation.
type Kind uint8

// The three kinds.
const (
	Query Kind = iota
	Mutation
	Subscription
)

// String returns the keyword of the kind.
func (k Kind) String() string { return [...]string{"query", "mutation", "subscription"}[k] }

// Params are the parameters of one GraphQL request, as decoded from a body, a
// query string or a WebSocket message. Variables and Extensions are JSON objects
// or nil. All memory is the params' own.
type Params struct {
	Query string
	// DocumentID and Hash (of extensions.persistedQuery) name a document that is
	// not sent, or, Hash, is sent along.
	DocumentID, Hash string

	OperationName string
	Variables     json.RawMessage
	Extensions    json.RawMessage

	// Uploads are the files that came along; see Upload.Token.
	Uploads []*Upload
	done    func() // frees them; nil if there are none

	batch []json.RawMessage // requests of an array; the rest is empty then
}

// Caller is who asks.
type Caller struct {
	// Subject is nil for an anonymous caller.
	Subject *transport.Subject
	// Expires is when the caller's token ends; zero if it does not.
	Expires time.Time
	// Header holds what is forwarded to subgraphs; shared, not to be modified.
	Header http.Header
	// TraceID names the request in logs and errors: 32 hexadecimal digits.
	TraceID string
	// Address is the client's; the zero Addr if it has none.
	Address netip.Addr
	// Presented are the values of Options.ClientHeaders, by their names there.
	Presented map[string]string

	admission *admission
}

// Admit waits until a query or mutation may run; leave must be called at its end.
// An engine asks before it executes, not for what follows another execution. A
// failure, OVERLOADED with Retry-After, says that it may not run.
func (c *Caller) Admit(ctx context.Context, kind Kind) (leave func(), f *Failure) {
	return c.admission.admit(ctx, kind)
}

// Result is an executed operation's answer.
type Result struct {
	// Body is the whole JSON answer {"data":…}, immutable.
	Body []byte
	// Memory, if not nil, holds Body and is released once it is written.
	Memory *buffer.Buffer
	// Errors is the number of entries in "errors"; for metrics.
	Errors int
	// Codes are their codes, each once.
	Codes []string
	// Header is added to an HTTP answer.
	Header http.Header
}

// Engine turns requests into operations. It is what the front knows of parsing,
// planning and executing.
type Engine interface {
	// Prepare parses, validates and plans. A *Failure means that nothing may be
	// executed: the answer has no data.
	Prepare(ctx context.Context, p *Params, c *Caller) (Operation, *Failure)
}

// Operation is one planned request with its variables.
type Operation interface {
	Kind() Kind
	// Name is the operation's name, or "".
	Name() string
	// Execute runs a query or mutation.
	Execute(ctx context.Context, c *Caller) (Result, *Failure)
	// Key is equal for subscriptions with equal plans and variables; together
	// with the caller's subject it names a group in the hub.
	Key() string
	// Shared says that a subscription's events are the same for every caller:
	// its upstream is opened for an anonymous one and shared by all.
	Shared() bool
	// Latest says that each of a subscription's events is the whole state, so that
	// a client that joins others gets the last one at once.
	Latest() bool
	// Open starts a subscription's upstream.
	Open(c *Caller) hub.Open
}

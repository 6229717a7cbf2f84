package front

import (
	"encoding/json"
	"net/http"
	"strconv"
	"unicode/utf8"
)

// The codes the front puts into extensions.code.
const (
	CodeBadRequest       = "BAD_REQUEST"            // the request is not a well-formed GraphQL request
	CodeTooLarge         = "REQUEST_TOO_LARGE"      // the body is longer than allowed
	CodeLimit            = "LIMIT_EXCEEDED"         // extensions.limit names the limit
	CodeMediaType        = "UNSUPPORTED_MEDIA_TYPE" // the body is not application/json
	CodeNotAcceptable    = "NOT_ACCEPTABLE"         // no acceptable media type for the answer
	CodeMethod           = "METHOD_NOT_ALLOWED"     // not GET or POST; or not a query by GET
	CodeCSRF             = "CSRF_REFUSED"           // a browser could have been made to send this from another site
	CodeBatching         = "BATCHING_NOT_ALLOWED"   // an array of requests
	CodeParse            = "GRAPHQL_PARSE_FAILED"   // the document is not GraphQL
	CodeValidation       = "GRAPHQL_VALIDATION_FAILED"
	CodeVariables        = "BAD_USER_INPUT" // variables do not fit their types
	CodeUnauthenticated  = "UNAUTHENTICATED"
	CodeStreamRequired   = "SUBSCRIPTION_TRANSPORT_REQUIRED" // a subscription over plain HTTP
	CodeTooManySubs      = "TOO_MANY_SUBSCRIPTIONS"
	CodeSlowClient       = "SLOW_CLIENT"
	CodeOverloaded       = "OVERLOADED"          // too many operations run already; Retry-After says when to come again
	CodeUnavailable      = "SERVICE_UNAVAILABLE" // starting or stopping
	CodeTimeout          = "REQUEST_TIMEOUT"
	CodeSubscriptionDown = "SUBSCRIPTION_UPSTREAM_FAILED"
	CodeInternal         = "INTERNAL_SERVER_ERROR"
)

// Location is a place in the document, from 1.
type Location struct{ Line, Column int }

// Error is one entry of a failure's "errors".
type Error struct {
	Message   string
	Code      string
	Locations []Location
	// Path is used by some validation messages; elements are string or int.
	Path []any
	// Extensions come after code and traceId.
	Extensions []Extension
}

// Extension is a member of extensions.
type Extension struct {
	Key   string
	Value json.RawMessage
}

// Failure is a request error: nothing was executed, the answer has no data.
type Failure struct {
	// Status is the HTTP status for application/graphql-response+json. For
	// application/json it is used if Envelope is set; else the status is 200, as
	// that media type demands for well-formed requests.
	Status int
	// Envelope says the HTTP request itself was wrong or refused, rather than
	// the GraphQL document in it.
	Envelope bool
	// NullData writes "data":null: the operation was accepted but cannot be
	// answered by any combination of subgraphs.
	NullData bool
	Errors   []Error
	// Header is added to an HTTP answer (Allow, WWW-Authenticate, Retry-After).
	Header http.Header
}

// Fail makes a failure of a well-formed request: a document or variables that
// cannot be executed.
func Fail(status int, code, message string) *Failure {
	return &Failure{Status: status, Errors: []Error{{Message: message, Code: code}}}
}

// refuse makes a failure of the HTTP request itself.
func refuse(status int, code, message string) *Failure {
	return &Failure{Status: status, Envelope: true, Errors: []Error{{Message: message, Code: code}}}
}

func (f *Failure) with(key, value string) *Failure {
	if f.Header == nil {
		f.Header = http.Header{}
	}
	f.Header.Set(key, value)
	return f
}

// Code is the code of the first error.
func (f *Failure) Code() string {
	if len(f.Errors) == 0 {
		return CodeInternal
	}
	return f.Errors[0].Code
}

// status returns the HTTP status for a media type of the answer.
func (f *Failure) status(m mediaType) int {
	if m == mediaJSON && !f.Envelope {
		return http.StatusOK
	}
	if f.Status == 0 {
		return http.StatusInternalServerError
	}
	return f.Status
}

// AppendJSON appends {"errors":[…]}, with the trace id in each error's extensions.
func (f *Failure) AppendJSON(dst []byte, traceID string) []byte {
	dst = append(dst, '{')
	if f.NullData {
		dst = append(dst, `"data":null,`...)
	}
	dst = append(dst, `"errors":`...)
	dst = f.appendErrors(dst, traceID)
	return append(dst, '}')
}

func (f *Failure) appendErrors(dst []byte, traceID string) []byte {
	dst = append(dst, '[')
	for i := range f.Errors {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = f.Errors[i].appendJSON(dst, traceID)
	}
	return append(dst, ']')
}

func (e *Error) appendJSON(dst []byte, traceID string) []byte {
	dst = append(dst, `{"message":`...)
	dst = appendString(dst, e.Message)
	if len(e.Locations) > 0 {
		dst = append(dst, `,"locations":[`...)
		for i, l := range e.Locations {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(dst, `{"line":`...)
			dst = strconv.AppendInt(dst, int64(l.Line), 10)
			dst = append(dst, `,"column":`...)
			dst = strconv.AppendInt(dst, int64(l.Column), 10)
			dst = append(dst, '}')
		}
		dst = append(dst, ']')
	}
	if len(e.Path) > 0 {
		if b, err := json.Marshal(e.Path); err == nil {
			dst = append(dst, `,"path":`...)
			dst = append(dst, b...)
		}
	}
	dst = append(dst, `,"extensions":{"code":`...)
	dst = appendString(dst, e.Code)
	if traceID != "" {
		dst = append(dst, `,"traceId":`...)
		dst = appendString(dst, traceID)
	}
	for _, x := range e.Extensions {
		dst = append(dst, ',')
		dst = appendString(dst, x.Key)
		dst = append(dst, ':')
		dst = append(dst, x.Value...)
	}
	return append(dst, "}}"...)
}

// appendString appends s as a JSON string; invalid UTF-8 is replaced.
func appendString(dst []byte, s string) []byte {
	plain := utf8.ValidString(s)
	for i := 0; plain && i < len(s); i++ {
		plain = s[i] >= 0x20 && s[i] != '"' && s[i] != '\\'
	}
	if plain {
		dst = append(dst, '"')
		dst = append(dst, s...)
		return append(dst, '"')
	}
	b, err := json.Marshal(s)
	if err != nil { // a string always marshals
		return append(dst, `""`...)
	}
	return append(dst, b...)
}

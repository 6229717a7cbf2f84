// Package errs holds the platform's one error type: a stable code, a sentence for the person who reads it, and the input field at
// fault. An error gets its code where it happens (a domain rule, a SQLSTATE in package pg) and is translated once more on the way out:
// into a mutation's userErrors (UserErrors) or into a GraphQL error's extensions.code (package graphql).
package errs

import (
	"errors"
	"strings"
)

// Code is a stable, documented reason in capital letters. Domains add their own; those here are shared by all.
type Code string

// Codes that any operation may answer with, as extensions.code of a top-level error.
const (
	InvalidInput    Code = "INVALID_INPUT"     // a value is malformed or out of range
	Unauthenticated Code = "UNAUTHENTICATED"   // log in first
	Forbidden       Code = "FORBIDDEN"         // logged in, but not allowed
	NotFound        Code = "NOT_FOUND"         // no such object, or not the caller's
	Conflict        Code = "CONFLICT"          // somebody else was first; reading again and retrying may help
	Unavailable     Code = "UNAVAILABLE"       // a part the answer needs cannot be reached; retrying helps
	Overloaded      Code = "OVERLOADED"        // too much work queued; retry with backoff
	Internal        Code = "INTERNAL"          // our fault; the log has the cause under the trace id
	Timeout         Code = "DEADLINE_EXCEEDED" // the request's time ran out
)

// Error is a coded error. The message is shown to people and holds no internals; the cause is for the log only.
type Error struct {
	Code    Code
	Message string
	Field   []string // path of the input field, outermost first, for example ["input", "items", "0", "quantity"]; nil if none
	cause   error
}

// New returns an error with a code and a sentence for people.
func New(code Code, message string) *Error { return &Error{Code: code, Message: message} }

// At returns a copy that names the input field at fault.
func (e *Error) At(field ...string) *Error {
	c := *e
	c.Field = field
	return &c
}

// Because returns a copy that carries the cause for the log.
func (e *Error) Because(cause error) *Error {
	c := *e
	c.cause = cause
	return &c
}

func (e *Error) Error() string {
	s := string(e.Code) + ": " + e.Message
	if e.cause != nil {
		s += ": " + e.cause.Error()
	}
	return s
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.cause }

// Is reports whether target is an *Error with the same code, so that errors.Is(err, errs.New(errs.NotFound, "")) works.
func (e *Error) Is(target error) bool {
	var t *Error
	return errors.As(target, &t) && t.Code == e.Code
}

// List is several coded errors found in one input. It is an error itself so that a domain function can return all of them at once.
type List []*Error

func (l List) Error() string {
	s := make([]string, len(l))
	for i, e := range l {
		s[i] = e.Error()
	}
	return strings.Join(s, "; ")
}

// Err returns nil for an empty list, else the list.
func (l List) Err() error {
	if len(l) == 0 {
		return nil
	}
	return l
}

// Add appends an error at a field.
func (l *List) Add(code Code, message string, field ...string) {
	*l = append(*l, New(code, message).At(field...))
}

// CodeOf returns the code of the first coded error in err's chain; Internal for any other error, "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	var l List
	if errors.As(err, &l) && len(l) > 0 {
		return l[0].Code
	}
	return Internal
}

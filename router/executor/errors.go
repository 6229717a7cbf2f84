package executor

import (
	"encoding/json"
	"strconv"
	"strings"
)

// The codes the executor itself puts into extensions.code. An error that a
// subgraph reported keeps the subgraph's own code if it has one.
const (
	// CodeDownstream marks an error of a subgraph that came without a code.
	CodeDownstream = "DOWNSTREAM_SERVICE_ERROR"
	// CodeHTTP means the subgraph could not be reached or answered with an HTTP
	// error status and no GraphQL result.
	CodeHTTP = "SUBREQUEST_HTTP_ERROR"
	// CodeTimeout means no answer came in time.
	CodeTimeout = "SUBREQUEST_TIMEOUT"
	// CodeMalformed means the answer was not a GraphQL result, did not fit what
	// was asked for, or was larger than allowed.
	CodeMalformed = "SUBREQUEST_MALFORMED_RESPONSE"
	// CodeCancelled means the client's request ended before the answer came.
	CodeCancelled = "REQUEST_CANCELLED"
	// CodeDeadline means the request's own deadline passed.
	CodeDeadline = "REQUEST_TIMEOUT"
	// CodeNonNull marks a null where the schema promises a value.
	CodeNonNull = "NULL_IN_NON_NULL_FIELD"
	// CodeInvalidValue marks a value that the schema's type does not allow.
	CodeInvalidValue = "INVALID_FIELD_VALUE"
	// CodeLimit means the answer would be larger than allowed.
	CodeLimit = "RESPONSE_LIMIT_EXCEEDED"
	// CodeUnauthorized marks a field the caller may not see.
	CodeUnauthorized = "UNAUTHORIZED_FIELD_OR_TYPE"
	// CodeContexts means that arguments took more different values from their
	// context than allowed; fields beyond are null.
	CodeContexts = "CONTEXT_VALUES_LIMIT_EXCEEDED"
	// CodeInternal means the router itself failed.
	CodeInternal = "INTERNAL_SERVER_ERROR"
)

// PathElem is one step of an error's path: a response key, or a list index if
// Key is empty.
type PathElem struct {
	Key   string
	Index int
}

// Extension is one member of an extensions object. Value is raw JSON.
type Extension struct {
	Key   string
	Value json.RawMessage
}

// Error is one entry of the answer's "errors" list. Extensions always begin
// with "code".
type Error struct {
	Message    string
	Path       []PathElem
	Extensions []Extension
}

// NewError returns an error with the given code.
func NewError(code, message string, path []PathElem) Error {
	return Error{Message: message, Path: path, Extensions: []Extension{{"code", quote(code)}}}
}

// Code returns extensions.code, or "" if there is none.
func (e *Error) Code() string {
	for _, x := range e.Extensions {
		if x.Key == "code" {
			var code string
			if json.Unmarshal(x.Value, &code) == nil {
				return code
			}
		}
	}
	return ""
}

// Error implements error.
func (e *Error) Error() string {
	var sb strings.Builder
	sb.WriteString(e.Code())
	sb.WriteString(": ")
	sb.WriteString(e.Message)
	return sb.String()
}

// AppendJSON appends the error as GraphQL's JSON.
func (e *Error) AppendJSON(dst []byte) []byte {
	dst = append(dst, `{"message":`...)
	dst = append(dst, quote(e.Message)...)
	if len(e.Path) > 0 {
		dst = append(dst, `,"path":`...)
		dst = appendPath(dst, e.Path)
	}
	if len(e.Extensions) > 0 {
		dst = append(dst, `,"extensions":`...)
		dst = appendExtensions(dst, e.Extensions)
	}
	return append(dst, '}')
}

func appendPath(dst []byte, path []PathElem) []byte {
	dst = append(dst, '[')
	for i, p := range path {
		if i > 0 {
			dst = append(dst, ',')
		}
		if p.Key != "" {
			dst = append(dst, quote(p.Key)...)
		} else {
			dst = strconv.AppendInt(dst, int64(p.Index), 10)
		}
	}
	return append(dst, ']')
}

func appendExtensions(dst []byte, list []Extension) []byte {
	dst = append(dst, '{')
	for i, x := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, quote(x.Key)...)
		dst = append(dst, ':')
		dst = append(dst, x.Value...)
	}
	return append(dst, '}')
}

// quote returns s as a JSON string; bytes that are not UTF-8 are replaced.
func quote(s string) json.RawMessage {
	b, err := json.Marshal(s)
	if err != nil { // a string always marshals
		return json.RawMessage(`""`)
	}
	return b
}

// errorList collects the errors of one answer in order, dropping repetitions
// and bounding their number.
type errorList struct {
	list []Error
	seen map[string]struct{}
	max  int
}

// add appends e unless an equal error (message, path, code) is there already.
func (l *errorList) add(e Error) {
	if len(l.list) >= l.max {
		return
	}
	key := appendPath([]byte(e.Code()+"\x00"+e.Message+"\x00"), e.Path)
	if _, dup := l.seen[string(key)]; dup {
		return
	}
	if l.seen == nil {
		l.seen = make(map[string]struct{})
	}
	l.seen[string(key)] = struct{}{}
	l.list = append(l.list, e)
}

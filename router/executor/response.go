package executor

import (
	"net/http"

	"marquee/router/buffer"
)

// Response is the answer to one operation, or one event of a subscription.
type Response struct {
	// Data is raw JSON: an object or null. It is nil (and "data" is absent from
	// the answer) only if the operation was not executed at all.
	Data []byte
	// Errors is nil if there were none.
	Errors []Error
	// Extensions is added to the answer as "extensions" unless empty.
	Extensions []Extension
	// Answers are the headers of the subgraphs' answers to a query or mutation, in
	// the order of the plan, if Options.KeepHeaders asks for them.
	Answers []Answer

	memory *buffer.Buffer // holds lead and Data
}

// Answer is the header of one subgraph's answer, as the transport kept it. It is
// not to be modified.
type Answer struct {
	Subgraph string
	Header   http.Header

	fetch int
}

// Release gives the memory of Data back for reuse; Data must not be used
// afterwards. Calling it is optional, and allowed once.
func (r *Response) Release() {
	r.memory.Release()
	r.Data, r.memory = nil, nil
}

// Encode returns the whole GraphQL answer. It takes over the memory of Data, which
// is valid as long as the buffer is. It may be called once.
func (r *Response) Encode() *buffer.Buffer {
	b := r.memory
	if r.memory = nil; b == nil {
		b = buffer.Get(len(r.Data) + len(lead) + 1)
		b.B = r.AppendJSON(b.B)
		return b
	}
	b.B = r.appendRest(b.B)
	return b
}

// AppendJSON appends the whole GraphQL answer: {"data":…,"errors":…,"extensions":…}.
func (r *Response) AppendJSON(dst []byte) []byte {
	dst = append(dst, '{')
	if r.Data != nil {
		dst = append(dst, `"data":`...)
		dst = append(dst, r.Data...)
	}
	return r.appendRest(dst)
}

// appendRest appends what follows data.
func (r *Response) appendRest(dst []byte) []byte {
	if len(r.Errors) > 0 {
		if r.Data != nil {
			dst = append(dst, ',')
		}
		dst = append(dst, `"errors":[`...)
		for i := range r.Errors {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = r.Errors[i].AppendJSON(dst)
		}
		dst = append(dst, ']')
	}
	if len(r.Extensions) > 0 {
		if len(dst) > 0 && dst[len(dst)-1] != '{' {
			dst = append(dst, ',')
		}
		dst = append(dst, `"extensions":`...)
		dst = appendExtensions(dst, r.Extensions)
	}
	return append(dst, '}')
}

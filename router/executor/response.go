package executor

// Response is the answer to one operation, or one event of a subscription.
type Response struct {
	// Data is raw JSON: an object or null. It is nil (and "data" is absent from
	// the answer) only if the operation was not executed at all.
	Data []byte
	// Errors is nil if there were none.
	Errors []Error
	// Extensions is added to the answer as "extensions" unless empty.
	Extensions []Extension

	buffer *[]byte // holds Data; see Release
}

// AppendJSON appends the whole GraphQL answer: {"data":…,"errors":…,"extensions":…}.
func (r *Response) AppendJSON(dst []byte) []byte {
	dst = append(dst, '{')
	if r.Data != nil {
		dst = append(dst, `"data":`...)
		dst = append(dst, r.Data...)
	}
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

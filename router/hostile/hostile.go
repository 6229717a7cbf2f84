// Package hostile is a corpus of requests made to hurt a GraphQL server: documents that multiply, errors by the
// thousand, JSON at the edge of what JSON is. It is for tests and benchmarks only.
//
// Vocabulary: a case is one request body; its document, if it has one, is kept beside the body, so that other
// validators can be measured with it. All documents are about the supergraph that Supergraph returns.
package hostile

import (
	"encoding/json"
	"net/http"
	"strings"
)

// Case is one hostile request.
type Case struct {
	Name string
	// Body is the body of a POST, as JSON unless the case is about that.
	Body []byte
	// Query is the document in the body, "" if there is none to be found.
	Query string
}

// Cases lists the corpus. Names are unique; the order is always the same.
func Cases() []Case {
	var out []Case
	for _, d := range documents() {
		out = append(out, Case{Name: d.name, Body: envelope(d.query, d.variables), Query: d.query})
	}
	for _, b := range bodies() {
		out = append(out, Case{Name: b.name, Body: []byte(b.body)})
	}
	return out
}

// envelope writes a request by hand: variables are raw and may be anything.
func envelope(query, variables string) []byte {
	q, err := json.Marshal(strings.ToValidUTF8(query, "\uFFFD"))
	if err != nil { // a string always marshals
		panic(err)
	}
	b := append([]byte(`{"query":`), q...)
	if variables != "" {
		b = append(append(b, `,"variables":`...), variables...)
	}
	return append(b, '}')
}

// Subgraph answers every request with no data, as an empty database would.
func Subgraph() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"data":{}}`))
	})
}

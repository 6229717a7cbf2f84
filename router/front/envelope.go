package front

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"marquee/router/scan"
)

// decodeBody reads one GraphQL request from JSON. Go's own decoding would take
// the last of duplicate keys and match names in any case; two components reading
// one body differently is how checks are bypassed, so both are refused. Unknown
// keys are ignored, as the GraphQL-over-HTTP specification asks.
func decodeBody(body []byte) (*Params, *Failure) {
	bad := func(format string, args ...any) (*Params, *Failure) {
		return nil, refuse(http.StatusBadRequest, CodeBadRequest, fmt.Sprintf(format, args...))
	}
	body = bytes.TrimSpace(body)
	if len(body) == 0 {
		return bad("The body is empty.")
	}
	if body[0] == '[' {
		return nil, refuse(http.StatusBadRequest, CodeBatching, "Arrays of requests are not allowed.")
	}
	if body[0] != '{' || scan.Value(body, 0, 0) != len(body) {
		if f := checked(body, "body"); f != nil {
			return nil, f
		}
		return bad("The body is not a JSON object.")
	}
	list := members(body)
	if key, dup := repeated(list); dup {
		return bad("The key %q appears twice.", key)
	}
	p := &Params{}
	hasQuery := false
	for _, m := range list {
		if !exact(m.key) && similar(m.key) {
			return bad("The key %q is not spelt as GraphQL over HTTP defines it.", m.key)
		}
		null := string(m.raw) == "null"
		switch m.key {
		case "query":
			if m.raw[0] != '"' {
				return bad(`"query" must be a string.`)
			}
			hasQuery = true
			p.Query = scan.Unquote(m.raw)
		case "documentId":
			if m.raw[0] == '"' {
				p.DocumentID = scan.Unquote(m.raw)
			}
			if p.DocumentID == "" || len(p.DocumentID) > maxName {
				return bad(`"documentId" must be a string.`)
			}
		case "operationName":
			if null {
				continue
			}
			if m.raw[0] != '"' {
				return bad(`"operationName" must be a string.`)
			}
			p.OperationName = scan.Unquote(m.raw)
		case "variables", "extensions":
			if null {
				continue
			}
			if m.raw[0] != '{' {
				return bad("%q must be an object.", m.key)
			}
			if m.key == "variables" {
				p.Variables = m.raw
			} else {
				p.Extensions = m.raw
			}
		}
	}
	if f := p.name(hasQuery); f != nil {
		return nil, f
	}
	return p, nil
}

// similar says whether key is one of the params in another case.
func similar(key string) bool {
	for _, p := range [...]string{"query", "operationName", "variables", "extensions", "documentId"} {
		if strings.EqualFold(p, key) {
			return true
		}
	}
	return false
}

func exact(key string) bool {
	switch key {
	case "query", "operationName", "variables", "extensions", "documentId":
		return true
	}
	return false
}

// decodeQuery reads one GraphQL request from a query string. Each parameter may
// appear once.
func decodeQuery(raw string) (*Params, *Failure) {
	bad := func(format string, args ...any) (*Params, *Failure) {
		return nil, refuse(http.StatusBadRequest, CodeBadRequest, fmt.Sprintf(format, args...))
	}
	values, err := url.ParseQuery(raw)
	if err != nil {
		return bad("The query string is malformed.")
	}
	p := &Params{}
	for _, key := range []string{"query", "operationName", "variables", "extensions", "documentId"} {
		list := values[key]
		if len(list) > 1 {
			return bad("The parameter %q appears twice.", key)
		}
		if len(list) == 0 {
			continue
		}
		v := list[0]
		if !utf8.ValidString(v) {
			return bad("The parameter %q is not UTF-8.", key)
		}
		switch key {
		case "query":
			p.Query = v
		case "operationName":
			p.OperationName = v
		case "documentId":
			if p.DocumentID = v; v == "" || len(v) > maxName {
				return bad(`The parameter "documentId" must not be empty.`)
			}
		default:
			if v == "" || v == "null" {
				continue
			}
			if f := checked([]byte(v), "parameter "+key); f != nil {
				return nil, f
			}
			if bytes.TrimSpace([]byte(v))[0] != '{' {
				return bad("The parameter %q must be a JSON object.", key)
			}
			if key == "variables" {
				p.Variables = json.RawMessage(v)
			} else {
				p.Extensions = json.RawMessage(v)
			}
		}
	}
	if f := p.name(len(values["query"]) > 0); f != nil {
		return nil, f
	}
	return p, nil
}

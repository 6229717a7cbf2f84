package front

import (
	"bytes"
	"encoding/json"
	"net/http"

	"marquee/router/scan"
)

// name reads how a request names its document besides by its text: documentId,
// or extensions.persistedQuery {"version": 1, "sha256Hash": …}. A request that
// names none is refused.
func (p *Params) name(hasQuery bool) *Failure {
	if raw := bytes.TrimSpace(p.Extensions); len(raw) > 0 {
		list := members(raw)
		if _, dup := repeated(list); dup {
			return refuse(http.StatusBadRequest, CodeBadRequest, "A key of extensions appears twice.")
		}
		for _, m := range list {
			if m.key != "persistedQuery" || string(m.raw) == "null" {
				continue
			}
			if f := p.hash(m.raw); f != nil {
				return f
			}
		}
	}
	if p.DocumentID != "" && (hasQuery || p.Hash != "") {
		return refuse(http.StatusBadRequest, CodeBadRequest, "Send a document or one name of it.")
	}
	if !hasQuery && p.DocumentID == "" && p.Hash == "" {
		return refuse(http.StatusBadRequest, CodeBadRequest, `"query" is missing.`)
	}
	return nil
}

func (p *Params) hash(raw json.RawMessage) *Failure {
	bad := refuse(http.StatusBadRequest, CodeBadRequest, `"persistedQuery" must be {"version": 1, "sha256Hash": "…"}.`)
	if raw[0] != '{' {
		return bad
	}
	list := members(raw)
	if _, dup := repeated(list); dup {
		return bad
	}
	version := ""
	for _, m := range list {
		switch m.key {
		case "version":
			version = string(m.raw)
		case "sha256Hash":
			if m.raw[0] != '"' {
				return bad
			}
			if p.Hash = scan.Unquote(m.raw); len(p.Hash) > maxName {
				return bad
			}
		}
	}
	if version != "1" || p.Hash == "" {
		return bad
	}
	return nil
}

// maxName bounds the names of documents, in bytes.
const maxName = 512

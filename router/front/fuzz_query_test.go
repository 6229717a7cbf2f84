package front

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// FuzzQueryString: what is accepted from a query string is what Go's own reading of it gives, each parameter once.
func FuzzQueryString(f *testing.F) {
	for _, s := range []string{
		"query={a}", "query=%7Ba%7D&variables=%7B%22a%22%3A1%7D&operationName=A", "query=a&query=b", "variables={}&query=", "query=%zz", "query=a;b",
		"documentId=x", "extensions={\"persistedQuery\":{\"version\":1,\"sha256Hash\":\"x\"}}", "query=%ff", "query=a&variables=[1]", "query=a&variables=%20", "query=a&variables=%c2%a0",
		"query=a&extensions=%20%7B%22persistedQuery%22%3Anull%7D%20",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		p, failure := decodeQuery(raw)
		if failure != nil {
			if failure.Status < 400 || failure.Status >= 500 || failure.Code() == "" {
				t.Fatalf("%+v", failure)
			}
			return
		}
		values, err := url.ParseQuery(raw)
		if err != nil {
			t.Fatalf("accepted %q: %v", raw, err)
		}
		if p.Query != values.Get("query") || p.OperationName != values.Get("operationName") || p.DocumentID != values.Get("documentId") {
			t.Fatalf("%q gives %+v", raw, p)
		}
		for name, got := range map[string]json.RawMessage{"variables": p.Variables, "extensions": p.Extensions} {
			var object map[string]json.RawMessage
			if len(values[name]) > 1 || (got != nil && json.Unmarshal(got, &object) != nil) {
				t.Fatalf("%q gives %s %q", raw, name, got)
			}
		}
	})
}

// FuzzMessage: an accepted message of a socket is what encoding/json sees, and what is written can be read.
func FuzzMessage(f *testing.F) {
	for _, s := range []string{
		`{"type":"connection_init","payload":{"a":1}}`, `{"id":"1","type":"subscribe","payload":{"query":"{a}"}}`, `{"id":"","type":"x"}`, `{"type":"ping","payload":null}`,
		`{"type":"a","type":"b"}`, `{"id":1}`, `[]`, ``, `{"id":"\ud800","type":"complete"}`, "{\"type\":\"\xff\"}",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		m, broken := parseMessage(data)
		if broken != "" {
			return
		}
		var want map[string]json.RawMessage
		if err := json.Unmarshal(data, &want); err != nil {
			t.Fatalf("accepted %q: %v", data, err)
		}
		var id, kind string
		_ = json.Unmarshal(want["id"], &id)
		_ = json.Unmarshal(want["type"], &kind)
		if m.id != id || m.kind != kind || m.hasID != (want["id"] != nil) {
			t.Fatalf("%q gives %+v", data, m)
		}
		out := (&message{op: m.id, kind: "next", payload: m.payload}).append(nil)
		back, broken := parseMessage(out)
		if broken != "" || back.id != m.id || back.kind != "next" {
			t.Fatalf("wrote %q of %q", out, data)
		}
	})
}

// FuzzAccept: whatever the headers, the answer's type was asked for by name or by a wildcard, and what is foreign to
// the front changes nothing.
func FuzzAccept(f *testing.F) {
	for _, s := range []string{
		"", "*/*", "application/json", "application/graphql-response+json;q=0.5, application/json;q=0.4", "text/event-stream", "application/*;q=1.0001", "application/json;q=0",
		"multipart/mixed;subscriptionSpec=1.0, application/json", "application/json;charset=utf-16", ",,;q=1", "application/json; q=\"", "text/html,*/*;q=0.1",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, accept string) {
		m := negotiate([]string{accept})
		if m != negotiate([]string{accept, "image/x-foreign;q=0.7"}) && strings.TrimSpace(accept) != "" {
			t.Fatalf("%q: a foreign type changes the choice", accept)
		}
		full, _, _ := strings.Cut(m.String(), ";")
		wild := strings.Contains(accept, "*")
		if lower := strings.ToLower(accept); m != mediaNone && strings.TrimSpace(accept) != "" && !wild && !strings.Contains(lower, "multipart/mixed") && !strings.Contains(lower, full) {
			t.Fatalf("%q gives %s", accept, full)
		}
		h := http.Header{"Accept": {accept}, "Content-Type": {accept}, "Accept-Encoding": {accept}}
		_ = named(h)
		_ = takesGzip(accept)
		if jsonContent(h) == nil && !strings.Contains(strings.ToLower(accept), "application/json") {
			t.Fatalf("%q is taken for JSON", accept)
		}
	})
}

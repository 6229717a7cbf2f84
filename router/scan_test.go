package router_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// probe is one request of an outsider who looks for weaknesses, and what the answer must be.
type probe struct {
	name, method, target, body string
	header                     map[string]string
	status                     int    // 0 is any below 500
	code                       string // of the first error; "" is not looked at
	data                       string // "" is no data
}

func jsonBody(query string) string {
	b, _ := json.Marshal(map[string]string{"query": query})
	return string(b)
}

// TestOutsidersScan sends what scanners send, to a router with the default settings.
func TestOutsidersScan(t *testing.T) {
	t.Parallel()
	target, _ := fortress(t, nil)
	const form, plain = "application/x-www-form-urlencoded", "text/plain"
	times := func(n int, format string) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(strings.ReplaceAll(format, "#", fmt.Sprint(i)))
		}
		return b.String()
	}
	get := func(query string) string { return target + "?query=" + url.QueryEscape(query) }
	probes := []probe{
		{name: "field suggestions", body: jsonBody("{ itm { id } }"), status: 400, code: "GRAPHQL_VALIDATION_FAILED"},
		{name: "argument suggestions", body: jsonBody("{ node(idd: 1) { id } }"), status: 400, code: "GRAPHQL_VALIDATION_FAILED"},
		{name: "type suggestions", body: jsonBody("{ item { ... on Nod { id } } }"), status: 400, code: "GRAPHQL_VALIDATION_FAILED"},
		{name: "enum suggestions", body: jsonBody("{ echo(kind: C) }"), status: 400, code: "GRAPHQL_VALIDATION_FAILED"},
		{name: "alias overloading", body: jsonBody("{" + times(101, " a#: __typename") + " }"), status: 400, code: "LIMIT_EXCEEDED"},
		{name: "array batching", body: "[" + strings.TrimSuffix(strings.Repeat(jsonBody("{ __typename }")+",", 10), ",") + "]", status: 400, code: "BATCHING_NOT_ALLOWED"},
		{name: "directive overloading", body: jsonBody("{ __typename " + strings.Repeat("@aa", 10) + " }"), status: 400, code: "GRAPHQL_VALIDATION_FAILED"},
		{name: "known directive overloading", body: jsonBody("{" + strings.Repeat(" __typename @include(if: true)", 60) + " }"), status: 400, code: "LIMIT_EXCEEDED"},
		{name: "circular introspection", body: jsonBody("{ __schema { types { fields { type { fields { type { fields { type { fields { type { name } } } } } } } } } } }"), status: 400, code: "GRAPHQL_VALIDATION_FAILED"},
		{name: "field duplication", body: jsonBody("{ " + strings.Repeat("__typename ", 2_500) + "}"), status: 400, code: "LIMIT_EXCEEDED"},
		{name: "deep recursion", body: jsonBody("{ item " + strings.Repeat("{ next ", 50) + "{ id }" + strings.Repeat(" }", 51)), status: 400, code: "LIMIT_EXCEEDED"},
		{name: "mutation by GET", method: http.MethodGet, target: get("mutation { set(filter: {}) { id } }"), header: map[string]string{"Accept": "application/json"}, status: 405, code: "METHOD_NOT_ALLOWED"},
		{name: "query by GET as an image would", method: http.MethodGet, target: get("{ __typename }"), header: map[string]string{"Accept": "image/avif,*/*"}, status: 403, code: "CSRF_REFUSED"},
		{name: "query by GET as a page would", method: http.MethodGet, target: get("{ __typename }"), header: map[string]string{"Accept": "text/html,*/*;q=0.8"}, status: 403, code: "CSRF_REFUSED"},
		{name: "form POST", body: "query=%7B__typename%7D", header: map[string]string{"Content-Type": form}, status: 415, code: "UNSUPPORTED_MEDIA_TYPE"},
		{name: "text POST", body: jsonBody("{ __typename }"), header: map[string]string{"Content-Type": plain}, status: 415, code: "UNSUPPORTED_MEDIA_TYPE"},
		{name: "POST without a type", body: jsonBody("{ __typename }"), header: map[string]string{"Content-Type": ""}, status: 415, code: "UNSUPPORTED_MEDIA_TYPE"},
		{name: "multipart POST", body: "--x\r\nContent-Disposition: form-data; name=operations\r\n\r\n" + jsonBody("{ __typename }") + "\r\n--x--", header: map[string]string{"Content-Type": "multipart/form-data; boundary=x"}, status: 415, code: "UNSUPPORTED_MEDIA_TYPE"},
		{name: "two content types", body: jsonBody("{ __typename }"), header: map[string]string{"Content-Type": "application/json, text/plain"}, status: 415, code: "UNSUPPORTED_MEDIA_TYPE"},
		{name: "another site's script", body: jsonBody("{ __typename }"), header: map[string]string{"Origin": "https://evil.example"}, status: 403, code: "CSRF_REFUSED"},
		{name: "another site's frame", body: jsonBody("{ __typename }"), header: map[string]string{"Sec-Fetch-Site": "cross-site"}, status: 403, code: "CSRF_REFUSED"},
		{name: "TRACE", method: http.MethodTrace, target: target, status: 405, code: "METHOD_NOT_ALLOWED"},
		{name: "PUT", method: http.MethodPut, body: jsonBody("{ __typename }"), status: 405, code: "METHOD_NOT_ALLOWED"},
		{name: "method override", method: http.MethodGet, target: get("mutation { set(filter: {}) { id } }"), header: map[string]string{"Accept": "application/json", "X-HTTP-Method-Override": "POST"}, status: 405, code: "METHOD_NOT_ALLOWED"},
		{name: "an explorer for a browser", method: http.MethodGet, target: target, header: map[string]string{"Accept": "text/html"}},
		{name: "entities", body: jsonBody(`{ _entities(representations: [{__typename: "T0", id: 1}]) { __typename } }`), status: 400, code: "GRAPHQL_VALIDATION_FAILED"},
		{name: "service", body: jsonBody("{ _service { sdl } }"), status: 400, code: "GRAPHQL_VALIDATION_FAILED"},
		{name: "trace asked for", body: jsonBody("{ __typename }"), header: map[string]string{"apollo-federation-include-trace": "ftv1", "X-Apollo-Tracing": "1", "X-Hasura-Role": "admin"}, status: 200, data: `{"__typename":"Query"}`},
		{name: "stack trace", body: `{"query":"{ echo(n: \"x\") }","variables":[]}`, status: 400, code: "BAD_REQUEST"},
		{name: "syntax error", body: jsonBody("query @"), status: 400, code: "GRAPHQL_PARSE_FAILED"},
		{name: "empty document", body: jsonBody(""), status: 400, code: "GRAPHQL_PARSE_FAILED"},
		{name: "engine: unknown directive", body: jsonBody("{ __typename @deprecated }"), status: 400, code: "GRAPHQL_VALIDATION_FAILED"},
		{name: "engine: no subselection", body: jsonBody("{ item }"), status: 400, code: "GRAPHQL_VALIDATION_FAILED"},
		{name: "engine: queryy", body: jsonBody("queryy { __typename }"), status: 400, code: "GRAPHQL_PARSE_FAILED"},
		{name: "engine: subscription", body: jsonBody("subscription { __typename }"), code: "GRAPHQL_VALIDATION_FAILED"},
		{name: "engine: two operations", body: jsonBody("query a { __typename } query b { __typename }"), status: 400, code: "OPERATION_RESOLUTION_FAILURE"},
		{name: "body too large", body: jsonBody("{ echo(text: \"" + strings.Repeat("x", 110_000) + "\") }"), status: 413, code: "REQUEST_TOO_LARGE"},
		{name: "compressed body", body: "\x1f\x8b\x08", header: map[string]string{"Content-Encoding": "gzip"}, status: 415, code: "UNSUPPORTED_MEDIA_TYPE"},
	}
	for _, p := range probes {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			p.run(t, target)
		})
	}
}

// told are words of an answer that say what is inside.
var told = []string{
	"did you mean", "stack", "goroutine", ".go:", "panic", "gqlparser", "gqlgen", "golang", "apollo", "graphql-js", "marquee", "runtime error", "exception", "graphiql", "playground", "/home/", "/root/", "127.0.0.1", "subgraph g",
}

func (p probe) run(t *testing.T, target string) {
	method := p.method
	if method == "" {
		method = http.MethodPost
	}
	if p.target != "" {
		target = p.target
	}
	req, err := http.NewRequestWithContext(t.Context(), method, target, strings.NewReader(p.body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", "application/graphql-response+json")
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/json")
	}
	for k, v := range p.header {
		if req.Header.Set(k, v); v == "" {
			delete(req.Header, k)
		}
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	var a answer
	if err := json.Unmarshal(raw, &a); err != nil {
		t.Fatalf("%d %v: %.200s", res.StatusCode, err, raw)
	}
	if (p.status != 0 && res.StatusCode != p.status) || res.StatusCode >= 500 || string(a.Data) != p.data {
		t.Errorf("%d %s", res.StatusCode, raw)
	}
	if p.data == "" && (len(a.Errors) == 0 || a.Errors[0].Extensions.Code == "" || (p.code != "" && a.Errors[0].Extensions.Code != p.code)) {
		t.Errorf("want %s: %s", p.code, raw)
	}
	all := strings.ToLower(string(raw))
	for k, v := range res.Header {
		all += "\n" + strings.ToLower(k+": "+strings.Join(v, ","))
	}
	for _, word := range told {
		if strings.Contains(all, word) {
			t.Errorf("the answer says %q: %s", word, all)
		}
	}
	for _, name := range []string{"Server", "X-Powered-By", "Access-Control-Allow-Origin"} {
		if res.Header.Get(name) != "" {
			t.Errorf("%s: %s", name, res.Header.Get(name))
		}
	}
	if res.Header.Get("X-Content-Type-Options") != "nosniff" || res.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("headers: %v", res.Header)
	}
}

package front_test

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"marquee/router/front"
)

const (
	typeJSON = "application/json"
	typeGQL  = "application/graphql-response+json"
)

// post is one POST request: what is sent and what must come back.
type post struct {
	body, accept, content string
	header                map[string]string
	status                int
	media                 string // prefix of the answer's Content-Type
	code                  string // of the first error; "" means data
}

func TestPost(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	ok := `{"query":"{ __typename }"}`
	long := `{"query":"{ a }","extensions":{"pad":"` + strings.Repeat("x", 110<<10) + `"}}`
	cases := map[string]post{
		"graphql response":        {body: ok, accept: typeGQL, status: 200, media: typeGQL},
		"json":                    {body: ok, accept: typeJSON, status: 200, media: typeJSON},
		"any":                     {body: ok, accept: "*/*", status: 200, media: typeJSON},
		"application/*":           {body: ok, accept: "application/*", status: 200, media: typeJSON},
		"no accept":               {body: ok, status: 200, media: typeJSON},
		"quality":                 {body: ok, accept: typeJSON + ";q=0.5, " + typeGQL, status: 200, media: typeGQL},
		"client order":            {body: ok, accept: typeGQL + ", " + typeJSON, status: 200, media: typeGQL},
		"specific before any":     {body: ok, accept: "*/*, " + typeGQL, status: 200, media: typeGQL},
		"json refused":            {body: ok, accept: typeJSON + ";q=0, application/*", status: 200, media: typeGQL},
		"html only":               {body: ok, accept: "text/html", status: 406, code: front.CodeNotAcceptable},
		"latin1 only":             {body: ok, accept: typeJSON + ";charset=latin1", status: 406, code: front.CodeNotAcceptable},
		"charset":                 {body: ok, content: typeJSON + "; charset=utf-8", status: 200},
		"charset upper":           {body: ok, content: typeJSON + "; charset=UTF-8", status: 200},
		"charset latin1":          {body: ok, content: typeJSON + "; charset=iso-8859-1", status: 415, code: front.CodeMediaType},
		"text":                    {body: ok, content: "text/plain", status: 415, code: front.CodeMediaType},
		"form":                    {body: "query=%7Ba%7D", content: "application/x-www-form-urlencoded", status: 415, code: front.CodeMediaType},
		"multipart":               {body: ok, content: "multipart/form-data; boundary=x", status: 415, code: front.CodeMediaType},
		"graphql body":            {body: "{a}", content: "application/graphql", status: 415, code: front.CodeMediaType},
		"no content type":         {body: ok, content: "-", status: 415, code: front.CodeMediaType},
		"encoded":                 {body: ok, header: map[string]string{"Content-Encoding": "gzip"}, status: 415, code: front.CodeMediaType},
		"empty":                   {status: 400, code: front.CodeBadRequest},
		"too large":               {body: long, status: 413, code: front.CodeTooLarge},
		"batch":                   {body: "[" + ok + "]", status: 400, code: front.CodeBatching},
		"not json":                {body: `{ "not a JSON`, status: 400, code: front.CodeBadRequest},
		"not json for graphql":    {body: `{ "not a JSON`, accept: typeGQL, status: 400, media: typeGQL, code: front.CodeBadRequest},
		"two values":              {body: ok + ok, status: 400, code: front.CodeBadRequest},
		"a string":                {body: `"{a}"`, status: 400, code: front.CodeBadRequest},
		"not utf-8":               {body: "{\"query\":\"{ a(b: \\\"\xff\\\") }\"}", status: 400, code: front.CodeBadRequest},
		"unknown keys":            {body: `{"query":"{a}","x":1,"id":"2"}`, status: 200},
		"duplicate query":         {body: `{"query":"{a}","query":"{b}"}`, status: 400, code: front.CodeBadRequest},
		"case variant":            {body: `{"query":"{a}","Query":"{b}"}`, status: 400, code: front.CodeBadRequest},
		"case variant alone":      {body: `{"QUERY":"{a}"}`, status: 400, code: front.CodeBadRequest},
		"escaped duplicate":       {body: `{"query":"{a}","quer\u0079":"{b}"}`, status: 400, code: front.CodeBadRequest},
		"variables twice":         {body: `{"query":"{a}","variables":{},"Variables":{}}`, status: 400, code: front.CodeBadRequest},
		"query missing":           {body: `{"qeury":"{a}"}`, status: 400, code: front.CodeBadRequest},
		"query null":              {body: `{"query":null}`, status: 400, code: front.CodeBadRequest},
		"query number":            {body: `{"query":0}`, status: 400, code: front.CodeBadRequest},
		"query list":              {body: `{"query":["a"]}`, status: 400, code: front.CodeBadRequest},
		"operationName null":      {body: `{"query":"{a}","operationName":null}`, status: 200},
		"operationName bool":      {body: `{"query":"{a}","operationName":false}`, status: 400, code: front.CodeBadRequest},
		"variables null":          {body: `{"query":"{a}","variables":null}`, status: 200},
		"variables list":          {body: `{"query":"{a}","variables":[]}`, status: 400, code: front.CodeBadRequest},
		"variables string":        {body: `{"query":"{a}","variables":"{}"}`, status: 400, code: front.CodeBadRequest},
		"extensions null":         {body: `{"query":"{a}","extensions":null}`, status: 200},
		"extensions map":          {body: `{"query":"{a}","extensions":{"some":"value"}}`, status: 200},
		"extensions number":       {body: `{"query":"{a}","extensions":7}`, status: 400, code: front.CodeBadRequest},
		"parse failure, json":     {body: `{"query":"{"}`, accept: typeJSON, status: 200, media: typeJSON, code: front.CodeParse},
		"parse failure, graphql":  {body: `{"query":"{"}`, accept: typeGQL, status: 400, media: typeGQL, code: front.CodeParse},
		"invalid, json":           {body: `{"query":"{ unknown }"}`, accept: typeJSON, status: 200, code: front.CodeValidation},
		"invalid, graphql":        {body: `{"query":"{ unknown }"}`, accept: typeGQL, status: 400, code: front.CodeValidation},
		"mutation":                {body: `{"query":"mutation { a }"}`, status: 200},
		"subscription, no stream": {body: `{"query":"subscription { a }"}`, status: 406, code: front.CodeStreamRequired},
		"panic":                   {body: `{"query":"panic"}`, status: 500, code: front.CodeInternal},
		"cross-site":              {body: ok, header: map[string]string{"Sec-Fetch-Site": "cross-site"}, status: 403, code: front.CodeCSRF},
		"same-site":               {body: ok, header: map[string]string{"Sec-Fetch-Site": "same-site"}, status: 403, code: front.CodeCSRF},
		"foreign origin":          {body: ok, header: map[string]string{"Origin": "https://evil.example"}, status: 403, code: front.CodeCSRF},
		"null origin":             {body: ok, header: map[string]string{"Origin": "null"}, status: 403, code: front.CodeCSRF},
		"own origin":              {body: ok, header: map[string]string{"Origin": b.url, "Sec-Fetch-Site": "same-origin"}, status: 200},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := map[string]string{"Content-Type": typeJSON}
			if c.content == "-" {
				delete(h, "Content-Type")
			} else if c.content != "" {
				h["Content-Type"] = c.content
			}
			if c.accept != "" {
				h["Accept"] = c.accept
			}
			for k, v := range c.header {
				h[k] = v
			}
			res, body := do(t, http.MethodPost, b.url, c.body, h)
			check(t, res, body, c.status, c.media, c.code)
		})
	}
}

// check looks at an answer: status, media type, and either data or a coded error
// with a trace id and no data.
func check(t *testing.T, res *http.Response, body string, status int, media, code string) {
	t.Helper()
	if res.StatusCode != status {
		t.Errorf("status %d, want %d: %s", res.StatusCode, status, body)
	}
	ct := res.Header.Get("Content-Type")
	if !strings.HasPrefix(ct, media) || !strings.Contains(ct, "charset=utf-8") {
		t.Errorf("content type %q, want %q", ct, media)
	}
	if res.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Error("answer may be sniffed")
	}
	var answer struct {
		Data   json.RawMessage
		Errors []struct {
			Message    string
			Extensions struct{ Code, TraceID string }
		}
	}
	if err := json.Unmarshal([]byte(body), &answer); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	if code == "" {
		if answer.Data == nil || answer.Errors != nil {
			t.Errorf("want data only: %s", body)
		}
		return
	}
	if answer.Data != nil || len(answer.Errors) != 1 {
		t.Fatalf("want one error and no data: %s", body)
	}
	e := answer.Errors[0]
	if e.Extensions.Code != code || e.Message == "" || len(e.Extensions.TraceID) != 32 {
		t.Errorf("error %+v, want code %s", e, code)
	}
	if e.Extensions.TraceID != res.Header.Get("X-Trace-Id") {
		t.Error("trace id differs from the header")
	}
}

func TestGet(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	q := func(pairs ...string) string {
		v := url.Values{}
		for i := 0; i < len(pairs); i += 2 {
			v.Add(pairs[i], pairs[i+1])
		}
		return v.Encode()
	}
	json, gql := map[string]string{"Accept": typeJSON}, map[string]string{"Accept": typeGQL}
	cases := map[string]struct {
		query  string
		header map[string]string
		status int
		code   string
	}{
		"json accept":           {q("query", "{a}"), json, 200, ""},
		"graphql accept":        {q("query", "{a}", "operationName", "A"), gql, 200, ""},
		"variables":             {q("query", "{a}", "variables", `{"a":1}`), json, 200, ""},
		"variables empty":       {q("query", "{a}", "variables", ""), json, 200, ""},
		"variables not json":    {q("query", "{a}", "variables", "{"), json, 400, front.CodeBadRequest},
		"variables list":        {q("query", "{a}", "variables", "[]"), json, 400, front.CodeBadRequest},
		"query missing":         {q("variables", "{}"), json, 400, front.CodeBadRequest},
		"query twice":           {q("query", "{a}", "query", "{b}"), json, 400, front.CodeBadRequest},
		"broken escape":         {"query=%zz", json, 400, front.CodeBadRequest},
		"mutation":              {q("query", "mutation{a}"), gql, 405, front.CodeMethod},
		"mutation, csrf header": {q("query", "mutation{a}"), map[string]string{"X-Marquee-Csrf": "1"}, 405, front.CodeMethod},
		"invalid, graphql":      {q("query", "{unknown}"), gql, 400, front.CodeValidation},
		"invalid, json":         {q("query", "{unknown}"), json, 200, front.CodeValidation},
		"as a link":             {q("query", "{a}"), map[string]string{"Accept": "text/html,*/*;q=0.8"}, 403, front.CodeCSRF},
		"as an image":           {q("query", "{a}"), map[string]string{"Accept": "image/*,*/*", "Sec-Fetch-Mode": "no-cors"}, 403, front.CodeCSRF},
		"no header":             {q("query", "{a}"), nil, 403, front.CodeCSRF},
		"any accept":            {q("query", "{a}"), map[string]string{"Accept": "*/*"}, 403, front.CodeCSRF},
		"by fetch":              {q("query", "{a}"), map[string]string{"Accept": "*/*", "Sec-Fetch-Mode": "cors"}, 200, ""},
		"by foreign fetch":      {q("query", "{a}"), map[string]string{"Accept": typeJSON, "Sec-Fetch-Mode": "cors", "Sec-Fetch-Site": "cross-site"}, 403, front.CodeCSRF},
		"preflight header":      {q("query", "{a}"), map[string]string{"Apollo-Require-Preflight": "1"}, 200, ""},
		"own header":            {q("query", "{a}"), map[string]string{"X-Marquee-Csrf": "1"}, 200, ""},
		"json content":          {q("query", "{a}"), map[string]string{"Content-Type": typeJSON}, 200, ""},
		"form content":          {q("query", "{a}"), map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, 403, front.CodeCSRF},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			res, body := do(t, http.MethodGet, b.url+"?"+c.query, "", c.header)
			check(t, res, body, c.status, "application/", c.code)
			if c.status == 405 && res.Header.Get("Allow") != "POST" {
				t.Errorf("Allow is %q", res.Header.Get("Allow"))
			}
		})
	}
}

func TestOtherMethods(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	for _, m := range []string{http.MethodPut, http.MethodDelete, http.MethodPatch} {
		res, body := do(t, m, b.url, `{"query":"{a}"}`, map[string]string{"Content-Type": typeJSON})
		check(t, res, body, 405, typeJSON, front.CodeMethod)
		if res.Header.Get("Allow") != "GET, POST" {
			t.Errorf("%s: Allow is %q", m, res.Header.Get("Allow"))
		}
	}
	if res, _ := do(t, http.MethodOptions, b.url, "", nil); res.StatusCode != 204 || res.Header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("OPTIONS: %d %v", res.StatusCode, res.Header)
	}
}

func TestCompression(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	h := map[string]string{"Content-Type": typeJSON, "Accept-Encoding": "br, gzip"}
	res, body := do(t, http.MethodPost, b.url, `{"query":"{ big }"}`, h)
	if res.Header.Get("Content-Encoding") != "gzip" {
		t.Fatalf("not compressed: %v", res.Header)
	}
	z, err := gzip.NewReader(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	_, want := do(t, http.MethodPost, b.url, `{"query":"{ big }"}`, map[string]string{"Content-Type": typeJSON, "Accept-Encoding": "gzip;q=0"})
	if string(plain) != want || len(body) >= len(want) {
		t.Errorf("compressed %d bytes to %d, same %v", len(want), len(body), string(plain) == want)
	}
	if res, _ := do(t, http.MethodPost, b.url, `{"query":"{ a }"}`, h); res.Header.Get("Content-Encoding") != "" {
		t.Error("a short answer was compressed")
	}
}

func TestCORS(t *testing.T) {
	t.Parallel()
	const app = "https://app.example.org"
	b := setup(t, func(o *front.Options) {
		o.CORS = front.CORS{Origins: []string{app}, Credentials: true, Expose: []string{"X-Region"}}
	})
	pre := func(origin string) *http.Response {
		res, _ := do(t, http.MethodOptions, b.url, "", map[string]string{
			"Origin": origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type",
		})
		return res
	}
	good := pre(app)
	if good.Header.Get("Access-Control-Allow-Origin") != app || good.Header.Get("Access-Control-Allow-Credentials") != "true" ||
		!strings.Contains(good.Header.Get("Access-Control-Allow-Headers"), "Content-Type") {
		t.Errorf("preflight: %v", good.Header)
	}
	for _, origin := range []string{"https://evil.example", "null", app + ".evil.example", "http://app.example.org", "https://APP.example.org"} {
		if res := pre(origin); res.Header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s is allowed: %v", origin, res.Header)
		}
	}
	res, body := do(t, http.MethodPost, b.url, `{"query":"{a}"}`, map[string]string{
		"Origin": app, "Content-Type": typeJSON, "Sec-Fetch-Site": "cross-site",
	})
	check(t, res, body, 200, typeJSON, "")
	if res.Header.Get("Access-Control-Allow-Origin") != app || !strings.Contains(strings.Join(res.Header.Values("Vary"), ","), "Origin") ||
		!strings.HasSuffix(res.Header.Get("Access-Control-Expose-Headers"), ", X-Region") {
		t.Errorf("headers %v", res.Header)
	}
	if _, err := front.New(front.Options{Engine: b.e, Hub: b.hub, CORS: front.CORS{Origins: []string{"*"}, Credentials: true}}); err == nil {
		t.Error("* with credentials was accepted")
	}
}

func TestAuthentication(t *testing.T) {
	t.Parallel()
	b := setup(t, func(o *front.Options) {
		o.Authenticator, o.TokenCookie = tokens{}, "__Host-token"
		o.ForwardHeaders = []string{"x-tenant"}
	})
	send := func(h map[string]string) (*http.Response, string) {
		h["Content-Type"] = typeJSON
		return do(t, http.MethodPost, b.url, `{"query":"{a}"}`, h)
	}
	for name, c := range map[string]struct{ header, value, subject string }{
		"bearer":      {"Authorization", "Bearer alice", "alice"},
		"lower case":  {"Authorization", "bearer bob", "bob"},
		"cookie":      {"Cookie", "a=b; __Host-token=alice", "alice"},
		"anonymous":   {"X-Nothing", "1", ""},
		"bad token":   {"Authorization", "Bearer mallory", "-"},
		"basic":       {"Authorization", "Basic YTpi", "-"},
		"no token":    {"Authorization", "Bearer ", "-"},
		"bad cookie":  {"Cookie", "__Host-token=mallory", "-"},
		"only scheme": {"Authorization", "Bearer", "-"},
	} {
		res, body := send(map[string]string{c.header: c.value})
		if c.subject == "-" {
			check(t, res, body, 401, typeJSON, front.CodeUnauthenticated)
			if !strings.HasPrefix(res.Header.Get("WWW-Authenticate"), "Bearer") {
				t.Errorf("%s: no challenge", name)
			}
			continue
		}
		check(t, res, body, 200, typeJSON, "")
		got := ""
		if s := b.e.lastCaller().Subject; s != nil {
			got = s.ID
		}
		if got != c.subject {
			t.Errorf("%s: subject %q", name, got)
		}
	}
	const parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
	res, _ := send(map[string]string{"Authorization": "Bearer alice", "X-Tenant": "t1", "X-Other": "o", "Traceparent": parent})
	c := b.e.lastCaller()
	if c.Header.Get("X-Tenant") != "t1" || c.Header.Get("Authorization") != "" || c.Header.Get("X-Other") != "" {
		t.Errorf("forwarded %v", c.Header)
	}
	if tp := c.Header.Get("Traceparent"); !strings.HasPrefix(tp, parent[:36]) || tp == parent || res.Header.Get("X-Trace-Id") != parent[3:35] {
		t.Errorf("traceparent %q", tp)
	}
}

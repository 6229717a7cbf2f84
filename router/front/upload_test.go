package front_test

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"strings"
	"testing"
	"time"

	"marquee/router/front"
	"marquee/router/hub"
)

// formOf writes a multipart request: name and value in turn; a name that begins
// with @ is a file.
func formOf(t *testing.T, fields ...string) (body, contentType string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for i := 0; i < len(fields); i += 2 {
		name, isFile := strings.CutPrefix(fields[i], "@")
		disposition := fmt.Sprintf("form-data; name=%q", name)
		if isFile {
			disposition += `; filename="f.txt"`
		}
		p, err := w.CreatePart(textproto.MIMEHeader{"Content-Disposition": {disposition}})
		if err == nil {
			_, err = io.WriteString(p, fields[i+1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	_ = w.Close()
	return b.String(), w.FormDataContentType()
}

const (
	operations = `{"query":"mutation files","variables":{"f":null,"list":[1,null],"o":{"a":"null","b":{"c":null}}}}`
	place      = `{"0":["variables.f"]}`
)

func withUploads(o *front.Options) {
	o.Uploads = front.Uploads{MaxFiles: 2, MaxFileSize: 10_000, Memory: 100}
	o.MaxBody = 1000
}

func TestForms(t *testing.T) {
	t.Parallel()
	b := setup(t, withUploads)
	for name, c := range map[string]struct {
		fields []string
		status int
		code   string
	}{
		"one":                      {[]string{"operations", operations, "map", place, "@0", "x"}, 200, ""},
		"two, the second first":    {[]string{"operations", operations, "map", `{"0":["variables.f"],"1":["variables.list.1","variables.o.b.c"]}`, "@1", "x", "@0", "y"}, 200, ""},
		"an empty file":            {[]string{"operations", operations, "map", place, "@0", ""}, 200, ""},
		"a part without file name": {[]string{"operations", operations, "map", place, "0", "x"}, 200, ""},
		"at the limit":             {[]string{"operations", operations, "map", place, "@0", strings.Repeat("x", 10_000)}, 200, ""},
		"beyond the limit":         {[]string{"operations", operations, "map", place, "@0", strings.Repeat("x", 10_001)}, 413, front.CodeUploadTooLarge},
		"more files than allowed":  {[]string{"operations", operations, "map", `{"0":["variables.f"],"1":["variables.list.1"],"2":["variables.o.b.c"]}`}, 413, front.CodeUploadTooLarge},
		"operations too long":      {[]string{"operations", operations + strings.Repeat(" ", 1000), "map", place, "@0", "x"}, 413, front.CodeTooLarge},
		"map too long":             {[]string{"operations", operations, "map", place + strings.Repeat(" ", 1000), "@0", "x"}, 413, front.CodeTooLarge},
		"everything too long":      {[]string{"operations", operations, "map", place, "@0", "x", "more", strings.Repeat("x", 100_000)}, 413, front.CodeUploadTooLarge},
		"a file is missing":        {[]string{"operations", operations, "map", place}, 400, front.CodeUpload},
		"a file too many":          {[]string{"operations", operations, "map", place, "@0", "x", "@1", "y"}, 400, front.CodeUpload},
		"a file twice":             {[]string{"operations", operations, "map", `{"0":["variables.f"],"1":["variables.list.1"]}`, "@0", "x", "@0", "y"}, 400, front.CodeUpload},
		"the map comes first":      {[]string{"map", place, "operations", operations, "@0", "x"}, 400, front.CodeUpload},
		"the map comes last":       {[]string{"operations", operations, "@0", "x", "map", place}, 400, front.CodeUpload},
		"no operations":            {[]string{"map", place, "@0", "x"}, 400, front.CodeUpload},
		"nothing":                  {nil, 400, front.CodeUpload},
		"map is a list":            {[]string{"operations", operations, "map", `[]`, "@0", "x"}, 400, front.CodeUpload},
		"map is empty":             {[]string{"operations", operations, "map", `{}`}, 400, front.CodeUpload},
		"map of strings":           {[]string{"operations", operations, "map", `{"0":"variables.f"}`, "@0", "x"}, 400, front.CodeUpload},
		"map without paths":        {[]string{"operations", operations, "map", `{"0":[]}`, "@0", "x"}, 400, front.CodeUpload},
		"map is broken":            {[]string{"operations", operations, "map", `{"0":`, "@0", "x"}, 400, front.CodeUpload},
		"a key of the map twice":   {[]string{"operations", operations, "map", `{"0":["variables.f"],"0":["variables.list.1"]}`, "@0", "x"}, 400, front.CodeUpload},
		"one place twice":          {[]string{"operations", operations, "map", `{"0":["variables.f","variables.f"]}`, "@0", "x"}, 400, front.CodeUpload},
		"place in the query":       {[]string{"operations", operations, "map", `{"0":["query"]}`, "@0", "x"}, 400, front.CodeUpload},
		"place is all variables":   {[]string{"operations", operations, "map", `{"0":["variables"]}`, "@0", "x"}, 400, front.CodeUpload},
		"no such variable":         {[]string{"operations", operations, "map", `{"0":["variables.g"]}`, "@0", "x"}, 400, front.CodeUpload},
		"not null":                 {[]string{"operations", operations, "map", `{"0":["variables.list.0"]}`, "@0", "x"}, 400, front.CodeUpload},
		"a string that says null":  {[]string{"operations", operations, "map", `{"0":["variables.o.a"]}`, "@0", "x"}, 400, front.CodeUpload},
		"beyond the list":          {[]string{"operations", operations, "map", `{"0":["variables.list.2"]}`, "@0", "x"}, 400, front.CodeUpload},
		"index is no number":       {[]string{"operations", operations, "map", `{"0":["variables.list.-1"]}`, "@0", "x"}, 400, front.CodeUpload},
		"below null":               {[]string{"operations", operations, "map", `{"0":["variables.f.x"]}`, "@0", "x"}, 400, front.CodeUpload},
		"no variables":             {[]string{"operations", `{"query":"mutation files"}`, "map", place, "@0", "x"}, 400, front.CodeUpload},
		"a batch":                  {[]string{"operations", "[" + operations + "]", "map", `{"0":["0.variables.f"]}`, "@0", "x"}, 400, front.CodeBatching},
		"operations are no JSON":   {[]string{"operations", `{"query"`, "map", place, "@0", "x"}, 400, front.CodeBadRequest},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body, contentType := formOf(t, c.fields...)
			res, answer := do(t, http.MethodPost, b.url, body, map[string]string{"Content-Type": contentType, "Apollo-Require-Preflight": "true"})
			check(t, res, answer, c.status, typeJSON, c.code)
		})
	}
}

func TestFormsHaveTheirContent(t *testing.T) {
	t.Parallel()
	b := setup(t, withUploads)
	long := strings.Repeat("0123456789", 500)
	body, contentType := formOf(t, "operations", operations, "map", `{"0":["variables.f"],"1":["variables.list.1","variables.o.b.c"]}`, "@0", "short", "@1", long)
	res, answer := do(t, http.MethodPost, b.url, body, map[string]string{"Content-Type": contentType, "X-Marquee-Csrf": "1"})
	want := `{"data":{"files":"f=5:short f.txt list.1=5000:01234 f.txt o.b.c=5000:01234 f.txt {\"f\":F,\"list\":[1,F],\"o\":{\"a\":\"null\",\"b\":{\"c\":F}}}"}}`
	if res.StatusCode != 200 || answer != want {
		t.Errorf("%d %s, want %s", res.StatusCode, answer, want)
	}
}

func TestFormsAreRefused(t *testing.T) {
	t.Parallel()
	body, contentType := formOf(t, "operations", operations, "map", place, "@0", "x")
	off := setup(t, nil)
	res, answer := do(t, http.MethodPost, off.url, body, map[string]string{"Content-Type": contentType, "X-Marquee-Csrf": "1"})
	check(t, res, answer, 415, typeJSON, front.CodeMediaType)
	b := setup(t, withUploads)
	for name, c := range map[string]struct {
		header map[string]string
		status int
		code   string
	}{
		"no preflight":          {map[string]string{"Accept": typeJSON}, 403, front.CodeCSRF},
		"a script of elsewhere": {map[string]string{"X-Marquee-Csrf": "1", "Origin": "https://evil.example"}, 403, front.CodeCSRF},
		"cross-site":            {map[string]string{"X-Marquee-Csrf": "1", "Sec-Fetch-Site": "cross-site"}, 403, front.CodeCSRF},
		"compressed":            {map[string]string{"X-Marquee-Csrf": "1", "Content-Encoding": "gzip"}, 415, front.CodeMediaType},
		"no boundary":           {map[string]string{"X-Marquee-Csrf": "1", "Content-Type": "multipart/form-data"}, 400, front.CodeUpload},
		"another kind of form":  {map[string]string{"X-Marquee-Csrf": "1", "Content-Type": "application/x-www-form-urlencoded"}, 415, front.CodeMediaType},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			header := map[string]string{"Content-Type": contentType}
			for k, v := range c.header {
				header[k] = v
			}
			res, answer := do(t, http.MethodPost, b.url, body, header)
			check(t, res, answer, c.status, typeJSON, c.code)
		})
	}
}

// TestAFormThatStopsIsNotWaitedFor: a body may be slow, but not stand still.
func TestAFormThatStopsIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	b := setup(t, func(o *front.Options) { withUploads(o); o.WriteTimeout = 50 * time.Millisecond })
	body, contentType := formOf(t, "operations", operations, "map", place, "@0", "x")
	rest, w := io.Pipe()
	t.Cleanup(func() { _ = w.Close() })
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.url, io.MultiReader(strings.NewReader(body[:len(body)-20]), rest))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", contentType)
	req.Header.Set("X-Marquee-Csrf", "1")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != 400 {
		t.Errorf("%d", res.StatusCode)
	}
}

func FuzzForm(f *testing.F) {
	f.Add(operations, place, "0", "content")
	f.Add(operations, `{"0":["variables.o.b.c","variables.list.1"]}`, "0", "")
	f.Add(`{"query":"mutation files","variables":{"a":[[null]]}}`, `{"é":["variables.a.0.0"]}`, "é", "x")
	f.Add(`{"query":"{a}","variables":{"f":null,"f":null}}`, place, "0", "x")
	f.Fuzz(func(t *testing.T, ops, places, name, content string) {
		if strings.Contains(ops, "wait") || strings.Contains(ops, "panic") {
			t.Skip("the engine of these tests would do so")
		}
		h, err := front.New(front.Options{Engine: newEngine(), Hub: hub.New(hub.Options{}), Uploads: front.Uploads{MaxFiles: 3, MaxFileSize: 100, Memory: 10}})
		if err != nil {
			t.Fatal(err)
		}
		body, contentType := formOf(t, "operations", ops, "map", places, "@"+name, content)
		req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader(body))
		req.Header.Set("Content-Type", contentType)
		req.Header.Set("X-Marquee-Csrf", "1")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, req)
		if w.Code >= 500 {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
}

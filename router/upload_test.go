package router_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"marquee/router"
)

const photosSDL = `schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION) {
  query: Query
  mutation: Mutation
}
directive @join__graph(name: String!, url: String!) on ENUM_VALUE
directive @join__field(graph: join__Graph, requires: join__FieldSet, provides: join__FieldSet, type: String, external: Boolean, override: String, usedOverridden: Boolean) repeatable on FIELD_DEFINITION | INPUT_FIELD_DEFINITION
directive @join__type(graph: join__Graph!, key: join__FieldSet, extension: Boolean! = false, resolvable: Boolean! = true, isInterfaceObject: Boolean! = false) repeatable on OBJECT | INTERFACE | UNION | ENUM | INPUT_OBJECT | SCALAR
directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
scalar join__FieldSet
scalar link__Import
enum link__Purpose { SECURITY EXECUTION }
enum join__Graph { ALBUM @join__graph(name: "album", url: "%s") PRINT @join__graph(name: "print", url: "%s") }
scalar Upload @join__type(graph: ALBUM) @join__type(graph: PRINT)
type Query @join__type(graph: ALBUM) @join__type(graph: PRINT) { count(file: Upload): Int @join__field(graph: ALBUM) }
input Page @join__type(graph: ALBUM) { title: String files: [Upload!]! }
type Mutation @join__type(graph: ALBUM) @join__type(graph: PRINT) {
  add(file: Upload!, title: String): String @join__field(graph: ALBUM)
  page(input: Page!, cover: Upload): String @join__field(graph: ALBUM)
  print(file: Upload!): String @join__field(graph: PRINT)
}
`

// album answers mutations with what it was sent: the operations without the
// document, the map, and the files.
func album(w http.ResponseWriter, r *http.Request) {
	answer := func(what string) {
		key := "add"
		if strings.Contains(what, "variables.in.") {
			key = "page"
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"data": map[string]string{key: what}})
	}
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") {
		answer("no files")
		return
	}
	declared := r.ContentLength
	body, _ := io.ReadAll(r.Body)
	if declared != int64(len(body)) {
		answer(fmt.Sprintf("%d bytes, %d announced", len(body), declared))
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	parts, err := r.MultipartReader()
	if err != nil {
		answer(err.Error())
		return
	}
	var out []string
	for {
		p, err := parts.NextRawPart()
		if err != nil {
			break
		}
		b, _ := io.ReadAll(p)
		var ops struct{ Variables json.RawMessage }
		if p.FormName() == "operations" {
			_ = json.Unmarshal(b, &ops)
			b = ops.Variables
		}
		if len(b) > 1000 {
			b = fmt.Appendf(nil, "%d bytes", len(b))
		}
		line := p.FormName() + "=" + string(b)
		if p.FileName() != "" {
			line += " (" + p.FileName() + " " + p.Header.Get("Content-Type") + ")"
		}
		out = append(out, line)
	}
	answer(strings.Join(out, "; "))
}

type file struct{ part, name, content string }

// form writes a multipart request.
func form(t *testing.T, operations, places string, files ...file) (body, contentType string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	_ = w.WriteField("operations", operations)
	_ = w.WriteField("map", places)
	for _, f := range files {
		p, err := w.CreateFormFile(f.part, f.name)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(p, f.content)
	}
	_ = w.Close()
	return b.String(), w.FormDataContentType()
}

func TestUploads(t *testing.T) {
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	sub := httptest.NewServer(http.HandlerFunc(album))
	defer sub.Close()
	for _, wire := range []string{"http", "memory"} {
		cfg := router.Config{SDL: fmt.Sprintf(photosSDL, sub.URL, sub.URL), Uploads: router.Uploads{MaxFiles: 2, MaxFileSize: 100_000, Memory: 1000}}
		if wire == "memory" {
			cfg.Handlers = map[string]http.Handler{"album": http.HandlerFunc(album), "print": http.HandlerFunc(album)}
		}
		r, err := router.New(t.Context(), cfg)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = r.Shutdown(t.Context()) }()
		big := strings.Repeat("0123456789", 9_000)
		for name, c := range map[string]struct {
			query, variables, places string
			files                    []file
			status                   int
			want                     string // of the answer
		}{
			"one file": {
				`mutation($f: Upload!) { add(file: $f, title: "x") }`, `{"f":null}`, `{"a":["variables.f"]}`,
				[]file{{"a", "ü \"1\".txt", "hello"}},
				200, `map={"0":["variables.f"]}; 0=hello (ü %221%22.txt application/octet-stream)`,
			},
			"in a list of an input, one in memory, one not": {
				`mutation($in: Page!, $cover: Upload) { page(input: $in, cover: $cover) }`, `{ "in": {"title": "t", "files": [null] } , "cover":null}`,
				`{"x":["variables.in.files.0"],"y":["variables.cover"]}`,
				[]file{{"y", "y", big}, {"x", "x", "small"}},
				200,
				`{"0":["variables.cover"],"1":["variables.in.files.0"]}; 0=90000 bytes (y application/octet-stream); 1=small (x application/octet-stream)`,
			},
			"a file in two places": {
				`mutation($in: Page!) { page(input: $in) }`, `{"in":{"files":[null,null]}}`, `{"x":["variables.in.files.1","variables.in.files.0"]}`,
				[]file{{"x", "x", big}},
				200, `{"0":["variables.in.files.1"],"1":["variables.in.files.0"]}; 0=90000 bytes (x application/octet-stream); 1=90000 bytes`,
			},
			"two subgraphs": {
				`mutation($f: Upload!) { add(file: $f) print(file: $f) }`, `{"f":null}`, `{"a":["variables.f"]}`, []file{{"a", "a", "x"}}, 400, "UPLOAD_NOT_ALLOWED",
			},
			"a query": {
				`query($f: Upload) { count(file: $f) }`, `{"f":null}`, `{"a":["variables.f"]}`, []file{{"a", "a", "x"}}, 400, "UPLOAD_NOT_ALLOWED",
			},
			"not an Upload": {
				`mutation($f: Upload!, $t: String) { add(file: $f, title: $t) }`, `{"f":null,"t":null}`, `{"a":["variables.f"],"b":["variables.t"]}`,
				[]file{{"a", "a", "x"}, {"b", "b", "x"}},
				400, "UPLOAD_NOT_ALLOWED",
			},
			"no file where one is due": {
				`mutation($f: Upload!, $in: Page!) { add(file: $f) page(input: $in) }`, `{"f":null,"in":{"files":[null]}}`, `{"a":["variables.f"]}`,
				[]file{{"a", "a", "x"}},
				400, "BAD_USER_INPUT",
			},
			"too large": {
				`mutation($f: Upload!) { add(file: $f) }`, `{"f":null}`, `{"a":["variables.f"]}`, []file{{"a", "a", big + big}}, 413, "UPLOAD_TOO_LARGE",
			},
		} {
			t.Run(wire+"/"+name, func(t *testing.T) {
				operations, _ := json.Marshal(map[string]any{"query": c.query, "variables": json.RawMessage(c.variables)})
				body, contentType := form(t, string(operations), c.places, c.files...)
				req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", strings.NewReader(body))
				req.Header.Set("Content-Type", contentType)
				req.Header.Set("Accept", "application/graphql-response+json")
				req.Header.Set("Apollo-Require-Preflight", "1")
				w := httptest.NewRecorder()
				r.GraphQL().ServeHTTP(w, req)
				var answer struct{ Data map[string]string }
				_ = json.Unmarshal(w.Body.Bytes(), &answer)
				got := w.Body.String()
				for _, v := range answer.Data {
					got = v
				}
				if w.Code != c.status || !strings.Contains(got, c.want) || (c.status == 200 && !strings.Contains(got, "null")) {
					t.Errorf("%d %s", w.Code, got)
				}
			})
		}
	}
	if left, _ := filepath.Glob(filepath.Join(temporary, "*")); len(left) > 0 {
		t.Errorf("temporary files stay: %v", left)
	}
}

package web

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

func build() fstest.MapFS {
	return fstest.MapFS{
		".gitkeep":               {Data: nil},
		"index.html":             {Data: []byte("<!doctype html>shell")},
		"index.html.br":          {Data: []byte("shell in br")},
		"favicon.svg":            {Data: []byte("<svg/>")},
		"assets/app-1a2b.js":     {Data: []byte("app")},
		"assets/app-1a2b.js.gz":  {Data: []byte("app in gzip")},
		"assets/app-1a2b.js.br":  {Data: []byte("app in br")},
		"assets/style-3c4d.css":  {Data: []byte("style")},
		"assets/font-5e6f.woff2": {Data: []byte("font")},
	}
}

func TestServe(t *testing.T) {
	t.Parallel()
	const page = "text/html,application/xhtml+xml,*/*;q=0.8"
	tests := []struct {
		name, method, path, accept, encoding string
		status                               int
		body                                 string
		headers                              map[string]string
	}{
		{"root", "GET", "/", page, "", 200, "<!doctype html>shell", map[string]string{"Cache-Control": "no-cache", "Content-Type": "text/html; charset=utf-8", "Content-Encoding": "", "Vary": "Accept-Encoding"}},
		{"root compressed", "GET", "/", page, "gzip, deflate, br", 200, "shell in br", map[string]string{"Content-Encoding": "br", "Content-Type": "text/html; charset=utf-8"}},
		{"deep page", "GET", "/events/jazz-night", page, "", 200, "<!doctype html>shell", map[string]string{"Cache-Control": "no-cache"}},
		{"shell by name", "GET", "/index.html", page, "", 200, "<!doctype html>shell", map[string]string{"Cache-Control": "no-cache"}},
		{"asset", "GET", "/assets/app-1a2b.js", "*/*", "", 200, "app", map[string]string{"Cache-Control": "public, max-age=31536000, immutable", "Content-Type": "text/javascript; charset=utf-8"}},
		{"asset in br", "GET", "/assets/app-1a2b.js", "*/*", "gzip, br", 200, "app in br", map[string]string{"Content-Encoding": "br", "Content-Length": "9", "Content-Type": "text/javascript; charset=utf-8"}},
		{"asset in gzip when br is ruled out", "GET", "/assets/app-1a2b.js", "*/*", "br;q=0, gzip;q=0.5", 200, "app in gzip", map[string]string{"Content-Encoding": "gzip"}},
		{"asset without a compressed form", "GET", "/assets/style-3c4d.css", "*/*", "br", 200, "style", map[string]string{"Content-Encoding": ""}},
		{"unhashed file", "GET", "/favicon.svg", "*/*", "", 200, "<svg/>", map[string]string{"Cache-Control": "no-cache"}},
		{"head", "HEAD", "/assets/app-1a2b.js", "*/*", "", 200, "", map[string]string{"Content-Length": "3"}},
		{"missing asset opened as a page", "GET", "/assets/gone-9.js", page, "", 404, "", nil},
		{"missing file", "GET", "/robots.txt", page, "", 404, "", nil},
		{"api is never a page", "GET", "/graphql", page, "", 404, "", nil},
		{"below the api", "GET", "/graphql/stream", page, "", 404, "", nil},
		{"not a page", "GET", "/events/jazz-night", "application/json", "", 404, "", nil},
		{"compressed twin by name", "GET", "/assets/app-1a2b.js.br", page, "", 404, "", nil},
		{"dot file", "GET", "/.gitkeep", page, "", 404, "", nil},
		{"way out", "GET", "/../../etc/passwd.txt", page, "", 404, "", nil},
		{"post", "POST", "/", page, "", 405, "", map[string]string{"Allow": "GET, HEAD"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			response := ask(serve(build()), test.method, test.path, test.accept, test.encoding)
			body, err := io.ReadAll(response.Body)
			if err != nil {
				t.Fatal(err)
			}
			if response.StatusCode != test.status {
				t.Fatalf("status %d, want %d", response.StatusCode, test.status)
			}
			if test.status == http.StatusOK && string(body) != test.body {
				t.Errorf("body %q, want %q", body, test.body)
			}
			if test.status != http.StatusOK && strings.Contains(string(body), "shell") {
				t.Errorf("answered with the shell: %q", body)
			}
			for name, want := range test.headers {
				if got := response.Header.Get(name); got != want {
					t.Errorf("%s: %q, want %q", name, got, want)
				}
			}
		})
	}
}

func TestServeWithoutABuildSaysHowToMakeOne(t *testing.T) {
	t.Parallel()
	handler := serve(fstest.MapFS{".gitkeep": {Data: nil}})
	response := ask(handler, "GET", "/", "text/html", "br")
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != http.StatusServiceUnavailable || !strings.Contains(string(body), "make web") {
		t.Errorf("status %d, body %q", response.StatusCode, body)
	}
	if got := response.Header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control %q: the page must go once the app is built", got)
	}
	if got := ask(handler, "GET", "/assets/app.js", "*/*", "").StatusCode; got != http.StatusNotFound {
		t.Errorf("asset: status %d, want 404", got)
	}
}

func TestHandlerServesWhatWasEmbedded(t *testing.T) {
	t.Parallel()
	want := http.StatusServiceUnavailable
	if isFile(dist, "dist/index.html") {
		want = http.StatusOK
	}
	if got := ask(Handler(), "GET", "/", "text/html", "").StatusCode; got != want {
		t.Errorf("status %d, want %d", got, want)
	}
}

func ask(handler http.Handler, method, path, accept, encoding string) *http.Response {
	request := httptest.NewRequest(method, "/", nil)
	request.URL.Path = path
	request.Header.Set("Accept", accept)
	request.Header.Set("Accept-Encoding", encoding)
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	return recorder.Result()
}

package web

import (
	"errors"
	"io"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
)

const (
	shell = "index.html"
	// immutable is for names that carry a hash of their content.
	immutable = "public, max-age=31536000, immutable"
	// revalidate is for names whose content changes with a release.
	revalidate = "no-cache"
)

// notBuilt is the page shown when the binary carries no build of the app.
const notBuilt = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Marquee: the web app is not built</title>
<style>body{font:16px/1.6 system-ui,sans-serif;max-width:34rem;margin:18vh auto;padding:0 1.5rem;color-scheme:light dark}code{padding:.1em .4em;border:1px solid;border-radius:.3em}</style>
<h1>The web app is not built</h1>
<p>This server was compiled without the browser app. Run <code>make web</code>, then start it again.</p>
<p>The API works: send GraphQL to <code>/graphql</code>.</p></html>
`

// encodings lists the precompressed forms of a file, best first.
var encodings = []struct{ token, suffix string }{{"br", ".br"}, {"gzip", ".gz"}}

// kinds maps what a build contains to its media type; the table of the host
// system is not asked, since it differs from one to the next.
var kinds = map[string]string{
	".css":   "text/css; charset=utf-8",
	".html":  "text/html; charset=utf-8",
	".js":    "text/javascript; charset=utf-8",
	".json":  "application/json",
	".png":   "image/png",
	".svg":   "image/svg+xml",
	".ttf":   "font/ttf",
	".txt":   "text/plain; charset=utf-8",
	".woff2": "font/woff2",
}

// serve serves the build in files.
func serve(files fs.FS) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
			return
		}
		name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
		if hidden(name) {
			http.NotFound(w, r)
			return
		}
		if name != "" && name != shell && isFile(files, name) {
			cache := revalidate
			if strings.HasPrefix(name, "assets/") {
				cache = immutable
			}
			send(w, r, files, name, cache)
			return
		}
		if !navigation(r, name) {
			http.NotFound(w, r)
			return
		}
		if !isFile(files, shell) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Header().Set("Cache-Control", "no-store")
			w.Header().Set("Retry-After", "30")
			w.WriteHeader(http.StatusServiceUnavailable)
			_, _ = io.WriteString(w, notBuilt)
			return
		}
		send(w, r, files, shell, revalidate)
	})
}

// hidden reports paths that are never served: the API's own, which must not
// answer with a page when the router is not mounted, the compressed twins, and
// dot files.
func hidden(name string) bool {
	if name == "graphql" || strings.HasPrefix(name, "graphql/") {
		return true
	}
	base := path.Base(name)
	return strings.HasPrefix(base, ".") && name != "" || strings.HasSuffix(base, ".br") || strings.HasSuffix(base, ".gz")
}

// navigation reports whether the shell is the right answer for a path that is
// no file: a browser opening a page says it takes HTML, and a page's path has
// no file extension; what lies below assets/ is a file or missing.
func navigation(r *http.Request, name string) bool {
	if name == "" || name == shell {
		return true
	}
	if strings.HasPrefix(name, "assets/") || path.Ext(name) != "" {
		return false
	}
	accept := r.Header.Get("Accept")
	return accept == "" || strings.Contains(accept, "text/html") || strings.Contains(accept, "*/*")
}

func isFile(files fs.FS, name string) bool {
	info, err := fs.Stat(files, name)
	return err == nil && info.Mode().IsRegular()
}

// send writes a file in the best form that the client takes.
func send(w http.ResponseWriter, r *http.Request, files fs.FS, name, cache string) {
	head := w.Header()
	head.Set("Cache-Control", cache)
	head.Set("X-Content-Type-Options", "nosniff")
	if kind, found := kinds[path.Ext(name)]; found {
		head.Set("Content-Type", kind)
	}
	if name == shell {
		head.Set("Content-Type", "text/html; charset=utf-8")
		head.Set("Referrer-Policy", "strict-origin-when-cross-origin")
		head.Set("X-Frame-Options", "SAMEORIGIN")
	}
	head.Add("Vary", "Accept-Encoding")
	form := name
	for _, encoding := range encodings {
		if accepts(r.Header.Get("Accept-Encoding"), encoding.token) && isFile(files, name+encoding.suffix) {
			head.Set("Content-Encoding", encoding.token)
			form = name + encoding.suffix
			break
		}
	}
	content, err := fs.ReadFile(files, form)
	if err != nil {
		status := http.StatusInternalServerError
		if errors.Is(err, fs.ErrNotExist) {
			status = http.StatusNotFound
		}
		head.Del("Content-Encoding")
		head.Del("Cache-Control")
		http.Error(w, http.StatusText(status), status)
		return
	}
	head.Set("Content-Length", strconv.Itoa(len(content)))
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(content) // #nosec G705 -- a file of the embedded app; the request only chooses which
	}
}

// accepts reports whether an Accept-Encoding header names the coding without
// ruling it out by q=0.
func accepts(header, coding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		token, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		if !strings.EqualFold(strings.TrimSpace(token), coding) {
			continue
		}
		q, found := strings.CutPrefix(strings.ReplaceAll(strings.ToLower(params), " ", ""), "q=")
		if !found {
			return true
		}
		weight, err := strconv.ParseFloat(q, 64)
		return err == nil && weight > 0
	}
	return false
}

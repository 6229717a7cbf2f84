// Package web holds the built browser app and serves it.
//
// Vocabulary: an asset is a file below assets/ whose name carries a hash of
// its content, so it never changes; the shell is index.html, which names the
// current assets; a navigation is a request by which a browser opens a page.
package web

import (
	"embed"
	"io/fs"
	"net/http"
)

//go:embed all:dist
var dist embed.FS

// Handler serves the app that was built into this binary: files of the build
// by their path, the shell for every navigation to a path that is no file, 404
// for anything else. Without a build it answers 503 with a page that says how
// to make one.
func Handler() http.Handler {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		panic("web: the embedded folder has no dist: " + err.Error()) // impossible: the directive above names it
	}
	return serve(files)
}

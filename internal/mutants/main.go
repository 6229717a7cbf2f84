// Command mutants shows that the tests can fail. It breaks the product in one way after another, each by a small change of its source
// that only the test's build sees (go test -overlay), runs the tests that must notice, and prints which did. A change that no test
// notices, or that does not build, is a failure.
//
//	go run ./internal/mutants [-run REGEXP] [-list]
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"
)

// mutant is the product with one bug.
type mutant struct {
	name  string
	bug   string // what is wrong, as a sentence
	edits []edit
	pkg   string // whose tests must notice, relative to the module
	tests string // those tests, a regular expression
	args  []string
}

// edit replaces a text that occurs once in a file.
type edit struct{ file, from, to string }

func (e edit) apply(root string) ([]byte, error) {
	source, err := os.ReadFile(filepath.Join(root, e.file)) //nolint:gosec // a file of this repository
	if err != nil {
		return nil, err
	}
	return e.in(string(source))
}

func (e edit) in(source string) ([]byte, error) {
	if n := strings.Count(source, e.from); n != 1 {
		return nil, fmt.Errorf("%s has %d times, not once: %s", e.file, n, e.from)
	}
	return []byte(strings.Replace(source, e.from, e.to, 1)), nil
}

// overlay writes the changed files and what go needs to take them for the real ones, and returns the path of that.
func (m mutant) overlay(root, dir string) (string, error) {
	replace := map[string]string{}
	for i, e := range m.edits {
		at := filepath.Join(root, e.file)
		var changed []byte
		var err error
		if before, again := replace[at]; again {
			var source []byte
			if source, err = os.ReadFile(before); err == nil { //nolint:gosec // written just now
				changed, err = e.in(string(source))
			}
		} else {
			changed, err = e.apply(root)
		}
		if err != nil {
			return "", err
		}
		to := filepath.Join(dir, fmt.Sprint(i, filepath.Base(e.file)))
		if err := os.WriteFile(to, changed, 0o600); err != nil { //nolint:gosec // in a folder made for it
			return "", err
		}
		replace[at] = to
	}
	list, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "overlay.json")
	return path, os.WriteFile(path, list, 0o600)
}

var failed = regexp.MustCompile(`(?m)^\s*--- FAIL: (\S+)`)

// run returns the test that noticed the bug.
func (m mutant) run(ctx context.Context, root string) (string, error) {
	dir, err := os.MkdirTemp("", "mutant")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	overlay, err := m.overlay(root, dir)
	if err != nil {
		return "", err
	}
	args := append([]string{"test", "-overlay", overlay, "-vet=off", "-count=1", "-failfast", "-timeout=2m", "-run", "^(" + m.tests + ")$", "./" + m.pkg}, m.args...)
	command := exec.CommandContext(ctx, "go", args...) //nolint:gosec // from the table below
	command.Dir = root
	out, err := command.CombinedOutput()
	noticed := failed.FindStringSubmatch(string(out))
	switch {
	case err == nil:
		return "", errors.New("NOBODY NOTICED")
	case noticed == nil:
		return "", fmt.Errorf("no test failed, but %w:\n%s", err, tail(string(out)))
	}
	return noticed[1], nil
}

func tail(s string) string { return s[max(0, len(s)-2000):] }

func main() {
	which := flag.String("run", ".", "only those whose name matches")
	list := flag.Bool("list", false, "say what there is, and run nothing")
	atOnce := flag.Int("p", 2, "how many at once")
	flag.Parse()
	root, err := os.Getwd()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	match, err := regexp.Compile(*which)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	if unnoticed := all(context.Background(), root, match, *list, *atOnce); unnoticed > 0 {
		fmt.Printf("%d bugs were not noticed\n", unnoticed)
		os.Exit(1)
	}
}

// all runs the mutants that match and returns how many nobody noticed.
func all(ctx context.Context, root string, match *regexp.Regexp, list bool, atOnce int) int {
	var mu sync.Mutex
	var wg sync.WaitGroup
	unnoticed := 0
	desks := make(chan struct{}, max(atOnce, 1))
	for _, m := range mutants {
		if !match.MatchString(m.name) {
			continue
		}
		if list {
			fmt.Printf("%-28s %s\n", m.name, m.bug)
			continue
		}
		desks <- struct{}{}
		wg.Go(func() {
			defer func() { <-desks }()
			began := time.Now()
			by, err := m.run(ctx, root)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				unnoticed++
				by = err.Error()
			}
			fmt.Printf("%-28s %5.1f s  %s\n", m.name, time.Since(began).Seconds(), by)
		})
	}
	wg.Wait()
	return unnoticed
}

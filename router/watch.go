package router

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"time"

	"marquee/router/persisted"
)

// watched is a file whose changes come into use. One goroutine at a time uses it.
type watched struct {
	what  string
	path  string
	apply func(data []byte) error

	seen  os.FileInfo // of the last look
	taken os.FileInfo // of the content last read
	sum   [sha256.Size]byte
	gone  bool // told
}

// same says whether two looks saw the same file unchanged. A file put in place
// of another (a rename, a changed link) is not the same.
func same(a, b os.FileInfo) bool {
	return a != nil && b != nil && os.SameFile(a, b) && a.Size() == b.Size() && a.ModTime().Equal(b.ModTime())
}

// look reads the file if it has changed and rests: one that changed since the
// last look may still be being written. force does not wait for that. changed
// says that the content is a new one.
func (w *watched) look(force bool) (changed bool, err error) {
	info, err := os.Stat(w.path)
	if err != nil {
		if w.gone && !force {
			return false, nil
		}
		w.gone = true
		return false, fmt.Errorf("router: %s: %w", w.what, err)
	}
	w.gone = false
	rests := same(info, w.seen)
	w.seen = info
	if !force && (!rests || same(info, w.taken)) {
		return false, nil
	}
	data, err := os.ReadFile(w.path)
	if err != nil {
		return false, fmt.Errorf("router: %s: %w", w.what, err)
	}
	w.taken = info
	sum := sha256.Sum256(data)
	if sum == w.sum {
		return false, nil
	}
	w.sum = sum
	return true, w.apply(data)
}

// watch prepares the files that are watched; what New has loaded of them is what
// they hold now.
func (r *Router) watch() {
	add := func(what, path string, data []byte, apply func([]byte) error) {
		w := &watched{what: what, path: path, apply: apply, sum: sha256.Sum256(data)}
		r.files = append(r.files, w)
	}
	if r.cfg.SDL == "" && r.cfg.Supergraph != "" {
		add("supergraph", r.cfg.Supergraph, r.loaded.supergraph, func(data []byte) error { return r.Reload(string(data)) })
	}
	if r.cfg.Persisted.Manifest != "" {
		add("manifest", r.cfg.Persisted.Manifest, r.loaded.manifest, r.reloadManifest)
	}
	r.loaded = loaded{}
}

// loaded holds the contents of files between their first load and watch.
type loaded struct{ supergraph, manifest []byte }

// ReloadFiles reads the supergraph and the manifest again, if they come from
// files, without waiting for the next look at them. What cannot be used is left
// as it is and told in the error.
func (r *Router) ReloadFiles() error {
	r.looking.Lock()
	defer r.looking.Unlock()
	var errs []error
	for _, w := range r.files {
		_, err := w.look(true)
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// poll looks at the files until ctx ends.
func (r *Router) poll(ctx context.Context) {
	tick := time.NewTicker(r.cfg.Reload.Poll)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		r.looking.Lock()
		for _, w := range r.files {
			if _, err := w.look(false); err != nil {
				r.cfg.Log.ErrorContext(ctx, "changed file not used, what was loaded stays", "file", w.path, "error", err)
			}
		}
		r.looking.Unlock()
	}
}

// reloadManifest takes other persisted documents into use.
func (r *Router) reloadManifest(data []byte) error {
	err := func() error {
		list, err := persisted.ReadManifest(data)
		if err != nil {
			return fmt.Errorf("router: %w", err)
		}
		d := *r.persisted.Load()
		d.Manifest = list
		if err := d.Init(); err != nil {
			return fmt.Errorf("router: %w", err)
		}
		r.persisted.Store(&d)
		r.cfg.Log.Info("manifest of persisted documents loaded", "documents", len(list))
		return nil
	}()
	result := "ok"
	if err != nil {
		result = "failed"
	}
	r.metrics.manifests.WithLabelValues(result).Inc()
	return err
}

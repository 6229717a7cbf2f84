package embedded

import (
	"encoding/json"
	"os"
	"path/filepath"
)

// restoreLinks makes the library links of the npm package, which carries them as a list because npm packages cannot hold links and its
// install script may be switched off. Without them the server does not find its libraries. Other folders have no such list.
func restoreLinks(native string) {
	raw, err := os.ReadFile(filepath.Join(native, "pg-symlinks.json")) // #nosec G304 -- a file of the package we were told to use
	if err != nil {
		return
	}
	var links []struct{ Source, Target string } // "native/lib/…", seen from the package
	if json.Unmarshal(raw, &links) != nil {
		return
	}
	root := filepath.Dir(native) // the paths in the list start at the package
	for _, l := range links {
		source, target := filepath.Join(root, l.Source), filepath.Join(root, l.Target)
		if _, err := os.Lstat(target); err == nil {
			continue
		}
		relative, err := filepath.Rel(filepath.Dir(target), source)
		if err == nil {
			_ = os.MkdirAll(filepath.Dir(target), 0o755) // #nosec G301 -- the server runs as another user
			_ = os.Symlink(relative, target)
		}
	}
}

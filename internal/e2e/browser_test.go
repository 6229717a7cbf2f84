//go:build e2e

package e2e_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"marquee/internal/e2e"
)

// TestBrowser plays the stories of web/e2e in a real Chromium against one server: a booking that a second page
// and the organiser's dashboard watch, the API explorer, a booking by keyboard only, guests, numbered seats with a promo code and a refund,
// and the door. Pictures of what failed are in web/test-results.
func TestBrowser(t *testing.T) {
	t.Parallel()
	browser := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			browser = path
			break
		}
	}
	web := filepath.Join(e2e.Root(), "web")
	if browser == "" {
		t.Skip("SKIPPED, NOT TESTED: there is no Chromium on this machine, so no page was opened")
	}
	if _, err := os.Stat(filepath.Join(web, "dist", "index.html")); err != nil {
		t.Skip("SKIPPED, NOT TESTED: the web app is not built (make web)")
	}
	p := up(t, built(t, binary), folder(t))
	// One after another: the journey counts exactly the seats and sales that it causes itself.
	for _, story := range []string{"journey", "explorer", "keyboard", "guests", "seats", "door"} {
		t.Run(story, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
			defer cancel()
			cmd := exec.CommandContext(ctx, "node", filepath.Join("e2e", story+".mjs"))
			cmd.Dir = web
			cmd.Env = append(os.Environ(), "MARQUEE_URL="+p.URL, "CHROMIUM="+browser)
			var out bytes.Buffer
			cmd.Stdout, cmd.Stderr = &out, &out
			if err := cmd.Run(); err != nil {
				t.Errorf("%s: %v\n%s", story, err, out.String())
				return
			}
			t.Log(out.String())
		})
	}
}

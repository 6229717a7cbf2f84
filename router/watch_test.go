package router_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"marquee/router"
)

// put writes a file as deployments do: beside it, then in its place.
func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path+".new", []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
}

func TestChangedFilesComeIntoUse(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	schema, manifest := filepath.Join(dir, "supergraph.graphql"), filepath.Join(dir, "manifest.json")
	one := supergraph(t)
	other := strings.Replace(one, "wins: Int @join__field(graph: STATS)", "wins: Int @join__field(graph: STATS)\n  losses: Int @join__field(graph: STATS)", 1)
	put(t, schema, one)
	put(t, manifest, `{"a": "{ teams { id } }"}`)
	g := start(t, false, func(c *router.Config) {
		c.SDL, c.Supergraph, c.Persisted.Manifest = "", schema, manifest
		c.Reload.Poll = 2 * time.Millisecond
	})
	has := func(losses bool) {
		t.Helper()
		if got := strings.Contains(g.r.SDL(), "losses"); got != losses {
			t.Fatalf("losses %t, want %t", got, losses)
		}
	}
	has(false)
	put(t, schema, other)
	g.waitCounted(t, "marquee_router_supergraph_reloads_total", "ok", 2)
	has(true)
	// A broken one is not used; the next good one is. Written in place this time.
	if err := os.WriteFile(schema, []byte("type Query {"), 0o600); err != nil {
		t.Fatal(err)
	}
	g.waitCounted(t, "marquee_router_supergraph_reloads_total", "failed", 1)
	has(true)
	if err := os.Remove(schema); err != nil {
		t.Fatal(err)
	}
	put(t, schema, one)
	g.waitCounted(t, "marquee_router_supergraph_reloads_total", "ok", 3)
	has(false)

	if _, body := g.post(t, `{"documentId":"b"}`); !strings.Contains(body, "PERSISTED_QUERY_NOT_FOUND") {
		t.Error(body)
	}
	put(t, manifest, `{"b": "{ teams { name } }"}`)
	g.waitCounted(t, "marquee_router_manifest_reloads_total", "ok", 1)
	if _, body := g.post(t, `{"documentId":"b"}`); body != `{"data":{"teams":[{"name":"Rovers"}]}}` {
		t.Error(body)
	}
	put(t, manifest, `{"b": 1}`)
	g.waitCounted(t, "marquee_router_manifest_reloads_total", "failed", 1)
	if _, body := g.post(t, `{"documentId":"b"}`); body != `{"data":{"teams":[{"name":"Rovers"}]}}` {
		t.Error(body)
	}
}

func TestFilesAreReadAgainWhenAsked(t *testing.T) {
	t.Parallel()
	schema := filepath.Join(t.TempDir(), "supergraph.graphql")
	one := supergraph(t)
	put(t, schema, one)
	g := start(t, false, func(c *router.Config) {
		c.SDL, c.Supergraph = "", schema
		c.Reload.Poll = -1
	})
	put(t, schema, strings.ReplaceAll(one, "wins: Int", "points: Int"))
	if err := g.r.ReloadFiles(); err != nil || !strings.Contains(g.r.SDL(), "points") {
		t.Errorf("%v\n%s", err, g.r.SDL())
	}
	put(t, schema, "nonsense")
	if err := g.r.ReloadFiles(); err == nil || !strings.Contains(g.r.SDL(), "points") {
		t.Errorf("%v\n%s", err, g.r.SDL())
	}
}

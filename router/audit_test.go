package router_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestGraphQLOverHTTPAudit runs the public audit of package graphql-http.
func TestGraphQLOverHTTPAudit(t *testing.T) {
	t.Parallel()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("SKIPPED, NOT TESTED: GraphQL over HTTP audit: node is not installed")
	}
	tools := filepath.Join("..", "internal", "tools")
	if _, err := os.Stat(filepath.Join(tools, "node_modules", "graphql-http")); err != nil {
		t.Skip("SKIPPED, NOT TESTED: GraphQL over HTTP audit: run `npm ci --prefix internal/tools`")
	}
	g := start(t, false, nil)
	cmd := exec.CommandContext(t.Context(), node, "audit.mjs", g.url+"/graphql")
	cmd.Dir = tools
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.HasSuffix(string(out), "61 of 61 passed\n") {
		t.Errorf("%v\n%s", err, out)
	}
}

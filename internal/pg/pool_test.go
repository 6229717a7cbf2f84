package pg_test

import (
	"context"
	"strings"
	"testing"

	"marquee/internal/pg"
	"marquee/internal/pg/pgtest"
)

// A refusal is told at once, without the password; the test's time would not suffice for waiting.
func TestOpenDoesNotWaitForRefusals(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t, nil)
	base, query, _ := strings.Cut(url, "?")
	elsewhere := base[:strings.LastIndex(base, "/")] + "/no_such_database?" + query
	var params []string
	for _, p := range strings.Split(query, "&") {
		if !strings.HasPrefix(p, "user=") {
			params = append(params, p)
		}
	}
	stranger := base + "?" + strings.Join(params, "&") + "&user=no_such_role&password=s3cret"
	for name, url := range map[string]string{"no such database": elsewhere, "no such role": stranger} {
		_, err := pg.Open(t.Context(), url, pg.Options{})
		if err == nil || !strings.Contains(err.Error(), "refuses") || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := pg.Open(t.Context(), "postgres://marquee:s3cret@db:port/users", pg.Options{}); err == nil || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("a malformed address: %v", err)
	}
}

// Waiting for a server that is not there ends with the context and tells why it was in vain.
func TestOpenWaitsUntilTheContextEnds(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := pg.Open(ctx, "postgres:///x?host="+t.TempDir(), pg.Options{}); err == nil || !strings.Contains(err.Error(), "does not answer") {
		t.Errorf("error %v", err)
	}
}

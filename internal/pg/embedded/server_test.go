package embedded_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"marquee/internal/pg"
	"marquee/internal/pg/embedded"
	"marquee/internal/pg/pgtest"
)

func start(t *testing.T, dir string) *embedded.Server {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	s, err := embedded.Start(ctx, embedded.Config{Data: filepath.Join(dir, "data"), Log: filepath.Join(dir, "log"), NPMRoots: []string{pgtest.NPMRoot()}})
	if errors.Is(err, embedded.ErrNoBinaries) {
		t.Skipf("SKIPPED, NOT TESTED: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func open(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	c, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close(context.Background()) })
	return c
}

// The folder that t.TempDir gives to root is closed to other users: as root this is the case of a checkout below root's home.
func TestKeepsDataOverStopAndKill(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := start(t, dir)
	url, err := embedded.EnsureDatabase(t.Context(), s, "users")
	if err != nil {
		t.Fatal(err)
	}
	c := open(t, url)
	if err := pg.Durable(t.Context(), c); err != nil {
		t.Error(err)
	}
	if _, err := c.Exec(t.Context(), "create table kept (x int); insert into kept values (1)"); err != nil {
		t.Fatal(err)
	}
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	s = start(t, dir)
	c = open(t, s.URL("marquee_users", "marquee_users"))
	if _, err := c.Exec(t.Context(), "insert into kept values (2)"); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(s.PID(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	<-s.Exited()
	s = start(t, dir)
	defer s.Stop() //nolint:errcheck // the test is over
	if _, err := embedded.EnsureDatabase(t.Context(), s, "users"); err != nil {
		t.Error(err)
	}
	var n int
	if err := open(t, s.URL("marquee_users", "marquee_users")).QueryRow(t.Context(), "select count(*) from kept").Scan(&n); err != nil || n != 2 {
		t.Errorf("%d rows are left: %v", n, err)
	}
}

func TestRolesAreApart(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	defer s.Stop() //nolint:errcheck // the test is over
	for _, name := range []string{"users", "events"} {
		if _, err := embedded.EnsureDatabase(t.Context(), s, name); err != nil {
			t.Fatal(err)
		}
	}
	if c, err := pgx.Connect(t.Context(), s.URL("marquee_users", "marquee_events")); err == nil {
		_ = c.Close(t.Context())
		t.Error("the role of users reads the database of events")
	}
}

// A start that is given up half way leaves nothing running and nothing that hinders the next one.
func TestStartIsGivenUp(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	cfg := embedded.Config{Data: filepath.Join(dir, "data"), Log: filepath.Join(dir, "log"), NPMRoots: []string{pgtest.NPMRoot()}}
	// The files appear while initdb runs, the folder's own name when it has finished.
	for _, sign := range []string{"", "data.new/PG_VERSION", "data.new/base/1", "data"} {
		ctx, cancel := context.WithCancel(t.Context())
		watched := make(chan struct{})
		go func() {
			defer close(watched)
			defer cancel()
			for sign != "" && ctx.Err() == nil {
				if _, err := os.Stat(filepath.Join(dir, sign)); err == nil {
					return
				}
				runtime.Gosched()
			}
		}()
		s, err := embedded.Start(ctx, cfg)
		if errors.Is(err, embedded.ErrNoBinaries) {
			t.Skipf("SKIPPED, NOT TESTED: %v", err)
		}
		if err == nil { // it was faster than the sign
			_ = s.Stop()
		} else if !errors.Is(err, context.Canceled) {
			t.Errorf("given up at %q: %v", sign, err)
		}
		cancel()
		<-watched
	}
	s := start(t, dir)
	if err := s.Stop(); err != nil {
		t.Error(err)
	}
}

func TestNoBinariesSaysHow(t *testing.T) {
	t.Setenv("PATH", "")
	t.Setenv("PG_BINDIR", filepath.Join(os.TempDir(), "nothing-here"))
	if _, err := os.Stat("/usr/lib/postgresql"); err == nil {
		t.Skip("SKIPPED, NOT TESTED: this machine has PostgreSQL where distributions put it")
	}
	_, err := embedded.Start(t.Context(), embedded.Config{Data: filepath.Join(t.TempDir(), "data"), Log: os.DevNull})
	if !errors.Is(err, embedded.ErrNoBinaries) {
		t.Errorf("got %v", err)
	}
}

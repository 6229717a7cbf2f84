// Package pgtest gives tests real PostgreSQL databases: one server a test binary, one template a set of migrations, one clone a test.
package pgtest

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"marquee/internal/outbox"
	"marquee/internal/pg"
	"marquee/internal/pg/embedded"
)

var (
	start     sync.Once
	server    *embedded.Server
	startErr  error
	mu        sync.Mutex
	templates = map[string]string{}
	count     atomic.Int64
)

// Pool returns a pool on a database of the test's own, with the platform's tables and the given migrations; it is dropped when the test
// ends. A machine without any PostgreSQL binaries skips the test with one loud line.
func Pool(t testing.TB, migrations fs.FS) *pgxpool.Pool {
	t.Helper()
	pool, err := pg.Open(t.Context(), URL(t, migrations), pg.Options{MaxConns: 20})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return pool
}

// URL is Pool for tests that open the database themselves.
func URL(t testing.TB, migrations fs.FS) string {
	t.Helper()
	s := Server(t)
	ctx := t.Context()
	template, err := template(ctx, s, migrations)
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("test_%d_%d", os.Getpid(), count.Add(1))
	if err := admin(ctx, s, fmt.Sprintf("create database %s template %s", name, template)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := admin(context.Background(), s, "drop database if exists "+name+" with (force)"); err != nil {
			t.Errorf("drop %s: %v", name, err)
		}
	})
	return s.URL("postgres", name)
}

// Server returns the test binary's server. It stops when the binary ends, however it ends.
func Server(t testing.TB) *embedded.Server {
	t.Helper()
	start.Do(func() { server, startErr = startServer() })
	if errors.Is(startErr, embedded.ErrNoBinaries) {
		t.Skipf("SKIPPED, NOT TESTED: %v", startErr)
	}
	if startErr != nil {
		t.Fatal(startErr)
	}
	return server
}

func startServer() (*embedded.Server, error) {
	base := filepath.Join(os.TempDir(), "marquee-pgtest-"+strconv.Itoa(os.Geteuid()))
	sweep(base)
	dir := filepath.Join(base, strconv.Itoa(os.Getpid()))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	return embedded.Start(ctx, embedded.Config{
		Data: filepath.Join(dir, "data"), Log: filepath.Join(dir, "log"), NPMRoots: []string{NPMRoot()},
		// Test databases need not survive a crash of the machine.
		Settings: []string{"fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=400"},
	})
}

// NPMRoot is the folder of this checkout whose node_modules may hold PostgreSQL.
func NPMRoot() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "..", "..", "tools")
}

// sweep removes what test binaries that are no more have left.
func sweep(base string) {
	entries, err := os.ReadDir(base)
	if err != nil {
		return
	}
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err == nil && syscall.Kill(pid, 0) == syscall.ESRCH {
			_ = os.RemoveAll(filepath.Join(base, e.Name()))
		}
	}
}

// template returns the name of a migrated database to clone, made once.
func template(ctx context.Context, s *embedded.Server, migrations fs.FS) (string, error) {
	mu.Lock()
	defer mu.Unlock()
	hash := fnv.New64a()
	if migrations != nil {
		err := fs.WalkDir(migrations, ".", func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			raw, err := fs.ReadFile(migrations, path)
			_, _ = hash.Write(append([]byte(path), raw...))
			return err
		})
		if err != nil {
			return "", err
		}
	}
	name := fmt.Sprintf("template_%x", hash.Sum64())
	if templates[name] != "" {
		return name, nil
	}
	if err := admin(ctx, s, "create database "+name); err != nil {
		return "", err
	}
	pool, err := pg.Open(ctx, s.URL("postgres", name), pg.Options{MaxConns: 3})
	if err != nil {
		return "", err
	}
	defer pool.Close()
	platform, err := fs.Sub(outbox.Migrations, "migrations")
	if err != nil {
		return "", err
	}
	if err := pg.Migrate(ctx, pool, platform, "platform_version", true); err != nil {
		return "", err
	}
	if migrations != nil {
		if err := pg.Migrate(ctx, pool, migrations, "schema_version", false); err != nil {
			return "", err
		}
	}
	templates[name] = name
	return name, nil
}

func admin(ctx context.Context, s *embedded.Server, sql string) error {
	conn, err := pgx.Connect(ctx, s.URL("postgres", "postgres"))
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, sql)
	return err
}

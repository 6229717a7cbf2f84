//go:build e2e

package e2e_test

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"marquee/internal/e2e"
	"marquee/internal/pg/embedded"
	"marquee/internal/pg/pgtest"
	"marquee/internal/pubsub"
)

var buildDir string

// binary is marquee as it is; crashBinary is the same with the points at which it can be killed.
var (
	binary      = sync.OnceValues(func() (string, error) { return e2e.Build(context.Background(), buildDir) })
	crashBinary = sync.OnceValues(func() (string, error) { return e2e.Build(context.Background(), buildDir, "crashpoints") })
)

func built(t *testing.T, build func() (string, error)) string {
	t.Helper()
	bin, err := build()
	if err != nil {
		t.Fatal(err)
	}
	return bin
}

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "marquee-e2e")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	buildDir = dir
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// folder returns a data folder that the database's user can reach: t.TempDir is closed to others.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "marquee-e2e-data")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// up starts everything in one process on a data folder.
func up(t *testing.T, bin, data string, env ...string) *e2e.Process {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	p, err := e2e.Start(ctx, bin, []string{"up"}, append([]string{"MARQUEE_DATA=" + data}, env...))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		select {
		case <-p.Ended():
		default:
			if err := p.Stop(); err != nil {
				t.Errorf("stop: %v\n%s", err, p.Log())
			}
		}
		if t.Failed() {
			t.Logf("log of %s:\n%s", p.URL, p.Log())
		}
	})
	return p
}

// distributed starts each subgraph and the router as a process of its own and returns the public address.
func distributed(t *testing.T) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	data := folder(t)
	postgres, err := embedded.Start(ctx, embedded.Config{Data: filepath.Join(data, "postgres"), Log: filepath.Join(data, "postgres.log"), NPMRoots: []string{pgtest.NPMRoot()}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = postgres.Stop() })
	redis, err := pubsub.StartEmbedded()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(redis.Close)
	seed := ed25519.NewKeyFromSeed([]byte(strings.Repeat("k", ed25519.SeedSize)))
	public, _ := seed.Public().(ed25519.PublicKey)
	env := []string{
		"REDIS_URL=" + redis.URL(), "MARQUEE_DATA=" + data,
		"MARQUEE_INTERNAL_KEY=" + base64.StdEncoding.EncodeToString(seed.Seed()),
		"MARQUEE_INTERNAL_PUBLIC_KEY=" + base64.StdEncoding.EncodeToString(public),
		"MARQUEE_EVENT_SECRET=" + hex.EncodeToString(seed.Seed()),
	}
	names := []string{"users", "events", "bookings", "payments", "notifications", "analytics"}
	addresses := map[string]string{}
	for _, name := range names {
		url, err := embedded.EnsureDatabase(ctx, postgres, name)
		if err != nil {
			t.Fatal(err)
		}
		addresses[name] = freeAddress(t)
		env = append(env, "MARQUEE_DATABASE_"+strings.ToUpper(name)+"_URL="+url, "MARQUEE_SUBGRAPH_"+strings.ToUpper(name)+"_URL=http://"+addresses[name]+"/graphql")
	}
	start := func(args ...string) *e2e.Process {
		p, err := e2e.Start(ctx, built(t, binary), args, env)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := p.Stop(); err != nil {
				t.Errorf("stop %v: %v", args, err)
			}
			if t.Failed() {
				t.Logf("log of %v:\n%s", args, p.Log())
			}
		})
		return p
	}
	for _, name := range names {
		start("serve", name, "--listen", addresses[name])
	}
	return start("router", "--listen", "127.0.0.1:0").URL
}

// freeAddress returns a loopback address nobody listens on now.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"marquee/internal/config"
	"marquee/internal/run"
	"marquee/router"
)

// Two starts on one data folder do not meet: the second says so, and may come when the first has stopped.
func TestOneProcessADataFolder(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "new", "data")
	start := func() *platform { return &platform{cfg: &config.Config{Data: data}, group: &run.Group{}} }
	synctest.Test(t, func(t *testing.T) { // the second waits some seconds for a process that is being killed
		first, second := start(), start()
		for range 2 {
			if err := first.lockData(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if err := second.lockData(t.Context()); err == nil || !strings.Contains(err.Error(), "another Marquee uses "+data) {
			t.Errorf("the second start: %v", err)
		}
		stopped, stop := context.WithCancel(t.Context())
		stop()
		if err := second.lockData(stopped); !errors.Is(err, context.Canceled) {
			t.Errorf("the second start, stopped: %v", err)
		}
		if err := first.group.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := second.lockData(t.Context()); err != nil {
			t.Errorf("after the first has stopped: %v", err)
		}
		if err := second.group.Stop(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestSubgraphAddresses(t *testing.T) {
	addresses, err := subgraphAddresses()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range specs() {
		if addresses[s.Name] == nil || addresses[s.Name].Host == "" {
			t.Errorf("%s has no address", s.Name)
		}
	}
	t.Setenv("MARQUEE_SUBGRAPH_EVENTS_URL", "https://events.example:8443/graphql")
	if addresses, err = subgraphAddresses(); err != nil || addresses["events"].Host != "events.example:8443" {
		t.Errorf("%v, %v", addresses["events"], err)
	}
	// An address that is not understood would be a subgraph that gets no events.
	for _, wrong := range []string{"events:8102/graphql", "10.0.0.7:8102", "/graphql", "http://", "ftp://events/graphql", "http://events:port/graphql"} {
		t.Setenv("MARQUEE_SUBGRAPH_EVENTS_URL", wrong)
		if _, err := subgraphAddresses(); err == nil || !strings.Contains(err.Error(), "MARQUEE_SUBGRAPH_EVENTS_URL") {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}

func TestAStopIsNoFailure(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	failed := errors.New("failed")
	if err := unlessStopped(ctx, failed); !errors.Is(err, failed) {
		t.Errorf("running: %v", err)
	}
	stop()
	if err := unlessStopped(ctx, failed); err != nil {
		t.Errorf("stopped: %v", err)
	}
}

// The router's settings come from a file and the environment; what is the platform's own affair stays.
func TestRouterSettings(t *testing.T) {
	file := filepath.Join(t.TempDir(), "router.yaml")
	text := "path: /elsewhere\nsupergraph: other.graphql\ncost:\n  max: 7\nrate_limit:\n  rules:\n    - {name: all, budget: 60}\nauth:\n  issuers:\n    - {issuer: other}\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	p := &platform{cfg: &config.Config{RedisURL: "redis://cache:6379/0", RedisPrefix: "m:"}}
	own := router.Issuer{Issuer: "own"}
	cfg, err := p.routerConfig(nil, own)
	if err != nil || cfg.Cost.Max != maxCost || len(cfg.RateLimit.Rules) != 0 || len(cfg.Subscriptions.Shared) != 1 ||
		cfg.Introspection != router.IntrospectionAuthenticated {
		t.Errorf("defaults: %+v, %v", cfg, err)
	}
	t.Setenv("MARQUEE_ROUTER_COST_EXPOSE", "true")
	t.Setenv("MARQUEE_ROUTER_TRUSTED_PROXIES", "10.0.0.0/8,::1")
	p.cfg.RouterConfig = file
	cfg, err = p.routerConfig(nil, own)
	if err != nil || cfg.Cost.Max != 7 || !cfg.Cost.Expose || len(cfg.TrustedProxies) != 2 || len(cfg.RateLimit.Rules) != 1 ||
		cfg.RateLimit.Redis != "redis://cache:6379/0" || cfg.RateLimit.Prefix != "m:" {
		t.Errorf("set: %+v, %v", cfg, err)
	}
	if cfg.Path != "" || cfg.Supergraph != "" || cfg.SDL == "" || len(cfg.Auth.Issuers) != 2 || cfg.Auth.Issuers[1].Issuer != "own" {
		t.Errorf("the platform's own: %q %q %+v", cfg.Path, cfg.Supergraph, cfg.Auth.Issuers)
	}
	t.Setenv("MARQUEE_ROUTER_INTROSPECTION", "false")
	p.cfg.Demo = true
	if cfg, err = p.routerConfig(nil, own); err != nil || cfg.Introspection != router.IntrospectionClosed {
		t.Errorf("introspection set to %q, %v", cfg.Introspection, err)
	}
	if err := os.Unsetenv("MARQUEE_ROUTER_INTROSPECTION"); err != nil { // Setenv above restores it
		t.Fatal(err)
	}
	if cfg, err = p.routerConfig(nil, own); err != nil || cfg.Introspection != "" {
		t.Errorf("introspection of the demo %q, %v", cfg.Introspection, err)
	}
	p.cfg.RouterConfig = filepath.Join(t.TempDir(), "missing.yaml")
	if _, err := p.routerConfig(nil, own); err == nil {
		t.Error("a missing file was accepted")
	}
}

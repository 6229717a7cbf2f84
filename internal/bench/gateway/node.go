package gateway

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// nodeFolder has the package.json of the gateways from npm.
func nodeFolder() string { return filepath.Join(folder(), "node") }

// installNode installs the gateways from npm as the lock file says, if they are not there.
func (o Options) installNode(ctx context.Context) error {
	if _, err := exec.LookPath("node"); err != nil {
		return err
	}
	lock, err := os.Stat(filepath.Join(nodeFolder(), "package-lock.json"))
	if err != nil {
		return err
	}
	if done, err := os.Stat(filepath.Join(nodeFolder(), "node_modules", ".package-lock.json")); err == nil && !done.ModTime().Before(lock.ModTime()) {
		return nil
	}
	o.Log("  installing gateways from npm …")
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "npm", "ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
	cmd.Dir = nodeFolder()
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("npm ci: %w: %s", err, lastLine(string(out)))
	}
	now := time.Now() // npm keeps the lock's own time where nothing changed
	return os.Chtimes(filepath.Join(nodeFolder(), "node_modules", ".package-lock.json"), now, now)
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}

// compiled is how long Node is given to compile what is hot.
const compiled = 6 * time.Second

// startNode starts the gateways from npm: Apollo Gateway, and Hive Gateway with its native query planner, which is its faster one. One that
// cannot be installed or started is left out with a loud line.
func (s *setup) startNode(ctx context.Context) (apollo, hive *contender) {
	skip := func(what string, err error) { s.Log("!!! SKIPPED: %s: %v", what, err) }
	if err := s.installNode(ctx); err != nil {
		skip("gateways from npm", err)
		return nil, nil
	}
	var err error
	if apollo, err = s.startApollo(ctx); err != nil {
		skip("Apollo Gateway", err)
	} else {
		apollo.warm = compiled
	}
	if hive, err = s.startHive(ctx); err != nil {
		skip("Hive Gateway", err)
	} else {
		hive.warm = compiled
	}
	return apollo, hive
}

var nodeEnv = []string{"NODE_ENV=production", "APOLLO_TELEMETRY_DISABLED=true"}

func (s *setup) startApollo(ctx context.Context) (*contender, error) {
	c, err := start(contenderCore, "node", []string{filepath.Join(nodeFolder(), "apollo.mjs"), s.supergraph}, nodeEnv)
	if err != nil {
		return nil, err
	}
	return s.ready(ctx, "Apollo Gateway", c)
}

func (s *setup) startHive(ctx context.Context) (*contender, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0") // it does not say which port it was given
	if err != nil {
		return nil, err
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	_ = l.Close()
	c, err := start(contenderCore, "node", []string{
		filepath.Join(nodeFolder(), "node_modules", "@graphql-hive", "gateway", "dist", "bin.js"), "supergraph", s.supergraph,
		"--hive-router-runtime", "--host", "127.0.0.1", "--port", port, "--config-path", filepath.Join(nodeFolder(), "hive.config.mjs"),
	}, nodeEnv)
	if err != nil {
		return nil, err
	}
	url := "http://127.0.0.1:" + port + "/graphql"
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(100 * time.Millisecond) {
		if _, err = s.ask(url); err == nil {
			return s.add("Hive Gateway", c, url), nil
		}
		select {
		case <-c.ended:
			return nil, fmt.Errorf("it ended: %s", lastLine(c.printed()))
		case <-ctx.Done():
			c.stop()
			return nil, ctx.Err()
		default:
		}
		if time.Now().After(deadline) {
			c.stop()
			return nil, errors.Join(err, errors.New(lastLine(c.printed())))
		}
	}
}

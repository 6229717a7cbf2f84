// Package redistest starts a real Redis server for tests: what is shipped speaks to one in scaled deployments, and the embedded one is
// not it.
package redistest

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"testing"
	"time"
)

// Server is a redis-server of its own, on loopback, without persistence.
type Server struct {
	Addr string // host:port
	dir  string
	cmd  *exec.Cmd
}

// URL is its address for clients.
func (s *Server) URL() string { return "redis://" + s.Addr }

// Start starts a server that ends with the test. Without a redis-server on the machine the test is skipped, loudly.
func Start(t *testing.T) *Server {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		t.Skip("SKIPPED: there is no redis-server on this machine (make redis installs it where it can)")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{Addr: l.Addr().String(), dir: t.TempDir()}
	_ = l.Close()
	s.Run(t)
	t.Cleanup(s.Kill)
	return s
}

// Run starts it again after Kill, empty, on the same address.
func (s *Server) Run(t *testing.T) {
	t.Helper()
	_, port, err := net.SplitHostPort(s.Addr)
	if err != nil {
		t.Fatal(err)
	}
	s.cmd = exec.Command("redis-server", "--bind", "127.0.0.1", "--port", port, "--save", "", "--appendonly", "no", "--dir", s.dir, "--loglevel", "warning") //nolint:gosec,noctx // ended by Kill
	s.cmd.Stderr = os.Stderr
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		if s.ping() == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("redis-server does not answer")
		}
	}
}

func (s *Server) ping() error {
	c, err := net.DialTimeout("tcp", s.Addr, time.Second)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	_ = c.SetDeadline(time.Now().Add(time.Second))
	if _, err := c.Write([]byte("PING\r\n")); err != nil {
		return err
	}
	var b [5]byte
	if _, err := c.Read(b[:]); err != nil || string(b[:]) != "+PONG" {
		return fmt.Errorf("answered %q: %w", b, err)
	}
	return nil
}

// Kill ends it with SIGKILL. Idempotent.
func (s *Server) Kill() {
	if s.cmd != nil {
		_ = s.cmd.Process.Kill()
		_ = s.cmd.Wait()
		s.cmd = nil
	}
}

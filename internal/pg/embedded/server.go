package embedded

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// Config of a server.
type Config struct {
	Data     string   // folder of the data; made when missing
	Log      string   // file the server's log is appended to
	NPMRoots []string // folders whose node_modules may hold the binaries
	Settings []string // further settings, "name=value"; they win over ours
}

// Server is a running PostgreSQL.
type Server struct {
	as     identity
	bin    string
	socket string // folder of the unix socket; the server listens nowhere else
	cfg    Config
	cmd    *exec.Cmd
	exited chan struct{}
	err    error // of the exit; read after exited is closed
	stop   sync.Once
}

const port = 5432 // only names the socket file

// Start finds the binaries, makes the data folder on first use and returns when the server answers. After a crash the old server may
// still be going down, so a refused start is tried again for some seconds.
func Start(ctx context.Context, cfg Config) (*Server, error) {
	data, err := filepath.Abs(cfg.Data)
	if err != nil {
		return nil, err
	}
	cfg.Data = data
	if err := os.MkdirAll(filepath.Dir(data), 0o755); err != nil { // #nosec G301 -- the server's user must reach the data below it
		return nil, err
	}
	bin, as, err := find(cfg.NPMRoots, data)
	if err != nil {
		return nil, err
	}
	s := &Server{as: as, bin: bin, cfg: cfg}
	if err := s.prepare(ctx); err != nil {
		_ = os.RemoveAll(s.socket)
		return nil, err
	}
	deadline := time.Now().Add(20 * time.Second)
	for {
		err := s.launch(ctx)
		if err == nil {
			return s, nil
		}
		if ctx.Err() != nil || time.Now().After(deadline) {
			_ = os.RemoveAll(s.socket)
			return nil, err
		}
		time.Sleep(200 * time.Millisecond)
	}
}

// prepare makes the folders and, on first use, the cluster.
func (s *Server) prepare(ctx context.Context) error {
	socket, err := socketFolder()
	if err != nil {
		return err
	}
	s.socket = socket
	if err := s.as.give(socket); err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(s.cfg.Data, "PG_VERSION")); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	// initdb writes into a folder beside and the finished cluster is renamed, so that a kill in between leaves nothing half made.
	fresh := s.cfg.Data + ".new"
	if err := os.RemoveAll(fresh); err != nil {
		return err
	}
	if err := os.Mkdir(fresh, 0o700); err != nil {
		return err
	}
	if err := s.as.give(fresh); err != nil {
		return err
	}
	if err := s.initdb(ctx, fresh); err != nil {
		return err
	}
	_ = os.Remove(s.cfg.Data) // an empty folder made by somebody's hand
	return os.Rename(fresh, s.cfg.Data)
}

// initdb fills an empty folder. The end of the context kills it and its children: the folder is made anew the next time.
func (s *Server) initdb(ctx context.Context, data string) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	cmd := s.as.command(filepath.Join(s.bin, "initdb"), "-D", data, "-U", "postgres", "--auth-local=trust", "--auth-host=reject",
		"-E", "UTF8", "--locale=C", "--data-checksums")
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("initdb: %w", err)
	}
	watched := context.AfterFunc(ctx, func() { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) })
	err := cmd.Wait()
	watched()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out.Bytes())
	}
	return nil
}

func (s *Server) arguments() []string {
	args := []string{"-D", s.cfg.Data, "-k", s.socket}
	settings := []string{
		"listen_addresses=", "port=" + strconv.Itoa(port),
		"fsync=on", "full_page_writes=on", "synchronous_commit=on", // what is acknowledged survives
		"max_connections=200", "shared_buffers=128MB", "timezone=UTC", "log_timezone=UTC", "jit=off",
		"max_wal_size=1GB", "checkpoint_timeout=15min", "log_min_messages=warning",
	}
	for _, setting := range append(settings, s.cfg.Settings...) {
		args = append(args, "-c", setting)
	}
	return args
}

// launch starts the server once and waits until it answers.
func (s *Server) launch(ctx context.Context) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	log, err := os.OpenFile(s.cfg.Log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := s.as.command(filepath.Join(s.bin, "postgres"), s.arguments()...)
	cmd.Stdout, cmd.Stderr = log, log
	stopWithParent(cmd.SysProcAttr)
	s.cmd, s.exited = cmd, make(chan struct{})
	started := make(chan error)
	go func() {
		// The kernel sends the parent-death signal when the starting thread ends, not the process: keep the thread.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			s.err = cmd.Wait()
		}
		close(s.exited)
	}()
	if err := <-started; err != nil {
		return err
	}
	for {
		conn, err := pgx.Connect(ctx, s.URL("postgres", "postgres"))
		if err == nil {
			_ = conn.Close(ctx) // it answered; the context may have ended since
			return nil
		}
		select {
		case <-s.exited:
			return fmt.Errorf("PostgreSQL did not start: %w; its last words are in %s: %s", s.err, s.cfg.Log, tail(s.cfg.Log))
		case <-ctx.Done():
			_ = s.Stop()
			return ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// tail returns the last line of a file.
func tail(path string) string {
	raw, err := os.ReadFile(path) // #nosec G304 -- our own log
	if err != nil {
		return ""
	}
	lines := strings.Split(strings.TrimSpace(string(raw)), "\n")
	return lines[len(lines)-1]
}

// URL is the address of a database for a role.
func (s *Server) URL(role, database string) string {
	return fmt.Sprintf("postgres:///%s?host=%s&port=%d&user=%s&sslmode=disable", database, s.socket, port, role)
}

// PID is the server's process id.
func (s *Server) PID() int { return s.cmd.Process.Pid }

// Exited is closed when the server ended, asked or not.
func (s *Server) Exited() <-chan struct{} { return s.exited }

// Stop ends the server in order: open transactions are rolled back, data is flushed. It may be called twice.
func (s *Server) Stop() error {
	s.stop.Do(func() {
		_ = s.cmd.Process.Signal(syscall.SIGINT)
		select {
		case <-s.exited:
		case <-time.After(15 * time.Second):
			_ = s.cmd.Process.Signal(syscall.SIGQUIT)
			<-s.exited
		}
		_ = os.RemoveAll(s.socket)
	})
	<-s.exited
	var exit *exec.ExitError
	if errors.As(s.err, &exit) {
		return fmt.Errorf("PostgreSQL ended with %w", s.err)
	}
	return nil
}

package e2e

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Root is the folder of the checkout.
func Root() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "..", "..")
}

// Build compiles the binary into a folder, with build tags, and returns its path.
func Build(ctx context.Context, dir string, tags ...string) (string, error) {
	bin := filepath.Join(dir, "marquee-"+strings.Join(append(tags, "test"), "-"))
	cmd := exec.CommandContext(ctx, "go", "build", "-tags", strings.Join(tags, ","), "-o", bin, "./cmd/marquee")
	cmd.Dir = Root()
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, out)
	}
	return bin, nil
}

// Process is a running marquee.
type Process struct {
	URL   string // what it announced, for example http://127.0.0.1:41234
	cmd   *exec.Cmd
	ended chan struct{}
	err   error

	mu  sync.Mutex
	log bytes.Buffer
}

var announced = regexp.MustCompile(`(?m)^\s*App\s+(http://\S+?)/?$|is ready on (?:http://)?([0-9.:]+)`)

// Start runs the binary and returns when it has announced itself. extra is added to a clean environment.
func Start(ctx context.Context, bin string, args, extra []string) (*Process, error) {
	p := &Process{ended: make(chan struct{})}
	p.cmd = exec.Command(bin, args...) // not tied to ctx: the test ends it
	p.cmd.Dir = Root()
	p.cmd.Env = append([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME"), "PG_BINDIR=" + os.Getenv("PG_BINDIR"),
		"MARQUEE_ADDR=127.0.0.1:0", "MARQUEE_ADMIN_ADDR=127.0.0.1:0",
	}, extra...)
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.cmd.Stderr = writer{p}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	ready := make(chan string, 1)
	read := make(chan struct{})
	go func() {
		defer close(read)
		for lines := bufio.NewScanner(io.TeeReader(stdout, writer{p})); lines.Scan(); {
			if m := announced.FindStringSubmatch(lines.Text()); m != nil {
				select {
				case ready <- m[1] + m[2]:
				default:
				}
			}
		}
	}()
	go func() {
		<-read // Wait closes the pipe
		p.err = p.cmd.Wait()
		close(p.ended)
	}()
	select {
	case p.URL = <-ready:
		if !strings.HasPrefix(p.URL, "http") {
			p.URL = "http://" + p.URL
		}
		return p, nil
	case <-p.ended:
		return nil, fmt.Errorf("%v ended before it was ready: %w\n%s", args, p.err, p.Log())
	case <-ctx.Done():
		p.Kill()
		return nil, fmt.Errorf("%v was not ready in time\n%s", args, p.Log())
	}
}

type writer struct{ p *Process }

func (w writer) Write(b []byte) (int, error) {
	w.p.mu.Lock()
	defer w.p.mu.Unlock()
	return w.p.log.Write(b)
}

// Log is what the process has printed.
func (p *Process) Log() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.log.String()
}

var metricsAt = regexp.MustCompile(`(?m)^\s*Metrics\s+(http://\S+)$`)

// Admin asks the process's admin address, for example for "/metrics". The caller closes the answer's body.
func (p *Process) Admin(ctx context.Context, path string) (*http.Response, error) {
	at := metricsAt.FindStringSubmatch(p.Log())
	if at == nil {
		return nil, errors.New("no address of metrics was announced")
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(at[1], "/metrics")+path, nil)
	if err != nil {
		return nil, err
	}
	return http.DefaultClient.Do(req)
}

// Waiting reads from the process's metrics how many messages of all subgraphs' outboxes not every consumer has committed.
func (p *Process) Waiting(ctx context.Context) (int, error) {
	res, err := p.Admin(ctx, "/metrics")
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	seen, sum := 0, 0.0
	lines := bufio.NewScanner(res.Body)
	for lines.Scan() {
		if !strings.HasPrefix(lines.Text(), "marquee_outbox_waiting") {
			continue
		}
		_, figure, _ := strings.Cut(lines.Text(), " ")
		n, err := strconv.ParseFloat(figure, 64)
		if err != nil {
			return 0, err
		}
		if n < 0 {
			return 0, errors.New("a database does not answer")
		}
		seen++
		sum += n
	}
	if seen == 0 && lines.Err() == nil {
		return 0, errors.New("the metrics have no marquee_outbox_waiting")
	}
	return int(sum), lines.Err()
}

// PID is the process's id.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Kill ends it with SIGKILL.
func (p *Process) Kill() {
	_ = p.cmd.Process.Kill()
	<-p.ended
}

// Ended is closed when the process has ended, asked or not.
func (p *Process) Ended() <-chan struct{} { return p.ended }

// Stop asks it to stop, as Ctrl-C does, and returns how it ended.
func (p *Process) Stop() error {
	_ = p.cmd.Process.Signal(syscall.SIGINT)
	select {
	case <-p.ended:
		return p.err
	case <-time.After(30 * time.Second):
		p.Kill()
		return fmt.Errorf("did not stop within 30 s\n%s", p.Log())
	}
}

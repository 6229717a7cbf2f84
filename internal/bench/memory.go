package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// resident is a process's resident memory in MiB, from /proc.
func resident(pid int) (float64, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(raw)) {
		if value, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kib, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(value), " kB"))
			return float64(kib) / 1024, err
		}
	}
	return 0, fmt.Errorf("no VmRSS of %d", pid)
}

const bareProgram = `package main

import "net/http"

func main() {
	println("up")
	_ = http.ListenAndServe("127.0.0.1:0", http.NotFoundHandler())
}
`

// idleMemory compares the whole platform at rest, ten seconds after its start, with a Go program that has only an HTTP server.
func idleMemory(ctx context.Context, s *stack, dir string) (row, error) {
	source := filepath.Join(dir, "bare.go")
	if err := os.WriteFile(source, []byte(bareProgram), 0o600); err != nil {
		return row{}, err
	}
	bin := filepath.Join(dir, "bare")
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", bin, source).CombinedOutput(); err != nil {
		return row{}, fmt.Errorf("build: %w\n%s", err, out)
	}
	bare := exec.Command(bin)
	if err := bare.Start(); err != nil {
		return row{}, err
	}
	defer func() { _ = bare.Process.Kill(); _ = bare.Wait() }()
	time.Sleep(10 * time.Second) // seeding and its messages have settled
	ours, err := resident(s.marquee.PID())
	if err != nil {
		return row{}, err
	}
	floor, err := resident(bare.Process.Pid)
	if err != nil {
		return row{}, err
	}
	_, _ = http.Get(s.marquee.URL + "/healthz") //nolint:bodyclose,noctx // only to see that it still lives
	return row{"idle memory, six subgraphs, router, app (resident)", fmt.Sprintf("%.0f MiB", ours), fmt.Sprintf("%.0f MiB", floor), "bare net/http program", times(ours, floor)}, nil
}

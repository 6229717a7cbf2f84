package gateway

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Cores on which the processes are held, if the machine has two.
const (
	contenderCore = 0
	loadCore      = 1
)

// child is a process that this program started and ends.
type child struct {
	cmd   *exec.Cmd
	stdin io.WriteCloser
	lines chan string // of standard output
	ended chan struct{}

	mu  sync.Mutex
	log bytes.Buffer
}

// start starts a program held on one core. Its environment is env and what every program needs.
func start(core int, program string, args, env []string) (*child, error) {
	c := &child{cmd: exec.Command(program, args...), lines: make(chan string, 64), ended: make(chan struct{})} //nolint:gosec,noctx // ended by stop
	c.cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME"), "GOMAXPROCS=1"}, env...)
	c.cmd.Stderr = c
	var err error
	if c.stdin, err = c.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := onCore(core, c.cmd.Start); err != nil {
		return nil, err
	}
	go func() {
		in := bufio.NewReader(out)
		for {
			line, err := in.ReadString('\n')
			_, _ = c.Write([]byte(line))
			if line != "" {
				select {
				case c.lines <- strings.TrimSpace(line):
				default: // nobody waits for a line: a chatty program must not block
				}
			}
			if err != nil {
				break
			}
		}
		_ = c.cmd.Wait()
		close(c.ended)
	}()
	return c, nil
}

// Write keeps the last part of what the process prints.
func (c *child) Write(b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.log.Len() > 64<<10 {
		c.log.Reset()
	}
	return c.log.Write(b)
}

func (c *child) printed() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.log.String()
}

func (c *child) pid() int { return c.cmd.Process.Pid }

// stop ends the process.
func (c *child) stop() {
	_ = c.stdin.Close()
	_ = c.cmd.Process.Kill()
	<-c.ended
}

// line waits for a line of standard output that want accepts.
func (c *child) line(ctx context.Context, want func(string) bool) error {
	for {
		select {
		case l := <-c.lines:
			if want(l) {
				return nil
			}
		case <-c.ended:
			for len(c.lines) > 0 {
				if want(<-c.lines) {
					return nil
				}
			}
			return fmt.Errorf("%s ended: %s", c.cmd.Args[0], c.printed())
		case <-ctx.Done():
			return fmt.Errorf("%s was not ready in time: %s", c.cmd.Args[0], c.printed())
		}
	}
}

// startOwn starts a hidden sub-command of this program, tells it told and returns when it has announced itself in announced.
func startOwn(ctx context.Context, core int, command string, told, announced any) (*child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	c, err := start(core, self, []string{command}, nil)
	if err != nil {
		return nil, err
	}
	if err := json.NewEncoder(c.stdin).Encode(told); err != nil {
		c.stop()
		return nil, errors.Join(err, errors.New(c.printed()))
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	err = c.line(ctx, func(l string) bool { return json.Unmarshal([]byte(l), announced) == nil })
	if err != nil {
		c.stop()
		return nil, fmt.Errorf("%s: %w", command, err)
	}
	return c, nil
}

// cpuTime that a process has used, of all its threads, from /proc.
func cpuTime(pid int) (time.Duration, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(raw[bytes.LastIndexByte(raw, ')')+1:])) // the program's name may contain blanks
	if len(fields) < 13 {
		return 0, fmt.Errorf("short /proc/%d/stat", pid)
	}
	user, err1 := strconv.ParseInt(fields[11], 10, 64)
	system, err2 := strconv.ParseInt(fields[12], 10, 64)
	const tick = 10 * time.Millisecond // USER_HZ is 100 on every Linux that Go runs on
	return time.Duration(user+system) * tick, errors.Join(err1, err2)
}

// memory that a process has resident, in MiB.
func memory(pid int) (float64, error) {
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

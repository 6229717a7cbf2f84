package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// usage is the CPU time that the platform's process and the server's processes have used.
type usage struct{ platform, postgres time.Duration }

func (s *stack) cpu() (usage, error) {
	var u usage
	all, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return u, err
	}
	for _, path := range all {
		pid, parent, own, ended, err := processTimes(path)
		switch {
		case err != nil: // it has ended meanwhile
		case pid == s.marquee.PID():
			u.platform = own
		case pid == s.postgres.PID():
			u.postgres += own + ended
		case parent == s.postgres.PID():
			u.postgres += own
		}
	}
	return u, nil
}

// processTimes reads /proc/PID/stat: the process, its parent, its CPU time and that of its children that have ended.
func processTimes(path string) (pid, parent int, own, ended time.Duration, err error) {
	raw, err := os.ReadFile(path) // #nosec G304 -- below /proc
	if err != nil {
		return 0, 0, 0, 0, err
	}
	name := bytes.LastIndexByte(raw, ')') // the program's name may contain blanks
	if name < 0 {
		return 0, 0, 0, 0, fmt.Errorf("%s is not as expected", path)
	}
	fields := strings.Fields(string(raw[name+1:]))
	number := func(i int) int {
		n := 0
		if err == nil && i < len(fields) {
			n, err = strconv.Atoi(fields[i])
		}
		return n
	}
	const tick = 10 * time.Millisecond // USER_HZ is 100 on every Linux that Go runs on
	pid, _ = strconv.Atoi(filepath.Base(filepath.Dir(path)))
	return pid, number(1), time.Duration(number(11)+number(12)) * tick, time.Duration(number(13)+number(14)) * tick, err
}

// us is the share of one of n in CPU time.
func us(d time.Duration, n int) string {
	return fmt.Sprintf("%d µs", d.Microseconds()/int64(max(n, 1)))
}

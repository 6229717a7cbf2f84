//go:build unix

package front

import (
	"syscall"
	"time"
)

// cpuUsed is the CPU time this process has used.
func cpuUsed() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

//go:build crashpoints

// Package crash kills the process at named points of the code, so that a test can look at what a restart makes of it.
package crash

import (
	"os"
	"sync"
	"syscall"
)

// point is where this process dies: MARQUEE_CRASH_AT.
var point = sync.OnceValue(func() string { return os.Getenv("MARQUEE_CRASH_AT") })

// At ends the process with SIGKILL if it was told to die at this point: nothing is flushed, closed or rolled back.
func At(name string) {
	if name == point() {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	}
}

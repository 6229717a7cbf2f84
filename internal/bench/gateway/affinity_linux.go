package gateway

import (
	"fmt"
	"runtime"

	"golang.org/x/sys/unix"
)

// onCore calls do, which starts a process, with this thread held on one core: the process inherits that. With fewer than two cores nothing
// is held.
func onCore(core int, do func() error) error {
	if runtime.NumCPU() < 2 {
		return do()
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var before, set unix.CPUSet
	if err := unix.SchedGetaffinity(0, &before); err != nil {
		return fmt.Errorf("affinity: %w", err)
	}
	set.Set(core)
	if err := unix.SchedSetaffinity(0, &set); err != nil {
		return fmt.Errorf("affinity: %w", err)
	}
	defer func() { _ = unix.SchedSetaffinity(0, &before) }()
	return do()
}

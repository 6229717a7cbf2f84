package embedded

import "syscall"

// enterNamespace makes the child an ordinary user within and leaves it root's equal on files.
func enterNamespace(a *syscall.SysProcAttr) {
	a.Cloneflags |= syscall.CLONE_NEWUSER
	a.UidMappings = []syscall.SysProcIDMap{{ContainerID: 1000, HostID: 0, Size: 1}}
	a.GidMappings = []syscall.SysProcIDMap{{ContainerID: 1000, HostID: 0, Size: 1}}
}

// stopWithParent asks the kernel for an orderly stop of the server when we are killed.
func stopWithParent(a *syscall.SysProcAttr) { a.Pdeathsig = syscall.SIGINT }

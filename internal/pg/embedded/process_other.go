//go:build !linux

package embedded

import "syscall"

// enterNamespace does nothing: only Linux has user namespaces.
func enterNamespace(*syscall.SysProcAttr) {}

// stopWithParent does nothing: only Linux tells children. The next start takes the server over from its pid file.
func stopWithParent(*syscall.SysProcAttr) {}

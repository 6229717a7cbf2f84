//go:build unix

package server

import (
	"net"
	"syscall"
)

// pending says whether bytes of the client wait to be read.
func pending(c net.Conn) bool {
	n, err := peek(c)
	return n > 0 && err == nil
}

// left says whether the client has closed its side.
func left(c net.Conn) bool {
	n, err := peek(c)
	return n == 0 && err != syscall.EAGAIN && err != syscall.EWOULDBLOCK //nolint:errorlint // an errno
}

// peek looks for a byte without taking it or waiting for it; 0 and nil is the end
// of the stream.
func peek(c net.Conn) (n int, err error) {
	sc, ok := c.(syscall.Conn)
	if !ok {
		return 0, syscall.EAGAIN
	}
	raw, err := sc.SyscallConn()
	if err != nil {
		return 0, err
	}
	var one [1]byte
	// Control, not Read: another goroutine may be waiting in a read.
	cerr := raw.Control(func(fd uintptr) {
		n, _, err = syscall.Recvfrom(int(fd), one[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT) //nolint:gosec // a descriptor fits
	})
	if cerr != nil {
		return 0, cerr
	}
	return n, err
}

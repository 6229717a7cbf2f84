//go:build !linux

package gateway

// onCore only calls do: processes are held on cores on Linux alone.
func onCore(_ int, do func() error) error { return do() }
